/** A rate limit for each of many: authors or peers, of whom anybody may make new ones. */
import { TokenBucket } from '../../protocols/wire/token-bucket.ts'

export interface Rate {
  burst: number
  perSecond: number
}

/** How many are remembered; then all start anew, which gives each another burst. */
const MAX_REMEMBERED = 1_024

export class RateLimits<Key> {
  readonly #rate: Rate
  readonly #buckets = new Map<Key, TokenBucket>()

  constructor(rate: Rate) {
    this.#rate = rate
  }

  /** Whether one has used up its rate. */
  isOver(key: Key, nowMs: number): boolean {
    return this.#buckets.get(key)?.has(nowMs) === false
  }

  /** Counts what one did. */
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
