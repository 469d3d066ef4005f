/** What estimates of size need at least; README.md gives the reasons in context. */

/** Gaps between neighbours: with fewer, the error of an estimate has no bound. */
export const MIN_GAPS = 3

/** Peers that both sides know: with fewer, capture and recapture tends to say too little. */
export const MIN_IN_COMMON = 7
