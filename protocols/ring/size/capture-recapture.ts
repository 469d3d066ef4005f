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
 * Chapman's estimator: (first + 1) (second + 1) / (in common + 1) - 1. It is right if all nodes are equally likely to be on a
 * list, whether or not they are on the other one. Lists of neighbours on the ring are not like that: what is near one node
 * is near its neighbours too. Undefined with fewer than MIN_IN_COMMON. Throws a RangeError if more are in common than a list
 * has.
 */
export function nodesInCommon({ first, second, inCommon }: Lists): Estimate | undefined {
  if (inCommon > Math.min(first, second)) throw new RangeError('more are in common than a list has')
  if (inCommon < MIN_IN_COMMON) return undefined
  const product = (first + 1) * (second + 1)
  const variance = (product * (first - inCommon) * (second - inCommon)) / ((inCommon + 1) ** 2 * (inCommon + 2))
  return { count: product / (inCommon + 1) - 1, standardError: Math.sqrt(variance) }
}
