/** A rate limit: `burst` at once, then `perSecond`. Time is an argument, so that machines may use it. */
export class TokenBucket {
  readonly #burst: number
  readonly #perSecond: number
  #tokens: number
  #updatedMs: number

  constructor(burst: number, perSecond: number, nowMs: number) {
    this.#burst = burst
    this.#perSecond = perSecond
    this.#tokens = burst
    this.#updatedMs = nowMs
  }

  /** Takes tokens if there are enough; returns false if the rate is exceeded. */
  take(nowMs: number, count = 1): boolean {
    if (!this.has(nowMs, count)) return false
    this.#tokens -= count
    return true
  }

  /** Whether there are that many tokens now. */
  has(nowMs: number, count = 1): boolean {
    return this.left(nowMs) >= count
  }

  /** How many tokens there are now; less than none after a deficit. */
  left(nowMs: number): number {
    const elapsedMs = Math.max(0, nowMs - this.#updatedMs)
    this.#tokens = Math.min(this.#burst, this.#tokens + (elapsedMs * this.#perSecond) / 1000)
    this.#updatedMs = nowMs
    return this.#tokens
  }

  /**
   * Takes tokens for something that has already happened. A deficit is carried over, so that the rate holds
   * in the long run.
   */
  spend(nowMs: number, count: number): void {
    this.has(nowMs)
    this.#tokens -= count
  }
}
