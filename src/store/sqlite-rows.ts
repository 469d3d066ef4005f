/** Between the rows of the SQLite store and those of its callers: digests and public keys stand for ids. */
import { digestOfDocumentId, documentIdOfDigest } from '../../protocols/wire/ids.ts'
import type { DocumentId, PeerId } from '../../protocols/wire/ids.ts'
import type { Position, SortKey } from '../../protocols/wire/order.ts'
import { peerIdOfPublicKey } from '../../protocols/wire/peer-ids.ts'
import { isSmall } from './blocks.ts'
import type { Write } from './store.ts'

const DIGEST_BYTES = 32

/** In the table `sharing`: the default, for peers without a row of their own. */
export const EVERYBODY = ''

export function boundOf({ clock, id }: Position): SortKey {
  return { clock, digest: digestOfDocumentId(id) }
}

export function idsOfDigests(digests: Uint8Array): DocumentId[] {
  const count = digests.length / DIGEST_BYTES
  return Array.from({ length: count }, (_, i) =>
    documentIdOfDigest(digests.subarray(i * DIGEST_BYTES, (i + 1) * DIGEST_BYTES)),
  )
}

export function withAuthor<Row extends { author: Uint8Array }>(row: Row): Omit<Row, 'author'> & { author: PeerId } {
  return { ...row, author: peerIdOfPublicKey(row.author) }
}

export function withTextId<Row extends { id: Uint8Array }>(row: Row): Omit<Row, 'id'> & { id: DocumentId } {
  return { ...row, id: documentIdOfDigest(row.id) }
}

/** Whether a write needs a transaction. Large blocks are in files, so writing only those does not flush the database. */
export function isOfRows(write: Write): boolean {
  return write.type !== 'put-block' || isSmall(write.block)
}
