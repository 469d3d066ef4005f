/**
 * What a node keeps, and the only way it changes. Reads are synchronous and see the writes already
 * applied in the open transaction, so that machines can be synchronous too.
 *
 * Two implementations pass one acceptance suite (`test/acceptance/store-suite.ts`): SQLite for
 * nodes, memory for simulations and tests.
 */
import type { BlockId, DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { SortKey, Position } from '../../protocols/wire/order.ts'

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
  /** Files up to this size are fetched as soon as a document links to them. Undefined: the default. */
  autoFetchBytesMax?: number
  /** Bytes of blocks that are kept for the room's files. Undefined: the default. */
  filesBytesMax?: number
}

/** A document as it is kept: the signed block, and the columns needed without decoding it. */
export interface DocumentRow {
  id: DocumentId
  room: RoomId
  clock: number
  author: PeerId
  seq: number
  block: Uint8Array
}

/** A document that cannot be applied yet, because ancestors are missing or its author is unproven. */
export interface PendingRow {
  id: DocumentId
  room: RoomId
  /** The peer it came from; its share of the parking space is bounded. */
  from: PeerId
  block: Uint8Array
}

/** The last document of an author's chain in a room. */
export interface AuthorHead {
  author: PeerId
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
  peer: PeerId
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
  peer: PeerId | undefined
}

/** What a peer holds of a room, as far as it told. */
export interface PeerFrontierRow {
  peer: PeerId
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
  peer: PeerId | undefined
  policy: 'share' | 'accept' | 'none'
  mode: 'batch' | 'interactive' | 'auto'
}

/** A block that the node set out to hold with everything it depends on: the root of a DAG. */
export interface EnsuredRow {
  /** Whose members are asked and may have it; undefined: everybody in any room is asked, and nobody is given it. */
  room: RoomId | undefined
  id: BlockId
  /** `complete`: all its blocks came. What became of them since is seen where they are read: see `Store`. */
  state: 'searching' | 'complete' | 'failed'
  /** Why it failed, as a code; undefined in other states. */
  failure: string | undefined
  /** Kept until the user says otherwise; others make room for new ones, the oldest first. */
  pinned: boolean
  /** It fails once its blocks have more bytes; undefined: no limit of its own. */
  maxBytes: number | undefined
  /** Names of the jobs to run once it is complete, and that have not run. */
  jobs: readonly string[]
  addedAtMs: number
  /** Of all its blocks, each counted once; 0 until it is complete. */
  blocks: number
  sizeBytes: number
}

/** An accepted document that links to blocks. */
export interface LinkingRow extends Position {
  links: readonly BlockId[]
  /** Set if the document shares a file. */
  file?: SharedFile
}

/** What a document says of the file it shares, so that files are listed and found without decoding documents. */
export interface SharedFile {
  /** Root of the file's DAG. */
  root: BlockId
  name: string
  type: 'file' | 'folder'
  sizeBytes: number
  /** Author of the document. */
  author: PeerId
  /** When the author wrote the document. */
  timeMs: number
}

/** An accepted document that shares a file. */
export interface FileRow extends LinkingRow {
  file: SharedFile
}

/** A block with its id, which is that of its bytes. */
export interface StoredBlock {
  id: BlockId
  block: Uint8Array
}

export type Write =
  | { type: 'put-room'; room: RoomRecord }
  /** Stores a document and the room's heads after it. */
  | { type: 'put-document'; document: DocumentRow; removedHeads: readonly DocumentId[] }
  | { type: 'put-author-head'; room: RoomId; head: AuthorHead }
  | { type: 'put-pending'; document: PendingRow }
  | { type: 'unput-pending'; id: DocumentId }
  | { type: 'put-state'; room: RoomId; state: StateRow }
  | { type: 'delete-state'; room: RoomId }
  | { type: 'put-address'; address: AddressRow }
  | { type: 'delete-address'; peer: PeerId }
  | { type: 'put-pinned-address'; pinned: PinnedAddressRow }
  | { type: 'delete-pinned-address'; address: string }
  | { type: 'put-peer-frontier'; room: RoomId; row: PeerFrontierRow }
  | { type: 'delete-peer-frontier'; room: RoomId; peer: PeerId }
  | { type: 'put-unacked'; room: RoomId; peer: PeerId; row: UnackedRow }
  | { type: 'delete-unacked'; room: RoomId; peer: PeerId; id: DocumentId }
  | { type: 'put-sharing'; room: RoomId; row: SharingRow }
  | BlockWrite

/** What is written about blocks: which ones documents link to, which are to be here, and which are. */
export type BlockWrite =
  /** Adds an accepted document that links to blocks, or replaces its row. */
  | { type: 'put-linking'; room: RoomId; row: LinkingRow }
  /** Adds a root, or replaces the one with its room and id, which keeps its place and its needs. */
  | { type: 'put-ensured'; row: EnsuredRow }
  /** Forgets a root and what it needs: those blocks count as released, and stay until they are deleted. */
  | { type: 'delete-ensured'; room: RoomId | undefined; id: BlockId }
  /** Blocks that were released have been dealt with. */
  | { type: 'forget-released'; ids: readonly BlockId[] }
  /** Adds to what a root needs, itself included; one that is noted already stays as it is. Nothing is noted of what is no root. */
  | { type: 'put-needs'; room: RoomId | undefined; root: BlockId; needs: readonly { id: BlockId }[] }
  /** Stores a block, at once; its id is that of its bytes. One that is there already stays as it is. */
  | { type: 'put-block'; id: BlockId; block: Uint8Array }
  /** Deletes blocks, at once. */
  | { type: 'delete-blocks'; ids: readonly BlockId[] }

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

