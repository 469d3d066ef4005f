/** Ids as digests and as text, their order, and invalid ids. */
import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import { sha256 as hasher } from 'multiformats/hashes/sha2'
import { describe, expect, it } from 'vitest'
import { decodeIds, decodeTopic, encodeIds, encodeTopic } from '../../../../protocols/wire/id-codec.ts'
import {
  cidOf,
  compareDocumentIds,
  digestOfDocumentId,
  documentIdOfCidBytes,
  documentIdOfDigest,
  parseDocumentId,
  type DocumentId,
  type TopicKey,
} from '../../../../protocols/wire/ids.ts'
import { comparePositions } from '../../../../protocols/wire/order.ts'
import { fromHex, readVectors, toHex } from '../vectors.ts'

const { sorted, refused } = readVectors<{
  sorted: { digest: string; id: DocumentId }[]
  refused: { name: string; text: string }[]
}>('wire/vectors/ids.json')

const digest = fc.uint8Array({ minLength: 32, maxLength: 32 })
/** Digests that agree in their first bytes, so that any later byte may decide the order. */
const twoDigests = fc.oneof(
  fc.tuple(digest, digest),
  fc
    .tuple(digest, fc.nat(31), fc.nat(255))
    .map(([a, at, byte]): [Uint8Array, Uint8Array] => [a, a.map((old, index) => (index === at ? byte : old))]),
)

describe('the vectors', () => {
  it.each(sorted)('$id is its digest and back', ({ digest: hex, id }) => {
    expect(documentIdOfDigest(fromHex(hex))).toBe(id)
    expect(toHex(digestOfDocumentId(id))).toBe(hex)
    expect(parseDocumentId(id)).toBe(id)
    expect(documentIdOfCidBytes(CID.parse(id).bytes)).toBe(id)
  })

  it('are in the order of their digests', () => {
    const ids = sorted.map(({ id }) => id)
    expect(ids.length).toBeGreaterThan(20)
    expect(ids.toReversed().sort(compareDocumentIds)).toEqual(ids)
    // ASCII puts digits before letters, so the texts sort differently.
    expect(ids.toSorted()).not.toEqual(ids)
  })

  it.each(refused)('$name is not an id', ({ text }) => {
    expect(parseDocumentId(text)).toBeUndefined()
  })
})

describe('parseDocumentId', () => {
  it('accepts exactly what documentIdOfDigest gives', () => {
    const id = digest.map(documentIdOfDigest)
    const damaged = fc
      .tuple(id, fc.nat(58), fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 1 }))
      .map(([text, at, character]) => text.slice(0, at) + character + text.slice(at + 1))
    fc.assert(
      fc.property(fc.oneof(id, damaged, fc.string({ minLength: 59, maxLength: 59 })), (text) => {
        const parsed = parseDocumentId(text)
        if (parsed === undefined) return
        expect(parsed).toBe(text)
        expect(documentIdOfDigest(digestOfDocumentId(parsed))).toBe(text)
      }),
      { numRuns: 2_000 },
    )
    fc.assert(fc.property(id, (text) => parseDocumentId(text) === text))
  })

  it('agrees with multiformats', async () => {
    const id = CID.createV1(0x71, await hasher.digest(Uint8Array.of(1, 2, 3)))
    expect(parseDocumentId(id.toString())).toBe(id.toString())
    expect(cidOf(parseDocumentId(id.toString())!).equals(id)).toBe(true)
  })
})

describe('order', () => {
  it('of ids is that of the bytes of their digests', () => {
    fc.assert(
      fc.property(twoDigests, ([a, b]) => {
        const order = compareDocumentIds(documentIdOfDigest(a), documentIdOfDigest(b))
        expect(Math.sign(order)).toBe(Buffer.compare(a, b))
      }),
      { numRuns: 2_000 },
    )
  })

  it('of positions is by clock, then by id', () => {
    fc.assert(
      fc.property(twoDigests, fc.nat(3), fc.nat(3), ([a, b], clockA, clockB) => {
        const order = comparePositions(
          { clock: clockA, id: documentIdOfDigest(a) },
          { clock: clockB, id: documentIdOfDigest(b) },
        )
        expect(Math.sign(order)).toBe(Math.sign(clockA - clockB) || Buffer.compare(a, b))
      }),
    )
  })
})

describe('ids on the wire', () => {
  it('survive a round trip', () => {
    fc.assert(
      fc.property(fc.array(digest), digest, (digests, topic) => {
        const ids = digests.map(documentIdOfDigest)
        expect(encodeIds(ids).map(toHex)).toEqual(digests.map(toHex))
        expect(decodeIds(encodeIds(ids))).toEqual(ids)
        const key = toHex(topic) as TopicKey
        expect(decodeTopic(encodeTopic(key))).toBe(key)
      }),
    )
  })

  it.each([0, 31, 33])('are refused with %i bytes', (length) => {
    expect(() => decodeIds([new Uint8Array(length)])).toThrow(TypeError)
    expect(() => decodeTopic(new Uint8Array(length))).toThrow(RangeError)
    expect(() => documentIdOfDigest(new Uint8Array(length))).toThrow(TypeError)
  })
})
