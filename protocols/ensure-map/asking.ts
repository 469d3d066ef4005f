/** Decides which peer is asked for what: spreads wants over the peers that may have them, and notices silent peers. */
import type { BlockId, PeerId, RoomId, TopicKey } from '../wire/ids.ts'
import type { Neighbours } from '../wire/neighbours.ts'
import { chunksOf } from '../wire/pack.ts'
import { topicKeyOf } from '../wire/room-keys.ts'
import { AskedPeer, type Ask } from './asked-peer.ts'
import {
  GIVE_UP_MS,
  LOOK_AHEAD,
  MAX_ANCESTORS,
  MAX_ASKED_PEERS,
  MAX_IDS,
  PRIORITY,
  SILENT_MS,
  type Priority,
} from './constants.ts'
import { PeerRooms } from './peer-rooms.ts'
import type { EnsureMapEffects } from './ports.ts'
import type { EnsureMapRecord } from './records.ts'
import { LEVELS, type Want, type Wants } from './wants.ts'

export interface AskingInit {
  wants: Wants
  neighbours: Neighbours<true>
  /** The open room whose root has this id. The id is the room's secret, so only peers that know the room are asked. */
  openRoom: (id: BlockId) => RoomId | undefined
  /** With an ancestor that is asked for, a peer may send others of that room with a larger clock. */
  afterClock: (room: RoomId) => number
  effects: EnsureMapEffects
  /** No peer that can be asked has it. */
  onAbsent: (want: Want) => void
}

/** A peer, and the room in whose name to ask it. */
interface Choice {
  peer: AskedPeer
  room: RoomId
}

/** The wants that one peer is asked for in one room while one input is handled. */
interface Batch extends Choice {
  wants: Want[]
}

/** By peer, room and level. */
type Batches = Map<string, Batch>

/** All peers of a node, and the list of wants that they are asked for. */
export class Asking {
  /** While set, nothing is asked for. */
  isPaused = false
  readonly #init: AskingInit
  readonly #peers = new Map<PeerId, AskedPeer>()
  #terms = 0

  constructor(init: AskingInit) {
    this.#init = init
  }

  peerUp(id: PeerId, session: number, nowMs: number): void {
    const rooms = this.#newRooms(id, this.#init.neighbours.roomsOf(id))
    const peer = new AskedPeer(id, session, rooms, nowMs)
    this.#peers.set(id, peer)
    this.#retry(peer)
  }

  peerDown(id: PeerId): void {
    const peer = this.#peers.get(id)
    if (peer === undefined) return
    this.#peers.delete(id)
    for (const { want } of peer.asks.values()) this.#notAsked(want, peer)
    if (peer.isAskable) this.#unblock()
  }

  /** A peer became a neighbour in a room. */
  joined(id: PeerId, room: RoomId): void {
    const peer = this.#peers.get(id)
    if (peer === undefined) return
    peer.rooms.join(room)
    this.#retry(peer)
  }

  /** A peer is no longer a neighbour in a room. */
  left(id: PeerId, room: RoomId): void {
    const peer = this.#peers.get(id)
    if (peer === undefined) return
    peer.rooms.leave(room)
    if (peer.rooms.size === 0) this.#unblock()
    else if (peer.rooms.isSparse) peer.rooms = this.#newRooms(id, peer.rooms)
  }

  peer(id: PeerId): AskedPeer | undefined {
    return this.#peers.get(id)
  }

