/**
 * What a node keeps, and the only way it changes. Reads are synchronous and see the writes already
 * applied in the open transaction, so that machines can be synchronous too.
 *
 * Two implementations pass one acceptance suite (`test/acceptance/store-suite.ts`): SQLite for
 * nodes, memory for simulations and tests.
 */
import type { AuthorId, DocumentId, PeerKey, RoomId } from '../../protocols/wire/ids.ts'
import type { Place, Position } from '../../protocols/wire/order.ts'

export interface RoomRecord {
  id: RoomId
  /** `waiting`: joined, but the root document is not here yet. `left`: kept on disk, not shared. */
  status: 'waiting' | 'open' | 'left'
  /** From the root document; empty while waiting. */
  name: string
  /** Name of the app in the root document; empty while waiting. */
  app: string
  joinedAtMs: number
  /** The newest documents are wanted before the rest of what is lacking. */
  newestFirst?: boolean
  /** Set where this node only carries the room for others: how many bytes of documents it keeps at most. */
  carriedBytesMax?: number
}

/** A document as it is kept: the signed block, and the columns needed without decoding it. */
export interface DocumentRow {
  id: DocumentId
  room: RoomId
  clock: number
  author: AuthorId
  seq: number
  block: Uint8Array
}

/** A document that cannot be applied yet, because ancestors are missing or its author is unproven. */
export interface ParkedRow {
  id: DocumentId
  room: RoomId
  /** The peer it came from; its share of the parking space is bounded. */
  from: PeerKey
  block: Uint8Array
}

/** The last document of an author's chain in a room. */
export interface AuthorHead {
  author: AuthorId
  id: DocumentId
  seq: number
  clock: number
}

/** A room's reduced state after all documents up to `position`. */
export interface StateRow {
  position: Position
  /** What `encode` of the room's app gave. */
  encoded: Uint8Array
}

/** What is known about reaching a peer. */
export interface AddressRow {
  peer: PeerKey
  /** Multiaddrs in text form, the last that worked first. */
  addresses: string[]
  lastSeenMs: number
  /** Named by the user, by its id (`--peer`, `connect`): dialled for ever. */
  pinned: boolean
  /** Was a neighbour in a room: kept longer than a stranger. */
  roommate: boolean
}

/** An address that the user named without saying whose it is. */
export interface PinnedAddressRow {
  /** A multiaddr in text form, without a peer id. */
  address: string
  namedAtMs: number
  /** Who answered there last; undefined until somebody did. */
  peer: PeerKey | undefined
}

/** What a peer holds of a room, as far as it told. */
export interface PeerFrontierRow {
  peer: PeerKey
  /** These documents and all before them. */
  frontier: readonly DocumentId[]
  seenMs: number
}

/** A document that was sent to a peer and not acknowledged. */
export interface UnackedRow {
  id: DocumentId
  sends: number
  sentMs: number
}

/** What the user decided about sharing a room. */
export interface SharingRow {
  /** Undefined: with everybody about whom nothing else was decided. */
  peer: PeerKey | undefined
  policy: 'share' | 'accept' | 'none'
  mode: 'batch' | 'interactive' | 'auto'
}

export type Write =
  | { type: 'put-room'; room: RoomRecord }
  /** Stores a document and the room's heads after it. */
  | { type: 'put-document'; document: DocumentRow; removedHeads: readonly DocumentId[] }
  | { type: 'put-author-head'; room: RoomId; head: AuthorHead }
  | { type: 'park-document'; document: ParkedRow }
  | { type: 'unpark-document'; id: DocumentId }
  | { type: 'put-state'; room: RoomId; state: StateRow }
  | { type: 'delete-state'; room: RoomId }
  | { type: 'put-address'; address: AddressRow }
  | { type: 'delete-address'; peer: PeerKey }
  | { type: 'put-pinned-address'; pinned: PinnedAddressRow }
  | { type: 'delete-pinned-address'; address: string }
  | { type: 'put-peer-frontier'; room: RoomId; row: PeerFrontierRow }
  | { type: 'delete-peer-frontier'; room: RoomId; peer: PeerKey }
  | { type: 'put-unacked'; room: RoomId; peer: PeerKey; row: UnackedRow }
  | { type: 'delete-unacked'; room: RoomId; peer: PeerKey; id: DocumentId }
  | { type: 'put-sharing'; room: RoomId; row: SharingRow }

export interface ListOptions {
  /** Exclusive. */
  after?: Position
  /** Exclusive. */
  before?: Position
  /** Ascending unless `descending` is set. */
  descending?: boolean
  limit: number
}

export interface RoomTotals {
  documents: number
  sizeBytes: number
}

export interface StoreReads {
  rooms(): RoomRecord[]
  document(id: DocumentId): DocumentRow | undefined
  hasDocument(id: DocumentId): boolean
  /** Documents of a room in (clock, id) order. */
  documents(room: RoomId, options: ListOptions): DocumentRow[]
  /** Documents of a room from `lower` on, in (clock, id) order, up to before `upper` if there is one. */
  places(room: RoomId, lower: Place, upper: Place | undefined, limit: number): Place[]
  /** Documents that no other document of the room names as parent or previous, in (clock, id) order. */
  heads(room: RoomId): Position[]
  authorHead(room: RoomId, author: AuthorId): AuthorHead | undefined
  authorHeads(room: RoomId): AuthorHead[]
  totals(room: RoomId): RoomTotals
  /** All parked documents of a room, oldest first. */
  parked(room: RoomId): ParkedRow[]
  state(room: RoomId): StateRow | undefined
  /** Peers that were neighbours in a room, the one seen last first. */
  peerFrontiers(room: RoomId): PeerFrontierRow[]
  /** Sent first comes first. */
  unacked(room: RoomId, peer: PeerKey): UnackedRow[]
  sharing(room: RoomId): SharingRow[]
  /** Most recently seen first. */
  addresses(): AddressRow[]
  /** The one named first comes first. */
  pinnedAddresses(): PinnedAddressRow[]
}

export interface Store extends StoreReads {
  /** Applies a write; the first one starts a transaction. A document that is already there stays as it is. */
  apply(write: Write): void
  /** Makes all writes since the last commit durable (flushed to the disk), or throws a StoreError and keeps none of them. */
  commit(): void
  /** Drops all writes since the last commit. */
  rollback(): void
  close(): void
}

/**
 * A store that cannot be opened or written. `message` is one line for the user saying what to do.
 * Codes: `locked` another process holds the folder; `full` no space left; `corrupt` the file is
 * damaged; `newer` written by a newer Kith; `io` anything else the system refused.
 */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: 'locked' | 'full' | 'corrupt' | 'newer' | 'io'
  constructor(code: StoreError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
