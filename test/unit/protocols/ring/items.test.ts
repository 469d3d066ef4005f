/** Items, which are what their key says or nothing. */
import { describe, expect, it } from 'vitest'
import type { ItemKey } from '../../../../protocols/ring/circle.ts'
import { MAX_ITEM_BYTES, MAX_ITEM_NAME_BYTES } from '../../../../protocols/ring/constants.ts'
import { packItem, unpackItem } from '../../../../protocols/ring/item-codec.ts'
import { isAuthentic, isNewer, keyOf, keyOfName, signItem, type Item } from '../../../../protocols/ring/items.ts'
import { signerOfSeed } from '../../../../protocols/wire/crypto.ts'
import { readVectors } from '../vectors.ts'
import { fromVector } from './ring-vectors.ts'

const vectors = readVectors<({ key: ItemKey } & Record<string, unknown>)[]>('ring/vectors/items.json')
const signer = signerOfSeed(new Uint8Array(32).fill(1))
const value = Buffer.from('hello')
const rest = { value, ttlSeconds: 60, copies: 4 }
const named = (sequence: number, text = 'hello') =>
  signItem(signer, { ...rest, name: 'home', sequence, value: Buffer.from(text) })

describe('the vectors', () => {
  it.each(vectors)('$key is authentic, and stays so when it is stored', ({ key, ...vector }) => {
    const item = fromVector(vector, 'item')
    expect(keyOf(item)).toBe(key)
    expect(isAuthentic(item, key)).toBe(true)
    expect(unpackItem(packItem(item), item.ttlSeconds)).toEqual(item)
  })
})

describe('an item', () => {
  const altered: [string, Item][] = [
    ['value', { ...named(1), value: Buffer.from('hallo') }],
    ['sequence', { ...named(1), signed: { ...named(1).signed!, sequence: 2 } }],
    ['author', { ...named(1), signed: { ...named(1).signed!, author: signerOfSeed(new Uint8Array(32)).author } }],
    ['name', { ...named(1), signed: { ...named(1).signed!, name: 'work' } }],
    ['signature', { ...named(1), signed: { ...named(1).signed!, signature: new Uint8Array(64) } }],
  ]
  it.each(altered)('that is signed is not authentic with another %s', (_, item) => {
    expect(isAuthentic(item, keyOfName(signer.author, 'home'))).toBe(false)
    expect(isAuthentic(item, keyOf(item))).toBe(false)
  })

  it('has the key of its value, or of its author and name', () => {
    const item = { ...rest, signed: undefined }
    expect(isAuthentic(item, keyOf(item))).toBe(true)
    expect(isAuthentic({ ...item, value: Buffer.from('hallo') }, keyOf(item))).toBe(false)
    expect(keyOf(named(1))).toBe(keyOf(named(2, 'other')))
  })

  it('counts by its sequence, and then by its value', () => {
    expect([isNewer(named(2), named(1)), isNewer(named(1), named(2))]).toEqual([true, false])
    const both = [isNewer(named(1, 'a'), named(1, 'b')), isNewer(named(1, 'b'), named(1, 'a'))]
    expect(both).toContain(true)
    expect(both).toContain(false)
    expect(isNewer(named(1), named(1))).toBe(false)
  })

  it('is not signed if it is too large, or has no sequence', () => {
    const name = 'n'.repeat(MAX_ITEM_NAME_BYTES + 1)
    expect(() => signItem(signer, { ...rest, name, sequence: 1 })).toThrow(RangeError)
    expect(() => signItem(signer, { ...rest, name: 'home', sequence: 0 })).toThrow(RangeError)
    const tooLarge = new Uint8Array(MAX_ITEM_BYTES + 1)
    expect(() => signItem(signer, { ...rest, name: 'home', sequence: 1, value: tooLarge })).toThrow(RangeError)
  })
})
