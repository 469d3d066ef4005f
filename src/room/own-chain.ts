/**
 * How far a node's own chain in a room is here. If documents of it are missing, because the store lost them or is an
 * older copy, the node would write others in their place: a fork.
 */
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { StoreReads } from '../store/store.ts'

/** How many documents of the chain are here. */
export function ownDocuments(store: Pick<StoreReads, 'authorHead'>, room: RoomId, self: PeerId): number {
  return (store.authorHead(room, self)?.seq ?? -1) + 1
}

/** Whether documents of the chain are known to be missing, and the user has not given them up. */
export function isOwnMissing(store: Pick<StoreReads, 'authorHead' | 'ownMark'>, room: RoomId, self: PeerId): boolean {
  const { documents, givenUp } = store.ownMark(room)
  return documents === 'unknown' || (documents > givenUp && documents > ownDocuments(store, room, self))
}
