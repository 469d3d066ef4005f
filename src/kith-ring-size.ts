/** How large the ring is, in the library's public types; part of kith.ts. */

/** A number that is not known, and how sure one is of it. */
export interface RingEstimate {
  count: number
  /**
   * The truth is within it in about two of three cases, and within twice as much in 19 of 20. 0: the number is exact.
   */
  standardError: number
  /** How many are known that it rests on. */
  known: number
}

/** How many nodes and items the ring has. */
export interface RingSize {
  /**
   * From how close together known nodes lie, and from how many were met twice: `inCommon`, or 0 where they are too few to say
   * anything. Exact if known nodes go around the ring. Null if too few are known, or the neighbours are about to change.
   */
  nodes: (RingEstimate & { inCommon: number }) | null
  /** From those that this node keeps because their keys are in its part of the ring, which is the fraction `share` of it. */
  items: (RingEstimate & { share: number }) | null
}
