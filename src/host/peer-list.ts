/** The host's reports on its peers: those connected now and those in the address book. */
import type { Connection } from '@libp2p/interface'
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { NamedAddress, PeerNetwork } from '../kith.ts'
import { wallMs, wallTimeOf } from '../runtime/clock.ts'
import { ipOf, mergeAddresses, readDialAddress } from './addresses.ts'
import { LINK_LOCAL, LOOPBACK, PRIVATE, holds } from './ip-ranges.ts'
import type { Contact, Contacts } from './contacts.ts'
import type { DialLog } from './dial-log.ts'
import type { DialledAddress, HostPeer, HostPeerDetails } from './host.ts'
import type { Identified } from './identified.ts'
import type { Liveness } from './liveness.ts'
import type { PinnedAddress, PinnedAddresses } from './pinned-addresses.ts'

export interface PeerListInit {
  contacts: Contacts
  pinnedAddresses: PinnedAddresses
  dialLog: DialLog
  identified: Identified
  liveness: Liveness
  connections(): Connection[]
  /** IP addresses of this machine's interfaces. */
  machineIps(): ReadonlySet<string>
}

export class PeerList {
  readonly #init: PeerListInit

  constructor(init: PeerListInit) {
    this.#init = init
  }

  /** Leaves out peers that the node only heard of, unless the user named them. */
  all(): HostPeer[] {
    const known = this.#init.contacts.all().filter(({ lastSeenMs, pinned }) => lastSeenMs > 0 || pinned)
    const open = new Map(this.#open().map((connection) => [connection.remotePeer.toString(), connection]))
    // Asked once: the system takes a tenth of a millisecond to answer.
    const machineIps = this.#init.machineIps()
    return known.map((contact) => this.#describe(contact, open.get(contact.peer), machineIps))
  }

  /** Everything known about a peer, including one that the node only heard of. */
  get(peer: PeerId): HostPeerDetails | undefined {
    const { contacts, pinnedAddresses, identified } = this.#init
    const contact = contacts.get(peer)
    if (contact === undefined) return undefined
    const connection = this.#open().find(({ remotePeer }) => remotePeer.toString() === peer)
    const named = pinnedAddresses.all().filter((target) => target.peer === peer)
    const described = this.#describe(contact, connection, this.#init.machineIps())
    const { agent, protocols } = identified.get(peer) ?? { agent: null, protocols: [] }
    const all = mergeAddresses(
      described.addresses,
      named.map(({ address }) => address),
      Infinity,
    )
    const nextDialMs = Math.min(...[contact, ...named].map((target) => target.nextDialMs))
    return {
      ...described,
      pinned: contact.pinned || named.length > 0,
      agent,
      speaks: [...protocols],
      shortConnections: contact.shortConnections,
      dialled: all.map((address) => this.#dialledAddress(address, peer)),
      nextDialMs: connection === undefined && all.length > 0 ? wallTimeOf(nextDialMs) : null,
    }
  }

  /** Whether a peer is connected, and on this machine or in its local network. */
  isNear(peer: PeerId): boolean {
    const connection = this.#open().find(({ remotePeer }) => remotePeer.toString() === peer)
    return (
      connection !== undefined && networkOf(connection.remoteAddr.toString(), this.#init.machineIps()) !== 'internet'
    )
  }

  /** The peer that was last met at an address, or that says it is there. */
  at(address: string): PeerId | undefined {
    const { contacts, pinnedAddresses } = this.#init
    const live = this.#open().find(({ remoteAddr }) => readDialAddress(remoteAddr.toString())?.address === address)
    if (live !== undefined) return live.remotePeer.toString() as PeerId
    const named = pinnedAddresses.all().find((target) => target.address === address)
    const holders = contacts.all().filter(({ addresses }) => addresses.includes(address))
    return named?.peer ?? holders.sort((a, b) => b.lastSeenMs - a.lastSeenMs)[0]?.peer
  }

  /** Addresses that the user named but where nobody has answered yet. */
  unanswered(): (DialledAddress & { nextDialMs: number })[] {
    const silent = this.#init.pinnedAddresses.all().filter(({ peer }) => peer === undefined)
    return silent.map((target: PinnedAddress) => ({
      ...this.#dialledAddress(target.address, undefined),
      nextDialMs: wallTimeOf(target.nextDialMs),
    }))
  }

  /** Peers that the node only heard of. */
  unreached(): PeerId[] {
    const { contacts } = this.#init
    return contacts.all().flatMap(({ peer, lastSeenMs, pinned }) => (lastSeenMs > 0 || pinned ? [] : [peer]))
  }

  /** Addresses that the user named without a peer id. */
  named(): NamedAddress[] {
    const open = new Set(this.#open().map(({ remotePeer }) => remotePeer.toString()))
    return this.#init.pinnedAddresses.all().map(({ address, peer }) => ({
      ...this.#dialledAddress(address, peer),
      ...{ peer: peer ?? null, connected: peer !== undefined && open.has(peer) },
    }))
  }

  #describe(
    { peer, addresses, lastSeenMs }: Contact,
    connection: Connection | undefined,
    machineIps: ReadonlySet<string>,
  ): HostPeer {
    if (connection === undefined) {
      const noLink = { direction: null, network: null, connectedSinceMs: null, roundTripMs: null }
      return { peer, connected: false, addresses: [...addresses], ...noLink, lastSeenMs }
    }
    const { direction, remoteAddr, timeline } = connection
    const remote = remoteAddr.toString()
    const inUse = readDialAddress(remote)?.address ?? remote
    return {
      ...{ peer, connected: true, addresses: mergeAddresses([inUse], addresses, Infinity), direction },
      ...{ network: networkOf(inUse, machineIps), connectedSinceMs: timeline.open },
      roundTripMs: this.#init.liveness.roundTripMs(peer),
      lastSeenMs: wallMs(),
    }
  }

  #dialledAddress(address: string, peer: PeerId | undefined): DialledAddress {
    const { dialLog } = this.#init
    const {
      failures = 0,
      error = null,
      triedMs = null,
    } = dialLog.get(address, peer) ?? dialLog.get(address, undefined) ?? {}
    return { address, failures, error, triedMs }
  }

  #open(): Connection[] {
    return this.#init.connections().filter(({ status }) => status === 'open')
  }
}

/** Where an address is, by the IP addresses of this machine's interfaces. */
export function networkOf(address: string, machineIps: ReadonlySet<string>): PeerNetwork {
  const ip = ipOf(address) ?? ''
  if (holds(LOOPBACK, ip) || machineIps.has(ip)) return 'machine'
  return holds(PRIVATE, ip) || holds(LINK_LOCAL, ip) ? 'local' : 'internet'
}
