/**
 * How much time inputs may take that move nothing: no document or block that one side lacked. They are a part of every
 * conversation, so each peer has a small allowance. Who has used it up shares a part of the time with all such peers.
 */
import { RateLimits } from '../../protocols/wire/rate-limits.ts'
import { TokenBucket } from '../../protocols/wire/token-bucket.ts'

/** In milliseconds of work: to compare a room, and half a percent of the time. Fifty such peers take a quarter of it. */
const OWN = { burst: 100, perSecond: 5 }

/** Of all of them: a quarter of the time, and a large comparison at once while nobody else has used it. */
const SHARED = { burst: 1_000, perSecond: 250 }

export class FutileShare<Key> {
  readonly #own = new RateLimits<Key>(OWN)
  readonly #shared: TokenBucket

  constructor(nowMs: number) {
    this.#shared = new TokenBucket(SHARED.burst, SHARED.perSecond, nowMs)
  }

  /** Whether somebody has to wait. */
  isOver(key: Key, nowMs: number): boolean {
    return this.#shared.left(nowMs) <= 0 && this.#own.isOver(key, nowMs)
  }

  /** An input took so long and moved nothing. */
  spend(key: Key, nowMs: number, costMs: number): void {
    this.#own.spend(key, nowMs, costMs)
    this.#shared.spend(nowMs, costMs)
  }

  /** An input took so long and moved something, which makes up for as much that led to it. */
  refund(key: Key, nowMs: number, costMs: number): void {
    this.#own.spend(key, nowMs, -costMs)
  }
}
