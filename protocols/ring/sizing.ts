/** How many nodes and items there are: from what this node knows anyway, and from lookups at random places if its user asks. */
import { clockwise, bytesOfPlace, keyOfBytes, placeOfBytes, PLACE_BYTES, type ItemKey, type Place } from './circle.ts'
import { LEAVES, MAX_CALLS, STABILISE_MS } from './constants.ts'
import type { RingCore } from './core.ts'
import type { Keeper } from './keeper.ts'
import type { CountedItems, CountedNodes, RingSizes } from './ports.ts'
import type { Answered, Requests } from './requests.ts'
import { runAround, type Samples } from './samples.ts'
import {
  COUNT_ERROR,
  COUNT_ROUND,
  MAX_COUNTED_ITEMS,
  MAX_COUNTED_NODES,
  MAX_COUNT_LOOKUPS,
  SAMPLE_MS,
} from './size/constants.ts'
import { combined, itemsByDensity, nodesByDensity, nodesInCommon, type Estimate, type Run } from './size/index.ts'
import type { Upkeep } from './upkeep.ts'

interface Sources {
  requests: Requests
  keeper: Keeper
  upkeep: Upkeep
  samples: Samples
}

const CIRCLE = 1n << 256n

/** Counts for the user of this node; one count at a time, and at most MAX_COUNT_LOOKUPS lookups in it. */
export class Sizing {
  readonly #core: RingCore
  readonly #from: Sources
  /** Calls of the user that wait for one count. */
  #calls: number[] = []
  #countSinceMs = 0

  constructor(core: RingCore, from: Sources) {
    this.#core = core
    this.#from = from
  }

  sizes(nowMs: number): RingSizes {
    return { nodes: this.#nodes(nowMs, nowMs - SAMPLE_MS), items: this.#items() }
  }

  /** Looks up random places until the error is small enough; more calls wait for the same count. */
  count(call: number, nowMs: number): void {
    if (this.#calls.length >= MAX_CALLS) {
      this.#core.effects.emit({ type: 'done', call, result: { type: 'failed', failure: 'too-many' } })
      return
    }
    this.#calls.push(call)
    if (this.#calls.length > 1) return
    // What was learnt before is of a ring that may have been smaller.
    this.#countSinceMs = nowMs
    this.#from.upkeep.askLeaves(nowMs)
    this.#round(MAX_COUNT_LOOKUPS, nowMs)
  }

  #round(left: number, nowMs: number): void {
    const nodes = this.#nodes(nowMs, this.#countSinceMs)
    // Where there may be so few that all are known in the end, an estimate is not enough.
    const maxError = nodes !== undefined && nodes.count > MAX_COUNTED_NODES ? COUNT_ERROR * nodes.count : 0
    const isEnough = nodes !== undefined && nodes.standardError <= maxError
    if (left <= 0 || isEnough) return this.#end(nowMs)
    let open = COUNT_ROUND
    for (let lookup = 0; lookup < COUNT_ROUND; lookup++) {
      const target = this.#randomPlace()
      const done = (answered: Answered | undefined, atMs: number): void => {
        if (answered !== undefined) this.#from.samples.add(target, true, answered, atMs)
        if (--open === 0) this.#round(left - COUNT_ROUND, atMs)
      }
      const body = { type: 'get-peers' as const, previous: LEAVES + 1, next: LEAVES + 1, digest: undefined }
      this.#from.requests.ask({ target, body, done }, nowMs)
    }
  }

  #end(nowMs: number): void {
    const calls = this.#calls
    this.#calls = []
    const size = { nodes: this.#nodes(nowMs, this.#countSinceMs), items: this.#items() }
    for (const call of calls) this.#core.effects.emit({ type: 'done', call, result: { type: 'sized', size } })
  }

  /** From what was learnt since a time, or is kept up to date. */
  #nodes(nowMs: number, sinceMs: number): CountedNodes | undefined {
    const { place, table } = this.#core
    const { samples } = this.#from
    if (table.size === 0) return { count: 1, standardError: 0, known: 1, inCommon: 0 }
    const near = this.#near()
    const fresh = [...near, ...samples.runs(Math.max(sinceMs, nowMs - STABILISE_MS))]
    const known = (runs: readonly Run[]): number => new Set([place, ...runs.flat()]).size
    const now = nodesByDensity(fresh)
    // Where somebody leaves out whom another one knows, nobody can say that these are all.
    if (now?.standardError === 0) return areConsistent(fresh) ? { ...now, known: now.count, inCommon: 0 } : undefined
    const runs = [...near, ...samples.runs(sinceMs)]
    const density = nodesByDensity(runs)
    if (density === undefined) return undefined
    const lists = samples.met(sinceMs)
    const common = nodesInCommon(lists, density.count)
    // Of what was seen minutes ago, somebody may have gone, and somebody may have come; and two lists alike need not have all.
    const unsure = [density, common].flatMap((each) => (each === undefined ? [] : atLeastOneOff(each)))
    const estimate = combined(unsure)
    return estimate && { ...estimate, known: known(runs), inCommon: common === undefined ? 0 : lists.inCommon }
  }

