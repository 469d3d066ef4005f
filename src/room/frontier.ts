/** How the documents of a room follow each other. */
import type { DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import type { StoreReads } from '../store/store.ts'
import type { DocumentReader } from './document-reader.ts'

/** The largest clock of a room's documents; 0 if there are none. */
export function clockOf(store: StoreReads, room: RoomId): number {
  return store.newestHeads(room, 1)[0]?.clock ?? 0
}

/** Those of `previous` and the parents of a document that are stored. */
export function ancestorsOf(store: StoreReads, reader: DocumentReader, id: DocumentId): Position[] {
  const row = store.document(id)
  if (row === undefined) return []
  const { previous, parents } = reader.decode(row.block)
  return (previous === null ? parents : [previous, ...parents]).flatMap(
    (ancestor) => store.documentHeader(ancestor) ?? [],
  )
}
