/**
 * Announces in the DHT what this node keeps for its rooms, and queries it and the ring for what no connected peer has.
 *
 * Invariants
 * 1. A root is provided again before its records expire, and as soon as a peer connects if there was
 *    nobody to tell. Left to itself, kad-dht counts a record as stored that it sent to nobody, and keeps
 *    announcing what is no longer true.
 * 2. One root is provided at a time, the newest first, with a pause in between. While everything has been
 *    announced, or nobody is connected, no timer fires.
 */
import type { Ensured, Scope } from '../../protocols/ensure-map/index.ts'
import type { BlockId, ProvideKey, RoomId } from '../../protocols/wire/ids.ts'
import { provideKeyOf } from '../../protocols/wire/room-keys.ts'
import type { NodeMachine } from '../machine/node-machine.ts'
import { sharingOf } from '../machine/sharing.ts'
import { monotonicMs } from '../runtime/clock.ts'
import { statesOf, type StoreReads } from '../store/store.ts'
import type { NodeHost } from './node-host.ts'
import { ProviderSearch, type ProviderSearchInit } from './provider-search.ts'

/** Roots that are provided, the newest ones: each is a record at 20 peers, and 40 messages a day. */
export const MAX_PROVIDED = 1_000
/** The pause between two: with 20 peers to tell, one takes some 80 ms of a processor. */
export const PROVIDE_PAUSE_MS = 1_000
/** Providing may wait for dead peers that the DHT still knows, 5 s each and 10 at a time. */
export const PROVIDE_TIMEOUT_MS = 30_000
/** Records last 48 h; libp2p's specification says to repeat them after this time. */
export const REPROVIDE_MS = 22 * 3_600_000
/** Peers that store a record, however many there are. */
export const ENOUGH_TOLD = 20
/**
 * If fewer were told, the root is provided again for peers that connect later, or after a restart; the
 * interval is long because peers may come and go all day.
 */
export const TELL_OTHERS_MS = 30 * 60_000
/** The DHT knows a peer some 100 ms after it connects; peers often come several at a time. */
export const SETTLE_MS = 2_000
/** For a block that is wanted without a room: the newest rooms in which to look for it. */
export const MAX_LOOKUP_ROOMS = 32

export interface ProvidersInit {
  host: Pick<NodeHost, 'contentRouting' | 'heard' | 'acceptPeerRecord' | 'peers' | 'on'>
  machine: Pick<NodeMachine, 'rooms'>
  store: StoreReads
  /** Who has what according to the ring. */
  ring: ProviderSearchInit['ring']
  onBadRecord: () => void
}

interface Provided {
  readonly room: RoomId
  readonly id: BlockId
  /** Peers that stored it last time. */
  told: number
  providedMs: number
  /** When to provide it next, by the monotonic clock like the field above. */
  dueMs: number
}

export class Providers {
  readonly #init: ProvidersInit
  readonly #search: ProviderSearch
  readonly #stopping = new AbortController()
  /** The newest last. */
  #provided = new Map<ProvideKey, Provided>()
  #isLoaded = false
  #connected: number
  #isProviding = false
  #pauseEndsMs = -Infinity
  #settleTimer: NodeJS.Timeout | undefined
  #provideTimer: NodeJS.Timeout | undefined

