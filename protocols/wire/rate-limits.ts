/** Rate limits by key, for authors or peers, whose number is unlimited because anyone can create new ones. */
import { TokenBucket } from './token-bucket.ts'

export interface Rate {
  burst: number
  perSecond: number
}

/**
 * Keys that are remembered. Who has used nothing for long is forgotten first, which changes nothing for it; then
 * who has most left, so that new keys do not renew what others have used up.
 */
const MAX_REMEMBERED = 1_024

/** What is left to each key. Outlives streams and short absences. */
export class RateLimits<Key> {
  readonly #rate: Rate
  readonly #buckets = new Map<Key, TokenBucket>()

  constructor(rate: Rate) {
    this.#rate = rate
  }

  /** Whether a key has used something, and is remembered. */
  isKnown(key: Key): boolean {
    return this.#buckets.has(key)
  }

  /** Whether a key has used up its rate, so that not so much is left. */
  isOver(key: Key, nowMs: number, count = 1): boolean {
    return this.#buckets.get(key)?.has(nowMs, count) === false
  }

  /** Counts use by a key if there is enough left; returns false if not. */
  take(key: Key, nowMs: number, count = 1): boolean {
    return this.#bucketOf(key, nowMs).take(nowMs, count)
  }

  /** Counts use by a key. */
  spend(key: Key, nowMs: number, count = 1): void {
    this.#bucketOf(key, nowMs).spend(nowMs, count)
  }

  #bucketOf(key: Key, nowMs: number): TokenBucket {
    let bucket = this.#buckets.get(key)
    if (bucket === undefined) {
      if (this.#buckets.size >= MAX_REMEMBERED) this.#forget(nowMs)
      bucket = new TokenBucket(this.#rate.burst, this.#rate.perSecond, nowMs)
      this.#buckets.set(key, bucket)
    }
    return bucket
  }

  #forget(nowMs: number): void {
    let fullest: Key | undefined
    let most = -Infinity
    for (const [key, bucket] of this.#buckets) {
      const left = bucket.left(nowMs)
      if (left >= this.#rate.burst) this.#buckets.delete(key)
      else if (left > most) [fullest, most] = [key, left]
    }
    if (this.#buckets.size >= MAX_REMEMBERED && fullest !== undefined) this.#buckets.delete(fullest)
  }
}
