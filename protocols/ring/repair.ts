/**
 * Keeps items where they belong as nodes come and go: offers what this node holds to those that should hold it too, sends
 * what they lack, and lets go of what others hold in its place. It goes through all items again and again, a few at a
 * time, and sooner through those nearby after a change among the neighbours, until a walk through them finds nothing to do.
 */
import type { PeerId } from '../wire/ids.ts'
import { TokenBucket } from '../wire/token-bucket.ts'
import { clockwise, isNearer, placeOfCopy, positionOf, type ItemKey, type Place } from './circle.ts'
import {
  LEAVES,
  MAX_COPIES,
  REPAIR_BATCH,
  REPAIR_BURST_BYTES,
  REPAIR_BYTES_PER_SECOND,
  REPAIR_MS,
  REPAIR_SOON_MS,
  REPAIR_STEP_MS,
} from './constants.ts'
import { isNearestTo, jittered, type RingCore } from './core.ts'
import { standIns } from './holders.ts'
import type { Keeper } from './keeper.ts'
import type { HeldItem } from './ports.ts'
import type { Answered, Requests } from './requests.ts'
import type { Sliced } from './sliced.ts'
import type { Upkeep } from './upkeep.ts'

/** Where a copy is offered: to whoever is nearest to its place, or to one node. */
interface Offering {
  copy: number
  to: PeerId | undefined
  items: HeldItem[]
}

/** A copy that is lacking somewhere. */
interface Lacking {
  item: HeldItem
  copy: number
  to: PeerId | undefined
}

interface Walk {
  after: ItemKey | undefined
  isNearOnly: boolean
  /** So far nothing was lacking, and all have answered. */
  isIdle: boolean
}

/** How far a node's part of the circle reaches before and after its place, as ways along the circle. */
interface Reach {
  before: bigint
  after: bigint
}

/** Offers what a node holds to who should hold it. */
export class Repair {
  readonly #core: RingCore
  readonly #requests: Requests
  readonly #keeper: Keeper
  readonly #upkeep: Upkeep
  readonly #sliced: Sliced
  readonly #budget: TokenBucket
  /** The walk that is going on: after which item, and whether only places nearby matter. */
  #walk: Walk | undefined
  #batch: readonly HeldItem[] = []
  /** Copies of the batch that somebody else is known to hold. */
  readonly #confirmed = new Map<ItemKey, Set<number>>()
  #lacking: Lacking[] = []
  #open = 0
  #fullAtMs = Infinity
  #nearAtMs = Infinity
  /** How long after a walk nearby that found something to do the next one follows. */
  #nextNearMs = REPAIR_SOON_MS
  /**
   * What is nearby: as far as the neighbours, now or at any time since a walk nearby had nothing to do. When rings merge,
   * neighbours are suddenly much nearer, and what this node held beyond them is to be handed over.
   */
  #reach: Reach = { before: 0n, after: 0n }
  #timerAtMs = Infinity

  constructor(core: RingCore, parts: { requests: Requests; keeper: Keeper; upkeep: Upkeep; sliced: Sliced }) {
    this.#core = core
    this.#requests = parts.requests
    this.#keeper = parts.keeper
    this.#upkeep = parts.upkeep
    this.#sliced = parts.sliced
    this.#budget = new TokenBucket(REPAIR_BURST_BYTES, REPAIR_BYTES_PER_SECOND, 0)
  }

