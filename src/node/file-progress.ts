/** How far a file is, told while it comes. */
import type { FileProgress } from '../kith.ts'
import { monotonicMs } from '../runtime/clock.ts'

/** Shortest time between two calls of a listener. */
const PROGRESS_EVERY_MS = 100

/** Returns a function that tells a listener of progress, but not too often. */
export function progressReporter(sizeBytes: number, onProgress: ((progress: FileProgress) => void) | undefined) {
  const startedMs = monotonicMs()
  let toldMs = -Infinity
  return (progress: { id: string | null; bytes: number; peers: number; sizeBytes?: number }): void => {
    const nowMs = monotonicMs()
    if (onProgress === undefined || nowMs - toldMs < PROGRESS_EVERY_MS) return
    toldMs = nowMs
    const bytesPerSecond = (progress.bytes * 1000) / Math.max(1, nowMs - startedMs)
    onProgress({ sizeBytes, bytesPerSecond, ...progress })
  }
}
