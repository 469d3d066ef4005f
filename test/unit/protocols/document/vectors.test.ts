/** The vectors of protocols/document hold for this implementation, both for reading and for writing. */
import { CID } from 'multiformats/cid'
import { describe, expect, it } from 'vitest'
import {
  decodeDocument,
  documentIdOf,
  encodeDocument,
  isSignatureValid,
} from '../../../../protocols/document/document.ts'
import { DocumentError, type DocumentErrorCode } from '../../../../protocols/document/errors.ts'
import { sha256, signerOfSeed } from '../../../../protocols/wire/crypto.ts'
import { peerIdOfPublicKey, publicKeyOfPeerId } from '../../../../protocols/wire/peer-ids.ts'
import { fromHex, toHex } from '../vectors.ts'
import { fieldsOf, invalid, signatures, valid } from './document-vectors.ts'

/** All codes, so that one without a vector is a type error here and a failure below. */
const CODES: Record<DocumentErrorCode, true> = {
  'too-large': true,
  'bad-cbor': true,
  'bad-shape': true,
  'bad-version': true,
  'bad-room': true,
  'bad-author': true,
  'bad-seq': true,
  'bad-previous': true,
  'bad-parents': true,
  'bad-clock': true,
  'bad-time': true,
  'bad-epoch': true,
  'bad-kind': true,
  'bad-links': true,
  'bad-body': true,
  'bad-signature': true,
  'bad-root': true,
  'trailing-bytes': true,
}

/** What decoding throws; undefined if it throws nothing. */
function faultOf(block: Uint8Array): unknown {
  try {
    decodeDocument(block)
    return undefined
  } catch (error) {
    return error
  }
}

describe('valid documents', () => {
  it('are many, with distinct names', () => {
    expect(valid.length).toBeGreaterThanOrEqual(12)
    expect(new Set(valid.map(({ name }) => name)).size).toBe(valid.length)
  })

  it.each(valid)('$name: the block gives the fields', (vector) => {
    const { signature, block, id, body, ...fields } = decodeDocument(fromHex(vector.block))
    const authorKey = toHex(publicKeyOfPeerId(fields.author)!)
    expect({ ...fields, authorKey, body: toHex(body) }).toEqual(vector.fields)
    expect(id).toBe(vector.id)
    expect(toHex(block)).toBe(vector.block)
    expect(signature.length).toBe(vector.seed === null ? 0 : 64)
  })

  it.each(valid)('$name: the fields give the block', (vector) => {
    const signer = vector.seed === null ? undefined : signerOfSeed(fromHex(vector.seed))
    const document = encodeDocument(fieldsOf(vector), signer)
    expect(toHex(document.block)).toBe(vector.block)
    expect(document.id).toBe(vector.id)
    expect(signer?.author ?? vector.fields.author).toBe(vector.fields.author)
  })

  it.each(valid)('$name: the signature', (vector) => {
    expect(isSignatureValid(decodeDocument(fromHex(vector.block)))).toBe(vector.signatureValid)
  })

  it.each(valid)('$name: the id is the CID of the block', (vector) => {
    expect(documentIdOf(fromHex(vector.block))).toBe(vector.id)
    const cid = CID.parse(vector.id)
    expect([cid.version, cid.code, cid.multihash.code]).toEqual([1, 0x71, 0x12])
    expect(toHex(cid.multihash.digest)).toBe(toHex(sha256(fromHex(vector.block))))
  })
})

describe('signatures', () => {
  it.each(signatures)('$name', (vector) => {
    const document = decodeDocument(fromHex(vector.block))
    expect(document.id).toBe(vector.id)
    expect(document.author).toBe(vector.author)
    expect(document.author).toBe(peerIdOfPublicKey(fromHex(vector.authorKey)))
    expect(isSignatureValid(document)).toBe(vector.signatureValid)
  })

  it('are valid for only one of them', () => {
    expect(signatures.filter(({ signatureValid }) => signatureValid)).toHaveLength(1)
    expect(signatures.length).toBeGreaterThan(5)
  })
})

describe('invalid documents', () => {
  it('are many, with distinct names, and cover every code', () => {
    expect(invalid.length).toBeGreaterThanOrEqual(40)
    expect(new Set(invalid.map(({ name }) => name)).size).toBe(invalid.length)
    expect(new Set(invalid.map(({ error }) => error))).toEqual(new Set(Object.keys(CODES)))
  })

  it.each(invalid)('$error: $name', ({ block, error }) => {
    const fault = faultOf(fromHex(block))
    expect(fault).toBeInstanceOf(DocumentError)
    expect((fault as DocumentError).code).toBe(error)
    expect((fault as DocumentError).message).not.toBe('')
  })
})
