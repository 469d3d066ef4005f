/** Limits of a measurement of locks. */

/** Some minutes, with a disk that flushes a hundred times a second. */
export const MAX_BENCH_ROUNDS = 100_000
