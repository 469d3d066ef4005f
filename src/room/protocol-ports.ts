/** The store as the protocol machines read it. */
import type { BatchSyncPorts } from '../../protocols/batch-sync/index.ts'
import { decodeDocument } from '../../protocols/document/document.ts'
import { MAX_FRONTIER_IDS } from '../../protocols/room-state/constants.ts'
import { documentIdOfDigest, type DocumentId, type RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import type { StoreReads } from '../store/store.ts'

/** Before all documents of a clock: the smallest digest. */
const FIRST_ID = documentIdOfDigest(new Uint8Array(32))

/** The newest heads of a room, as many as metadata names, and the largest clock among them. */
export function frontierOf(store: StoreReads, room: RoomId): { ids: DocumentId[]; clock: number } {
  const newest = store.heads(room).slice(-MAX_FRONTIER_IDS)
  return { ids: newest.map(({ id }) => id), clock: newest.at(-1)?.clock ?? 0 }
}

export function batchSyncPorts(store: StoreReads): BatchSyncPorts {
  return {
    has: (id) => store.hasDocument(id),
    heads: (room) => store.heads(room),
    document: (id) => store.document(id),
    ancestors: (id) => ancestorsOf(store, id),
    documentBefore: (room, clock) =>
      store.documents(room, { before: { clock, id: FIRST_ID }, descending: true, limit: 1 })[0],
    documentsAfter: (room, after, limit) => store.documents(room, { ...(after && { after }), limit }),
  }
}

function ancestorsOf(store: StoreReads, id: DocumentId): Position[] {
  const row = store.document(id)
  if (row === undefined) return []
  const { previous, parents } = decodeDocument(row.block)
  return (previous === null ? parents : [previous, ...parents]).flatMap((ancestor) => store.document(ancestor) ?? [])
}
