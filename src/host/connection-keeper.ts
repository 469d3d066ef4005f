/**
 * Keeps the node connected: dials what is due, keeps one connection per pair of peers, and reports when a
 * peer connects or disconnects.
 */
import type { Connection, IdentifyResult, Libp2p } from '@libp2p/interface'
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { Logger } from '../kith.ts'
import { monotonicMs, wallMs } from '../runtime/clock.ts'
import { ipOf, readDialAddress } from './addresses.ts'
import type { DialAddress } from './addresses.ts'
import { idleStrangers, strangersOf, surplusStrangers } from './admission.ts'
import type { Standing } from './admission.ts'
import {
  DIAL_STAGGER_MS,
  DIAL_TICK_MS,
  DIAL_TIMEOUT_MS,
  DUPLICATES_SETTLE_MS,
  IDLE_CHECK_MS,
  MAX_DIALLED_PEERS,
  MAX_DIALLED_STRANGERS,
  MAX_PARALLEL_DIALS,
  REFRESH_ROWS_MS,
} from './constants.ts'
import type { Contact, Contacts } from './contacts.ts'
import { dialFailureOf } from './dial-errors.ts'
import type { DialLog } from './dial-log.ts'
import { dialFirst, Outrun } from './dialer.ts'
import { surplusConnections } from './duplicates.ts'
import { isBug, reportFailure } from './failures.ts'
import type { Hearsay } from './hearsay.ts'
import type { LabelPeer, RingNeeds } from './host.ts'
import type { PinnedAddresses } from './pinned-addresses.ts'

/** Streams of these say nothing about what a connection is for: libp2p and the host open them on every one. */
const CARE_PROTOCOLS = /^\/ipfs\/(ping|id)\//
/** Nor do these between two nodes of Kith. */
const KITH_PROTOCOLS = /^\/(kith|meshsub|floodsub)\//

export interface KeeperInit {
  libp2p: Libp2p
  contacts: Contacts
  pinnedAddresses: PinnedAddresses
  dialLog: DialLog
  hearsay: Hearsay
  log: Logger
  label: LabelPeer
  /** Own addresses without the peer id, which are never dialled. */
  ownAddresses(): string[]
  /** When bytes of a Kith protocol last came from a peer, by the monotonic clock; -Infinity if never. */
  lastReceivedMs(peer: PeerId): number
  ring: RingNeeds
  dial: (address: string, peer: PeerId | undefined, signal: AbortSignal) => Promise<Connection>
  onConnected(peer: PeerId): void
  onDisconnected(peer: PeerId): void
}

export class ConnectionKeeper {
  readonly #init: KeeperInit
  readonly #self: PeerId
  readonly #connected = new Set<PeerId>()
  /** By the monotonic clock; libp2p's own times are wall time. */
  readonly #openedAtMs = new WeakMap<Connection, number>()
  /** The addresses of each dial on its way, by peer, or by address where that is all that is known. */
  readonly #dialling = new Map<string, ReadonlySet<string>>()
  readonly #stopped = new AbortController()
  /** By peer, since its last connection opened. */
  readonly #settleTimers = new Map<PeerId, NodeJS.Timeout>()
  #tickTimer: NodeJS.Timeout | undefined
  #refreshTimer: NodeJS.Timeout | undefined
  #idleTimer: NodeJS.Timeout | undefined

  constructor(init: KeeperInit) {
    this.#init = init
    this.#self = init.libp2p.peerId.toString() as PeerId
  }

