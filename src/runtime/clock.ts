/**
 * The two clocks of a node. Intervals (timeouts, backoff, rates, what is due) go by the monotonic
 * one, which nobody can set. Wall time is only what people read and what outlives the process.
 */

/** Where code has the time from whose clocks a test wants to set. */
export interface Clock {
  monotonicMs(): number
  wallMs(): number
}

/** Milliseconds since the process began, with fractions: never goes back, means nothing to another process. */
export function monotonicMs(): number {
  return performance.now()
}

/** Milliseconds since 1970, as the machine's clock has it now: it may be wrong, and be set forward or back at any time. */
export function wallMs(): number {
  return Date.now()
}

/** A moment of the monotonic clock of this process as people read it, in whole milliseconds. */
export function wallTimeOf(atMs: number): number {
  return Math.round(wallMs() + atMs - monotonicMs())
}

/** The clocks of this process. */
export const systemClock: Clock = { monotonicMs, wallMs }
