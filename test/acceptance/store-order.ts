/** The orders that the store contract speaks of, apart from those that the stores use. */
import { bytesOfBlockId } from '../../protocols/wire/block-ids.ts'
import { digestOfDocumentId, type BlockId, type DocumentId } from '../../protocols/wire/ids.ts'
import type { Position, SortKey } from '../../protocols/wire/order.ts'

export function compare(a: Position, b: Position): number {
  return a.clock - b.clock || compareIds(a.id, b.id)
}

/** Independent of compareDocumentIds' shortcut: ids differ only in their digest, compared as bytes. */
export function compareIds(a: DocumentId, b: DocumentId): number {
  return Buffer.compare(digestOfDocumentId(a), digestOfDocumentId(b))
}

export function compareBlockIds(a: BlockId, b: BlockId): number {
  return Buffer.compare(bytesOfBlockId(a), bytesOfBlockId(b))
}

export function compareSortKeys(a: SortKey, b: SortKey): number {
  return a.clock - b.clock || Buffer.compare(a.digest, b.digest)
}