export interface StoreReads extends BlockReads {
  rooms(): RoomRecord[]
  document(id: DocumentId): DocumentRow | undefined
  hasDocument(id: DocumentId): boolean
  /** Documents of a room in (clock, id) order. */
  documents(room: RoomId, options: ListOptions): DocumentRow[]
  /** Documents of a room from `lower` on, in (clock, id) order, up to before `upper` if there is one. */
  sortKeys(room: RoomId, lower: SortKey, upper: SortKey | undefined, limit: number): SortKey[]
  /** Documents that no other document of the room names as parent or previous, in (clock, id) order. */
  heads(room: RoomId): Position[]
  authorHead(room: RoomId, author: PeerId): AuthorHead | undefined
  authorHeads(room: RoomId): AuthorHead[]
  totals(room: RoomId): RoomTotals
  /** All pending documents of a room, oldest first. */
  pending(room: RoomId): PendingRow[]
  state(room: RoomId): StateRow | undefined
  /** Peers that were neighbours in a room, the one seen last first. */
  peerFrontiers(room: RoomId): PeerFrontierRow[]
  /** Sent first comes first. */
  unacked(room: RoomId, peer: PeerId): UnackedRow[]
  sharing(room: RoomId): SharingRow[]
  /** Most recently seen first. */
  addresses(): AddressRow[]
  /** The one named first comes first. */
  pinnedAddresses(): PinnedAddressRow[]
}

/** Which roots are listed; all where nothing is said. */
export interface EnsuredFilter {
  /** Those of a room; null: those of none. */
  room?: RoomId | null
  state?: EnsuredRow['state']
  /** Those that are not complete. */
  incomplete?: true
  pinned?: boolean
  /** Those with jobs to run. */
  withJobs?: true
  /** Only the first of them. */
  limit?: number
}

/** Selects files by the document that shares them, by root or by name; a file matches all that are set. */
export interface FileFilter {
  document?: DocumentId
  root?: BlockId
  name?: string
}

/** Some of the blocks that no root needs. */
export interface UnneededPage {
  blocks: { id: BlockId; sizeBytes: number }[]
  /** The block after which to look on; undefined where none is left. */
  next: BlockId | undefined
}

/** Some of the blocks that a root needed which was deleted since. */
export interface ReleasedBlocks {
  ids: BlockId[]
  /** Those that are here and that no root needs now. */
  unneeded: { id: BlockId; sizeBytes: number }[]
}

/** What is read about blocks. */
export interface BlockReads {
  /** Documents of a room that link to blocks, in its order. */
  linking(room: RoomId): LinkingRow[]
  /** Files of a room, in its order. */
  files(room: RoomId, filter: FileFilter): FileRow[]
  ensured(room: RoomId | undefined, id: BlockId): EnsuredRow | undefined
  /** Roots in the order in which they were added. */
  ensuredRows(filter: EnsuredFilter): EnsuredRow[]
  /** Whether a root of the room needs a block. */
  isNeeded(room: RoomId, id: BlockId): boolean
  /** Undefined where the block is not here. */
  blockSizeBytes(id: BlockId): number | undefined
  /** Undefined where the block is not here, or turns out to be damaged; then it is here no longer. */
  block(id: BlockId): Uint8Array | undefined
  /** Looks at `limit` blocks, those after `after` in an order of the store's own, for what no root needs. */
  unneededBlocks(limit: number, after?: BlockId): UnneededPage
  /** The first `limit` released blocks, in an order of the store's own. */
  releasedBlocks(limit: number): ReleasedBlocks
}

/** How blocks get here that may be nowhere else. */
export interface DurableBlocks {
  /**
   * Stores blocks outside of any transaction and off the main thread. Resolves once they survive a power cut; each may
   * be read before. Rejects with a StoreError, and may have stored some of them then.
   */
  putDurably(blocks: readonly StoredBlock[]): Promise<void>
}

/**
 * Rows are written in transactions. Blocks are not: each is put and deleted when the write is applied,
 * and stays so after a rollback; one that nothing needs does no harm and is collected. A process that
 * is killed leaves whole blocks only, and all that were put before a commit of rows it made. A power cut may
 * take or damage blocks that were put without being flushed, whatever was committed since; they count
 * as not here once they are asked for, and can be fetched again.
 */
export interface Store extends StoreReads, DurableBlocks {
  /**
   * Applies a write; the first one starts a transaction. A document that is already there stays as it is. Throws a
   * StoreError; then so do all writes and the commit until a rollback.
   */
  apply(write: Write): void
  /**
   * Makes all rows written since the last commit durable (flushed to the disk), or throws a StoreError and keeps none
   * of them. A crash meanwhile keeps all of them or none.
   */
  commit(): void
  /** Drops all rows written since the last commit. */
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
