/** For how long a process does nothing else: while one piece of code runs, no timer fires and no socket is read. */
import { monitorEventLoopDelay } from 'node:perf_hooks'

const RESOLUTION_MS = 5
const NANOSECONDS_PER_MS = 1e6

/** Measures by how much a timer is late. */
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })

/** Begins to measure. */
export function watchBlocking(): void {
  delays.reset()
  delays.enable()
}

/** The longest time since then. */
export function longestBlockMs(): number {
  return Math.max(0, delays.max / NANOSECONDS_PER_MS - RESOLUTION_MS)
}