  constructor(init: ProvidersInit) {
    const { host, ring, onBadRecord } = init
    this.#init = init
    this.#search = new ProviderSearch({ host, ring, onBadRecord, stopped: this.#stopping.signal })
    this.#connected = host.peers().filter(({ connected }) => connected).length
    host.on('connected', () => {
      this.#connected++
      this.#settle()
    })
    host.on('disconnected', () => this.#connected--)
    if (this.#connected > 0) this.#settle()
  }

  /** A root is complete or has failed. */
  ensured({ room, id, state }: Ensured): void {
    if (state !== 'complete' || room === undefined) return
    const key = provideKeyOf(room, id)
    const provided = this.#provided.get(key) ?? newlyProvided(room, id)
    this.#provided.delete(key)
    this.#provided.set(key, provided)
    this.#trim()
    this.#provideLater()
  }

  /** No connected peer has a block: looks for others. */
  absent(room: Scope, id: BlockId): void {
    const rooms = room === undefined ? this.#rooms().slice(-MAX_LOOKUP_ROOMS) : [room]
    for (const each of rooms) {
      if (this.#connected > 0) this.#search.find(each, id)
      else this.#search.findLater(each, id)
    }
  }

  /** Ends anything in progress. */
  stop(): void {
    this.#stopping.abort(new Error('the node stops'))
    clearTimeout(this.#settleTimer)
    clearTimeout(this.#provideTimer)
  }

  #settle(): void {
    if (this.#stopping.signal.aborted || this.#settleTimer !== undefined) return
    this.#settleTimer = setTimeout(() => {
      this.#settleTimer = undefined
      this.#peersCame()
    }, SETTLE_MS)
    this.#settleTimer.unref()
  }

  #peersCame(): void {
    if (!this.#isLoaded) this.#load()
    const nowMs = monotonicMs()
    for (const provided of this.#provided.values()) {
      const { told, providedMs, dueMs } = provided
      if (told < ENOUGH_TOLD) provided.dueMs = Math.min(dueMs, told === 0 ? nowMs : providedMs + TELL_OTHERS_MS)
    }
    this.#search.findAgain()
    this.#provideLater()
  }

  /** Adds the roots that were complete before this start. */
  #load(): void {
    const rooms = new Set(this.#rooms())
    // States are for members alone, and change often.
    const states = new Set(this.#init.store.rooms().flatMap(statesOf))
    const rows = this.#init.store
      .ensuredRows({ state: 'complete' })
      .flatMap(({ room, id, addedAtMs }) =>
        room !== undefined && rooms.has(room) && !states.has(id) ? [{ room, id, addedAtMs }] : [],
      )
      .sort((a, b) => a.addedAtMs - b.addedAtMs)
      .slice(-MAX_PROVIDED)
    const since = this.#provided
    this.#provided = new Map(rows.map(({ room, id }) => [provideKeyOf(room, id), newlyProvided(room, id)]))
    for (const [key, provided] of since) {
      this.#provided.delete(key)
      this.#provided.set(key, provided)
    }
    this.#isLoaded = true
    this.#trim()
  }

  #trim(): void {
    const surplus = this.#provided.size - MAX_PROVIDED
    for (const key of [...this.#provided.keys()].slice(0, Math.max(0, surplus))) this.#forget(key)
  }

  #forget(key: ProvideKey): void {
    this.#provided.delete(key)
    this.#init.host.contentRouting.stopProviding(key)
  }

  /** Sets the timer for the next root that is due. */
  #provideLater(): void {
    clearTimeout(this.#provideTimer)
    if (this.#isProviding || this.#connected === 0 || this.#stopping.signal.aborted) return
    const dueMs = Math.min(...[...this.#provided.values()].map((provided) => provided.dueMs))
    if (dueMs === Infinity) return
    const nowMs = monotonicMs()
    const waitMs = Math.max(this.#pauseEndsMs, dueMs) - nowMs
    this.#provideTimer = setTimeout(() => void this.#provideNext(), Math.max(waitMs, 0))
    this.#provideTimer.unref()
  }

  async #provideNext(): Promise<void> {
    const nowMs = monotonicMs()
    const next = [...this.#provided].findLast(([, { dueMs }]) => dueMs <= nowMs)
    if (next !== undefined) await this.#provide(...next)
    this.#provideLater()
  }

  async #provide(key: ProvideKey, provided: Provided): Promise<void> {
    if (!this.#isKept(provided)) {
      this.#forget(key)
      return
    }
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(PROVIDE_TIMEOUT_MS)])
    this.#isProviding = true
    provided.told = await this.#init.host.contentRouting.provide(key, signal)
    this.#isProviding = false
    provided.providedMs = monotonicMs()
    this.#pauseEndsMs = provided.providedMs + PROVIDE_PAUSE_MS
    provided.dueMs = provided.providedMs + (provided.told === 0 ? TELL_OTHERS_MS : REPROVIDE_MS)
  }

  /** Whether the root is stored and shared with everyone in its room. */
  #isKept({ room, id }: Provided): boolean {
    const { machine, store } = this.#init
    if (machine.rooms.get(room) === undefined || sharingOf(store, room, undefined).policy !== 'share') return false
    return store.ensured(room, id)?.state === 'complete'
  }

  /** Rooms that the node is in, newest last. */
  #rooms(): RoomId[] {
    return this.#init.machine.rooms.list().map(({ record }) => record.id)
  }
}

function newlyProvided(room: RoomId, id: BlockId): Provided {
  return { room, id, told: 0, providedMs: -Infinity, dueMs: monotonicMs() }
}