  start(): void {
    const { libp2p } = this.#init
    libp2p.addEventListener('connection:open', ({ detail }) => this.#onOpen(detail))
    libp2p.addEventListener('connection:close', ({ detail }) => this.#onClose(detail))
    libp2p.addEventListener('peer:identify', ({ detail }) => this.#onIdentified(detail))
    this.#tickTimer = setInterval(() => this.dialDue(), DIAL_TICK_MS)
    this.#refreshTimer = setInterval(() => this.#refreshRows(), REFRESH_ROWS_MS)
    this.#idleTimer = setInterval(() => {
      this.#closeIdle()
      this.#closeSpare()
    }, IDLE_CHECK_MS)
    for (const connection of libp2p.getConnections()) this.#onOpen(connection)
    this.dialDue()
  }

  stop(): void {
    clearInterval(this.#tickTimer)
    clearInterval(this.#refreshTimer)
    clearInterval(this.#idleTimer)
    for (const timer of this.#settleTimers.values()) clearTimeout(timer)
    this.#stopped.abort(new Error('the node stops'))
  }

  isConnected(peer: PeerId): boolean {
    return this.#connected.has(peer)
  }

  /**
   * Stays connected to an address from the user, forever: to its peer if the address names one, or else to
   * whoever is there, which is `answeredBy` if a peer has just answered.
   */
  pin({ address, peer }: DialAddress, answeredBy?: PeerId): void {
    if (peer === undefined) {
      this.#init.pinnedAddresses.add(address, answeredBy)
      return
    }
    this.#init.contacts.pin(peer, address)
    // The peer may be waited for at addresses that it has left.
    const isElsewhere = this.#dialling.get(peer)?.has(address) === false
    if (isElsewhere && this.#dialling.size < MAX_PARALLEL_DIALS) void this.#dial(address, [address], peer)
  }

  /** Connections as they are judged by who has a place. */
  standings(): (Standing & { connection: Connection; peer: PeerId })[] {
    const { contacts, pinnedAddresses, libp2p, ring } = this.#init
    const needed = ring.needed()
    const named = new Set(pinnedAddresses.all().map(({ peer }) => peer))
    const open = libp2p.getConnections().filter(({ status }) => status === 'open')
    return open.map((connection) => {
      const peer = keyOf(connection.remotePeer)
      const contact = contacts.get(peer)
      return {
        connection,
        peer,
        remoteAddress: connection.remoteAddr.toString(),
        isKept: contact?.pinned === true || contact?.roommate === true || named.has(peer),
        isNeeded: needed.has(peer),
        openedAtMs: this.#openedAtMs.get(connection) ?? monotonicMs(),
        heardAtMs: this.#init.lastReceivedMs(peer),
        isInUse: connection.streams.some(({ protocol }) => !CARE_PROTOCOLS.test(protocol)),
      }
    })
  }

  /** Starts the dials that are due. Called by the timer, and at once when there is news. */
  dialDue(): void {
    const { contacts, pinnedAddresses, label, log } = this.#init
    const crowded = this.#connected.size >= MAX_DIALLED_PEERS
    let strangers: number | undefined
    const hasStrangers = (): boolean => (strangers ??= this.#strangers()) >= MAX_DIALLED_STRANGERS
    const isFull = (contact: Contact): boolean => !contact.pinned && (crowded || (!contact.roommate && hasStrangers()))
    for (const contact of contacts.due()) {
      if (this.#dialling.size >= MAX_PARALLEL_DIALS) return
      const { peer } = contact
      if (this.#connected.has(peer) || this.#dialling.has(peer) || isFull(contact)) continue
      const addresses = contact.addresses.filter((address) => this.#isFree(contact, address))
      if (addresses.length === 0) {
        contacts.postpone(contact)
        continue
      }
      contacts.dialStarted(contact)
      log.trace('dialling %p at %d addresses', label(peer), addresses.length)
      void this.#dial(peer, addresses, peer).then((connection) => {
        if (connection === undefined) contacts.dialFailed(contact)
      })
    }
    for (const target of pinnedAddresses.due((peer) => this.#connected.has(peer))) {
      const { address } = target
      if (this.#dialling.size >= MAX_PARALLEL_DIALS || this.#dialling.has(address)) continue
      log.trace('dialling whoever is at %s', address)
      void this.#dial(address, [address], undefined).then((connection) => {
        if (connection === undefined) pinnedAddresses.failed(target)
        else pinnedAddresses.reached(address, keyOf(connection.remotePeer))
      })
    }
  }

  /** Returns the first connection that opens; undefined if none does. Failures are recorded for each address. */
  async #dial(key: string, all: readonly string[], peer: PeerId | undefined): Promise<Connection | undefined> {
    const own = new Set(this.#init.ownAddresses())
    const addresses = all.filter((address) => !own.has(address))
    const options = { staggerMs: DIAL_STAGGER_MS, timeoutMs: DIAL_TIMEOUT_MS, signal: this.#stopped.signal }
    this.#dialling.set(key, new Set(addresses))
    try {
      return await dialFirst(addresses, (each, signal) => this.#dialOne(each, peer, signal), options)
    } catch (error) {
      if (!(error instanceof AggregateError)) throw error // the errors of all attempts come as one
      return undefined
    } finally {
      this.#dialling.delete(key)
    }
  }

  /** Those that the ring needs are few, and come on top. */
  #strangers(): number {
    return strangersOf(this.standings()).filter(({ isNeeded }) => !isNeeded).length
  }

  /** Whether an address may be dialled now: hearsay has pauses. */
  #isFree({ sources }: Contact, address: string): boolean {
    return !sources.has(address) || !this.#init.hearsay.isPaused(address)
  }

  async #dialOne(address: string, peer: PeerId | undefined, signal: AbortSignal): Promise<Connection> {
    const { contacts, dial, dialLog, hearsay, label, log } = this.#init
    const source = peer === undefined ? undefined : contacts.get(peer)?.sources.get(address)
    if (source !== undefined && !hearsay.take(address, source)) {
      throw new Error('enough addresses were dialled that others named')
    }
    try {
      const connection = await dial(address, peer, signal)
      dialLog.add(address, peer, null, wallMs())
      hearsay.reached(address)
      return connection
    } catch (error) {
      if (signal.reason instanceof Outrun || this.#stopped.signal.aborted) throw error
      const failure = dialFailureOf(error, DIAL_TIMEOUT_MS)
      dialLog.add(address, peer, failure, wallMs())
      if (isBug(error)) reportFailure(log, 'a dial failed unexpectedly', error)
      else log('could not reach %p at %s: %s', peer === undefined ? 'any peer' : label(peer), address, failure)
      throw error
    }
  }

  #onOpen(connection: Connection): void {
    if (connection.status !== 'open' || this.#stopped.signal.aborted) return
    const { contacts, label, log } = this.#init
    const { direction, remoteAddr } = connection
    this.#openedAtMs.set(connection, monotonicMs())
    const peer = keyOf(connection.remotePeer)
    const dialled = direction === 'outbound' ? readDialAddress(remoteAddr.toString()) : undefined
    log('%s connection with %p at %a', direction, label(peer), remoteAddr)
    contacts.connected(peer, dialled?.address)
    if (!this.#connected.has(peer)) {
      this.#connected.add(peer)
      this.#init.onConnected(peer)
    }
    this.#closeSurplus(peer, false)
    this.#closeStrangers(surplusStrangers(this.standings()), 'another stranger takes its place')
    clearTimeout(this.#settleTimers.get(peer))
    const timer = setTimeout(() => this.#settled(peer), DUPLICATES_SETTLE_MS)
    this.#settleTimers.set(peer, timer.unref())
  }

  #onIdentified({ peerId, connection, signedPeerRecord, listenAddrs }: IdentifyResult): void {
    const { contacts, hearsay } = this.#init
    const peer = keyOf(peerId)
    if (!this.#connected.has(peer)) return
    const addresses = (signedPeerRecord?.addresses ?? listenAddrs).map((each) => each.toString())
    const ip = ipOf(connection.remoteAddr.toString())
    const usable = hearsay.usable(addresses, { kind: 'identify', peer, ip })
    contacts.identified(
      peer,
      usable,
      usable.filter((address) => ipOf(address) === ip),
    )
  }

  #onClose(connection: Connection): void {
    const { contacts, label, log } = this.#init
    const peer = keyOf(connection.remotePeer)
    log.trace('%s connection with %p closed', connection.direction, label(peer))
    const remains = this.#openConnections(peer).length > 0
    if (remains || !this.#connected.delete(peer)) return
    log('%p is disconnected', label(peer))
    contacts.disconnected(peer, monotonicMs() - (this.#openedAtMs.get(connection) ?? -Infinity))
    this.#init.onDisconnected(peer)
  }

  #closeSurplus(peer: PeerId, isSettled: boolean): void {
    const { label, log } = this.#init
    const open = this.#openConnections(peer).map((connection) => ({
      connection,
      direction: connection.direction,
      openedAtMs: this.#openedAtMs.get(connection) ?? monotonicMs(),
    }))
    if (open.length < 2) return
    for (const { connection } of surplusConnections(open, this.#self < peer, isSettled)) {
      log.trace('closing one of %d connections with %p', open.length, label(peer))
      connection.close().catch((error: unknown) => {
        reportFailure(log, 'a surplus connection did not close', error)
        connection.abort(error instanceof Error ? error : new Error(String(error)))
      })
    }
  }

  #closeStrangers(connections: readonly { connection: Connection; peer: PeerId }[], why: string): void {
    const { contacts, label, log } = this.#init
    for (const { connection, peer } of connections) {
      log('closing the connection of %p: %s', label(peer), why)
      // At once, as whoever comes next needs the place.
      connection.abort(new Error(why))
      contacts.putOff(peer)
    }
  }

  #closeIdle(): void {
    this.#closeStrangers(idleStrangers(this.standings(), monotonicMs()), 'no protocol is in use')
  }

  /** Of strangers that this side dialled, and with whom nothing but Kith is spoken, those that the ring does without. */
  #closeSpare(): void {
    const { contacts, ring } = this.#init
    const dialled = strangersOf(this.standings()).filter(
      ({ isKept, connection: { direction, streams } }) =>
        !isKept &&
        direction === 'outbound' &&
        streams.every(({ protocol }) => CARE_PROTOCOLS.test(protocol) || KITH_PROTOCOLS.test(protocol)),
    )
    const spare = new Set(ring.spare(dialled, monotonicMs()))
    const closed = dialled.filter(({ peer }) => spare.has(peer))
    for (const { peer } of closed) contacts.letGo(peer)
    this.#closeStrangers(closed, 'nothing needs it')
  }

  #settled(peer: PeerId): void {
    this.#settleTimers.delete(peer)
    this.#closeSurplus(peer, true)
  }

  #openConnections(peer: PeerId): Connection[] {
    const all = this.#init.libp2p.getConnections()
    return all.filter(({ remotePeer, status }) => status === 'open' && keyOf(remotePeer) === peer)
  }

  #refreshRows(): void {
    for (const peer of this.#connected) this.#init.contacts.seen(peer)
  }
}

function keyOf(peerId: { toString(): string }): PeerId {
  return peerId.toString() as PeerId
}
