/** The part of the store's interface for blocks: those of files, the documents that link to them, the roots that need them. */
import type { Sealing } from '../../protocols/file/sealed-block.ts'
import type { BlockId, DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'

/** A block that this node is to hold together with everything it depends on: the root of a DAG. */
export interface EnsuredRow {
  /** Its members are asked for the blocks, and may have them. Undefined: the peers of all rooms are asked, and none is given any. */
  room: RoomId | undefined
  id: BlockId
  /** `complete`: all blocks were here once. One of them may have been lost since; reading it shows that: see `Store`. */
  state: 'searching' | 'complete' | 'failed'
  /** A code for the reason; undefined in other states. */
  failure: string | undefined
  /** Kept until the user unpins it; other roots are evicted to make space, oldest first. */
  pinned: boolean
  /** The root fails if its blocks exceed this size. Undefined: no limit of its own. */
  maxBytes: number | undefined
  /** Names of jobs to run once it is complete, without those that have run. */
  jobs: readonly string[]
  addedAtMs: number
  /** How many blocks the DAG has, each counted once; 0 until it was complete once. One that is not, later, has lost some. */
  blocks: number
  /** Bytes of these blocks. */
  sizeBytes: number
}

/** An accepted document that links to blocks. */
export interface LinkingRow extends Position {
  links: readonly BlockId[]
  /** Set if the document shares a file. */
  file?: SharedFile
}

/** What a document says about the file it shares, kept so that files can be listed and found without decoding documents. */
export interface SharedFile {
  /** Root of the file's DAG, sealed if that is. */
  root: BlockId
  name: string
  type: 'file' | 'folder'
  sizeBytes: number
  /** Author of the document. */
  author: PeerId
  /** When the author wrote the document. */
  timeMs: number
  /** Set if a guest of the author shared it. */
  guest?: string
  /** Set if the DAG is sealed. */
  sealing?: Sealing
}

/** An accepted document that shares a file. */
export interface FileRow extends LinkingRow {
  file: SharedFile
}

/** A block and its id. */
export interface StoredBlock {
  id: BlockId
  block: Uint8Array
}

/**
 * Blocks of fewer bytes are small: they are rows of transactions, and cost no file and no flush each. Most files of a
 * folder of text or code are, and all that is near to whole chunks of large files is not: for those, a file of their own
 * is the faster, as it is written once and flushed by another thread.
 */
export const SMALL_BLOCK_BYTES = 64 * 1024

export function isSmall(block: Uint8Array): boolean {
  return block.length < SMALL_BLOCK_BYTES
}

/** A change to blocks, to the documents that link to them, or to the roots that need them. */
export type BlockWrite =
  | { type: 'put-linking'; room: RoomId; row: LinkingRow }
  | { type: 'delete-linking'; room: RoomId; id: DocumentId }
  /** Adds a root. One with the same room and id is replaced, and keeps its place in the list and the blocks it needs. */
  | { type: 'put-ensured'; row: EnsuredRow }
  /** Deletes a root. The blocks it needed count as released; they are not deleted. */
  | { type: 'delete-ensured'; room: RoomId | undefined; id: BlockId }
  /** Removes blocks from the released ones. */
  | { type: 'forget-released'; ids: readonly BlockId[] }
  /** Adds blocks that a root needs, which may include the root itself. Ignored if there is no such root. */
  | { type: 'put-needs'; room: RoomId | undefined; root: BlockId; needs: readonly { id: BlockId }[] }
  /**
   * Stores a block: a small one in the transaction, a large one immediately, whatever becomes of the transaction. One that
   * is already here stays as it is.
   */
  | { type: 'put-block'; id: BlockId; block: Uint8Array }
  /** Deletes blocks: those that were put in a transaction in this one, the others immediately, whatever becomes of it. */
  | { type: 'delete-blocks'; ids: readonly BlockId[] }

/** Which roots to list: those that match everything that is set. */
export interface EnsuredFilter {
  /** Null: only roots without a room. */
  room?: RoomId | null
  state?: EnsuredRow['state']
  /** Only roots that are searching or have failed. */
  incomplete?: true
  pinned?: boolean
  /** Only roots with jobs to run. */
  withJobs?: true
  /** At most this many, from the start of the list. */
  limit?: number
}

/** Which files to list: those that match everything that is set. */
export interface FileFilter {
  document?: DocumentId
  root?: BlockId
  name?: string
}

/** Where a walk through all blocks goes on. What it says is up to the store. */
export type WalkPlace = string

/** A page of a walk through all blocks. */
export interface UnneededPage {
  /** Blocks of the page that no root needs. */
  blocks: { id: BlockId; sizeBytes: number }[]
  /** The next page starts after this place. Undefined on the last page. */
  next: WalkPlace | undefined
}

/** Some of the blocks that were needed by roots deleted since. */
export interface ReleasedBlocks {
  ids: BlockId[]
  /** Those of `ids` that are stored and that no root needs now. */
  unneeded: { id: BlockId; sizeBytes: number }[]
}

/** What can be read about blocks. */
export interface BlockReads {
  /** Documents of a room that link to blocks, in the room's order. */
  linking(room: RoomId): LinkingRow[]
  /** The last `limit` of them before a position, or of all; the newest first. */
  newestLinking(room: RoomId, limit: number, before?: Position): LinkingRow[]
  /** Files of a room, in the room's order. */
  files(room: RoomId, filter: FileFilter): FileRow[]
  ensured(room: RoomId | undefined, id: BlockId): EnsuredRow | undefined
  /** Added first comes first. */
  ensuredRows(filter: EnsuredFilter): EnsuredRow[]
  /** Whether a root of the room needs a block. */
  isNeeded(room: RoomId, id: BlockId): boolean
  /** Undefined if the block is not stored. */
  blockSizeBytes(id: BlockId): number | undefined
  /** Undefined if the block is not stored, or is damaged; a damaged block is deleted. */
  block(id: BlockId): Uint8Array | undefined
  /** Checks `limit` blocks for those that no root needs, starting after `after`. The order is up to the store. */
  unneededBlocks(limit: number, after?: WalkPlace): UnneededPage
  /** At most `limit` released blocks. The order is up to the store. */
  releasedBlocks(limit: number): ReleasedBlocks
}

/** Storing large blocks that may exist nowhere else; small ones are durable with the transaction in which they are put. */
export interface DurableBlocks {
  /**
   * Stores blocks, of any size, outside of any transaction and off the main thread: a file and a flush for each. Resolves once they would survive a power cut; they
   * can be read earlier. Rejects with a StoreError; some of the blocks may have been stored then.
   */
  putDurably(blocks: readonly StoredBlock[]): Promise<void>
}
