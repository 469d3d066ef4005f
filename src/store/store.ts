/**
 * What a node keeps, and the only way it changes. Reads are synchronous and see the writes already
 * applied in the open transaction, so that machines can be synchronous too.
 *
 * Two implementations pass one acceptance suite (`test/acceptance/store-suite.ts`): SQLite for
 * nodes, memory for simulations and tests.
 */
import type { AuthorId, DocumentId, PeerKey, RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'

export interface RoomRecord {
  id: RoomId
  /** `waiting`: joined, but the root document is not here yet. `left`: kept on disk, not shared. */
  status: 'waiting' | 'open' | 'left'
  /** From the root document; empty while waiting. */
  name: string
  /** Name of the app in the root document; empty while waiting. */
  app: string
  joinedAtMs: number
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
  /** Named by the user (`--peer`, `connect`): dialled for ever. */
  pinned: boolean
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
  /** Documents that no other document of the room names as parent or previous, in (clock, id) order. */
  heads(room: RoomId): Position[]
  authorHead(room: RoomId, author: AuthorId): AuthorHead | undefined
  authorHeads(room: RoomId): AuthorHead[]
  totals(room: RoomId): RoomTotals
  /** All parked documents of a room, oldest first. */
  parked(room: RoomId): ParkedRow[]
  state(room: RoomId): StateRow | undefined
  /** Most recently seen first. */
  addresses(): AddressRow[]
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
