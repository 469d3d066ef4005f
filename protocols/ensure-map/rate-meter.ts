/** Bytes a second over the last one or two seconds. */
const INTERVAL_MS = 1_000

/** Counts bytes, and says how fast they come. */
export class RateMeter {
  #sinceMs: number
  #sizeBytes = 0
  #lastPerSecond: number | undefined

  constructor(nowMs: number) {
    this.#sinceMs = nowMs
  }

  add(sizeBytes: number, nowMs: number): void {
    this.#roll(nowMs)
    this.#sizeBytes += sizeBytes
  }

  perSecond(nowMs: number): number {
    this.#roll(nowMs)
    const elapsedMs = nowMs - this.#sinceMs
    return this.#lastPerSecond ?? (elapsedMs > 0 ? (this.#sizeBytes * 1000) / elapsedMs : 0)
  }

  #roll(nowMs: number): void {
    const elapsedMs = nowMs - this.#sinceMs
    if (elapsedMs < INTERVAL_MS) return
    this.#lastPerSecond = elapsedMs < 3 * INTERVAL_MS ? (this.#sizeBytes * 1000) / elapsedMs : 0
    this.#sinceMs = nowMs
    this.#sizeBytes = 0
  }
}
