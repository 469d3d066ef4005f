/** Limits of loads of the ring, for both sides. */

/** Ten hours at the default rate. */
export const MAX_LOAD_OPS = 1_000_000

/** 100 MB, before copies. */
export const MAX_LOAD_KEYS = 100_000

/** More than a ring takes of one node. */
export const MAX_LOAD_PER_SECOND = 1_000

/** Nodes refuse more than 64 requests a second of one peer, and an operation takes up to eight of them, of different ones. */
export const DEFAULT_LOAD_PER_SECOND = 25
