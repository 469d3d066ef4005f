/** A room's frontier: its heads, which are the documents that no other document names. */
import { MAX_FRONTIER_IDS } from '../../protocols/room-state/constants.ts'
import type { DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import type { StoreReads } from '../store/store.ts'
import type { DocumentReader } from './document-reader.ts'

/** The newest heads of a room, as many as its metadata can name, and the largest clock among them. */
export function frontierOf(store: StoreReads, room: RoomId): { ids: DocumentId[]; clock: number } {
  const newest = store.heads(room).slice(-MAX_FRONTIER_IDS)
  return { ids: newest.map(({ id }) => id), clock: newest.at(-1)?.clock ?? 0 }
}

/** Those of `previous` and the parents of a document that are stored. */
export function ancestorsOf(store: StoreReads, reader: DocumentReader, id: DocumentId): Position[] {
  const row = store.document(id)
  if (row === undefined) return []
  const { previous, parents } = reader.decode(row.block)
  return (previous === null ? parents : [previous, ...parents]).flatMap((ancestor) => store.document(ancestor) ?? [])
}
