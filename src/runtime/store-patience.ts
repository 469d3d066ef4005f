/** How long to wait for a store that failed in passing before it is used again. */
import type { StoreError } from '../store/store.ts'

/** The first wait. It doubles with each failure. */
const MIN_WAIT_MS = 100

/** The longest wait for space, which the user may free at any time. */
const MAX_WAIT_MS = 60_000

/** Failures in a row after which the node stops: 25 seconds, in which a backup, say, may hold the files. */
export const MAX_FAILURES = 8

export class StorePatience {
  #failures = 0
  /** A full disk is so for long, and what happens to need no space says nothing of it. */
  #fullFailures = 0
  #lastFullMs = -Infinity

  /** Undefined if the node must stop. Space is waited for as long as it takes: meanwhile the node serves. */
  waitMs(error: StoreError, nowMs: number): number | undefined {
    if (error.code === 'full') {
      this.#lastFullMs = nowMs
      return Math.min(MIN_WAIT_MS * 2 ** this.#fullFailures++, MAX_WAIT_MS)
    }
    if (!error.isPassing || this.#failures >= MAX_FAILURES) return undefined
    return MIN_WAIT_MS * 2 ** this.#failures++
  }

  /** Something was stored, or nothing had to be. */
  succeeded(nowMs: number): void {
    this.#failures = 0
    if (nowMs - this.#lastFullMs > 2 * MAX_WAIT_MS) this.#fullFailures = 0
  }
}
