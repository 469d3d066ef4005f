/** A ring of one node in memory, in the form of the library. */
import { createHash } from 'node:crypto'
import { EventEmitter } from 'node:events'
import {
  KithError,
  type Ring,
  type RingItem,
  type RingPlace,
  type RingPut,
  type RingPutOptions,
  type RingRoute,
  type RingSize,
  type RingSlice,
  type RingSliceEvents,
  type RingSliceItem,
  type RingStatus,
} from '../../../src/kith.ts'
import { FAKE_PEER } from './fake-room.ts'

/** A slice whose events a test makes. */
export class FakeSlice extends EventEmitter<RingSliceEvents> implements RingSlice {
  readonly from: string
  readonly to: string
  readonly share = 0.25
  readonly holders = [FAKE_PEER]
  equalWith: string[] = []
  there: RingSliceItem[] = [sliceItem('1')]
  isClosed = false
  readonly #compared = Promise.withResolvers<void>()

  constructor(from: string, to: string) {
    super()
    this.from = from.padEnd(64, '0')
    this.to = to.padEnd(64, '0')
  }

  items(): Iterable<RingSliceItem> {
    return this.there
  }

  /** An item comes. */
  get(item: RingSliceItem): void {
    this.there = [...this.there, item]
    this.emit('item', item)
  }

  /** All holders have answered. */
  finish(): void {
    this.equalWith = this.holders
    this.emit('change')
    this.#compared.resolve()
  }

  async resize(): Promise<void> {}

  compared(): Promise<void> {
    return this.#compared.promise
  }

  async close(): Promise<void> {
    this.isClosed = true
    this.#compared.resolve()
  }
}

/** An item whose key has one digit only. */
export function sliceItem(digit: string, sequence = 0): RingSliceItem {
  return { key: digit.repeat(64), sequence, sizeBytes: 140, from: null }
}

export class FakeRing implements Ring {
  readonly items = new Map<string, Uint8Array>()
  /** Of named items, the last version. */
  readonly #sequences = new Map<string, number>()
  /** Those that were opened. */
  readonly slices: FakeSlice[] = []
  isOn = true
  estimate: RingSize = {
    nodes: { count: 1_040, standardError: 112.4, known: 84, inCommon: 0 },
    items: { count: 320, standardError: 39.1, known: 64, share: 0.2 },
  }

  status(): RingStatus {
    const neighbour = { peer: FAKE_PEER, place: 'ab'.repeat(32), connectedForMs: 90_000 }
    return {
      part: { from: 'cc'.repeat(32), to: 'ce'.repeat(32), share: 0.0078125 },
      slices: this.slices.filter(({ isClosed }) => !isClosed).map(({ from, to, share }) => ({ from, to, share })),
      ...{ place: 'cd'.repeat(32), health: this.isOn ? 'joined' : 'off', previous: [neighbour], next: [neighbour] },
      ...{
        size: this.estimate,
        fingers: [neighbour],
        connected: 1,
        items: this.items.size,
        sizeBytes: 5_000,
        quotaBytes: 268_435_456,
      },
    }
  }

  async put(value: Uint8Array, { copies = 4, name }: RingPutOptions = {}): Promise<RingPut> {
    const key = name === undefined ? createHash('sha256').update(value).digest('hex') : this.keyOf(FAKE_PEER, name)
    this.items.set(key, value)
    if (name !== undefined) this.#sequences.set(key, (this.#sequences.get(key) ?? 0) + 1)
    return { key, copies, holders: [FAKE_PEER], sequence: this.#sequences.get(key) ?? null }
  }

  async prolong(key: string, { copies = 4 }: { copies?: number } = {}): Promise<RingPut> {
    if (!this.items.has(key)) throw new KithError('no-such-item', 'no node that should keep this item has it')
    return { key, copies, holders: [FAKE_PEER], sequence: null }
  }

  async get(key: string): Promise<RingItem | undefined> {
    const value = this.items.get(key)
    if (value === undefined) return undefined
    const sequence = this.#sequences.get(key) ?? null
    return { key, value, author: null, name: null, sequence, from: FAKE_PEER, isUnsure: false }
  }

  async where(key: string, { copies = 4 }: { copies?: number } = {}): Promise<RingPlace[]> {
    const place = { place: key, peer: FAKE_PEER, holds: this.items.has(key), sequence: 0, path: [], hops: 0 }
    return Array.from({ length: copies }, (_, copy) => (copy === 1 ? { ...place, peer: null, holds: false } : place))
  }

  async route(to: string): Promise<RingRoute> {
    return { peer: FAKE_PEER, isThere: to === FAKE_PEER, path: [FAKE_PEER], hops: 2, roundTripMs: 12.3 }
  }

  async size(): Promise<RingSize> {
    return this.estimate
  }

  async slice(from: string, to: string): Promise<RingSlice> {
    if (!this.isOn) throw new KithError('no-ring', 'this node takes no part in the ring: start it without --no-ring')
    const slice = new FakeSlice(from, to)
    this.slices.push(slice)
    return slice
  }

  async ownSlice(): Promise<RingSlice> {
    return this.slice('cc', 'ce')
  }

  keyOf(author: string, name: string): string {
    return createHash('sha256').update(`${author} ${name}`).digest('hex')
  }

  on(): this {
    return this
  }

  off(): this {
    return this
  }
}
