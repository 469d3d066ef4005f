/** The order of a room's documents, which every peer computes in the same way. */
import { compareDocumentIds, type DocumentId } from './ids.ts'

/** The position of a document in its room. */
export interface Position {
  clock: number
  id: DocumentId
}

/** A position in a room's order, for a clock and a digest (32 bytes), whether or not such a document exists. */
export interface SortKey {
  clock: number
  digest: Uint8Array
}

/** The total order of a room's documents: by clock, then by the bytes of the id. Ancestors come first. */
export function comparePositions(a: Position, b: Position): number {
  return a.clock - b.clock || compareDocumentIds(a.id, b.id)
}

/** The same order for sort keys. */
export function compareSortKeys(a: SortKey, b: SortKey): number {
  return a.clock - b.clock || Buffer.compare(a.digest, b.digest)
}