  /** This node and its neighbours, each with its own; none while these are about to change. */
  #near(): Run[] {
    const { place, table } = this.#core
    const { upkeep } = this.#from
    const { previous, next } = upkeep.leaves
    const leaves = new Map([...previous, ...next].map((leaf) => [leaf.peer, leaf.place]))
    const isNearer = (other: Place): boolean =>
      [...previous.slice(-1)].some((last) => clockwise(other, place) < clockwise(last.place, place)) ||
      [...next.slice(-1)].some((last) => clockwise(place, other) < clockwise(place, last.place))
    const isSettled =
      [...leaves.keys()].every((peer) => upkeep.toldBy(peer) !== undefined) &&
      [...upkeep.known()].every(([peer, known]) => table.get(peer) !== undefined || !isNearer(known))
    if (!isSettled) return []
    const own = [...previous.map((leaf) => leaf.place).toReversed(), place, ...next.map((leaf) => leaf.place)]
    const told = [...leaves].flatMap(([peer, at]) => {
      const list = upkeep.toldBy(peer)
      const run = list && runAround(at, list)
      return run === undefined ? [] : [run]
    })
    return [own, ...told]
  }

  /** From those that this node keeps because it owns their keys: it keeps copies of others too, which do not count. */
  #items(): CountedItems | undefined {
    const { place, table } = this.#core
    const [before] = table.previous(place, 1)
    const [after] = table.next(place, 1)
    const from = before === undefined ? place : middle(before.place, place)
    const end = after === undefined ? place : middle(place, after.place)
    const { known, to } = this.#countFrom(from, end)
    const estimate = itemsByDensity([{ from, to, items: known }])
    const way = from === to ? CIRCLE : clockwise(from, to)
    return estimate && { ...estimate, known, share: Number(way) / Number(CIRCLE) }
  }

  /** The items whose keys are from one place to another; where there are too many, to the last one that was counted. */
  #countFrom(from: Place, end: Place): { known: number; to: Place } {
    const width = from === end ? CIRCLE : clockwise(from, end)
    const beforeZero = this.#held(keyAt(from))
    const keys = beforeZero.length === MAX_COUNTED_ITEMS ? beforeZero : [...beforeZero, ...this.#held(undefined)]
    const ways = keys.map((key) => clockwise(from, BigInt(`0x${key}`)))
    const inPart = [...new Set(ways.filter((way) => way < width))].slice(0, MAX_COUNTED_ITEMS)
    const last = inPart.at(-1)
    return inPart.length < MAX_COUNTED_ITEMS || last === undefined
      ? { known: inPart.length, to: end }
      : { known: inPart.length, to: BigInt.asUintN(256, from + last) }
  }

  #held(after: ItemKey | undefined): ItemKey[] {
    const { ports } = this.#core
    const held = ports.heldItems(after, false, MAX_COUNTED_ITEMS)
    return held.filter((item) => !this.#from.keeper.isExpired(item)).map(({ key }) => key)
  }

  #randomPlace(): Place {
    return placeOfBytes(Uint8Array.from({ length: PLACE_BYTES }, () => Math.floor(this.#core.random() * 256)))
  }
}

function atLeastOneOff({ count, standardError }: Estimate): Estimate {
  return { count, standardError: Math.max(standardError, 1) }
}

/** Whether no run leaves out a node that another one has. */
function areConsistent(runs: readonly Run[]): boolean {
  const places = [...new Set(runs.flat())]
  const leavesOut = (from: Place, to: Place): boolean => places.some((place) => isWithin(place, from, to))
  return runs.every((run) => run.slice(1).every((to, step) => !leavesOut(run[step] ?? to, to)))
}

/** Whether a place is on the way from one to another, and neither of them. */
function isWithin(place: Place, from: Place, to: Place): boolean {
  const way = clockwise(from, place)
  return way > 0n && way < clockwise(from, to)
}

function middle(from: Place, to: Place): Place {
  return BigInt.asUintN(256, from + clockwise(from, to) / 2n)
}

function keyAt(place: Place): ItemKey {
  return keyOfBytes(bytesOfPlace(place))
}
