/**
 * Keeps this node's place in the ring: neighbours on both sides, and fingers across it. It follows Zave, "Reasoning about
 * identifier spaces: how to make Chord correct" (arXiv 1610.01140), not Chord as first published: only nodes that this
 * one has reached itself are in its lists, which have several entries on each side, and neighbours are asked for theirs
 * again and again.
 */
import type { PeerId } from '../wire/ids.ts'
import { digestOf } from './answers.ts'
import { clockwise, commonBits, positionOf, type Place } from './circle.ts'
import {
  EMPTY_FINGER_MS,
  FINGER_MS,
  LEAVES,
  MAX_CANDIDATES,
  MAX_TOLD,
  MAX_UNREACHABLE,
  SELF_LOOKUP_MS,
  STABILISE_MS,
  STABILISE_SOON_MS,
  UNREACHABLE_MS,
  WANT_MS,
} from './constants.ts'
import { jittered, type RingCore } from './core.ts'
import type { RingPeer } from './peer-table.ts'
import type { AnswerBody, ToldPeer } from './records.ts'
import type { Answered, Requests } from './requests.ts'
import type { Samples } from './samples.ts'

/** A node that was heard of and is not connected. */
interface Candidate extends ToldPeer {
  place: Place
  /** Who told of it. */
  from: PeerId
}

type Told = AnswerBody & { type: 'peers' }

const BITS = 256

/** The neighbours and fingers of a node. */
export class Upkeep {
  readonly #core: RingCore
  readonly #requests: Requests
  readonly #samples: Samples
  /** The last lists of neighbours, while they are connected. */
  readonly #told = new Map<PeerId, Told>()
  readonly #candidates = new Map<PeerId, Candidate>()
  /** Since when they are. */
  readonly #wanted = new Map<PeerId, number>()
  readonly #unreachable = new Map<PeerId, number>()
  /** Parts of the circle in which nobody was found, by the bits they share with this node's place. */
  readonly #empty = new Map<number, number>()
  #leaves: readonly PeerId[] = []
  #stabiliseMs = Infinity
  #selfLookupMs = -Infinity
  #isSeekingFingers = false
  /** Came since the last lookup. */
  #newest: PeerId | undefined

  constructor(core: RingCore, requests: Requests, samples: Samples) {
    this.#core = core
    this.#requests = requests
    this.#samples = samples
  }

  /** The neighbours that a neighbour last told. */
  toldBy(peer: PeerId): Told | undefined {
    return this.#told.get(peer)
  }

  /** The nearest connected nodes before this one, and after it; the nearest first. */
  get leaves(): { previous: RingPeer[]; next: RingPeer[] } {
    const { place, table } = this.#core
    return { previous: table.previous(place, LEAVES), next: table.next(place, LEAVES) }
  }

