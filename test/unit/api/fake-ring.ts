/** A ring of one node in memory, in the form of the library. */
import { createHash } from 'node:crypto'
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
  type RingStatus,
} from '../../../src/kith.ts'
import { FAKE_PEER } from './fake-room.ts'

export class FakeRing implements Ring {
  readonly items = new Map<string, Uint8Array>()
  isOn = true
  estimate: RingSize = {
    nodes: { count: 1_040, standardError: 112.4, known: 84, inCommon: 0 },
    items: { count: 320, standardError: 39.1, known: 64, share: 0.2 },
  }

  status(): RingStatus {
    const neighbour = { peer: FAKE_PEER, place: 'ab'.repeat(32), connectedForMs: 90_000 }
    return {
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
    const key = createHash('sha256')
      .update(name ?? value)
      .digest('hex')
    this.items.set(key, value)
    return { key, copies, holders: [FAKE_PEER], sequence: name === undefined ? null : 1 }
  }

  async prolong(key: string, { copies = 4 }: { copies?: number } = {}): Promise<RingPut> {
    if (!this.items.has(key)) throw new KithError('no-such-item', 'no node that should keep this item has it')
    return { key, copies, holders: [FAKE_PEER], sequence: null }
  }

  async get(key: string): Promise<RingItem | undefined> {
    const value = this.items.get(key)
    if (value === undefined) return undefined
    return { key, value, author: null, name: null, sequence: null, from: FAKE_PEER, isUnsure: false }
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

  async slice(): Promise<RingSlice> {
    throw new KithError('too-many', 'at most 16 slices are open at a time: close one')
  }

  async ownSlice(): Promise<RingSlice> {
    return this.slice()
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
