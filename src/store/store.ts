/**
 * The data of a node. Reads are synchronous, so that machines can be synchronous too, and include the writes of the open
 * transaction. There are two implementations, which pass one acceptance suite (`test/acceptance/store-suite.ts`): SQLite
 * for nodes, memory for simulations and tests.
 */
import type { Access } from '../../protocols/access/constants.ts'
import type { KeyId } from '../../protocols/sealing/index.ts'
import type { BlockId, DocumentId, HeadsDigest, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { SortKey, Position } from '../../protocols/wire/order.ts'
import type { AccessReads, AccessWrite } from './access.ts'
import type { BlockReads, BlockWrite, DurableBlocks } from './blocks.ts'
import type { ChildLinkReads, ChildLinkWrite } from './child-links.ts'
import type { DirectoryReads, DirectoryWrite } from './directories.ts'
import type { LockReads, LockWrite } from './locks.ts'
import type { Personal } from './personal.ts'
import type { RingReads, RingWrite } from './ring-items.ts'
import type { VerifiedReads, VerifiedWrite } from './verified.ts'

/** A room that this node is in, or was in. */
export interface RoomRecord {
  id: RoomId
  /** `waiting`: joined, but the root document has not arrived yet. `left`: kept on disk, not shared. */
  status: 'waiting' | 'open' | 'left'
  /** From the root document; empty while waiting. */
  name: string
  /** What this node calls the room instead. */
  alias?: string
  /** Name of the app in the root document; empty while waiting. */
  app: string
  joinedAtMs: number
  /** Missing documents are fetched newest first. */
  newestFirst?: boolean
  /** Set if this node only carries the room for others: maximum bytes of documents and files to keep. */
  carriedBytesMax?: number
  /** Files up to this size are fetched automatically. Undefined: the default. */
  autoFetchBytesMax?: number
  /** Maximum bytes of blocks to keep for the room's files. Undefined: the default. */
  filesBytesMax?: number
  /** Maximum bytes of documents to accept from others, in all and of one author. Undefined: no limit. */
  documentsBytesMax?: number
  authorBytesMax?: number
  /** While the state of a room that was joined is still to come. `new`: nothing of the room was here before. */
  joining?: 'new' | 'again'
  /** The newest checkpoint of which this node has the state, or fetches it. */
  checkpoint?: CheckpointRow
  /** Which documents are kept. Undefined: all. */
  retention?: Retention
  /** The checkpoint before which documents were dropped, all but the root and those that came later. */
  base?: Checkpoint
  /** Who may write, if not everybody: from the root document. */
  access?: Access
  /** The seed of the key of an invite that this node will accept, in hex. */
  inviteSeed?: string
  /** The room whose entries are being copied into this one, which goes on for it. */
  copiedFrom?: RoomId
  /** Secrets of X25519 in hex: this node's own in a private room, and then those of invites that it accepted. */
  boxSecrets?: readonly string[]
  personal?: Personal
}

/** How much of a room's history is kept: so many of the newest documents, or those that are not older than that. */
export type Retention = { documents: number } | { ageMs: number }

/** What a checkpoint says: see `src/room/checkpoint.ts`. */
export interface Checkpoint {
  position: Position
  author: PeerId
  /** How many documents there are before it, all of them its ancestors. */
  documents: number
  /** Names the blocks of the encoded state after these. */
  root: BlockId
  sizeBytes: number
  /** How the state is sealed in a private room: with the key of which epoch, and with which salt, in hex. */
  sealing?: { epoch: KeyId; salt: string }
}

/** The newest checkpoint of a room. */
export interface CheckpointRow extends Checkpoint {
  /** This node came to the same state itself, and gives it to others. */
  isVouched: boolean
  /** The room began with it: nothing of it was here before. */
  isFirst?: boolean
  /** Where nobody has the history: the checkpoint that is to take its place. */
  base?: Checkpoint
  /** Names the state of the checkpoint before, which newcomers may be fetching still. */
  olderRoot?: BlockId
}

/** Roots of the states that a room keeps. */
export function statesOf({ checkpoint, base }: RoomRecord): BlockId[] {
  return [checkpoint?.root, checkpoint?.olderRoot, checkpoint?.base?.root, base?.root].filter(
    (root) => root !== undefined,
  )
}

/** Whether a room is only stored and relayed. */
export function isCarried({ carriedBytesMax }: RoomRecord): boolean {
  return carriedBytesMax !== undefined
}

/** How many documents of a room were dropped: all before the base but the root. */
export function droppedOf({ base }: RoomRecord): number {
  return base === undefined ? 0 : base.documents - 1
}

/** A stored document: the signed block, and the fields that are needed without decoding it. */
export interface DocumentRow extends DocumentHeader {
  block: Uint8Array
}

/** What is known of a stored document without reading its block, which can be large. */
export interface DocumentHeader {
  id: DocumentId
  room: RoomId
  clock: number
  author: PeerId
  seq: number
}

/** What is kept of a document that was dropped, in a room. */
export type HeaderFields = Omit<DocumentHeader, 'room'>

/** A document that cannot be applied yet, because ancestors are missing or its author is not proven. */
export interface PendingRow {
  id: DocumentId
  room: RoomId
  /** The peer that sent it. Space for pending documents is limited per peer. */
  from: PeerId
  block: Uint8Array
}

/** The last document of an author's chain in a room. */
export interface AuthorHead {
  author: PeerId
  id: DocumentId
  seq: number
  clock: number
  /** How many of its documents came for a place in its chain that was taken. */
  forks: number
}

/** A room's reduced state after all documents up to `position`. */
export interface StateRow {
  position: Position
  /** The result of `encode` of the room's app. */
  encoded: Uint8Array
}

/**
 * How far this node's own chain in a room is known to have got, kept outside of the database: a node that lost the end of
 * its chain knows that, and writes nothing in its place. See `Room.isHeldBack`.
 */
export interface OwnMark {
  /** As many documents as there were once, here or with others; `unknown` if nothing tells. */
  documents: number | 'unknown'
  /** So many count as lost for good: the user goes on without them. */
  givenUp: number
}

/** How to reach a peer. */
export interface AddressRow {
  peer: PeerId
  /** Multiaddrs in text form; the one that worked last comes first. */
  addresses: string[]
  lastSeenMs: number
  /** The user named the peer by its id (`--peer`, `connect`): it is dialled forever. */
  pinned: boolean
  /** Was a neighbour in a room: kept longer than other peers. */
  roommate: boolean
}

/** An address that the user named without a peer id. */
export interface PinnedAddressRow {
  /** A multiaddr in text form, without a peer id. */
  address: string
  namedAtMs: number
  /** The peer that answered there last; undefined if none has. */
  peer: PeerId | undefined
}

/** What a peer holds of a room, as far as it has announced it. */
export interface PeerFrontierRow {
  peer: PeerId
  /** It holds these documents and all their ancestors. */
  frontier: readonly DocumentId[]
  /** Of all its heads, if it has more than `frontier` names. */
  headsDigest?: HeadsDigest
  seenMs: number
}

/** A document that was sent to a peer and that the peer has not acknowledged. */
export interface UnackedRow {
  id: DocumentId
  /** How often it was sent. */
  sends: number
  sentMs: number
}

/** How the user shares a room. */
export interface SharingRow {
  /** The peer that this applies to. Undefined: the default, for all peers without a row of their own. */
  peer: PeerId | undefined
  /** `default`: as for everybody, or, for everybody, as for rooms of which nothing was said. */
  policy: 'share' | 'accept' | 'none' | 'default'
  mode: 'batch' | 'interactive' | 'auto' | 'default'
}

/** An input at which the node failed, which is a bug. The key is `digest`. */
export interface FaultRow {
  /** SHA-256 of what the input said, in hex. */
  digest: string
  /** Protocol and type of the input. */
  kind: string
  /** Who sent it; undefined for the node's own. */
  peer: PeerId | undefined
  atMs: number
  /** Message of the exception. */
  error: string
}

/** A change of the store. Rows are replaced by those with the same key. */
export type Write =
  | { type: 'put-room'; room: RoomRecord }
  /** Replaces all of a room but its own mark with this record. The blocks that its roots need count as released. */
  | { type: 'empty-room'; room: RoomRecord }
  /** Adds a document and updates the room's heads. A document that is already stored stays as it is. */
  | { type: 'put-document'; document: DocumentRow; removedHeads: readonly DocumentId[] }
  /** Only headers stay of those of these documents that the room has. */
  | { type: 'drop-documents'; room: RoomId; ids: readonly DocumentId[] }
  /** The same for documents of a room that may not be here: their headers are kept. */
  | { type: 'put-dropped'; room: RoomId; headers: readonly HeaderFields[] }
  /** Takes documents out that no other one names. `heads`: those that no other one names then. */
  | { type: 'retract-documents'; room: RoomId; ids: readonly DocumentId[]; heads: readonly Position[] }
  | { type: 'put-author-head'; room: RoomId; head: AuthorHead }
  | { type: 'delete-author-head'; room: RoomId; author: PeerId }
  | { type: 'put-own-mark'; room: RoomId; mark: OwnMark }
  | { type: 'put-pending'; document: PendingRow }
  | { type: 'delete-pending'; id: DocumentId }
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
  | { type: 'put-fault'; fault: FaultRow }
  | { type: 'delete-fault'; digest: string }
  | AccessWrite
  | ChildLinkWrite
  | DirectoryWrite
  | LockWrite
  | VerifiedWrite
  | RingWrite
  | BlockWrite

/** Which documents of a room to list, and in which order. */
export interface ListOptions {
  /** Exclusive. */
  after?: Position
  /** Exclusive. */
  before?: Position
  /** Ascending unless `descending` is set. */
  descending?: boolean
  limit: number
  /** The list ends with the document with which its blocks have so many bytes. */
  maxBytes?: number
}

export interface RoomTotals {
  /** How many documents were accepted, whether they are still here or were dropped. */
  documents: number
  /** Of those that are here. */
  sizeBytes: number
}

/** Everything that can be read. Lists are empty for rooms, peers and blocks that the store does not know. */
export interface StoreReads
  extends AccessReads, BlockReads, ChildLinkReads, DirectoryReads, LockReads, RingReads, VerifiedReads {
  /** Joined first comes first. */
  rooms(): RoomRecord[]
  document(id: DocumentId): DocumentRow | undefined
  /** Whether a document is here, or was and has been dropped; if a room is given, whether in that one. */
  hasDocument(id: DocumentId, room?: RoomId): boolean
  /** Of dropped documents too. */
  documentHeader(id: DocumentId): DocumentHeader | undefined
  /** The first `limit` dropped documents of a room after a position, in (clock, id) order. */
  droppedHeaders(room: RoomId, after: Position | undefined, limit: number): HeaderFields[]
  /** Documents of a room in (clock, id) order. */
  documents(room: RoomId, options: ListOptions): DocumentRow[]
  /** Sort keys of a room's documents in order, from `lower` (inclusive) to `upper` (exclusive; undefined: to the end). */
  sortKeys(room: RoomId, lower: SortKey, upper: SortKey | undefined, limit: number): SortKey[]
  /**
   * The newest `limit` heads, which are the documents that no other document of the room names as parent or
   * previous, in (clock, id) order; of those before `before`, if it is given. Costs nothing for the others.
   */
  newestHeads(room: RoomId, limit: number, before?: Position): Position[]
  /** How many heads there are. Costs the same for any number. */
  headCount(room: RoomId): number
  isHead(room: RoomId, id: DocumentId): boolean
  authorHead(room: RoomId, author: PeerId): AuthorHead | undefined
  /** Sorted by author. */
  authorHeads(room: RoomId): AuthorHead[]
  /** How far this node's own chain is known to have got. */
  ownMark(room: RoomId): OwnMark
  totals(room: RoomId): RoomTotals
  /** How many documents of a room are before a position, with those that were dropped. Costs the more, the more there are. */
  documentsBefore(room: RoomId, position: Position): number
  /** Bytes of an author's documents in a room. */
  authorBytes(room: RoomId, author: PeerId): number
  /** Arrived first comes first. */
  pending(room: RoomId): PendingRow[]
  state(room: RoomId): StateRow | undefined
  /** Peers that were neighbours in the room, most recently seen first. */
  peerFrontiers(room: RoomId): PeerFrontierRow[]
  /** Sent first comes first. */
  unacked(room: RoomId, peer: PeerId): UnackedRow[]
  sharing(room: RoomId): SharingRow[]
  /** Most recently seen first. */
  addresses(): AddressRow[]
  /** Named first comes first. */
  pinnedAddresses(): PinnedAddressRow[]
  /** The latest comes first. */
  faults(): FaultRow[]
}

/** Called once. `error`: what is on the disk is not known. */
export type Flushed = (error?: Error) => void

/**
 * Rows are written in transactions, and small blocks are rows. Large ones are not: they are stored and deleted
 * immediately, and a rollback does not change that. A block that nothing needs does no harm, and is collected as
 * garbage.
 *
 * After `kill -9` every block is whole, and those that were put before a commit of rows are there. A small block
 * survives a power cut together with the rows of its transaction. A large one that was not put durably may be missing or
 * damaged then, even if rows committed since refer to it; so may a small one that an older version put into a file.
 * Reading a damaged block finds it missing, so it can be fetched again.
 */
export interface Store extends StoreReads, DurableBlocks {
  /**
   * Applies a write; the first one starts a transaction. If it throws a StoreError, so do all further writes and the
   * commit, until a rollback.
   */
  apply(write: Write): void
  /**
   * Keeps all rows written since the last commit: from now on they survive the end of the process, `kill -9` too, but
   * only a flush makes them survive a power cut. If it throws a StoreError, none of them is kept. If the process is
   * killed during the commit, all of them are kept or none.
   */
  commit(): void
  /**
   * Calls back once everything committed by now is on the disk, and survives a power cut too; at once if it is. A power
   * cut before that keeps some commits, never one without those before it. After an error the store must not be used
   * any more. Closing the store flushes it, and calls back.
   */
  flush(flushed: Flushed): void
  /**
   * Keeps some space for the moment when the disk is full, or gives it up, by how much is free. Called from time to
   * time.
   */
  adjustBallast(freeBytes: number): void
  /** Drops all rows written since the last commit. */
  rollback(): void
  close(): void
}

export interface StoreErrorOptions extends ErrorOptions {
  /** Nobody knows what the disk has, so that going on would prove nothing. */
  isForGood?: boolean
}

/**
 * The store cannot be opened, read or written. `message` is one line that tells the user what to do. Codes: `locked`,
 * another process uses the folder; `full`, no space left; `corrupt`, the database is damaged; `newer`, it was written by
 * a newer Kith; `busy`, too many files are open, for now; `io`, any other error of the system, for good if a flush failed.
 */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: 'locked' | 'full' | 'corrupt' | 'newer' | 'busy' | 'io'
  /** Whether the same may succeed later, with nothing damaged. */
  readonly isPassing: boolean
  constructor(code: StoreError['code'], message: string, { isForGood = false, ...options }: StoreErrorOptions = {}) {
    super(message, options)
    this.code = code
    this.isPassing = !isForGood && code !== 'corrupt' && code !== 'newer'
  }
}
