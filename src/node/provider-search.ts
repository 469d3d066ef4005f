/** Searches the DHT for peers that have what no connected peer has, and makes the host dial them. */
import type { ProvideKey } from '../../protocols/wire/ids.ts'
import { TokenBucket } from '../../protocols/wire/token-bucket.ts'
import { monotonicMs } from '../runtime/clock.ts'
import type { NodeHost } from './node-host.ts'

/** Queries at a time: each goes to up to 20 peers and takes milliseconds on a local network. */
export const MAX_PARALLEL_LOOKUPS = 2
/** Longer than a query takes when peers must be dialled first; peers found by then are used. */
export const LOOKUP_TIMEOUT_MS = 10_000
/** A key is not queried again within this time, however often it is missed, unless new peers have come. */
export const LOOKUP_PAUSE_MS = 60_000
/** A burst of queries, then this many a second: each costs some 10 ms, and blocks that nobody has are missed again and again. */
export const LOOKUP_RATE = { burst: 512, perSecond: 2 }
/** Waiting queries: at worst 20 minutes, at 10 s each. A query that does not fit is requested again later. */
export const MAX_QUEUED_LOOKUPS = 256
/** Recent queries that are not repeated; beyond this, the oldest may be. */
export const MAX_REMEMBERED_LOOKUPS = 4_096
/** Peers dialled per query: a block is requested from two peers at a time, and some are gone or lie. */
export const MAX_FOUND_PROVIDERS = 8

export class ProviderSearch {
  readonly #host: Pick<NodeHost, 'contentRouting' | 'heard'>
  readonly #stopped: AbortSignal
  readonly #rate = new TokenBucket(LOOKUP_RATE.burst, LOOKUP_RATE.perSecond, monotonicMs())
  readonly #queue = new Set<ProvideKey>()
  readonly #running = new Set<ProvideKey>()
  /** When each key was last queried, in that order. */
  readonly #askedMs = new Map<ProvideKey, number>()

  /** Sends no more queries once the signal aborts. */
  constructor(host: Pick<NodeHost, 'contentRouting' | 'heard'>, stopped: AbortSignal) {
    this.#host = host
    this.#stopped = stopped
  }

  /**
   * Looks for providers soon, unless that was done recently or too many queries wait. A query that exceeds
   * the rate is requested again later.
   */
  find(key: ProvideKey): void {
    const askedMs = this.#askedMs.get(key) ?? -Infinity
    if (this.#running.has(key) || monotonicMs() - askedMs < LOOKUP_PAUSE_MS) return
    if (this.#queue.has(key) || this.#queue.size >= MAX_QUEUED_LOOKUPS || !this.#rate.take(monotonicMs())) return
    this.#queue.add(key)
    this.#askNext()
  }

  /** Nobody can be queried now: the key is queried once someone connects. */
  findLater(key: ProvideKey): void {
    this.#remember(key)
  }

  /** There are new peers to query: recent queries are repeated. */
  findAgain(): void {
    const sinceMs = monotonicMs() - LOOKUP_PAUSE_MS
    const recent = [...this.#askedMs].filter(([, askedMs]) => askedMs > sinceMs)
    this.#askedMs.clear()
    for (const [key] of recent) this.find(key)
  }

  #askNext(): void {
    const [key] = this.#queue
    if (key === undefined || this.#running.size >= MAX_PARALLEL_LOOKUPS || this.#stopped.aborted) return
    this.#queue.delete(key)
    void this.#ask(key)
  }

  async #ask(key: ProvideKey): Promise<void> {
    const signal = AbortSignal.any([this.#stopped, AbortSignal.timeout(LOOKUP_TIMEOUT_MS)])
    this.#running.add(key)
    this.#remember(key)
    let found = 0
    for await (const provider of this.#host.contentRouting.findProviders(key, signal)) {
      this.#host.heard(provider)
      if (++found >= MAX_FOUND_PROVIDERS) break
    }
    this.#running.delete(key)
    this.#askNext()
  }

  #remember(key: ProvideKey): void {
    this.#askedMs.delete(key)
    this.#askedMs.set(key, monotonicMs())
    const [oldest] = this.#askedMs.keys()
    if (this.#askedMs.size > MAX_REMEMBERED_LOOKUPS && oldest !== undefined) this.#askedMs.delete(oldest)
  }
}
