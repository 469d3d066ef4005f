/** Properties of the document codec with random documents, random damage and random bytes. */
import { encode } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeDocument,
  encodeDocument,
  isSignatureValid,
  type Document,
} from '../../../../protocols/document/document.ts'
import { DocumentError } from '../../../../protocols/document/errors.ts'
import { signerOfSeed } from '../../../../protocols/wire/crypto.ts'
import { cidOf } from '../../../../protocols/wire/ids.ts'
import { publicKeyOfPeerId } from '../../../../protocols/wire/peer-ids.ts'
import { fromHex, toHex } from '../vectors.ts'
import { fieldsBy, signer } from './arbitrary-document.ts'
import { fieldsOf, invalid, signatures, valid } from './document-vectors.ts'

/** The document of a block, or undefined if it is refused; anything thrown but a DocumentError fails the test. */
function tryDecode(block: Uint8Array): Document | undefined {
  try {
    return decodeDocument(block)
  } catch (error) {
    if (error instanceof DocumentError) return undefined
    throw error
  }
}

/** What is accepted has only one encoding: encoding the fields gives the same bytes before the signature. */
function expectCanonical({ signature, block, id, ...fields }: Document): void {
  const written = encodeDocument(fields).block.subarray(0, -1)
  expect(toHex(block.subarray(0, written.length))).toBe(toHex(written))
  expect(block.length - written.length).toBe(signature.length === 0 ? 1 : 66)
  expect(id).toHaveLength(59)
}

function flipBit(block: Uint8Array, bit: number): Uint8Array {
  return block.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
}

const documents = signer.chain((by) => fieldsBy(by).map((fields) => ({ by, fields })))

describe('a random document', () => {
  it('is what a general encoder makes of its elements', () => {
    fc.assert(
      fc.property(documents, fc.constantFrom(0, 23, 24, 255, 256, 65_000), ({ by, fields }, bodyBytes) => {
        const { room, author, seq, previous, parents, clock, timeMs, epoch, kind, links } = fields
        const body = new Uint8Array(bodyBytes)
        const elements = [
          ...[1, room && cidOf(room), publicKeyOfPeerId(author), seq, previous && cidOf(previous)],
          ...[parents.map(cidOf), clock, timeMs, epoch, kind, links.map(cidOf), body],
        ]
        fc.pre(bodyBytes < 65_000 || (parents.length === 0 && links.length === 0))
        const { block, signature } = encodeDocument({ ...fields, body }, by)
        expect(toHex(block)).toBe(toHex(encode([...elements, signature])))
      }),
    )
  })

  it('survives a round trip, signed or not', () => {
    fc.assert(
      fc.property(documents, fc.boolean(), ({ by, fields }, isSigned) => {
        const document = encodeDocument(fields, isSigned ? by : undefined)
        const block = Uint8Array.from(document.block)
        const signature = Uint8Array.from(document.signature)
        expect(decodeDocument(block)).toEqual({ ...fields, signature, block, id: document.id })
        expect(isSignatureValid(document)).toBe(isSigned)
        expectCanonical(document)
      }),
    )
  })

  it('has a signature that is not valid for other fields', () => {
    fc.assert(
      fc.property(documents, fc.nat(), ({ by, fields }, timeMs) => {
        fc.pre(timeMs !== fields.timeMs)
        const { signature } = encodeDocument(fields, by)
        const other = encodeDocument({ ...fields, timeMs }).block
        const forged = Buffer.concat([other.subarray(0, -1), Uint8Array.of(0x58, 64), signature])
        expect(isSignatureValid(decodeDocument(forged))).toBe(false)
      }),
    )
  })
})

describe('damage', () => {
  const vector = valid.find(({ name }) => name === 'previous and two parents, sorted by the bytes of their digests')!
  const intact = encodeDocument(fieldsOf(vector), signerOfSeed(fromHex(vector.seed!)))

  it('to any single bit is refused, or gives another id and an invalid signature', () => {
    let decoded = 0
    for (let bit = 0; bit < intact.block.length * 8; bit++) {
      const document = tryDecode(flipBit(intact.block, bit))
      if (document === undefined) continue
      decoded++
      expect(document.id, `bit ${bit}`).not.toBe(intact.id)
      expect(isSignatureValid(document), `bit ${bit}`).toBe(false)
      expectCanonical(document)
    }
    // Otherwise it would show nothing: damaged digests, authors, bodies and signatures can all be read.
    expect(decoded).toBeGreaterThan(1_000)
  })

  it('to any single bit of a random document, too', () => {
    fc.assert(
      fc.property(documents, fc.nat(), ({ by, fields }, at) => {
        const { block, id } = encodeDocument(fields, by)
        const document = tryDecode(flipBit(block, at % (block.length * 8)))
        if (document === undefined) return
        expect(document.id).not.toBe(id)
        expect(isSignatureValid(document)).toBe(false)
        expectCanonical(document)
      }),
      { numRuns: 300 },
    )
  })

  it('by a cut at any position is refused', () => {
    for (let length = 0; length < intact.block.length; length++) {
      expect(tryDecode(intact.block.subarray(0, length)), `${length} bytes`).toBeUndefined()
    }
  })

  it('of any kind gives a canonical document, or a DocumentError', () => {
    const blocks = [...valid, ...signatures, ...invalid].map(({ block }) => fromHex(block)).filter(isSmall)
    const edit = fc.record({ at: fc.nat(2_000), remove: fc.nat(4), insert: fc.uint8Array({ maxLength: 4 }) })
    fc.assert(
      fc.property(fc.constantFrom(...blocks), fc.array(edit, { minLength: 1, maxLength: 3 }), (block, edits) => {
        const damaged = edits.reduce((bytes, { at, remove, insert }) => {
          const start = at % (bytes.length + 1)
          return Uint8Array.of(...bytes.subarray(0, start), ...insert, ...bytes.subarray(start + remove))
        }, block)
        const document = tryDecode(damaged)
        if (document !== undefined) expectCanonical(document)
      }),
      { numRuns: 3_000 },
    )
  })
})

describe('bytes that were not written as a document', () => {
  it('give a DocumentError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(tryDecode(bytes)).toBeUndefined()
      }),
      { numRuns: 3_000 },
    )
  })

  it('give a DocumentError after a valid start', () => {
    const start = fromHex(valid[0]!.block)
    fc.assert(
      fc.property(fc.nat(start.length - 67), fc.uint8Array({ maxLength: 200 }), (length, bytes) => {
        const document = tryDecode(Uint8Array.of(...start.subarray(0, length), ...bytes))
        if (document !== undefined) expectCanonical(document)
      }),
      { numRuns: 3_000 },
    )
  })
})

function isSmall(block: Uint8Array): boolean {
  return block.length < 2_000
}
