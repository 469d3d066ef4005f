/** What a turn costs: the time it takes, without that in which the thread waited for a processor. */

/**
 * Shorter turns are taken as they are: a look costs a few microseconds, and whoever has to wait for a processor mostly
 * does so for milliseconds.
 */
const MIN_LOOKED_AT_MS = 1

export class TurnCost {
  readonly #waitedMs: () => number
  #lookedMs = 0

  /** `waitedMs`: how long the thread has waited so far. */
  constructor(waitedMs: () => number) {
    this.#waitedMs = waitedMs
  }

  /** Turns follow. */
  begin(): void {
    this.#lookedMs = this.#waitedMs()
  }

  /** Of a turn that took so long. */
  of(tookMs: number): number {
    if (tookMs < MIN_LOOKED_AT_MS) return tookMs
    const beforeMs = this.#lookedMs
    this.#lookedMs = this.#waitedMs()
    return Math.max(0, tookMs - (this.#lookedMs - beforeMs))
  }
}
