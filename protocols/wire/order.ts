/** The room's order, which every peer computes alike. */
import { compareDocumentIds, type DocumentId } from './ids.ts'

/** Where a document stands in its room. */
export interface Position {
  clock: number
  id: DocumentId
}

/** The total order of a room's documents: by clock, then by the bytes of the id. Ancestors come first. */
export function comparePositions(a: Position, b: Position): number {
  return a.clock - b.clock || compareDocumentIds(a.id, b.id)
}
