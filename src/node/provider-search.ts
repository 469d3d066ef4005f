/** Looks in the DHT for peers that have what no peer here has, and has them dialled. */
import type { ProvideKey } from '../../protocols/wire/ids.ts'
import { TokenBucket } from '../../protocols/wire/token-bucket.ts'
import { monotonicMs } from '../runtime/clock.ts'
import type { NodeHost } from './node-host.ts'

/** Questions at a time: each goes to up to 20 peers, and is over in milliseconds on a local network. */
export const MAX_PARALLEL_LOOKUPS = 2
/** Longer than a peer takes that has to be dialled first; what was found by then is used. */
export const LOOKUP_TIMEOUT_MS = 10_000
/** The same is not asked again before, however often it is missed, unless peers have come. */
export const LOOKUP_PAUSE_MS = 60_000
/** Questions at once and then a second: each costs some 10 ms, and thousands of things that nobody has are missed again and again. */
export const LOOKUP_RATE = { burst: 512, perSecond: 2 }
/** Questions that wait, at 10 s each at worst 20 minutes; what finds no place is missed again later. */
export const MAX_QUEUED_LOOKUPS = 256
/** What was asked lately and is not asked again; past it the oldest may be. */
export const MAX_REMEMBERED_LOOKUPS = 4_096
/** Peers dialled for one question: two are asked for a block at a time, and some are gone or lie. */
export const MAX_FOUND_PROVIDERS = 8

export class ProviderSearch {
  readonly #host: Pick<NodeHost, 'contentRouting' | 'heard'>
  readonly #stopped: AbortSignal
  readonly #rate = new TokenBucket(LOOKUP_RATE.burst, LOOKUP_RATE.perSecond, monotonicMs())
  readonly #queue = new Set<ProvideKey>()
  readonly #running = new Set<ProvideKey>()
  /** When each was asked last, in that order. */
  readonly #askedMs = new Map<ProvideKey, number>()

  /** Asks nothing more once the signal aborts. */
  constructor(host: Pick<NodeHost, 'contentRouting' | 'heard'>, stopped: AbortSignal) {
    this.#host = host
    this.#stopped = stopped
  }

  /** Looks for providers soon, unless that was done lately or too much waits already; past the rate it is missed again later. */
  find(key: ProvideKey): void {
    const askedMs = this.#askedMs.get(key) ?? -Infinity
    if (this.#running.has(key) || monotonicMs() - askedMs < LOOKUP_PAUSE_MS) return
    if (this.#queue.has(key) || this.#queue.size >= MAX_QUEUED_LOOKUPS || !this.#rate.take(monotonicMs())) return
    this.#queue.add(key)
    this.#askNext()
  }

  /** There is nobody to ask: it is asked once somebody comes. */
  findLater(key: ProvideKey): void {
    this.#remember(key)
  }

  /** There are other peers to ask: what was asked lately is asked again. */
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
