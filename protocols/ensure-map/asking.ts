/** Who is asked for what: spreads wants over the peers that may have them, and notices those that do not answer. */
import type { BlockId, PeerId, RoomId, TopicKey } from '../wire/ids.ts'
import { chunksOf } from '../wire/pack.ts'
import { topicKeyOf } from '../wire/room-keys.ts'
import { AskedPeer, type Ask } from './asked-peer.ts'
import { GIVE_UP_MS, LOOK_AHEAD, MAX_ANCESTORS, MAX_ASKED_PEERS, MAX_IDS, PRIORITY, SILENT_MS } from './constants.ts'
import type { EnsureMapEffects, Source } from './ports.ts'
import type { EnsureMapRecord } from './records.ts'
import type { Want, Wants } from './wants.ts'

export interface AskingInit {
  wants: Wants
  sources: readonly Source[]
  /** Ancestors of a room with a larger clock are welcome with one that is asked for. */
  afterClock: (room: RoomId) => number
  effects: EnsureMapEffects
  /** Nobody that can be asked has it. */
  onAbsent: (want: Want) => void
}

/** The asking of a node: all its peers, and the one list of wants. */
export class Asking {
  /** Nothing is asked for. */
  isPaused = false
  readonly #init: AskingInit
  readonly #peers = new Map<PeerId, AskedPeer>()

  constructor(init: AskingInit) {
    this.#init = init
  }

  peerUp(key: PeerId, session: number, nowMs: number): void {
    this.#peers.set(key, new AskedPeer(key, session, nowMs))
  }

  peerDown(key: PeerId): void {
    const peer = this.#peers.get(key)
    if (peer === undefined) return
    this.#peers.delete(key)
    for (const { want } of peer.asks.values()) this.#notAsked(want, peer)
  }

  peer(key: PeerId): AskedPeer | undefined {
    return this.#peers.get(key)
  }

