/** Writing reaches each limit of a document, and refuses what exceeds it. What reading refuses is in the vectors. */
import { CID } from 'multiformats/cid'
import { describe, expect, it } from 'vitest'
import {
  MAX_CID_BYTES,
  MAX_DOCUMENT_BYTES,
  MAX_KIND_LENGTH,
  MAX_LINKS,
  MAX_PARENTS,
} from '../../../../protocols/document/constants.ts'
import { decodeDocument, encodeDocument, type DocumentFields } from '../../../../protocols/document/document.ts'
import { DocumentError, type DocumentErrorCode } from '../../../../protocols/document/errors.ts'
import { sha256, signerOfSeed } from '../../../../protocols/wire/crypto.ts'
import {
  compareDocumentIds,
  documentIdOfDigest,
  type BlockId,
  type DocumentId,
  type PeerId,
} from '../../../../protocols/wire/ids.ts'

const signer = signerOfSeed(new Uint8Array(32).fill(7))
const idOf = (byte: number): DocumentId => documentIdOfDigest(new Uint8Array(32).fill(byte))

const fields: DocumentFields = {
  room: idOf(1),
  author: signer.author,
  seq: 1,
  previous: idOf(2),
  parents: [],
  clock: 2,
  timeMs: 0,
  epoch: 0,
  kind: 'message',
  links: [],
  body: new Uint8Array(0),
}

const parents = (count: number): DocumentId[] =>
  Array.from({ length: count }, (_, index) => documentIdOfDigest(sha256(Buffer.from(`parent ${index}`)))).sort(
    compareDocumentIds,
  )

/** A link whose CID takes a number of bytes in the block, including the leading zero byte. */
const linkOf = (sizeBytes: number): BlockId => {
  const digestBytes = sizeBytes - 5
  return CID.decode(Uint8Array.of(1, 0x55, 0, digestBytes, ...new Uint8Array(digestBytes))).toString() as BlockId
}

const overheadBytes = encodeDocument({ ...fields, body: new Uint8Array(60_000) }, signer).block.length - 60_000

function codeOf(changes: Partial<DocumentFields>): DocumentErrorCode | undefined {
  try {
    const { block } = encodeDocument({ ...fields, ...changes }, signer)
    decodeDocument(block)
    return undefined
  } catch (error) {
    if (error instanceof DocumentError) return error.code
    throw error
  }
}

const AT_AND_PAST: [
  limit: string,
  at: Partial<DocumentFields>,
  past: Partial<DocumentFields>,
  code: DocumentErrorCode,
][] = [
  ['MAX_PARENTS', { parents: parents(MAX_PARENTS) }, { parents: parents(MAX_PARENTS + 1) }, 'bad-parents'],
  [
    'MAX_LINKS',
    { links: Array<BlockId>(MAX_LINKS).fill(idOf(3)) },
    { links: Array<BlockId>(MAX_LINKS + 1).fill(idOf(3)) },
    'bad-links',
  ],
  ['MAX_CID_BYTES', { links: [linkOf(MAX_CID_BYTES)] }, { links: [linkOf(MAX_CID_BYTES + 1)] }, 'bad-links'],
  ['MAX_KIND_LENGTH', { kind: 'k'.repeat(MAX_KIND_LENGTH) }, { kind: 'k'.repeat(MAX_KIND_LENGTH + 1) }, 'bad-kind'],
  [
    'MAX_DOCUMENT_BYTES',
    { body: new Uint8Array(MAX_DOCUMENT_BYTES - overheadBytes) },
    { body: new Uint8Array(MAX_DOCUMENT_BYTES - overheadBytes + 1) },
    'too-large',
  ],
  ['the largest integer as seq', { seq: Number.MAX_SAFE_INTEGER }, { seq: 2 ** 53 }, 'bad-seq'],
  ['the largest integer as clock', { clock: Number.MAX_SAFE_INTEGER }, { clock: 2 ** 53 }, 'bad-clock'],
  ['the largest integer as time', { timeMs: Number.MAX_SAFE_INTEGER }, { timeMs: 2 ** 53 }, 'bad-time'],
  ['the largest integer as epoch', { epoch: Number.MAX_SAFE_INTEGER }, { epoch: 2 ** 53 }, 'bad-epoch'],
]

describe('writing a document', () => {
  it.each(AT_AND_PAST)('reaches %s', (_limit, at) => {
    expect(codeOf(at)).toBeUndefined()
  })

  it.each(AT_AND_PAST)('refuses what exceeds %s', (_limit, _at, past, code) => {
    expect(codeOf(past)).toBe(code)
  })

  it.each([
    ['bad-seq', { seq: 1.5 }],
    ['bad-seq', { seq: -1 }],
    ['bad-time', { timeMs: Number.NaN }],
    ['bad-previous', { previous: null }],
    ['bad-parents', { parents: [idOf(2)] }],
    ['bad-parents', { parents: [idOf(9), idOf(8)] }],
    ['bad-clock', { clock: 1 }],
    ['bad-kind', { kind: '' }],
    ['bad-author', { author: '' as PeerId }],
    ['bad-author', { author: 'QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N' as PeerId }],
    ['bad-root', { room: null }],
  ] satisfies [DocumentErrorCode, Partial<DocumentFields>][])('refuses %s: %o', (code, changes) => {
    expect(codeOf(changes)).toBe(code)
  })

  it('can have a body of 64 KiB less what its other elements take', () => {
    expect(MAX_DOCUMENT_BYTES).toBe(65_536)
    expect(overheadBytes).toBeLessThan(300)
  })
})
