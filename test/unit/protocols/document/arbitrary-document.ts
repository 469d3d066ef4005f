/** Random valid documents, for property tests. */
import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import type { DocumentFields } from '../../../../protocols/document/document.ts'
import { signerOfSeed, type Signer } from '../../../../protocols/wire/crypto.ts'
import {
  compareDocumentIds,
  documentIdOfDigest,
  type BlockId,
  type DocumentId,
} from '../../../../protocols/wire/ids.ts'

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })

const documentId: fc.Arbitrary<DocumentId> = bytes(32).map(documentIdOfDigest)

/** CIDs of any codec and hash function, and CIDv0. */
const blockId: fc.Arbitrary<BlockId> = fc
  .oneof(
    fc
      .tuple(fc.nat(0x7f), fc.nat(0x7f), fc.uint8Array({ maxLength: 100 }))
      .map(([codec, hash, digest]) => Uint8Array.of(1, codec, hash, digest.length, ...digest)),
    bytes(32).map((digest) => Uint8Array.of(0x12, 0x20, ...digest)),
  )
  .map((cid) => CID.decode(cid).toString() as BlockId)

const uint = fc.oneof(fc.nat(300), fc.maxSafeNat())

const kind = fc.stringMatching(/^[a-z][a-z0-9./-]{0,63}$/)

export const signer: fc.Arbitrary<Signer> = bytes(32).map(signerOfSeed)

const parents = fc.uniqueArray(documentId, { maxLength: 32 }).map((ids) => ids.toSorted(compareDocumentIds))

const content = fc.record({
  timeMs: uint,
  epoch: uint,
  kind,
  links: fc.array(blockId, { maxLength: 8 }),
  body: fc.uint8Array({ maxLength: 300 }),
})

const place = fc.oneof(
  fc.constant({ room: null, seq: 0, previous: null, parents: [], clock: 1 }),
  fc
    .record({ room: documentId, parents, clock: fc.oneof(fc.integer({ min: 2, max: 300 }), fc.maxSafeNat()) })
    .filter((fields) => fields.parents.length > 0 && fields.clock >= 2)
    .map((fields) => ({ ...fields, seq: 0, previous: null })),
  fc
    .record({ room: documentId, parents, previous: documentId, seq: uint, clock: uint })
    .filter((fields) => fields.seq > 0 && fields.clock >= 2 && !fields.parents.includes(fields.previous)),
)

/** The fields of a document by the signer. */
export function fieldsBy({ author }: Signer): fc.Arbitrary<DocumentFields> {
  return fc.tuple(place, content).map(([at, said]) => ({ ...at, ...said, author }))
}
