/** The store as the protocol machines read it. */
import type { BatchSyncPorts, Sharing } from '../../protocols/batch-sync/index.ts'
import type { Ensured, EnsureMapPorts } from '../../protocols/ensure-map/index.ts'
import { MAX_FRONTIER_IDS } from '../../protocols/room-state/constants.ts'
import { codecOf } from '../../protocols/wire/block-ids.ts'
import { parseDocumentId, type BlockId, type DocumentId, type PeerId, type RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import type { StoreReads } from '../store/store.ts'
import { documentReader, type DocumentReader } from './document-reader.ts'

/** The newest heads of a room, as many as metadata names, and the largest clock among them. */
export function frontierOf(store: StoreReads, room: RoomId): { ids: DocumentId[]; clock: number } {
  const newest = store.heads(room).slice(-MAX_FRONTIER_IDS)
  return { ids: newest.map(({ id }) => id), clock: newest.at(-1)?.clock ?? 0 }
}

/** How a room is shared where the user decided nothing. */
const DEFAULT_SHARING: Sharing = { policy: 'share', mode: 'auto' }

export function batchSyncPorts(
  store: StoreReads,
  isPending: (room: RoomId, id: DocumentId) => boolean,
  reader = documentReader,
): BatchSyncPorts {
  const documentIn = (room: RoomId, id: DocumentId) => {
    const row = store.document(id)
    return row?.room === room ? row : undefined
  }
  return {
    has: (room, id) => documentIn(room, id) !== undefined,
    isDurable: (room, id) => documentIn(room, id) !== undefined || isPending(room, id),
    count: (room) => store.totals(room).documents,
    heads: (room) => store.heads(room),
    document: documentIn,
    ancestors: (id) => ancestorsOf(store, reader, id),
    documentsAfter: (room, after, limit) => store.documents(room, { ...(after && { after }), limit }),
    newest: (room, limit) => store.documents(room, { descending: true, limit }).reverse(),
    sortKeys: (room, lower, upper, limit) => store.sortKeys(room, lower, upper, limit),
    sharing: (room, peer) => sharingOf(store, room, peer),
    unacked: (room, peer) => store.unacked(room, peer).map(({ id }) => id),
  }
}

export function ensureMapPorts(
  store: StoreReads,
  isPending: (room: RoomId, id: DocumentId) => boolean,
  reader: DocumentReader,
): EnsureMapPorts {
  const documentOf = (id: BlockId) => {
    const document = parseDocumentId(id)
    return document === undefined ? undefined : store.document(document)
  }
  const blockOf = (id: BlockId) => store.block(id) ?? documentOf(id)?.block
  return {
    // What links to others is read next, and one that is damaged is not here.
    sizeBytes: (id) => (codecOf(id) === 'raw' ? store.blockSizeBytes(id) : blockOf(id)?.length),
    block: blockOf,
    given: (room, id) => {
      const document = documentOf(id)
      if (document?.room === room) return document.block
      return store.isNeeded(room, id) ? (store.block(id) ?? document?.block) : undefined
    },
    isGiving: (room, peer) => sharingOf(store, room, peer).policy === 'share',
    isPending: (room, id) => {
      const document = parseDocumentId(id)
      return document !== undefined && isPending(room, document)
    },
    clock: (room) => frontierOf(store, room).clock,
    ancestors: (id) => ancestorsOf(store, reader, id),
    ensured: (scope, id) => store.ensured(scope, id) as Ensured | undefined,
    searching: (scope) => store.ensuredRows({ room: scope ?? null, state: 'searching' }) as Ensured[],
  }
}

/** What the user decided about sharing a room with a peer; `undefined`: with those about whom nothing else was decided. */
export function sharingOf(store: StoreReads, room: RoomId, peer: PeerId | undefined): Sharing {
  const rows = store.sharing(room)
  const row = rows.find((each) => each.peer === peer) ?? rows.find((each) => each.peer === undefined)
  return row === undefined ? DEFAULT_SHARING : { policy: row.policy, mode: row.mode }
}

function ancestorsOf(store: StoreReads, reader: DocumentReader, id: DocumentId): Position[] {
  const row = store.document(id)
  if (row === undefined) return []
  const { previous, parents } = reader.decode(row.block)
  return (previous === null ? parents : [previous, ...parents]).flatMap((ancestor) => store.document(ancestor) ?? [])
}
