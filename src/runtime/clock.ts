/**
 * The two clocks of a node. Intervals (timeouts, backoff, rates, due times) use the monotonic clock, which
 * nobody can set. Wall time is only for people and for data that outlives the process.
 */

/** A source of time that tests can replace. */
export interface Clock {
  monotonicMs(): number
  wallMs(): number
}

/** Milliseconds since the process began, with fractions. Never goes back; means nothing to another process. */
export function monotonicMs(): number {
  return performance.now()
}

/** Milliseconds since 1970 by the machine's clock, which may be wrong and may be set forward or back at any time. */
export function wallMs(): number {
  return Date.now()
}

/** A moment of this process's monotonic clock as wall time, in whole milliseconds. */
export function wallTimeOf(atMs: number): number {
  return Math.round(wallMs() + atMs - monotonicMs())
}

/** The clocks of this process. */
export const systemClock: Clock = { monotonicMs, wallMs }
