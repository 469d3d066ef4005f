/** Documents that link to rooms below theirs: what the store has of them, so that rooms and threads are found without decoding documents. */
import type { DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'

/** An accepted document that links to a room below its own. */
export interface ChildLinkRow extends Position {
  room: RoomId
  author: PeerId
  /** When the author wrote it, by the author's clock. */
  timeMs: number
  /** What it says, opened: see `src/room/children.ts`. */
  body: Uint8Array
}

/** What links are found by. The store keeps keyed hashes of these, so that it gives none of it away. */
export interface ChildLinkKeys {
  /** The room that it links to. */
  child: RoomId
  /** Its title as it is compared. */
  title: string
  /** The message that it is about, if it is a thread. */
  about?: DocumentId
}

export type ChildLinkWrite =
  | { type: 'put-child-link'; row: ChildLinkRow; keys: ChildLinkKeys }
  | { type: 'delete-child-link'; room: RoomId; id: DocumentId }

/** Which links to list: those that match everything that is set. */
export interface ChildLinkFilter extends Partial<ChildLinkKeys> {
  room: RoomId
  /** Only threads. */
  areThreads?: true
  /** Exclusive. */
  before?: Position
  limit: number
}

export interface ChildLinkReads {
  /** Newest first by clock and id. */
  childLinks(filter: ChildLinkFilter): ChildLinkRow[]
  /** The rooms with a link to another one, in no particular order; costs the same however many links each of them has. */
  linkingRooms(child: RoomId): RoomId[]
}
