/** Searches the DHT and the ring for peers that have what no connected peer has, and makes the host dial them. */
import type { BlockId, ProvideKey, RoomId } from '../../protocols/wire/ids.ts'
import { provideKeyOf } from '../../protocols/wire/room-keys.ts'
import { TokenBucket } from '../../protocols/wire/token-bucket.ts'
import { monotonicMs } from '../runtime/clock.ts'
import type { NodeHost } from './node-host.ts'
import type { RingProviders } from './ring-providers.ts'

/** Queries at a time: each goes to up to 20 peers and takes milliseconds on a local network. */
export const MAX_PARALLEL_LOOKUPS = 2
/** Longer than a query takes when peers must be dialled first; peers found by then are used. */
export const LOOKUP_TIMEOUT_MS = 10_000
/** A key is not queried again within this time, however often it is missed, unless new peers have come. */
export const LOOKUP_PAUSE_MS = 60_000
/** A burst of queries, then this many a second: each costs some 10 ms, and blocks that nobody has are missed again and again. */
export const LOOKUP_RATE = { burst: 512, perSecond: 2 }
/** The same for the ring, in which one that finds nobody takes 32 requests; a node there takes 64 a second of one peer. */
export const RING_LOOKUP_RATE = { burst: 8, perSecond: 1 }
/** Waiting queries: at worst 20 minutes, at 10 s each. A query that does not fit is requested again later. */
export const MAX_QUEUED_LOOKUPS = 256
/** Recent queries that are not repeated; beyond this, the oldest may be. */
export const MAX_REMEMBERED_LOOKUPS = 4_096
/** Peers dialled per query: a block is requested from two peers at a time, and some are gone or lie. */
export const MAX_FOUND_PROVIDERS = 8

export interface ProviderSearchInit {
  host: Pick<NodeHost, 'contentRouting' | 'heard' | 'acceptPeerRecord'>
  ring: Pick<RingProviders, 'find'>
  /** No more queries are sent once it aborts. */
  stopped: AbortSignal
  /** A record in the ring names a peer that did not sign the addresses in it. */
  onBadRecord: () => void
}

/** What is looked for. */
interface Sought {
  readonly room: RoomId
  readonly id: BlockId
}

export class ProviderSearch {
  readonly #init: ProviderSearchInit
  readonly #rate = new TokenBucket(LOOKUP_RATE.burst, LOOKUP_RATE.perSecond, monotonicMs())
  readonly #ringRate = new TokenBucket(RING_LOOKUP_RATE.burst, RING_LOOKUP_RATE.perSecond, monotonicMs())
  readonly #queue = new Map<ProvideKey, Sought>()
  readonly #running = new Set<ProvideKey>()
  /** When each key was last queried, in that order. */
  readonly #asked = new Map<ProvideKey, Sought & { atMs: number }>()

  constructor(init: ProviderSearchInit) {
    this.#init = init
  }

  /**
   * Looks for providers soon, unless that was done recently or too many queries wait. A query that exceeds
   * the rate is requested again later.
   */
  find(room: RoomId, id: BlockId): void {
    const key = provideKeyOf(room, id)
    const askedMs = this.#asked.get(key)?.atMs ?? -Infinity
    if (this.#running.has(key) || monotonicMs() - askedMs < LOOKUP_PAUSE_MS) return
    if (this.#queue.has(key) || this.#queue.size >= MAX_QUEUED_LOOKUPS || !this.#rate.take(monotonicMs())) return
    this.#queue.set(key, { room, id })
    this.#askNext()
  }

  /** Nobody can be queried now: it is queried once someone connects. */
  findLater(room: RoomId, id: BlockId): void {
    this.#remember(provideKeyOf(room, id), { room, id })
  }

  /** There are new peers to query: recent queries are repeated. */
  findAgain(): void {
    const sinceMs = monotonicMs() - LOOKUP_PAUSE_MS
    const recent = [...this.#asked.values()].filter(({ atMs }) => atMs > sinceMs)
    this.#asked.clear()
    for (const { room, id } of recent) this.find(room, id)
  }

  #askNext(): void {
    const [next] = this.#queue
    if (next === undefined || this.#running.size >= MAX_PARALLEL_LOOKUPS || this.#init.stopped.aborted) return
    this.#queue.delete(next[0])
    void this.#ask(...next)
  }

  async #ask(key: ProvideKey, sought: Sought): Promise<void> {
    this.#running.add(key)
    this.#remember(key, sought)
    await Promise.all([this.#askDht(key), this.#askRing(sought)])
    this.#running.delete(key)
    this.#askNext()
  }

  async #askDht(key: ProvideKey): Promise<void> {
    const { host, stopped } = this.#init
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(LOOKUP_TIMEOUT_MS)])
    let found = 0
    for await (const provider of host.contentRouting.findProviders(key, signal)) {
      host.heard(provider)
      if (++found >= MAX_FOUND_PROVIDERS) break
    }
  }

  async #askRing({ room, id }: Sought): Promise<void> {
    const { host, ring, stopped, onBadRecord } = this.#init
    if (!this.#ringRate.take(monotonicMs())) return
    for (const { provider, peerRecord, from } of await ring.find(room, id)) {
      if (stopped.aborted) return
      const accepted = await host.acceptPeerRecord(peerRecord, from, provider)
      if (accepted === undefined) onBadRecord()
    }
  }

  #remember(key: ProvideKey, sought: Sought): void {
    this.#asked.delete(key)
    this.#asked.set(key, { ...sought, atMs: monotonicMs() })
    const [oldest] = this.#asked.keys()
    if (this.#asked.size > MAX_REMEMBERED_LOOKUPS && oldest !== undefined) this.#asked.delete(oldest)
  }
}
