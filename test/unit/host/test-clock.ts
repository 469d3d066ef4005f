/** The two clocks of a node, for a test to set. */
import type { Clock } from '../../../src/runtime/clock.ts'

/** What the wall clock of a new instance says. */
export const NOW_MS = 1_000_000_000_000

export class TestClock implements Clock {
  #monotonicMs = 0
  #wallMs = NOW_MS

  monotonicMs(): number {
    return this.#monotonicMs
  }

  wallMs(): number {
    return this.#wallMs
  }

  /** Time passes. */
  advance(ms: number): void {
    this.#monotonicMs += ms
    this.#wallMs += ms
  }

  /** Sets the wall clock back, or forward by a negative number. */
  setBack(ms: number): void {
    this.#wallMs -= ms
  }
}
