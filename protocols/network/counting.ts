/** Counts subscribers and copies up the tree: each node adds what its children say, and the root tells the sum. */
import { MAX_COUNT } from './constants.ts'
import { isChild, type Neighbour } from './neighbour.ts'
import type { Counts } from './records.ts'

/** What is said where nothing is counted. */
export const NO_COUNTS: Counts = { subscribers: 0, copies: 0 }

/** Nobody can check what a neighbour says, so it is bounded. */
export function bounded({ subscribers, copies }: Counts): Counts {
  return { subscribers: Math.min(subscribers, MAX_COUNT), copies: Math.min(copies, MAX_COUNT) }
}

/** What a node and its part of the tree come to. */
export function partOf(isCopy: boolean, neighbours: Iterable<Neighbour>): Counts {
  const sum: Counts = isCopy ? { subscribers: 0, copies: 1 } : { subscribers: 1, copies: 0 }
  for (const neighbour of neighbours) {
    if (neighbour.said === undefined || !isChild(neighbour)) continue
    const { subscribers, copies } = bounded(neighbour.said.part)
    sum.subscribers += subscribers
    sum.copies += copies
  }
  return bounded(sum)
}

/** Whether nothing has changed. */
export function isSameCount(a: Counts, b: Counts): boolean {
  return a.subscribers === b.subscribers && a.copies === b.copies
}
