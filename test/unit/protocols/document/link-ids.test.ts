/** Ids of linked blocks, compared with what multiformats makes of the same bytes. */
import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import { create } from 'multiformats/hashes/digest'
import { expect, test } from 'vitest'
import { linkIdOfBytes } from '../../../../protocols/document/link-ids.ts'

const codeArbitrary = fc.oneof(fc.constantFrom(0, 0x12, 0x55, 0x70, 0x71), fc.maxSafeNat())

const cidArbitrary = fc.oneof(
  fc.uint8Array({ minLength: 32, maxLength: 32 }).map((digest) => CID.createV0(create(0x12, digest))),
  fc
    .tuple(codeArbitrary, codeArbitrary, fc.uint8Array({ maxLength: 100 }))
    .map(([codec, hash, digest]) => CID.createV1(codec, create(hash, digest))),
)

test('are the text form of every CID', () => {
  fc.assert(fc.property(cidArbitrary, (cid) => linkIdOfBytes(cid.bytes) === cid.toString()))
})

test('are those of canonical CIDs only, whatever is changed in one', () => {
  const changedArbitrary = fc.tuple(cidArbitrary, fc.nat(), fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 1, 2))
  fc.assert(
    fc.property(changedArbitrary, ([{ bytes }, place, byte, kind]) => {
      const changed = [...bytes]
      changed.splice(place % (bytes.length + 1), kind, ...(kind === 2 ? [] : [byte]))
      const id = linkIdOfBytes(Uint8Array.from(changed))
      return id === undefined || Buffer.from(changed).equals(CID.parse(id).bytes)
    }),
    { numRuns: 1_000 },
  )
})

test.each([
  ['nothing', []],
  ['another version', [2, 0x55, 0, 0]],
  ['a codec in a longer form than needed', [1, 0xd5, 0, 0, 0]],
  ['a hash function beyond 2^53', [1, 0x55, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10, 0]],
  ['a hash function that does not end', [1, 0x55, 0x80]],
  ['a digest that is shorter than stated', [1, 0x55, 0x12, 2, 0]],
  ['a digest that is longer than stated', [1, 0x55, 0x12, 1, 0, 0]],
  ['version 0 with a short digest', [0x12, 1, 0]],
])('%s is none', (_what, bytes) => {
  expect(linkIdOfBytes(Uint8Array.from(bytes))).toBeUndefined()
})
