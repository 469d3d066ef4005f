/** The room's order, which every peer computes alike. */
import { compareDocumentIds, type DocumentId } from './ids.ts'

/** Where a document stands in its room. */
export interface Position {
  clock: number
  id: DocumentId
}

/** A place in a room's order: that of the document with this clock and digest (32 bytes), whether there is one or not. */
export interface SortKey {
  clock: number
  digest: Uint8Array
}

/** The total order of a room's documents: by clock, then by the bytes of the id. Ancestors come first. */
export function comparePositions(a: Position, b: Position): number {
  return a.clock - b.clock || compareDocumentIds(a.id, b.id)
}
