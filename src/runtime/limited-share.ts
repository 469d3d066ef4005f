/**
 * How much time inputs of one kind may take. They are a part of every conversation, so each peer has a small allowance.
 * Who has used it up shares a part of the time with all such peers.
 */
import { RateLimits, type Rate } from '../../protocols/wire/rate-limits.ts'
import { TokenBucket } from '../../protocols/wire/token-bucket.ts'

/** In milliseconds of work. */
export interface Share {
  own: Rate
  /** What all that are new have of their own, together: anybody can come under one key after another. */
  newcomers: Rate
}

/**
 * Of the time, for all inputs of such kinds together, beyond the allowances: a fifth, and a large comparison at once
 * while nobody else has used it. So half of a core suffices for them with all that is not counted here, such as decryption
 * and garbage.
 */
export const SHARED: Rate = { burst: 500, perSecond: 200 }

/**
 * For inputs that move nothing: no document or block that one side lacked. To compare a room, and half a percent of the
 * time: fifty such peers take a quarter of it. Of those that are new: five at once, and one every five seconds. After a
 * start, most comparisons take a few milliseconds.
 */
export const FUTILE: Share = { own: { burst: 100, perSecond: 5 }, newcomers: { burst: 500, perSecond: 20 } }

/**
 * For documents that begin or fork the chain of an author. Whoever joins a room meets all of its authors: more than a
 * second of work is thousands, and only a room with invented authors has more. Of those that are new: one, and another one
 * every ten seconds.
 */
export const BEGINNINGS: Share = { own: { burst: 500, perSecond: 20 }, newcomers: { burst: 500, perSecond: 50 } }

export class LimitedShare<Key> {
  readonly #ownMs: number
  readonly #own: RateLimits<Key>
  readonly #newcomers: TokenBucket
  readonly #shared: TokenBucket

  /** `shared`: what this kind of inputs shares with others. */
  constructor({ own, newcomers }: Share, shared: TokenBucket, nowMs: number) {
    this.#ownMs = own.burst
    this.#own = new RateLimits<Key>(own)
    this.#newcomers = new TokenBucket(newcomers.burst, newcomers.perSecond, nowMs)
    this.#shared = shared
  }

  /** Whether somebody has to wait. */
  isOver(key: Key, nowMs: number): boolean {
    return this.#shared.left(nowMs) <= 0 && this.isUsedUp(key, nowMs)
  }

  /** Whether somebody has used its own allowance up, or is new and gets none. */
  isUsedUp(key: Key, nowMs: number): boolean {
    return this.#own.isKnown(key) ? this.#own.isOver(key, nowMs) : this.#newcomers.left(nowMs) <= 0
  }

  /** An input of this kind took so long. */
  spend(key: Key, nowMs: number, costMs: number): void {
    if (!this.#own.isKnown(key)) this.#begin(key, nowMs)
    // What is somebody's own leaves others no debt.
    if (this.isUsedUp(key, nowMs)) this.#shared.spend(nowMs, costMs)
    this.#own.spend(key, nowMs, costMs)
  }

  /** Another input took so long, which makes up for as much that led to it. */
  refund(key: Key, nowMs: number, costMs: number): void {
    if (!this.#own.isKnown(key)) this.#begin(key, nowMs)
    this.#own.spend(key, nowMs, -costMs)
  }

  /** Gives somebody new what is left for such, as far as that is its own allowance. */
  #begin(key: Key, nowMs: number): void {
    const givenMs = Math.min(this.#ownMs, Math.max(0, this.#newcomers.left(nowMs)))
    this.#newcomers.spend(nowMs, givenMs)
    this.#own.spend(key, nowMs, this.#ownMs - givenMs)
  }
}
