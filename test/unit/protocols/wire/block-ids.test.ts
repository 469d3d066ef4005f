/** Block ids as blocks, bytes and text, in all spellings; multiformats decides what is right. */
import fc from 'fast-check'
import { base32 } from 'multiformats/bases/base32'
import { base36 } from 'multiformats/bases/base36'
import { base58btc } from 'multiformats/bases/base58'
import { CID } from 'multiformats/cid'
import { sha256 as hasher } from 'multiformats/hashes/sha2'
import { describe, expect, it } from 'vitest'
import {
  BLOCK_ID_BYTES,
  blockIdOf,
  blockIdOfBytes,
  blockIdOfCid,
  bytesOfBlockId,
  codecOf,
  isBlockId,
  parseBlockId,
  type BlockCodec,
} from '../../../../protocols/wire/block-ids.ts'
import {
  compareDocumentIds,
  digestOfDocumentId,
  parseDocumentId,
  type BlockId,
} from '../../../../protocols/wire/ids.ts'
import { fromHex, readVectors, toHex } from '../vectors.ts'

interface ValidId {
  codec: BlockCodec
  digest: string
  bytes: string
  id: BlockId
  spellings: string[]
}

const { valid, refused } = readVectors<{
  valid: ValidId[]
  refused: { name: string; text: string; bytes?: string }[]
}>('wire/vectors/block-ids.json')

const CODES: [BlockCodec, number][] = [
  ['raw', 0x55],
  ['dag-pb', 0x70],
  ['dag-cbor', 0x71],
]

const id = fc
  .tuple(fc.constantFrom(...CODES), fc.uint8Array({ maxLength: 8 }))
  .map(([[codec], block]) => blockIdOf(codec, block))

describe('the vectors', () => {
  it.each(valid)('$codec $id is its bytes and back', ({ codec, bytes, id: text }) => {
    expect(toHex(bytesOfBlockId(text))).toBe(bytes)
    expect(blockIdOfBytes(fromHex(bytes))).toBe(text)
    expect(codecOf(text)).toBe(codec)
    expect(isBlockId(text)).toBe(true)
  })

  it.each(valid.flatMap(({ id: text, spellings }) => spellings.map((spelling) => ({ text, spelling }))))(
    '$spelling is $text',
    ({ text, spelling }) => {
      expect(parseBlockId(spelling)).toBe(text)
      expect(isBlockId(spelling as BlockId)).toBe(spelling === text)
    },
  )

  it('of dag-cbor are document ids, no others are', () => {
    for (const { codec, digest, id: text } of valid) {
      const document = parseDocumentId(text)
      expect(document).toBe(codec === 'dag-cbor' ? text : undefined)
      expect(document && toHex(digestOfDocumentId(document))).toBe(document && digest)
    }
  })

  it.each(refused)('$name is not a block id', ({ text, bytes }) => {
    expect(parseBlockId(text)).toBeUndefined()
    expect(isBlockId(text as BlockId)).toBe(false)
    expect(bytes && blockIdOfBytes(fromHex(bytes))).toBe(bytes && undefined)
  })
})

describe('a block id', () => {
  it.each(CODES)('of %s is the one that multiformats computes for the block', async (codec, code) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (block) => {
        const cid = CID.createV1(code, await hasher.digest(block))
        const made = blockIdOf(codec, block)
        expect(made).toBe(cid.toString())
        expect(blockIdOfCid(cid)).toBe(made)
        expect(toHex(bytesOfBlockId(made))).toBe(toHex(cid.bytes))
        expect(bytesOfBlockId(made)).toHaveLength(BLOCK_ID_BYTES)
        expect(codecOf(made)).toBe(codec)
      }),
    )
  })

  it('is the same in every base, and for CIDv0', () => {
    fc.assert(
      fc.property(id, (made) => {
        const cid = CID.parse(made)
        const v0 = codecOf(made) === 'dag-pb' ? [cid.toV0()] : []
        const spellings = [cid.toString(base32), cid.toString(base36), cid.toString(base58btc), ...v0.map(String)]
        for (const spelling of spellings) expect(parseBlockId(spelling)).toBe(made)
        for (const each of [cid, ...v0]) expect(blockIdOfCid(each)).toBe(made)
      }),
    )
  })

  it('is ordered by its bytes', () => {
    fc.assert(
      fc.property(id, id, (a, b) => {
        const order = Buffer.compare(bytesOfBlockId(a), bytesOfBlockId(b))
        expect(Math.sign(compareDocumentIds(a, b))).toBe(order)
      }),
    )
  })

  it('has a codec; other text has none', () => {
    expect(() => codecOf('bafybmi' as BlockId)).toThrow(TypeError)
    expect(() => codecOf('' as BlockId)).toThrow(TypeError)
  })
})

describe('reading', () => {
  /** Every kind of CID; few of them are block ids. */
  const cidBytes = fc
    .tuple(
      fc.constantFrom(0, 1, 1, 1, 1, 2),
      fc.constantFrom(0x00, 0x51, 0x55, 0x70, 0x71, 0x72, 0x80),
      fc.constantFrom(0x00, 0x11, 0x12, 0x12, 0x12, 0x13, 0x16),
      fc.uint8Array({ minLength: 31, maxLength: 33 }),
      fc.constantFrom(0, 0, 0, 1, -1),
    )
    .map(([version, code, hash, digest, excess]) =>
      Uint8Array.of(version, code, hash, digest.length + excess, ...digest),
    )

  it('bytes gives an id if and only if multiformats reads such a CID', () => {
    fc.assert(
      fc.property(fc.oneof(cidBytes, id.map(bytesOfBlockId), fc.uint8Array({ maxLength: 40 })), (bytes) => {
        expect(blockIdOfBytes(bytes)).toBe(textOf(cidOrUndefined(() => CID.decode(bytes))))
      }),
      { numRuns: 3_000 },
    )
  })

  it('text gives the id of the CID that multiformats reads, or none', () => {
    const damaged = fc
      .tuple(id, fc.nat(58), fc.string({ unit: 'binary-ascii', maxLength: 2 }))
      .map(([text, at, replacement]) => text.slice(0, at) + replacement + text.slice(at + 1))
    fc.assert(
      fc.property(fc.oneof(id, damaged, fc.string({ maxLength: 60 })), (text) => {
        const cid = cidOrUndefined(() => CID.parse(text))
        const v1 = cid?.version === 0 ? cid.toV1() : cid
        expect(parseBlockId(text)).toBe(textOf(v1))
      }),
      { numRuns: 2_000 },
    )
  })

  function cidOrUndefined(read: () => CID): CID | undefined {
    try {
      return read()
    } catch {
      return undefined
    }
  }

  /** The text of a CIDv1 that is a block id. */
  function textOf(cid: CID | undefined): string | undefined {
    const isBlockId =
      cid?.version === 1 &&
      CODES.some(([, code]) => code === cid.code) &&
      cid.multihash.code === hasher.code &&
      cid.multihash.size === 32
    return isBlockId ? base32.encode(cid.bytes) : undefined
  }
})
