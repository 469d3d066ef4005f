/** What estimates of size need at least; README.md gives the reasons in context. */

/** Gaps between neighbours: with fewer, the error of an estimate has no bound. */
export const MIN_GAPS = 3

/** Peers that are to be expected on both lists: with fewer, capture and recapture tends to say too little. */
export const MIN_IN_COMMON = 7

/** Lookups at random places whose answers tell how close together nodes are: those of a count, and of the last fingers. */
export const MAX_SAMPLES = 64

/** How long these count: the ring is seldom much larger or smaller after it. */
export const SAMPLE_MS = 600_000

/** The standard error that a count is to have, as a share: then it is 9 % off on average. */
export const COUNT_ERROR = 0.11

/** Lookups of one count, and how many of them at a time: 3 gaps each, and some 80 are needed. */
export const MAX_COUNT_LOOKUPS = 32
export const COUNT_ROUND = 8

/** Up to about so many nodes, a count goes on until all are known, if its lookups suffice. */
export const MAX_COUNTED_NODES = 16

/** Items in one part of the ring that are counted: 3 % off, and the work of an instant. */
export const MAX_COUNTED_ITEMS = 1_024