  /** Asks for what can be asked for now; says of which peers an answer is to be awaited. */
  pump(nowMs: number): AskedPeer[] {
    const { wants, effects } = this.#init
    if (this.isPaused || !wants.hasQueued) return []
    const askable = [...this.#peers.values()].filter(({ isAskable }) => isAskable)
    const isBusy = askable.length > 0 && !askable.some((peer) => peer.hasRoomFor(wants.topPriority, nowMs))
    if (isBusy) return []
    const asked = new Map<string, { peer: AskedPeer; room: RoomId; wants: Want[] }>()
    for (const want of wants.next(LOOK_AHEAD)) {
      const choice = this.#choose(want, nowMs)
      if (choice === 'busy') {
        if (!askable.some((peer) => peer.hasRoomFor(want.priority, nowMs))) break
        continue
      }
      if (choice === undefined) {
        this.#absent(want, nowMs)
        continue
      }
      const { peer, room } = choice
      peer.ask({ want, room, sentMs: nowMs }, nowMs)
      want.asked = [...want.asked, peer.key]
      wants.ask(want)
      const key = `${peer.key}/${room}/${want.priority}`
      const batch = asked.get(key)
      if (batch === undefined) asked.set(key, { peer, room, wants: [want] })
      else batch.wants.push(want)
    }
    for (const { peer, room, wants: batch } of asked.values()) {
      for (const record of this.#records(peer, room, batch)) effects.send(peer.key, record)
    }
    return [...new Set([...asked.values()].map(({ peer }) => peer))].filter(({ isTimerSet }) => !isTimerSet)
  }

  /** When to pump again as peers take more by then; Infinity where nothing waits for that. */
  resumeMs(nowMs: number): number {
    if (this.isPaused || !this.#init.wants.hasQueued) return Infinity
    const tired = [...this.#peers.values()].filter((peer) => peer.isAskable && peer.isTired(nowMs))
    return tired.reduce((soonest, { restedMs }) => Math.min(soonest, restedMs), Infinity)
  }

  /** Ends the asking for a want at all peers but one, which has answered. */
  cancel(want: Want, answered?: AskedPeer): void {
    for (const key of want.asked) {
      const peer = this.#peers.get(key)
      const ask = peer?.asks.get(want.id)
      if (peer === undefined || peer === answered || ask?.want !== want) continue
      peer.asks.delete(want.id)
      this.#init.effects.send(key, { type: 'cancel', topic: topicKeyOf(ask.room), ids: [want.id] })
    }
    want.asked = []
  }

  /** A peer has not what it was asked for. */
  lacks(peer: PeerId, { want, room }: Ask): void {
    want.absentAt = [...want.absentAt, { peer, room }]
    want.asked = want.asked.filter((key) => key !== peer)
    if (want.state === 'asked') this.#init.wants.queue(want)
  }

  /** A peer got what it was asked for before. */
  has(peer: PeerId, ids: readonly BlockId[]): void {
    for (const want of ids.flatMap((id) => this.#init.wants.of(id))) {
      want.holder = peer
      want.absentAt = want.absentAt.filter((absent) => absent.peer !== peer)
      const isUnanswered = want.asked.every((key) => this.#peers.get(key)?.isSilent === true)
      if (want.state === 'waiting' || (want.state === 'asked' && isUnanswered)) this.#askAnother(want)
    }
  }

  /** A peer came, or answers again: it is asked for what others have not, or do not answer for. */
  retry(key: PeerId): void {
    this.#init.wants.retryNow(key)
    for (const peer of this.#peers.values()) {
      if (peer.isSilent) for (const { want } of peer.asks.values()) this.#askAnother(want)
    }
  }

  /** Something came from a peer. */
  heard(peer: AskedPeer, nowMs: number): void {
    peer.heardMs = nowMs
    if (!peer.isSilent) return
    peer.isSilent = false
    this.retry(peer.key)
  }

  /** Looks at a peer that was asked; says when to look again, and whether it left something unanswered for good. */
  checkSilence(peer: AskedPeer, nowMs: number): { againMs: number | undefined; isGivenUp: boolean } {
    const silentMs = nowMs - peer.heardMs
    if (silentMs >= SILENT_MS && !peer.isSilent && peer.asks.size > 0) {
      peer.fellSilent()
      for (const { want } of peer.asks.values()) this.#askAnother(want)
    }
    const givenUp = [...peer.asks.values()].filter(({ sentMs }) => nowMs - sentMs >= GIVE_UP_MS)
    for (const ask of givenUp) {
      this.#init.effects.send(peer.key, { type: 'cancel', topic: topicKeyOf(ask.room), ids: [ask.want.id] })
      peer.asks.delete(ask.want.id)
      this.lacks(peer.key, ask)
    }
    // Whether it answers by now shows once it is asked again.
    if (peer.asks.size === 0) peer.isSilent = false
    return { againMs: peer.asks.size > 0 ? SILENT_MS : undefined, isGivenUp: givenUp.length > 0 }
  }

  #askAnother(want: Want): void {
    if (want.asked.length < MAX_ASKED_PEERS) this.#init.wants.queue(want)
  }

  /** The best peer for a want; `busy` where those that may have it can take no more now. */
  #choose(want: Want, nowMs: number): { peer: AskedPeer; room: RoomId } | 'busy' | undefined {
    if (this.#isAskedElsewhere(want)) return 'busy'
    for (const source of this.#init.sources) {
      let isBusy = false
      let best: { peer: AskedPeer; room: RoomId } | undefined
      let bestScore = -Infinity
      for (const { peer: key, room } of source.candidates(want.scope, want.id)) {
        const peer = this.#peers.get(key)
        if (peer?.isAskable !== true || isAbsentAt(want, key, room) || want.asked.includes(key)) continue
        if (!peer.hasRoomFor(want.priority, nowMs) || peer.asks.has(want.id)) {
          isBusy = true
          continue
        }
        const { freeBytes } = peer
        const score = isHolder(want, key) ? freeBytes + HOLDER_BONUS : freeBytes
        if (score <= bestScore) continue
        bestScore = score
        best = { peer, room }
      }
      if (best !== undefined) return best
      if (isBusy) return 'busy'
    }
    return undefined
  }

  /** Whether somebody is asked for the same block in another scope, and may be expected to answer. */
  #isAskedElsewhere(want: Want): boolean {
    const wants = this.#init.wants.of(want.id)
    if (wants.length === 1) return false
    const others = wants.flatMap((other) => (other === want ? [] : other.asked))
    return (
      others.length + want.asked.length >= MAX_ASKED_PEERS ||
      others.some((key) => this.#peers.get(key)?.isSilent === false)
    )
  }

  #absent(want: Want, nowMs: number): void {
    const { wants, onAbsent } = this.#init
    if (want.asked.length > 0) {
      wants.ask(want) // there is nobody else, but who was asked may still answer
      return
    }
    if (wants.retryLater(want, nowMs)) onAbsent(want)
  }

  #notAsked(want: Want, peer: AskedPeer): void {
    want.asked = want.asked.filter((key) => key !== peer.key)
    if (want.state === 'asked' && want.asked.length === 0) this.#init.wants.queue(want)
  }

  *#records(peer: AskedPeer, room: RoomId, batch: readonly Want[]): Generator<EnsureMapRecord> {
    const topic: TopicKey = topicKeyOf(room)
    const priority = batch[0]?.priority ?? PRIORITY.leaf
    const isAncestor = priority === PRIORITY.ancestor
    if (isAncestor) peer.ancestorsWelcome += MAX_ANCESTORS * batch.length
    const welcome = isAncestor && { afterClock: this.#init.afterClock(room) }
    for (const some of chunksOf(batch, MAX_IDS)) {
      yield { type: 'want', topic, ids: some.map(({ id }) => id), priority, ...welcome }
    }
  }
}

/** More than any window: whoever has sent blocks of the same root is asked first. */
const HOLDER_BONUS = 2 ** 40

function isAbsentAt({ absentAt }: Want, peer: PeerId, room: RoomId): boolean {
  return absentAt.some((absent) => absent.peer === peer && absent.room === room)
}

function isHolder({ holder, needs }: Want, peer: PeerId): boolean {
  return holder === peer || needs.some(({ root }) => root.from?.has(peer))
}
