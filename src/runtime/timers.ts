/** Timers that can all be cleared at once, and do not keep a process alive. */
import { monotonicMs } from './clock.ts'

export class Timers {
  readonly #pending = new Set<NodeJS.Timeout>()

  /**
   * Runs something once at least `afterMs` have passed by the monotonic clock. Node's own timers may run up to a millisecond
   * sooner, and a machine that finds nothing due yet would wait for ever.
   */
  set(run: () => void, afterMs: number): void {
    this.#waitUntil(monotonicMs() + afterMs, run)
  }

  clear(): void {
    for (const timer of this.#pending) clearTimeout(timer)
    this.#pending.clear()
  }

  #waitUntil(dueMs: number, run: () => void): void {
    const timer = setTimeout(
      () => {
        this.#pending.delete(timer)
        if (monotonicMs() < dueMs) this.#waitUntil(dueMs, run)
        else run()
      },
      Math.ceil(dueMs - monotonicMs()),
    )
    timer.unref()
    this.#pending.add(timer)
  }
}
