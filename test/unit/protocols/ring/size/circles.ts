/** Rings of nodes at random places, for the tests of sizes. */
import type { Run } from '../../../../../protocols/ring/size/index.ts'
import type { Random } from '../../../../../protocols/wire/machine.ts'

const WORDS = 4
const WORD_BITS = 64n
const CHUNK_BITS = 32n

/** A random place on the ring. */
export function randomPlace(random: Random): bigint {
  let place = 0n
  for (let word = 0; word < WORDS * 2; word++) place = (place << CHUNK_BITS) | BigInt(Math.floor(random() * 2 ** 32))
  return BigInt.asUintN(Number(WORD_BITS) * WORDS, place)
}

/** The places of so many nodes, in order. */
export function circleOf(random: Random, nodes: number): bigint[] {
  return Array.from({ length: nodes }, () => randomPlace(random)).toSorted((a, b) => (a < b ? -1 : 1))
}

/** A node with its neighbours, `leaves` on each side. */
export function runAround(places: readonly bigint[], node: number, leaves: number): Run {
  const at = (index: number): bigint => places[((index % places.length) + places.length) % places.length] ?? 0n
  return Array.from({ length: 2 * leaves + 1 }, (_, step) => at(node - leaves + step))
}

/** What many estimates were like, as shares of the truth. */
export interface Quality {
  mean: number
  meanAbsoluteError: number
  withinOne: number
  withinTwo: number
}

export function qualityOf(truth: number, estimates: readonly { count: number; standardError: number }[]): Quality {
  const average = (value: (estimate: { count: number; standardError: number }) => number): number =>
    estimates.reduce((sum, estimate) => sum + value(estimate), 0) / estimates.length
  const within = (times: number): number =>
    average(({ count, standardError }) => (Math.abs(count - truth) <= times * standardError ? 1 : 0))
  return {
    mean: average(({ count }) => count / truth),
    meanAbsoluteError: average(({ count }) => Math.abs(count / truth - 1)),
    withinOne: within(1),
    withinTwo: within(2),
  }
}
