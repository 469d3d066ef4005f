/** Files, and blocks requested by id, in the library's public types; part of kith.ts. */

/** A file or folder that a document of a room links to. */
export interface FileInfo {
  /**
   * CID of its UnixFS DAG, which IPFS gives it too; in a private room, of the sealed blocks, which only members can open and
   * which is another one each time that the file is shared.
   */
  id: string
  room: string
  /** The document that links to it. */
  document: string
  /** A file name without folders that is valid on every system. */
  name: string
  type: 'file' | 'folder'
  /** As stated by its author; a file of a different size is refused. */
  sizeBytes: number
  /**
   * Which of the files that were shared under this name, in the room's order: 1 is the oldest, `versions` the
   * newest. Changes when documents arrive that belong further up.
   */
  version: number
  versions: number
  author: string
  /** The author's name as shown, like in `Message`: also that of a guest, with whose guest it is. */
  authorName: string
  /** Set if a guest of the author shared it. */
  guest?: string
  timeMs: number
  /** `here`: complete. `fetching`: being fetched. `elsewhere`: not requested. `failed`: cannot be fetched, see `failure`. */
  state: 'here' | 'fetching' | 'elsewhere' | 'failed'
  /** Why it failed, in words; otherwise null. */
  failure: string | null
  /** Kept until unpinned. Files that are not pinned make room for new ones. */
  pinned: boolean
}

/** Progress of adding or saving a file. */
export interface FileProgress {
  /** CID of the file; null while adding one, which is known by it once it is added. */
  id: string | null
  /** Bytes done, of `sizeBytes`. */
  bytes: number
  sizeBytes: number
  bytesPerSecond: number
  /** Peers that are sending blocks; 0 while adding a file. */
  peers: number
}

/** How much a room keeps of its files. */
export interface FileLimits {
  /** Files up to this size are fetched as soon as a document links to them. For a folder, its directory entries count too. */
  autoFetchBytesMax: number
  /**
   * Bytes of blocks to keep for the room's files; files being fetched count in full. Pinning beyond the
   * limit is refused; unpinned files are removed, oldest first. For a carried room: what its documents
   * leave free.
   */
  bytesMax: number
  /** Of complete files. */
  pinnedBytes: number
  unpinnedBytes: number
}

/** How to add a file or folder. */
export interface AddFileOptions {
  /** Default: the last part of the path. */
  name?: string
  onProgress?: (progress: FileProgress) => void
  signal?: AbortSignal
}

/** How to add a file by its bytes. */
export interface AddBytesOptions extends Omit<AddFileOptions, 'name'> {
  /** The name of the guest of this node who shares it. Default: the node itself does. */
  guest?: string
  name: string
  /** How many bytes will come. */
  sizeBytes: number
}

/** Something in a folder that is added by its contents. */
export interface FolderEntry {
  /** Names of folders and then its own, from the folder that is added. */
  path: readonly string[]
  /** Of a file; undefined for a folder, which has to be named only if it is empty. */
  sizeBytes?: number | undefined
}

/** Which version of a file that is given by name. */
export interface WhichVersion {
  /** As in `FileInfo`. Default: the newest. */
  version?: number
}

/** Where to write a file, and how. */
export interface SaveFileOptions extends WhichVersion {
  /** Where to write it: a new path, or an existing folder to save it into under its own name. Default: the working folder. */
  path?: string
  /** Replace an existing file, which keeps its mode, and its owner and group where the process may set them. */
  overwrite?: boolean
  /** New files get the mode 0o666 & ~umask, and new folders 0o777 & ~umask. Default: the umask of the process. */
  umask?: number
  onProgress?: (progress: FileProgress) => void
  /** Ends the call. Fetched blocks stay, so a later call resumes. */
  signal?: AbortSignal
}

/** Which bytes of a file to read. */
export interface ReadFileOptions extends WhichVersion {
  /** Position of the first byte. Default: 0. */
  start?: number
  /** Position behind the last byte. Default: the size of the file. */
  end?: number
  signal?: AbortSignal
}

/**
 * The files of a room. A reference to a file is its name in any form that looks the same, its CID, or the id of
 * the document that links to it. A name means the newest file that was shared under it.
 */