  /** Asks for everything that can be asked for now. Returns the peers whose answers must be waited for. */
  pump(nowMs: number): AskedPeer[] {
    const { wants, effects } = this.#init
    if (this.isPaused || !wants.hasQueued) return []
    const askable = this.#askable()
    for (const peer of askable) if (peer.capacity(nowMs) > peer.lastCapacity) this.#mayTakeStalled(peer)
    const batches: Batches = new Map()
    for (const level of LEVELS) {
      this.#askStalled(level, askable, batches, nowMs)
      this.#askQueued(level, askable, batches, nowMs)
    }
    for (const peer of this.#peers.values()) peer.lastCapacity = peer.capacity(nowMs)
    for (const batch of batches.values()) {
      for (const record of this.#records(batch)) effects.send(batch.peer.id, record)
    }
    return [...new Set([...batches.values()].map(({ peer }) => peer))].filter(({ isTimerSet }) => !isTimerSet)
  }

  /** When to pump again because peers will accept more; Infinity if nothing waits for that. */
  resumeMs(nowMs: number): number {
    if (this.isPaused || !this.#init.wants.hasQueued) return Infinity
    const tired = [...this.#peers.values()].filter((peer) => peer.isAskable && peer.isTired(nowMs))
    return tired.reduce((soonest, { restedMs }) => Math.min(soonest, restedMs), Infinity)
  }

  /** Cancels a want at all peers that were asked for it, except the one that has answered. */
  cancel(want: Want, answered?: AskedPeer): void {
    for (const id of want.asked) {
      const peer = this.#peers.get(id)
      const ask = peer?.asks.get(want.id)
      if (peer === undefined || peer === answered || ask?.want !== want) continue
      peer.asks.delete(want.id)
      this.#init.effects.send(id, { type: 'cancel', topic: topicKeyOf(ask.room), ids: [want.id] })
    }
    want.asked = []
  }

  /** A peer does not have what it was asked for. */
  lacks(peer: AskedPeer, { want, room }: Ask): void {
    peer.rooms.lacks(want, room)
    want.asked = want.asked.filter((id) => id !== peer.id)
    if (want.state === 'asked') this.#init.wants.queue(want)
  }

  /** A peer sent a document that the room did not accept: others are asked for it. */
  refused(id: PeerId, want: Want, room: RoomId): void {
    this.#peers.get(id)?.rooms.lacks(want, room)
  }

  /** A peer sent a block that does not match its id. */
  lied(peer: AskedPeer): void {
    peer.lied()
    if (!peer.isAskable) this.#unblock()
  }

  /** A peer now has blocks that it was asked for before. */
  has(peer: AskedPeer, ids: readonly BlockId[]): void {
    for (const want of ids.flatMap((id) => this.#init.wants.of(id))) {
      want.holder = peer.id
      peer.rooms.forget(want)
      const isUnanswered = want.asked.every((id) => this.#peers.get(id)?.isSilent === true)
      const canBeAsked = want.state === 'waiting' || want.state === 'stalled'
      if (canBeAsked || (want.state === 'asked' && isUnanswered)) this.#askAnother(want)
    }
  }

  /** A peer sent something. */
  heard(peer: AskedPeer, nowMs: number): void {
    peer.heardMs = nowMs
    if (!peer.isSilent) return
    peer.isSilent = false
    // It may have blocks by now that it did not have before.
    peer.rooms = this.#newRooms(peer.id, peer.rooms)
    this.#retry(peer)
  }

  /** Checks whether a peer answers. Returns when to check again, and whether something was given up. */
  checkSilence(peer: AskedPeer, nowMs: number): { againMs: number | undefined; isGivenUp: boolean } {
    const silentMs = nowMs - peer.heardMs
    if (silentMs >= SILENT_MS && !peer.isSilent && peer.asks.size > 0) {
      peer.fellSilent()
      this.#unblock()
      for (const { want } of peer.asks.values()) this.#askAnother(want)
    }
    const givenUp = [...peer.asks.values()].filter(({ sentMs }) => nowMs - sentMs >= GIVE_UP_MS)
    for (const ask of givenUp) {
      this.#init.effects.send(peer.id, { type: 'cancel', topic: topicKeyOf(ask.room), ids: [ask.want.id] })
      peer.asks.delete(ask.want.id)
      this.lacks(peer, ask)
    }
    // Whether it answers again shows when it is asked next.
    if (peer.asks.size === 0) peer.isSilent = false
    return { againMs: peer.asks.size > 0 ? SILENT_MS : undefined, isGivenUp: givenUp.length > 0 }
  }

  #askable(): AskedPeer[] {
    return [...this.#peers.values()].filter(({ isAskable }) => isAskable)
  }

  #newRooms(id: PeerId, rooms: Iterable<RoomId>): PeerRooms {
    return new PeerRooms(id, ++this.#terms, rooms)
  }

  /** A peer can be asked for what others do not have, or have not answered. */
  #retry(peer: AskedPeer): void {
    if (peer.rooms.size === 0) return
    this.#mayTakeStalled(peer)
    this.#init.wants.retryNow()
    for (const { isSilent, asks } of this.#peers.values()) {
      if (isSilent) for (const { want } of asks.values()) this.#askAnother(want)
    }
  }

  /** A peer accepts more than before, or may have more: stalled wants are tried again with it. */
  #mayTakeStalled(peer: AskedPeer): void {
    for (const level of LEVELS) peer.unseen[level] = this.#init.wants.stalledCount(level)
  }

  /** A peer that wants were waiting for can no longer be asked: stalled wants are tried again with all others. */
  #unblock(): void {
    const askable = this.#askable()
    for (const peer of askable) this.#mayTakeStalled(peer)
    if (askable.length === 0) this.#init.wants.queueStalled()
  }

  /** Asks for stalled wants, as long as a peer has room and some were not tried with it yet. */
  #askStalled(level: Priority, askable: readonly AskedPeer[], batches: Batches, nowMs: number): void {
    let vain = 0
    for (const want of this.#init.wants.stalled(level)) {
      const takers = askable.filter((peer) => peer.unseen[level] > 0 && peer.hasRoomFor(level, nowMs))
      if (takers.length === 0) return
      for (const peer of takers) peer.unseen[level]--
      if (!this.#tryToAsk(want, batches, nowMs) && ++vain >= LOOK_AHEAD) return
    }
  }

  /** Asks for queued wants while there is a peer with room. If there are no peers at all, the wants are absent. */
  #askQueued(level: Priority, askable: readonly AskedPeer[], batches: Batches, nowMs: number): void {
    const isBusy = (): boolean => askable.length > 0 && !askable.some((peer) => peer.hasRoomFor(level, nowMs))
    if (isBusy()) return
    let vain = 0
    for (const want of this.#init.wants.queued(level)) {
      if (!this.#tryToAsk(want, batches, nowMs) && (isBusy() || ++vain >= LOOK_AHEAD)) return
    }
  }

  /** Returns false if those that may have it accept no more now, or were already asked for it. */
  #tryToAsk(want: Want, batches: Batches, nowMs: number): boolean {
    const choice = this.#choose(want, nowMs)
    if (choice === 'stalled') this.#init.wants.stall(want)
    else if (choice === 'elsewhere') this.#init.wants.queue(want)
    else if (choice === undefined) this.#absent(want, nowMs)
    else this.#askOf(choice, want, batches, nowMs)
    return typeof choice !== 'string'
  }

  #askOf({ peer, room }: Choice, want: Want, batches: Batches, nowMs: number): void {
    peer.ask({ want, room, sentMs: nowMs }, nowMs)
    want.asked = [...want.asked, peer.id]
    this.#init.wants.ask(want)
    const key = `${peer.id}/${room}/${want.priority}`
    const batch = batches.get(key)
    if (batch === undefined) batches.set(key, { peer, room, wants: [want] })
    else batch.wants.push(want)
  }

  #askAnother(want: Want): void {
    if (want.asked.length < MAX_ASKED_PEERS) this.#init.wants.queue(want)
  }