  /** There are other neighbours, or the first ones. */
  neighboursChanged(nowMs: number): void {
    if (this.#fullAtMs === Infinity) this.#fullAtMs = nowMs + jittered(REPAIR_MS, this.#core.random)
    this.#nextNearMs = REPAIR_SOON_MS
    this.#reach = farther(this.#reach, this.#leafReach())
    this.#walkNearby(nowMs)
  }

  /** The timer of repairs. */
  step(nowMs: number): void {
    if (nowMs < this.#timerAtMs) return
    this.#timerAtMs = Infinity
    if (this.#core.table.size === 0) {
      // Alone: neighbours that come begin anew.
      this.#fullAtMs = Infinity
      return
    }
    this.#walk ??= this.#due(nowMs)
    if (this.#walk === undefined) return this.#wakeAt(Math.min(this.#nearAtMs, this.#fullAtMs), nowMs)
    this.#sendLacking(nowMs)
    if (this.#open === 0 && this.#lacking.length === 0) this.#nextBatch(this.#walk, nowMs)
    this.#wakeAt(nowMs + REPAIR_STEP_MS, nowMs)
  }

  #walkNearby(nowMs: number): void {
    this.#nearAtMs = Math.min(this.#nearAtMs, nowMs + jittered(this.#nextNearMs, this.#core.random))
    this.#nextNearMs *= 2
    this.#wakeAt(Math.min(this.#nearAtMs, this.#fullAtMs), nowMs)
  }

  #due(nowMs: number): Walk | undefined {
    const isFull = nowMs >= this.#fullAtMs
    if (!isFull && nowMs < this.#nearAtMs) return undefined
    this.#nearAtMs = Infinity
    if (isFull) this.#fullAtMs = nowMs + jittered(REPAIR_MS, this.#core.random)
    return { after: undefined, isNearOnly: !isFull, isIdle: true }
  }

  #nextBatch(walk: Walk, nowMs: number): void {
    this.#letGo()
    this.#confirmed.clear()
    const held = this.#core.ports.heldItems(walk.after, false, REPAIR_BATCH)
    if (held.length === 0) this.#end(walk, nowMs)
    walk.after = held.at(-1)?.key
    this.#batch = held.filter((item) => !this.#keeper.isExpired(item))
    for (const item of held) if (this.#keeper.isExpired(item)) this.#keeper.delete(item)
    for (const offering of this.#offerings(this.#batch, walk.isNearOnly)) this.#offer(offering, nowMs)
  }

  #end({ isNearOnly, isIdle }: Walk, nowMs: number): void {
    this.#walk = undefined
    if (isIdle && this.#nearAtMs === Infinity) this.#reach = this.#leafReach()
    else if (isNearOnly && this.#nextNearMs < REPAIR_MS) this.#walkNearby(nowMs)
  }

  #offerings(batch: readonly HeldItem[], isNearOnly: boolean): Offering[] {
    const offerings: Offering[] = []
    for (let copy = 0; copy < MAX_COPIES; copy++) {
      const items = batch.filter(
        ({ key, copies }) => copy < copies && this.#isForeign(placeOfCopy(key, copy), isNearOnly),
      )
      if (items.length > 0) offerings.push({ copy, to: undefined, items })
    }
    const { self, place } = this.#core
    const known = new Map([...this.#upkeep.known(), [self, place]])
    const direct = new Map<PeerId, HeldItem[]>()
    for (const item of batch) {
      for (const to of standIns(item.key, item.copies, known)) {
        if (to !== self && this.#core.table.get(to) !== undefined) direct.set(to, [...(direct.get(to) ?? []), item])
      }
    }
    return [...offerings, ...[...direct].map(([to, items]) => ({ copy: 0, to, items }))]
  }

  /** Whether another node is nearest to a place, and near, if only such matter. */
  #isForeign(place: Place, isNearOnly: boolean): boolean {
    if (isNearestTo(this.#core, place)) return false
    const { place: own, table } = this.#core
    if (!isNearOnly || table.size <= 2 * LEAVES) return true
    return clockwise(place, own) <= this.#reach.before || clockwise(own, place) <= this.#reach.after
  }

  #leafReach(): Reach {
    const { place } = this.#core
    const { previous, next } = this.#upkeep.leaves
    return {
      before: clockwise(previous.at(-1)?.place ?? place, place),
      after: clockwise(place, next.at(-1)?.place ?? place),
    }
  }

  #offer({ copy, to, items }: Offering, nowMs: number): void {
    const [first] = items
    if (first === undefined) return
    this.#open++
    const done = (answered: Answered | undefined, atMs: number): void => {
      this.#open--
      if (answered?.body.type !== 'wanted') return this.#hasMore()
      if (answered.from === this.#core.self) return
      const { lacking } = answered.body
      const isThere = to === undefined && this.#isNearest(answered.from, placeOfCopy(first.key, copy))
      if (lacking.length === 0 || lacking.includes(true) || (to === undefined && !isThere)) this.#hasMore()
      for (const [index, item] of items.slice(0, lacking.length).entries()) {
        if (lacking[index] === true) this.#lacking.push({ item, copy, to })
        else if (isThere) this.#confirm(item.key, copy)
      }
      if (to === undefined) this.#offer({ copy, to, items: items.slice(Math.max(1, lacking.length)) }, atMs)
    }
    const listed = items.map(({ key, sequence, sizeBytes }) => ({ key, sequence, sizeBytes }))
    const body = { type: 'offer' as const, items: listed, copy }
    const where = to === undefined ? { target: placeOfCopy(first.key, copy) } : { to }
    this.#requests.ask({ ...where, body, done }, nowMs)
  }

  #sendLacking(nowMs: number): void {
    for (let next = this.#lacking[0]; next !== undefined; next = this.#lacking[0]) {
      const { copy, to } = next
      const { key, sizeBytes } = next.item
      if (!this.#budget.take(nowMs, Math.min(sizeBytes, REPAIR_BURST_BYTES))) return
      this.#lacking.shift()
      const item = this.#keeper.item(key)
      if (item === undefined) continue
      this.#open++
      const done = (answered: Answered | undefined): void => {
        this.#open--
        if (answered?.body.type !== 'stored' || answered.body.outcome === 'full') return
        if (to === undefined && this.#isNearest(answered.from, placeOfCopy(key, copy))) this.#confirm(key, copy)
      }
      const where = to === undefined ? { target: placeOfCopy(key, copy) } : { to }
      this.#requests.ask({ ...where, body: { type: 'store', item }, done }, nowMs)
    }
  }

  /** Whether no node is known that is nearer to a place than another one: where the nearest is silent, the next one answers. */
  #isNearest(peer: PeerId, place: Place): boolean {
    const [at, nearest] = [positionOf(peer), this.#core.table.nearest(place, () => true)]
    return (
      peer !== this.#core.self && at !== undefined && (nearest === undefined || !isNearer(nearest.place, at, place))
    )
  }

  /** The walk that is going on has something to do. */
  #hasMore(): void {
    if (this.#walk !== undefined) this.#walk.isIdle = false
  }

  #confirm(key: ItemKey, copy: number): void {
    const copies = this.#confirmed.get(key) ?? new Set<number>()
    this.#confirmed.set(key, copies.add(copy))
  }

  /** Of the last batch, what others hold at all of its places while this node is at none. */
  #letGo(): void {
    const { self, place } = this.#core
    const known = new Map([...this.#upkeep.known(), [self, place]])
    for (const item of this.#batch) {
      if (this.#confirmed.get(item.key)?.size !== item.copies || this.#sliced.has(item.key)) continue
      const isStandIn = standIns(item.key, item.copies, known).includes(self)
      if (!isStandIn) this.#keeper.delete(item)
    }
    this.#batch = []
  }

  #wakeAt(atMs: number, nowMs: number): void {
    if (atMs >= this.#timerAtMs || atMs === Infinity) return
    this.#timerAtMs = atMs
    this.#core.effects.setTimer({ type: 'repair' }, Math.max(0, atMs - nowMs))
  }
}

function farther(a: Reach, b: Reach): Reach {
  return { before: a.before > b.before ? a.before : b.before, after: a.after > b.after ? a.after : b.after }
}
