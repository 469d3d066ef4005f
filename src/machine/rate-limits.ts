/** Rate limits by key, for authors or peers, whose number is unlimited because anyone can create new ones. */
import { TokenBucket } from '../../protocols/wire/token-bucket.ts'

export interface Rate {
  burst: number
  perSecond: number
}

/** Keys that are remembered. When there are more, all are forgotten, which grants each another burst. */
const MAX_REMEMBERED = 1_024

export class RateLimits<Key> {
  readonly #rate: Rate
  readonly #buckets = new Map<Key, TokenBucket>()

  constructor(rate: Rate) {
    this.#rate = rate
  }

  /** Whether a key has used up its rate. */
  isOver(key: Key, nowMs: number): boolean {
    return this.#buckets.get(key)?.has(nowMs) === false
  }

  /** Counts use by a key. */
  spend(key: Key, nowMs: number, count = 1): void {
    this.#bucketOf(key, nowMs).spend(nowMs, count)
  }

  #bucketOf(key: Key, nowMs: number): TokenBucket {
    let bucket = this.#buckets.get(key)
    if (bucket === undefined) {
      if (this.#buckets.size >= MAX_REMEMBERED) this.#buckets.clear()
      bucket = new TokenBucket(this.#rate.burst, this.#rate.perSecond, nowMs)
      this.#buckets.set(key, bucket)
    }
    return bucket
  }
}