  /**
   * The best peer for a want: a neighbour in its own room, or if none of these may have it, in another room.
   * `stalled`: those that may have it accept no more now. `elsewhere`: somebody was already asked for the block.
   */
  #choose(want: Want, nowMs: number): Choice | 'stalled' | 'elsewhere' | undefined {
    if (this.#isAskedElsewhere(want)) return 'elsewhere'
    const { neighbours, openRoom } = this.#init
    const best = new Best(want, nowMs)
    if (want.scope !== undefined) {
      for (const id of neighbours.of(want.scope).keys()) {
        const peer = this.#peers.get(id)
        if (peer !== undefined) best.consider(peer, peer.rooms.home(want))
      }
    }
    if (best.choice !== undefined) return best.choice
    const only = openRoom(want.id)
    for (const peer of this.#peers.values()) best.consider(peer, peer.rooms.elsewhere(want, only))
    return best.choice
  }

  /** Whether somebody was asked for the same block in another scope and will probably answer. */
  #isAskedElsewhere(want: Want): boolean {
    const wants = this.#init.wants.of(want.id)
    if (wants.length === 1) return false
    const others = wants.flatMap((other) => (other === want ? [] : other.asked))
    return (
      others.length + want.asked.length >= MAX_ASKED_PEERS ||
      others.some((id) => this.#peers.get(id)?.isSilent === false)
    )
  }

  #absent(want: Want, nowMs: number): void {
    const { wants, onAbsent } = this.#init
    // Nobody else can be asked, but those who were may still answer.
    if (want.asked.length > 0) wants.ask(want)
    else if (wants.retryLater(want, nowMs)) onAbsent(want)
  }

  #notAsked(want: Want, peer: AskedPeer): void {
    want.asked = want.asked.filter((id) => id !== peer.id)
    if (want.state === 'asked' && want.asked.length === 0) this.#init.wants.queue(want)
  }

  *#records({ peer, room, wants }: Batch): Generator<EnsureMapRecord> {
    const topic: TopicKey = topicKeyOf(room)
    const priority = wants[0]?.priority ?? PRIORITY.leaf
    const isAncestor = priority === PRIORITY.ancestor
    if (isAncestor) peer.ancestorsWelcome += MAX_ANCESTORS * wants.length
    const welcome = isAncestor && { afterClock: this.#init.afterClock(room) }
    for (const some of chunksOf(wants, MAX_IDS)) {
      yield { type: 'want', topic, ids: some.map(({ id }) => id), priority, ...welcome }
    }
  }
}

/** More than any window, so that peers that have sent blocks of the same root are asked first. */
const HOLDER_BONUS = 2 ** 40

/** Finds the peer to ask for a want: of those that may have it, the one that accepts most. */
class Best {
  choice: Choice | 'stalled' | 'elsewhere' | undefined
  readonly #want: Want
  readonly #nowMs: number
  #score = -Infinity

  constructor(want: Want, nowMs: number) {
    this.#want = want
    this.#nowMs = nowMs
  }

  /** `room`: in whose name the peer would be asked; undefined if it does not have the block. */
  consider(peer: AskedPeer, room: RoomId | undefined): void {
    const want = this.#want
    if (room === undefined || !peer.isAskable || want.asked.includes(peer.id)) return
    if (peer.asks.has(want.id)) {
      if (typeof this.choice !== 'object') this.choice = 'elsewhere'
    } else if (!peer.hasRoomFor(want.priority, this.#nowMs)) {
      this.choice ??= 'stalled'
    } else {
      const score = peer.freeBytes + (isHolder(want, peer.id) ? HOLDER_BONUS : 0)
      if (score <= this.#score) return
      this.#score = score
      this.choice = { peer, room }
    }
  }
}

function isHolder({ holder, needs }: Want, peer: PeerId): boolean {
  return holder === peer || needs.some(({ root }) => root.from?.has(peer))
}
