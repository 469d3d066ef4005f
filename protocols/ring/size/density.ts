/** Estimates from how close to each other places on the ring are: of nodes by their gaps, of items by those in a part of it. */
import { MIN_GAPS } from './constants.ts'
import type { Estimate } from './estimate.ts'

const CIRCLE = 1n << 256n

/** Places that follow one another on the ring, clockwise, with none between them: such as a node with its neighbours. */
export type Run = readonly bigint[]

/** The way from one place to another, clockwise. */
function clockwise(from: bigint, to: bigint): bigint {
  return BigInt.asUintN(256, to - from)
}

/** A part of the ring as a fraction of it, with the 53 bits of a number. */
function fractionOf(way: bigint): number {
  return Number(way) / Number(CIRCLE)
}

/**
 * How many nodes there are, from runs of them: with m gaps between neighbours that add up to a fraction S of the ring,
 * (m - 1) / S + 1. That is right on average if the runs are where they are for reasons that have nothing to do with gaps:
 * around this node and around nodes it knows by chance. One that was found because it is the nearest to some place has a
 * longer gap there, which `cutAt` takes out.
 *
 * Runs may overlap: what several know counts once, and a node that one of them leaves out is there all the same. If they
 * go around the ring, the number is exact. Undefined with fewer than MIN_GAPS gaps.
 */
export function nodesByDensity(runs: readonly Run[]): Estimate | undefined {
  const places = [...new Set(runs.flat())].toSorted((a, b) => (a < b ? -1 : 1))
  const covered = coveredGaps(runs, places)
  if (covered.length === places.length && places.length > 0) return { count: places.length, standardError: 0 }
  const gaps = covered.length
  if (gaps < MIN_GAPS) return undefined
  const fraction = fractionOf(covered.reduce((sum, gap) => sum + gap, 0n))
  return {
    count: (gaps - 1) / fraction + 1,
    // Its square is right on average too.
    standardError: Math.sqrt((gaps - 1) * (1 - fraction)) / fraction,
  }
}

/** The gaps between places next to each other that lie within some run. */
function coveredGaps(runs: readonly Run[], places: readonly bigint[]): bigint[] {
  const indexes = new Map(places.map((place, index) => [place, index]))
  const following = (index: number): number => (index + 1) % places.length
  const covered = new Set<number>()
  for (const run of runs) {
    for (const [step, from] of run.slice(0, -1).entries()) {
      const to = indexes.get(run[step + 1] ?? from)
      let index = indexes.get(from) ?? 0
      // A node that is its own neighbour is alone.
      do covered.add(index)
      while ((index = following(index)) !== to)
    }
  }
  return [...covered].map((index) => {
    const way = clockwise(places[index] ?? 0n, places[following(index)] ?? 0n)
    return way === 0n ? CIRCLE : way
  })
}

/** A run without the gap in which a place lies, if it lies in one of its gaps: what is before it and what is after it. */
export function cutAt(run: Run, place: bigint): Run[] {
  const index = run.findIndex((from, step) => {
    const to = run[step + 1]
    return to !== undefined && clockwise(from, place) < clockwise(from, to)
  })
  return index === -1 ? [run] : [run.slice(0, index + 1), run.slice(index + 1)]
}

/** A part of the ring, from one place to another one clockwise, and how many items are in it. The whole ring if both are the same. */
export interface CountedPart {
  from: bigint
  to: bigint
  items: number
}

/**
 * How many items there are, from parts of the ring that do not overlap: those in all of them, divided by the fraction of the
 * ring that they are. Items count by their keys, so copies at other places must not be counted. Undefined without parts.
 */
export function itemsByDensity(parts: readonly CountedPart[]): Estimate | undefined {
  if (parts.length === 0) return undefined
  const items = parts.reduce((sum, part) => sum + part.items, 0)
  const ways = parts.map(({ from, to }) => (from === to ? CIRCLE : clockwise(from, to)))
  const fraction = fractionOf(ways.reduce((sum, way) => sum + way, 0n))
  // Without any, there may be as many as would mostly leave one there.
  return { count: items / fraction, standardError: Math.sqrt(Math.max(items, 1) * (1 - fraction)) / fraction }
}
