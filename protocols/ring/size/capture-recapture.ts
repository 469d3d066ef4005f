/** An estimate of how many nodes there are from the peers that two nodes have in common. */
import { MIN_IN_COMMON } from './constants.ts'
import type { Estimate } from './estimate.ts'

/** How many nodes each of two lists names, and how many are in both. */
export interface Lists {
  first: number
  second: number
  inCommon: number
}

/**
 * Chapman's estimator: (first + 1) (second + 1) / (in common + 1) - 1. It is right if how likely a node is to be on one list has
 * nothing to do with how likely it is to be on the other one. Lists of neighbours on the ring are not like that: what is near
 * one node is near its neighbours too. Undefined if fewer than MIN_IN_COMMON are to be expected of `about` so many nodes: by
 * what has come, those lists would count of which more are alike by chance. Throws a RangeError if more are in common than
 * a list has.
 */
export function nodesInCommon({ first, second, inCommon }: Lists, about: number): Estimate | undefined {
  if (inCommon > Math.min(first, second)) throw new RangeError('more are in common than a list has')
  if (first * second < MIN_IN_COMMON * about) return undefined
  const product = (first + 1) * (second + 1)
  const variance = (product * (first - inCommon) * (second - inCommon)) / ((inCommon + 1) ** 2 * (inCommon + 2))
  return { count: product / (inCommon + 1) - 1, standardError: Math.sqrt(variance) }
}
