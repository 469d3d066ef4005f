/** How fast a count grows, steadily enough to say how long the rest takes. */

/** Long enough to even out the pauses between batches, and how long nothing may come until the pace is 0. */
const WINDOW_MS = 10_000
/** How far samples are apart: 20 of them cover the window. A pace is measured over at least as long. */
const SAMPLE_MS = 500

interface Sample {
  atMs: number
  count: number
}

export class Pace {
  /** Oldest first; the first one may be older than the window. */
  #samples: Sample[]
  /** The latest count, and when it came. */
  #last: Sample

  constructor(count: number, nowMs: number) {
    this.#last = { atMs: nowMs, count }
    this.#samples = [this.#last]
  }

  /** The count has grown. */
  add(count: number, nowMs: number): void {
    // What comes after a pause is as fast as it is, whatever came before.
    if (this.#isStill(nowMs)) this.#samples = [{ atMs: nowMs, count: this.#last.count }]
    this.#last = { atMs: nowMs, count }
    const sampledMs = this.#samples.at(-1)?.atMs ?? -Infinity
    if (nowMs - sampledMs >= SAMPLE_MS) this.#samples.push(this.#last)
    const first = this.#firstOf(nowMs)
    if (first > 0) this.#samples.splice(0, first)
  }

  /** 0 only if nothing came during the whole window. */
  perSecond(nowMs: number): number {
    const from = this.#samples[this.#firstOf(nowMs)]
    if (from === undefined || this.#isStill(nowMs)) return 0
    return ((this.#last.count - from.count) * 1000) / Math.max(nowMs - from.atMs, SAMPLE_MS)
  }

  #isStill(nowMs: number): boolean {
    return nowMs - this.#last.atMs >= WINDOW_MS
  }

  /** The newest sample that is older than the window, or the oldest of all. */
  #firstOf(nowMs: number): number {
    return Math.max(
      0,
      this.#samples.findLastIndex(({ atMs }) => atMs <= nowMs - WINDOW_MS),
    )
  }
}
