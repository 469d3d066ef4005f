/** How many checkups are made for peers: each costs connections. */
import {
  ALL_CHECKUPS_BURST,
  ALL_CHECKUPS_PER_SECOND,
  CHECKUP_BURST,
  CHECKUPS_PER_SECOND,
  MAX_CHECKED_PEERS,
} from '../../protocols/checkup/index.ts'
import { TokenBucket } from '../../protocols/wire/token-bucket.ts'

export class CheckupLimits {
  readonly #total: TokenBucket
  /** The one that was used last is last. */
  readonly #ofPeers = new Map<string, TokenBucket>()

  constructor(nowMs: number) {
    this.#total = new TokenBucket(ALL_CHECKUPS_BURST, ALL_CHECKUPS_PER_SECOND, nowMs)
  }

  /** Counts a checkup for a peer; false if it must not be made now. */
  take(peer: string, nowMs: number): boolean {
    const own = this.#ofPeers.get(peer) ?? new TokenBucket(CHECKUP_BURST, CHECKUPS_PER_SECOND, nowMs)
    this.#ofPeers.delete(peer)
    this.#ofPeers.set(peer, own)
    const [oldest] = this.#ofPeers.keys()
    if (this.#ofPeers.size > MAX_CHECKED_PEERS && oldest !== undefined) this.#ofPeers.delete(oldest)
    return own.has(nowMs) && this.#total.take(nowMs) && own.take(nowMs)
  }
}
