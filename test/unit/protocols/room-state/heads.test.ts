/** The digest of all heads: the vectors, and that it depends on the set alone. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bytesOfHeadsDigest, headsDigestOfBytes, HeadsHash } from '../../../../protocols/wire/heads-digest.ts'
import { documentIdOfDigest, type DocumentId } from '../../../../protocols/wire/ids.ts'
import { readVectors, toHex } from '../vectors.ts'

const vectors = readVectors<{ heads: DocumentId[]; digest: string }[]>('room-state/vectors/heads.json')

function hashOf(heads: readonly DocumentId[]): HeadsHash {
  const hash = new HeadsHash()
  for (const id of heads) hash.add(id)
  return hash
}

it.each(vectors)('of $heads.length heads is that of the vectors', ({ heads, digest }) => {
  expect(hashOf(heads).digest()).toBe(digest)
  expect(hashOf(heads.toReversed()).digest()).toBe(digest)
  expect(toHex(bytesOfHeadsDigest(hashOf(heads).digest()))).toBe(digest)
})

it('is the same for the same set, however it came about', () => {
  const ids = fc.uniqueArray(fc.uint8Array({ minLength: 32, maxLength: 32 }).map(documentIdOfDigest), { maxLength: 8 })
  fc.assert(
    fc.property(ids, ids, (kept, passing) => {
      const others = passing.filter((id) => !kept.includes(id))
      const hash = hashOf([...others, ...kept])
      expect(hash.digest() === hashOf(kept).digest()).toBe(others.length === 0)
      for (const id of others) hash.remove(id)
      expect(hash.digest()).toBe(hashOf(kept).digest())
    }),
  )
})

it('is not that of a set with the same sum or exclusive or of ids', () => {
  const id = (first: number, last: number): DocumentId => {
    const digest = new Uint8Array(32)
    digest[0] = first
    digest[31] = last
    return documentIdOfDigest(digest)
  }
  expect(hashOf([id(1, 2), id(3, 4)]).digest()).not.toBe(hashOf([id(1, 4), id(3, 2)]).digest())
})

it('has 32 bytes', () => {
  expect(() => headsDigestOfBytes(new Uint8Array(31))).toThrow(RangeError)
})