  /** The nodes known on both sides, connected or told by neighbours. */
  known(): ReadonlyMap<PeerId, Place> {
    const { self, table } = this.#core
    const known = new Map(table.all().map(({ peer, place }) => [peer, place]))
    for (const { previous, next } of this.#told.values()) {
      for (const { peer } of [...previous, ...next]) {
        const place = positionOf(peer)
        if (place !== undefined && peer !== self && !this.#isUnreachable(peer)) known.set(peer, place)
      }
    }
    return known
  }

  /** One for each part of the circle in which there are: of those that answer, the one connected longest. */
  fingers(): RingPeer[] {
    const { place, table } = this.#core
    const byBits = new Map<number, RingPeer>()
    const isBetter = (a: RingPeer, b: RingPeer): boolean => {
      const [aIsSilent, bIsSilent] = [this.#requests.isSilent(a.peer), this.#requests.isSilent(b.peer)]
      return aIsSilent === bIsSilent ? a.upSinceMs < b.upSinceMs : bIsSilent
    }
    for (const peer of table.all()) {
      const bits = commonBits(place, peer.place)
      const known = byBits.get(bits)
      if (known === undefined || isBetter(peer, known)) byBits.set(bits, peer)
    }
    return [...byBits].toSorted(([a], [b]) => a - b).map(([, peer]) => peer)
  }

  peerUp(peer: PeerId, place: Place, nowMs: number): void {
    this.#core.table.add({ peer, place, upSinceMs: nowMs })
    this.#candidates.delete(peer)
    this.#wanted.delete(peer)
    this.#unreachable.delete(peer)
    this.#empty.delete(commonBits(this.#core.place, place))
    if (nowMs - this.#selfLookupMs >= STABILISE_SOON_MS) this.#lookUpSelf(peer, nowMs)
    else this.#lookUpLater(peer, nowMs)
    this.#changed(nowMs)
    this.#seekFingers()
  }

  peerDown(peer: PeerId, nowMs: number): void {
    const known = this.#core.table.get(peer)
    if (known === undefined) return
    this.#core.table.delete(peer)
    this.#told.delete(peer)
    this.#empty.delete(commonBits(this.#core.place, known.place))
    this.#changed(nowMs)
    this.#seekFingers()
  }

  /** Asks all neighbours for theirs. */
  askLeaves(nowMs: number): void {
    const { previous, next } = this.leaves
    for (const peer of new Set([...previous, ...next].map(({ peer: leaf }) => leaf))) this.#askNeighbours(peer, nowMs)
  }

  /** The timer of stabilising: after a change soon, and then every STABILISE_MS. */
  stabilise(nowMs: number): void {
    if (nowMs < this.#stabiliseMs) return
    this.#stabiliseMs = Infinity
    if (this.#core.table.size === 0) return
    this.#giveUp(nowMs)
    this.askLeaves(nowMs)
    if (this.#newest !== undefined && this.#core.table.get(this.#newest)) this.#lookUpSelf(this.#newest, nowMs)
    if (nowMs - this.#selfLookupMs >= SELF_LOOKUP_MS) {
      const all = this.#core.table.all()
      const somebody = all[Math.floor(this.#core.random() * all.length)]
      if (somebody !== undefined) this.#lookUpSelf(somebody.peer, nowMs)
    }
    this.#want(nowMs)
    this.#seekFingers()
    this.#stabiliseIn(STABILISE_MS, nowMs)
  }

  /** The timer of fingers: looks for one that is missing. */
  seekFinger(nowMs: number): void {
    this.#isSeekingFingers = false
    const bits = this.#missingFinger(nowMs)
    if (bits === undefined) return
    this.#empty.set(bits, nowMs)
    const target = this.#somewhereIn(bits)
    const body = { type: 'get-peers' as const, previous: 2, next: 2, digest: undefined }
    const done = (answered: Answered | undefined, atMs: number): void => {
      if (answered?.body.type !== 'peers') return
      this.#samples.add(target, false, answered, atMs)
      const told = [...answered.body.previous, ...answered.body.next]
      const found = told.find(({ peer }) => commonBits(this.#core.place, positionOf(peer) ?? this.#core.place) === bits)
      if (found === undefined) return
      this.#hear([found], answered.from)
      const candidate = this.#candidates.get(found.peer)
      if (candidate !== undefined) this.#ask(candidate, nowMs)
    }
    this.#requests.ask({ target, body, done }, nowMs)
    this.#seekFingers()
  }

  #changed(nowMs: number): void {
    const { previous, next } = this.leaves
    const leaves = [...previous, ...next].map(({ peer }) => peer)
    if (leaves.join(' ') === this.#leaves.join(' ')) return
    this.#leaves = leaves
    for (const peer of this.#told.keys()) if (!leaves.includes(peer)) this.#told.delete(peer)
    this.#core.effects.emit({ type: 'neighbours' })
    this.#want(nowMs)
    this.#stabiliseIn(STABILISE_SOON_MS, nowMs)
  }

  #stabiliseIn(ms: number, nowMs: number): void {
    const afterMs = jittered(ms, this.#core.random)
    if (nowMs + afterMs >= this.#stabiliseMs) return
    this.#stabiliseMs = nowMs + afterMs
    this.#core.effects.setTimer({ type: 'stabilise' }, afterMs)
  }

  #askNeighbours(peer: PeerId, nowMs: number): void {
    const told = this.#told.get(peer)
    const digest = told && digestOf(told.previous, told.next)
    const body = { type: 'get-peers' as const, previous: MAX_TOLD, next: MAX_TOLD, digest }
    const done = (answered: Answered | undefined, atMs: number): void => {
      if (answered?.body.type !== 'peers' || answered.body.isSame || !this.#leaves.includes(peer)) return
      this.#told.set(peer, answered.body)
      this.#hear([...answered.body.previous, ...answered.body.next], peer)
      this.#want(atMs)
    }
    this.#requests.ask({ to: peer, body, done }, nowMs)
  }

  /** Of many peers that come at once, the first and the last are asked: mostly they are all in one ring. */
  #lookUpLater(via: PeerId, nowMs: number): void {
    this.#newest = via
    this.#stabiliseIn(STABILISE_SOON_MS, nowMs)
  }

  /** Asks by way of a peer who is next to this node's place: where the rings are two, it is in the other one. */
  #lookUpSelf(via: PeerId, nowMs: number): void {
    const { self, place } = this.#core
    this.#selfLookupMs = nowMs
    this.#newest = undefined
    const body = { type: 'get-peers' as const, previous: MAX_TOLD, next: MAX_TOLD, digest: undefined }
    const done = (answered: Answered | undefined, atMs: number): void => {
      if (answered?.body.type !== 'peers') return
      const { previous, next } = answered.body
      this.#hear([...previous, ...next], answered.from, via)
      // In a ring that is whole, the nearest are neighbours. Of another ring, they may have theirs near this node's neighbours,
      // which only they can find, by way of this node.
      for (const nearest of [...previous.slice(0, 1), ...next.slice(0, 1)]) {
        const candidate = this.#candidates.get(nearest.peer)
        if (candidate !== undefined) this.#ask(candidate, atMs)
      }
      this.#want(atMs)
    }
    this.#requests.ask({ to: via, target: place, except: [self], body, done }, nowMs)
  }

  /** A node is told of by another, whose word came by way of a connected one. */
  #hear(told: readonly ToldPeer[], from: PeerId, via = from): void {
    const { self, table } = this.#core
    const viaSinceMs = table.get(via)?.upSinceMs ?? -Infinity
    for (const { peer, record } of told) {
      const place = positionOf(peer)
      if (place === undefined || peer === self || table.get(peer) !== undefined) continue
      // Whoever came since may be of the other side of a split that is over, and reach what was out of reach.
      const failedAtMs = this.#unreachable.get(peer)
      if (failedAtMs !== undefined && viaSinceMs <= failedAtMs) continue
      this.#unreachable.delete(peer)
      this.#candidates.set(peer, { peer, record, place, from })
    }
    if (this.#candidates.size <= MAX_CANDIDATES) return
    const ways = ({ place }: Candidate): bigint => {
      const [after, before] = [clockwise(this.#core.place, place), clockwise(place, this.#core.place)]
      return after < before ? after : before
    }
    const nearestFirst = [...this.#candidates.values()].toSorted((a, b) => (ways(a) < ways(b) ? -1 : 1))
    for (const { peer } of nearestFirst.slice(MAX_CANDIDATES)) this.#candidates.delete(peer)
  }

  /** Wants candidates that are nearer on one side than the neighbours there. */
  #want(nowMs: number): void {
    const { place } = this.#core
    const { previous, next } = this.leaves
    const sides = [
      { leaves: next, wayTo: (to: Place) => clockwise(place, to) },
      { leaves: previous, wayTo: (to: Place) => clockwise(to, place) },
    ]
    for (const { leaves, wayTo } of sides) {
      const leafWays = leaves.map((leaf) => wayTo(leaf.place))
      const farthest = leaves.length < LEAVES ? undefined : leafWays.at(-1)
      const nearer = [...this.#candidates.values()]
        .map((candidate) => ({ candidate, way: wayTo(candidate.place) }))
        .filter(({ way }) => farthest === undefined || way < farthest)
        .toSorted((a, b) => (a.way < b.way ? -1 : 1))
      for (const [rank, { candidate, way }] of nearer.slice(0, LEAVES).entries()) {
        const leavesBefore = leafWays.filter((leafWay) => leafWay < way).length
        if (rank + leavesBefore < LEAVES) this.#ask(candidate, nowMs)
      }
    }
  }

  #ask({ peer, record, from }: Candidate, nowMs: number): void {
    if (this.#wanted.has(peer)) return
    this.#wanted.set(peer, nowMs)
    this.#core.effects.emit({ type: 'wanted', peer, record, from })
    this.#stabiliseIn(WANT_MS, nowMs)
  }

  /** Who was wanted and did not come makes way for the next one. */
  #giveUp(nowMs: number): void {
    for (const [peer, sinceMs] of this.#wanted) {
      if (nowMs - sinceMs < WANT_MS) continue
      this.#wanted.delete(peer)
      this.#candidates.delete(peer)
      this.#unreachable.set(peer, nowMs)
    }
    for (const [peer, sinceMs] of this.#unreachable) {
      if (nowMs - sinceMs >= UNREACHABLE_MS || this.#unreachable.size > MAX_UNREACHABLE) this.#unreachable.delete(peer)
    }
  }

  #isUnreachable(peer: PeerId): boolean {
    return this.#unreachable.has(peer)
  }

  #seekFingers(): void {
    if (this.#isSeekingFingers || this.#core.table.size === 0) return
    this.#isSeekingFingers = true
    this.#core.effects.setTimer({ type: 'fingers' }, jittered(FINGER_MS, this.#core.random))
  }

  /** The largest part of the circle without a connected node that answers, unless nobody was found there lately. */
  #missingFinger(nowMs: number): number | undefined {
    const { place, table } = this.#core
    const answering = table.all().filter(({ peer }) => !this.#requests.isSilent(peer))
    const have = new Set(answering.map((peer) => commonBits(place, peer.place)))
    const { previous, next } = this.leaves
    const leafBits = [...previous, ...next].map((leaf) => commonBits(place, leaf.place))
    const last = Math.min(BITS, Math.max(0, ...leafBits))
    for (let bits = 0; bits < last; bits++) {
      if (!have.has(bits) && nowMs - (this.#empty.get(bits) ?? -Infinity) >= EMPTY_FINGER_MS) return bits
    }
    return undefined
  }

  /** A place that has as many bits in common with this node's, at random. */
  #somewhereIn(bits: number): Place {
    const rest = BigInt(BITS - 1 - bits)
    const digits = Array.from({ length: BITS / 4 }, () => Math.floor(this.#core.random() * 16).toString(16)).join('')
    const low = BigInt.asUintN(Number(rest), BigInt(`0x${digits}`))
    const top = (this.#core.place >> rest) ^ 1n
    return (top << rest) | low
  }
}
