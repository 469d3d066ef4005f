/** The peers of a running node, for library users: a list, and everything known about one. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import { DIAL_EXAMPLE, parseDialAddress } from '../host/addresses.ts'
import type { HostPeerDetails } from '../host/host.ts'
import { readPeerId } from '../host/peer-id.ts'
import { KithError, type PeerDetails, type PeerInfo, type PeerRoom } from '../kith.ts'
import { pastedAddress, pastedPeerId } from '../pasted.ts'
import type { NodeCore } from './core.ts'
import type { Introductions } from './introductions.ts'
import { shortNameOf } from './short-name.ts'
import type { NodeHost } from './node-host.ts'
import type { PeerNames } from './peer-names.ts'
import { findPeer, type Candidate } from './peer-reference.ts'
import type { ProtocolLinks } from './protocol-links.ts'
import type { Refusals } from './refusals.ts'
import { RoomSyncReader } from './room-sync.ts'
import { roomName } from './shown-names.ts'

export interface PeersInit {
  core: NodeCore
  host: Pick<NodeHost, 'peers' | 'peerDetails' | 'peerAt' | 'unanswered'>
  names: PeerNames
  links: ProtocolLinks
  refusals: Refusals
  introductions: Introductions
}

/** The link state of a peer that the host does not know. */
const NEVER_CONNECTED: Omit<HostPeerDetails, 'peer' | 'addresses'> = {
  ...{ connected: false, connectedSinceMs: null, direction: null, network: null, roundTripMs: null, lastSeenMs: 0 },
  ...{ agent: null, pinned: false, nextDialMs: null, speaks: [], shortConnections: 0, dialled: [] },
}

/** Also `10.0.0.1:4001`, so that the error says how to write an address. */
export const LIKE_ADDRESS = /^(\/|[\d.:[\]]+$)/

export class Peers {
  readonly #init: PeersInit

  constructor(init: PeersInit) {
    this.#init = init
  }

  list(): PeerInfo[] {
    const { core, host, names, refusals, introductions } = this.#init
    const { wings } = core.machine
    const rooms = core.machine.rooms.list().map(({ record }) => ({
      ...{ id: record.id, name: roomName(record) || record.id },
      neighbours: new Set(wings['room-state'].neighbours(record.id)),
      unacked: new Map(wings['batch-sync'].progress(record.id).map(({ peer, inFlight }) => [peer, inFlight.length])),
    }))
    const nameOf = (peer: PeerId): string | null => names.of(peer)[0]?.name ?? null
    return host.peers().map((each) => ({
      ...each,
      name: nameOf(each.peer),
      rooms: rooms.filter(({ neighbours }) => neighbours.has(each.peer)).map(({ name }) => name),
      sending: rooms
        .map(({ id, name, unacked }) => ({ room: id, name, documents: unacked.get(each.peer) ?? 0 }))
        .filter(({ documents }) => documents > 0),
      blocksAwaited: wings['ensure-map'].awaitedBy(each.peer),
      introduced: introductions.of(each.peer).map(({ peer, atMs }) => ({ peer, name: nameOf(peer), atMs })),
      refused: refusals.countOf(each.peer),
    }))
  }

  /** Throws a KithError like `KithNode.peerDetails`. */
  details(reference: string): PeerDetails {
    const { host, names, links, refusals } = this.#init
    const peer = this.resolve(reference)
    const known = host.peerDetails(peer)
    const named = names.of(peer)
    const rooms = this.#roomsOf(peer)
    const refused = refusals.of(peer)
    if (known === undefined && named.length === 0 && rooms.length === 0 && Object.keys(refused).length === 0) {
      throw new KithError('no-such-peer', `nothing is known about ${peer} (kith peers lists the known peers)`)
    }
    const { connected, connectedSinceMs, direction, network, roundTripMs, agent, lastSeenMs, pinned, ...rest } =
      known ?? NEVER_CONNECTED
    const { dialled: addresses, nextDialMs, speaks } = rest
    return {
      ...{
        peer,
        names: named,
        connected,
        connectedSinceMs,
        direction,
        network,
        roundTripMs,
        agent,
        lastSeenMs,
        pinned,
      },
      ...{ addresses, nextDialMs, protocols: links.of(peer, speaks), rooms, refused },
    }
  }

  /** Throws a KithError `no-such-peer`, `ambiguous` or `bad-address`. */
  resolve(reference: string): PeerId {
    const { core } = this.#init
    const text = pastedPeerId(reference)
    const address = pastedAddress(text)
    const peer = address.startsWith('/')
      ? this.#at(address)
      : (readPeerId(text) ?? findPeer(reference, this.#candidates()))
    if (peer === core.self) {
      throw new KithError('no-such-peer', `${text} is this node itself (see kith status)`)
    }
    return peer
  }

  /**
   * Where to dial what a user names: the address itself, or the known addresses of a peer. Throws a
   * KithError like `details`, or `unreachable` if no address of the peer is known.
   */
  addressesToDial(reference: string): string[] {
    const text = pastedPeerId(reference)
    const address = pastedAddress(text)
    if (LIKE_ADDRESS.test(address)) return [address]
    const { peer, direction, addresses } = this.#detailsToDial(reference)
    // The first address of an inbound connection is the port that the peer dialled from.
    const known = addresses.slice(direction === 'inbound' ? 1 : 0)
    if (known.length === 0) {
      throw new KithError(
        'unreachable',
        `no address of ${peer} is known: name one that the other node prints at its start`,
      )
    }
    return known.map(({ address }) => `${address}/p2p/${peer}`)
  }

  #detailsToDial(reference: string): PeerDetails {
    try {
      return this.details(reference)
    } catch (error) {
      if (!(error instanceof KithError) || error.code !== 'no-such-peer') throw error
      throw new KithError(error.code, `${error.message}; an address looks like ${DIAL_EXAMPLE}`)
    }
  }

  #at(text: string): PeerId {
    const { host } = this.#init
    const { address, peer } = parseDialAddress(text)
    const found = peer ?? host.peerAt(address)
    if (found !== undefined) return found
    const tried = host.unanswered().find((each) => each.address === address)
    const why = tried?.error ? `: ${tried.error} (${tried.failures} times)` : ''
    throw new KithError('no-such-peer', `nobody has answered at ${address} yet${why}`)
  }

  /** All peers that are connected, in the address book, or known from a room or from what they sent. */
  #candidates(): Candidate[] {
    const { core, host, names, refusals } = this.#init
    const { machine, store } = core
    const ofRooms = machine.rooms
      .list()
      .flatMap(({ record: { id }, view }) => [
        ...[...view.state.roster.profiles.keys()],
        ...store.authorHeads(id).map(({ author }) => author),
        ...store.peerFrontiers(id).map(({ peer }) => peer),
        ...store.sharing(id).flatMap(({ peer }) => peer ?? []),
      ])
    const peers = new Set([...host.peers().map(({ peer }) => peer), ...ofRooms, ...refusals.peers()])
    peers.delete(core.self)
    return [...peers].map((peer) => ({ peer, names: names.setBy(peer) }))
  }

  #roomsOf(peer: PeerId): PeerRoom[] {
    const { core, names } = this.#init
    const byRoom = new Map(names.of(peer).map(({ room, name }) => [room, name]))
    return core.machine.rooms.list().flatMap(({ record }) => {
      const { id } = record
      const sync = new RoomSyncReader(id, core).peer(peer, byRoom.get(id) ?? shortNameOf(peer))
      return sync === undefined
        ? []
        : [{ id, name: roomName(record), documents: core.store.totals(id).documents, sync }]
    })
  }
}
