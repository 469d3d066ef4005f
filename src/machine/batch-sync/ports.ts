/** Batch sync's view of the store. */
import type { BatchSyncPorts } from '../../../protocols/batch-sync/index.ts'
import type { DocumentId, RoomId } from '../../../protocols/wire/ids.ts'
import { documentReader } from '../../room/document-reader.ts'
import { ancestorsOf } from '../../room/frontier.ts'
import type { StoreReads } from '../../store/store.ts'
import { sharingOf } from '../sharing.ts'

/** What waits in the rooms of this node. */
type PendingReads = Pick<BatchSyncPorts, 'pendingKeys'> & { isPending(room: RoomId, id: DocumentId): boolean }

/** For a reader of accepted documents only. */
export const NOTHING_PENDING: PendingReads = { isPending: () => false, pendingKeys: () => [] }

export function batchSyncPorts(store: StoreReads, pending: PendingReads, reader = documentReader): BatchSyncPorts {
  const documentIn = (room: RoomId, id: DocumentId) => {
    const row = store.document(id)
    return row?.room === room ? row : undefined
  }
  return {
    has: (room, id) => documentIn(room, id) !== undefined,
    isDurable: (room, id) => documentIn(room, id) !== undefined || pending.isPending(room, id),
    count: (room) => store.totals(room).documents,
    heads: (room) => store.heads(room),
    document: documentIn,
    ancestors: (id) => ancestorsOf(store, reader, id),
    documentsAfter: (room, after, limit) => store.documents(room, { ...(after && { after }), limit }),
    newest: (room, limit) => store.documents(room, { descending: true, limit }).reverse(),
    sortKeys: (room, lower, upper, limit) => store.sortKeys(room, lower, upper, limit),
    pendingKeys: (room, lower, upper, limit) => pending.pendingKeys(room, lower, upper, limit),
    sharing: (room, peer) => sharingOf(store, room, peer),
    unacked: (room, peer) => store.unacked(room, peer).map(({ id }) => id),
  }
}
