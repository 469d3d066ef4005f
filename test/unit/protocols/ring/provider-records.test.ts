/** Who has a block of a room, as items of the ring. */
import { describe, expect, it } from 'vitest'
import {
  MAX_CLOCK_SKEW_SECONDS,
  MAX_RECORD_BYTES,
  PROVIDER_PLACES,
  PROVIDER_TTL_SECONDS,
} from '../../../../protocols/ring/constants.ts'
import { isAuthentic, keyOf, type Item } from '../../../../protocols/ring/items.ts'
import { providerItem, providerPlaces, readProviderItem } from '../../../../protocols/ring/provider-records.ts'
import { signerOfSeed } from '../../../../protocols/wire/crypto.ts'
import type { BlockId, RoomId } from '../../../../protocols/wire/ids.ts'
import { fromHex, readVectors, toHex } from '../vectors.ts'
import { fromVector } from './ring-vectors.ts'

interface Vectors {
  room: RoomId
  id: BlockId
  places: string[]
  provider: { seed: string; peer: string; peerRecord: string; atSeconds: number }
  items: object[]
  refused: { name: string; nowSeconds: number; item: object }[]
}

const vectors = readVectors<Vectors>('ring/vectors/providers.json')

const places = providerPlaces(vectors.room, vectors.id)
const { atSeconds } = vectors.provider
const provider = signerOfSeed(fromHex(vectors.provider.seed))
const peerRecord = fromHex(vectors.provider.peerRecord)
const items = vectors.items.map((item) => fromVector(item, 'item'))
const hexOf = ({ value, signed, ...rest }: Item) => ({
  ...{ value: toHex(value), ...rest },
  signed: signed && { ...signed, signature: toHex(signed.signature) },
})

describe('vectors', () => {
  it('have the places, and the items of a provider', () => {
    expect(places.map(({ key }) => key)).toEqual(vectors.places)
    expect(places).toHaveLength(PROVIDER_PLACES)
    expect(provider.author).toBe(vectors.provider.peer)
    expect(places.map((place) => providerItem(place, provider, { peerRecord, atSeconds })).map(hexOf)).toEqual(
      vectors.items,
    )
  })

  it.each(items.map((item, index) => [index, item] as const))('item %i is read', (index, item) => {
    const place = places[index]!
    expect(isAuthentic(item, place.key)).toBe(true)
    const read = readProviderItem(place, item, atSeconds)
    expect(read && { ...read, peerRecord: toHex(read.peerRecord) }).toEqual({
      ...{ provider: vectors.provider.peer, atSeconds, peerRecord: vectors.provider.peerRecord },
    })
  })

  it.each(vectors.refused)('one is refused $name', ({ item, nowSeconds }) => {
    const refused = fromVector(item, 'item')
    expect(isAuthentic(refused, keyOf(refused))).toBe(true)
    expect(readProviderItem(places[0]!, refused, nowSeconds)).toBeUndefined()
  })
})

it('a record counts until its time is up, however long its item is kept, and for clocks that are somewhat behind', () => {
  const [place, item] = [places[0]!, { ...items[0]!, ttlSeconds: 30 * 24 * 3_600 }]
  const counts = (nowSeconds: number): boolean => readProviderItem(place, item, nowSeconds) !== undefined
  expect(counts(atSeconds + PROVIDER_TTL_SECONDS - 1)).toBe(true)
  expect(counts(atSeconds + PROVIDER_TTL_SECONDS)).toBe(false)
  expect(counts(atSeconds - MAX_CLOCK_SKEW_SECONDS)).toBe(true)
  expect(counts(atSeconds - MAX_CLOCK_SKEW_SECONDS - 1)).toBe(false)
})

it('items that are none of a provider are read as nothing', () => {
  const place = places[0]!
  const unsigned: Item = { ...items[0]!, signed: undefined }
  expect(readProviderItem(place, unsigned, atSeconds)).toBeUndefined()
  for (const length of [0, 27, 28, 131]) {
    const value = new Uint8Array(length)
    expect(readProviderItem(place, { ...items[0]!, value }, atSeconds)).toBeUndefined()
  }
})

it('too long a peer record is refused before it is signed', () => {
  const put = (length: number) => providerItem(places[0]!, provider, { peerRecord: new Uint8Array(length), atSeconds })
  expect(readProviderItem(places[0]!, put(MAX_RECORD_BYTES), atSeconds)?.peerRecord).toHaveLength(MAX_RECORD_BYTES)
  expect(() => put(MAX_RECORD_BYTES + 1)).toThrow(RangeError)
})

it('places of other rooms and blocks have nothing in common', () => {
  const other = providerPlaces(vectors.room, vectors.id.replace('bafkrei', 'bafybei') as BlockId)
  const elsewhere = providerPlaces(vectors.id.replace('bafkrei', 'bafyrei') as RoomId, vectors.id)
  const keys = [places, other, elsewhere].flatMap((each) => each.map(({ key }) => key))
  expect(new Set(keys).size).toBe(3 * PROVIDER_PLACES)
})