export interface Files {
  /**
   * Adds a file or folder as a UnixFS DAG, with the CID that `ipfs add --cid-version=1` gives, and writes
   * a document that links to it. In a private room, all blocks are sealed as they are made. Reads it as a stream; resolves once both are durable. Throws a
   * KithError `bad-path` or `bad-name` (which lists all that is wrong with a folder), `too-large`, `quota`, `disk-full`.
   */
  add(path: string, options?: AddFileOptions): Promise<FileInfo>
  /** Throws what `addBytes` throws before it takes any bytes, and where the files of the room leave no space for that many. */
  checkAdd(options: Pick<AddBytesOptions, 'name' | 'sizeBytes'>): Promise<void>
  /**
   * The same for a file whose bytes come from somewhere else, such as a request; nothing is kept of it if `content` throws.
   * Throws a KithError `bad-value` if other than `sizeBytes` bytes come.
   */
  addBytes(content: AsyncIterable<Uint8Array>, options: AddBytesOptions): Promise<FileInfo>
  /**
   * The same for a folder: `content` has the bytes of its files, one after the other in the order of the entries. Throws a
   * KithError `bad-name`, which lists all that is wrong, `bad-value` or `too-large` before it takes any.
   */
  addFolder(
    entries: readonly FolderEntry[],
    content: AsyncIterable<Uint8Array>,
    options: Omit<AddBytesOptions, 'sizeBytes'>,
  ): Promise<FileInfo>
  /** All files, in the room's order. */
  list(): FileInfo[]
  /** Throws a KithError `no-such-file`, or `ambiguous` if files of several names look like the reference. */
  get(reference: string, options?: WhichVersion): FileInfo
  /**
   * Fetches a file and saves it: under a temporary name in the same folder, renamed once complete. The
   * file is pinned. Resolves with the path. Throws a KithError `file-exists`, `bad-path`, `bad-file` (it
   * is not what its author stated), `quota`, `disk-full`.
   */
  save(reference: string, options?: SaveFileOptions): Promise<{ path: string; file: FileInfo }>
  /**
   * Yields the bytes of a file, or some of them, a block at a time. Throws a KithError `not-here` unless all of the file is
   * here, `bad-value` for a folder, or bytes that it does not have, or `bad-file`.
   */
  read(reference: string, options?: ReadFileOptions): AsyncGenerator<Uint8Array, void, undefined>
  /** Keeps a file until it is unpinned, fetching it if necessary. */
  pin(reference: string, options?: WhichVersion): Promise<void>
  /** Allows a file to be removed when space is needed. */
  unpin(reference: string, options?: WhichVersion): Promise<void>
  /** How much the room keeps of its files. */
  limits(): FileLimits
  /**
   * Changes how much the room keeps of its files. Throws a KithError `quota` if more is already pinned,
   * or `carried` if the node only carries the room, whose limit is set by `carry`.
   */
  setLimits(limits: { autoFetchBytesMax?: number; bytesMax?: number }): Promise<void>
}

/** Progress of a request for a block and everything it depends on. */
export interface EnsureStatus {
  /** CID of the requested block. */
  id: string
  /** The room whose members are asked; null for all peers of all rooms. */
  room: string | null
  state: 'searching' | 'complete' | 'failed'
  /** Why it failed or is paused, in words; otherwise null. */
  failure: string | null
  pinned: boolean
  /** Number of blocks it consists of, as far as known: missing blocks may depend on more. */
  known: number
  have: number
  missing: number
  /** Size of the blocks that are here. */
  bytes: number
  bytesPerSecond: number
  /** Who has sent how much since the node started, the largest share first. */
  from: { peer: string; bytes: number }[]
  /** How many of the `asked` peers lack what is missing. */
  absentAt: number
  asked: number
  /** Names of jobs to run once it is complete. */
  jobs: string[]
}

/** Why a block is requested. */
export interface EnsureOptions {
  /** Id of the room whose members are asked, and for which the block is kept. Default: ask all peers of all rooms, and keep it for this node only. */
  room?: string
  /** Name of a job to run once it is complete, even after a restart; see `KithNode.job`. */
  job?: string
}

/** A request to fetch and keep a block with everything it depends on. It survives restarts until complete or cancelled. */
export interface Ensured {
  readonly id: string
  /** Progress so far. */
  status(): EnsureStatus
  /** Resolves once the request is durable; rejects if it could not be made. */
  readonly noted: Promise<void>
  /** Resolves once everything is here; rejects with a KithError `cannot-have` if it cannot be fetched, or `cancelled`. */
  readonly done: Promise<EnsureStatus>
  /** Calls the listener when something has changed, at most a few times a second. */
  on(name: 'progress', listener: (status: EnsureStatus) => void): this
  /** Removes a listener. */
  off(name: 'progress', listener: (status: EnsureStatus) => void): this
  /** Cancels the request; blocks that nothing else needs may be removed. */
  cancel(): Promise<void>
}

/** What `gc` removed, or would remove. */
export interface GarbageReport {
  blocks: number
  sizeBytes: number
}
