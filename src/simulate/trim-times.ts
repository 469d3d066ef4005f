/** When nodes look for what they need not keep. */

/** As often as hosts do. */
const TRIM_EVERY_MS = 60_000

/** In the end, all that need not be kept is dropped once more, long after what was written last has come to all. */
const LAST_TRIM_AFTER_MS = 3_600_000

/** From the start of a main phase of this length. */
export function trimTimes(durationMs: number): number[] {
  const inLife = Array.from({ length: Math.ceil(durationMs / TRIM_EVERY_MS) - 1 }, (_, i) => (i + 1) * TRIM_EVERY_MS)
  return [...inLife, durationMs + LAST_TRIM_AFTER_MS]
}
