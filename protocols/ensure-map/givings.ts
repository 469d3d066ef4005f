/** What this node gives to its peers, each over a stream of its own. */
import type { BlockId, PeerId, RoomId, TopicKey } from '../wire/ids.ts'
import type { Neighbours } from '../wire/neighbours.ts'
import { RateLimits } from '../wire/rate-limits.ts'
import { topicKeyOf } from '../wire/room-keys.ts'
import { UNREPORTED_MS, WANT_BURST, WANTS_PER_SECOND } from './constants.ts'
import { Giving, type RoomOf } from './giving.ts'
import type { EnsureMapEffects, EnsureMapPorts } from './ports.ts'
import { idsRecords, type WantRecord } from './records.ts'

export interface GivingsInit {
  ports: EnsureMapPorts
  roomOf: RoomOf
  neighbours: Neighbours<true>
  effects: EnsureMapEffects
}

/** All peers that share no room with this node. */
const STRANGERS = 'strangers'

/** All peers that blocks are given to. */
export class Givings {
  readonly #init: GivingsInit
  readonly #byPeer = new Map<PeerId, Giving>()
  readonly #limits = new RateLimits<PeerId | typeof STRANGERS>({ burst: WANT_BURST, perSecond: WANTS_PER_SECOND })
  /** Peers for which an `answer` timer is set. */
  readonly #isTimerSet = new Set<PeerId>()

  constructor(init: GivingsInit) {
    this.#init = init
  }

  peerUp(peer: PeerId, session: number, creditBytes: number): void {
    const { ports, roomOf, neighbours } = this.#init
    const isNeighbour = (room: RoomId): boolean => neighbours.has(room, peer)
    const mayAsk = (count: number, nowMs: number): boolean => {
      const payer = neighbours.roomsOf(peer).size > 0 ? peer : STRANGERS
      return this.#limits.take(payer, nowMs, count)
    }
    this.#byPeer.set(peer, new Giving({ peer, session, creditBytes, ports, roomOf, isNeighbour, mayAsk }))
  }

  peerDown(peer: PeerId): void {
    this.#byPeer.delete(peer)
    this.#isTimerSet.delete(peer)
  }

  /** Blocks that a peer asked for and that were not answered. */
  awaitedBy(peer: PeerId): number {
    return this.#byPeer.get(peer)?.awaitedCount ?? 0
  }

  /** A peer has proved to know a room: what it asked for there is answered. */
  proven(peer: PeerId): void {
    this.#byPeer.get(peer)?.proven()
    this.pump(peer)
  }

  /** A peer asks for blocks; `pump` answers it. */
  want(from: PeerId, record: WantRecord, nowMs: number): void {
    const fault = this.#byPeer.get(from)?.want(record, nowMs)
    if (fault !== undefined) this.#init.effects.misbehaviour(from, fault)
  }

  /** A peer wants some blocks no more. */
  cancel(from: PeerId, topic: TopicKey, ids: readonly BlockId[]): void {
    this.#byPeer.get(from)?.cancel(topic, ids)
  }

  /** A peer says how much it has received; `pump` sends it more. */
  received(from: PeerId, sizeBytes: number): void {
    if (this.#byPeer.get(from)?.received(sizeBytes) === false) {
      this.#init.effects.misbehaviour(from, 'received-more-than-sent')
    }
  }

  /** Answers a peer as far as it takes it. */
  pump(peer: PeerId): void {
    const giving = this.#byPeer.get(peer)
    if (giving === undefined) return
    const { effects } = this.#init
    for (const record of giving.pump()) effects.send(peer, record)
    if (giving.canAnswer && !this.#isTimerSet.has(peer)) {
      this.#isTimerSet.add(peer)
      effects.setTimer({ type: 'answer', peer, session: giving.session }, 0)
    }
    if (giving.holdsBack()) effects.setTimer({ type: 'unreported', peer, session: giving.session }, UNREPORTED_MS)
  }

  /** The time to answer more of a peer's wants is here. */
  answer(peer: PeerId, session: number): void {
    if (this.#byPeer.get(peer)?.session !== session) return
    this.#isTimerSet.delete(peer)
    this.pump(peer)
  }

  /** The time for a peer to report what it received is over. */
  unreported(peer: PeerId, session: number): void {
    const giving = this.#byPeer.get(peer)
    if (giving?.session !== session) return
    giving.unreported()
    this.pump(peer)
  }

  /** Tells peers that asked for blocks of a room before that these are here now. */
  announce(room: RoomId, ids: readonly BlockId[]): void {
    const { ports, neighbours, effects } = this.#init
    const waiting = [...this.#byPeer].filter(([peer, { isWaiting }]) => isWaiting && neighbours.has(room, peer))
    if (waiting.length === 0) return
    const topic = topicKeyOf(room)
    for (const [peer, giving] of waiting) {
      if (!ports.isGiving(room, peer)) continue
      for (const record of idsRecords('have', topic, giving.awaited(topic, ids))) effects.send(peer, record)
    }
  }
}
