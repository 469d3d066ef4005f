/** A ring that keeps all it is given, for tests of what uses it. */
import { keyOf, type Item, type ItemKey } from '../../../protocols/ring/index.ts'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import { KithError, type RingPlace, type RingPut, type RingPutOptions } from '../../../src/kith.ts'
import type { RingFound } from '../../../src/node/node-ring.ts'

export const KEEPER = 'keeper' as PeerId

export class FakeRing {
  readonly items = new Map<ItemKey, Item>()
  isOn = true
  hasOthers = false
  /** Nobody answers, or nobody has space. */
  failure: KithError | undefined
  /** Keys that were put and looked for, in order. */
  readonly puts: ItemKey[] = []
  readonly found: ItemKey[] = []

  find(key: ItemKey): Promise<RingFound> {
    this.found.push(key)
    if (this.failure !== undefined) return Promise.reject(this.failure)
    return Promise.resolve({ item: this.items.get(key), from: KEEPER, isUnsure: false })
  }

  putItem(item: Item): Promise<RingPut> {
    const key = keyOf(item)
    this.puts.push(key)
    const before = this.items.get(key)?.signed?.sequence ?? -1
    const sequence = item.signed?.sequence ?? 0
    if (this.failure !== undefined) return Promise.reject(this.failure)
    if (before > sequence) return Promise.reject(new KithError('newer-item', 'a newer one is there'))
    this.items.set(key, item)
    return Promise.resolve({ key, copies: item.copies, holders: [KEEPER], sequence })
  }

  put(value: Uint8Array, { ttlMs = 0 }: RingPutOptions = {}): Promise<RingPut> {
    return this.putItem({ value, signed: undefined, ttlSeconds: ttlMs / 1_000, copies: 4 })
  }

  where(key: string): Promise<RingPlace[]> {
    const holds = this.items.has(key as ItemKey)
    return Promise.resolve([{ place: key, peer: KEEPER, holds, sequence: 0, path: [], hops: 1 }])
  }
}
