/** Batch sync's view of the store. */
import type { BatchSyncPorts } from '../../../protocols/batch-sync/index.ts'
import { documentIdOfDigest, type DocumentId, type RoomId } from '../../../protocols/wire/ids.ts'
import type { DocumentReader } from '../../room/document-reader.ts'
import { storedAncestorsOf } from '../../room/ancestors.ts'
import { isSound } from '../../room/stored-document.ts'
import type { StoreReads } from '../../store/store.ts'
import type { Rooms } from '../rooms.ts'

/** What the rooms of this node know beyond the store. */
type RoomReads = Pick<
  Rooms,
  | 'base'
  | 'isPending'
  | 'isWithheld'
  | 'pendingKeys'
  | 'ahead'
  | 'frontier'
  | 'headsDigest'
  | 'acceptedSince'
  | 'historyFrom'
  | 'sharing'
>

const FIRST_ID = documentIdOfDigest(new Uint8Array(32))

/** For a reader of accepted documents only. */
export function acceptedOnly(rooms: Omit<RoomReads, 'isPending' | 'pendingKeys' | 'ahead'>): RoomReads {
  return {
    base: (room) => rooms.base(room),
    isWithheld: (room, id) => rooms.isWithheld(room, id),
    isPending: () => false,
    pendingKeys: () => [],
    ahead: () => undefined,
    historyFrom: (room) => rooms.historyFrom(room),
    frontier: (room) => rooms.frontier(room),
    headsDigest: (room) => rooms.headsDigest(room),
    acceptedSince: (room, digest) => rooms.acceptedSince(room, digest),
    sharing: (room, peer) => rooms.sharing(room, peer),
  }
}

/** A document that the disk damaged counts as one that is not here. */
export function batchSyncPorts(store: StoreReads, rooms: RoomReads, reader: DocumentReader): BatchSyncPorts {
  const documentIn = (room: RoomId, id: DocumentId) => {
    if (rooms.isWithheld(room, id)) return undefined
    const row = store.document(id)
    if (row?.room !== room) return rooms.ahead(room, id)
    return isSound(row, reader) ? row : undefined
  }
  const has = (room: RoomId, id: DocumentId) => store.hasDocument(id, room)
  return {
    has,
    isDurable: (room, id) => has(room, id) || rooms.isPending(room, id),
    count: (room, clock) => {
      const before = clock === 0 ? 0 : store.documentsBefore(room, { clock, id: FIRST_ID })
      return store.totals(room).documents - before
    },
    historyFrom: (room) => rooms.historyFrom(room),
    frontier: (room) => rooms.frontier(room),
    headsDigest: (room) => rooms.headsDigest(room),
    acceptedSince: (room, digest) => rooms.acceptedSince(room, digest),
    newestHeads: (room, limit) => store.newestHeads(room, limit),
    document: documentIn,
    ancestors: (id) => storedAncestorsOf(store, reader, id),
    documentsAfter: (room, after, limit, maxBytes) => {
      for (let last = after; ;) {
        const rows = store.documents(room, { ...(last && { after: last }), limit, maxBytes })
        const sound = rows.filter((row) => isSound(row, reader))
        if (sound.length > 0 || rows.length === 0) return sound
        last = rows.at(-1)
      }
    },
    newest: (room, limit) => store.documents(room, { descending: true, limit }).reverse(),
    sortKeys: (room, lower, upper, limit) => store.sortKeys(room, lower, upper, limit),
    pendingKeys: (room, lower, upper, limit) => rooms.pendingKeys(room, lower, upper, limit),
    headers: (room, base, after, limit) =>
      rooms.base(room) === base ? store.droppedHeaders(room, after, limit) : undefined,
    header: (room, id) => {
      const header = store.documentHeader(id)
      return header?.room === room ? header : undefined
    },
    sharing: (room, peer) => rooms.sharing(room, peer),
    lastFrontier: (room, peer) => {
      const row = store.peerFrontiers(room).find((each) => each.peer === peer)
      return row?.headsDigest === undefined ? (row?.frontier ?? []) : []
    },
    unacked: (room, peer) => store.unacked(room, peer).map(({ id }) => id),
  }
}
