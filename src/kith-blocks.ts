/** What the library offers for files and for blocks that are asked for by their ids; a part of kith.ts. */

/** A file or folder that a document of a room links to. */
export interface FileInfo {
  /** CID of its UnixFS DAG. */
  id: string
  room: string
  /** The document that links to it. */
  document: string
  /** The last part of a path, safe to make a file of on any system. */
  name: string
  type: 'file' | 'folder'
  /** As its author said; a file that turns out to have another size is refused. */
  sizeBytes: number
  author: string
  /** What the author is called, as in `Message`. */
  authorName: string
  timeMs: number
  /** `here`: complete. `fetching`: on its way. `elsewhere`: not asked for. `failed`: it cannot be had, see `failure`. */
  state: 'here' | 'fetching' | 'elsewhere' | 'failed'
  /** In words; null if it has not failed. */
  failure: string | null
  /** Kept until it is unpinned; others make room for new ones. */
  pinned: boolean
}

/** How far something long has come. */
export interface FileProgress {
  /** Bytes of the file that are done, of `sizeBytes`. */
  bytes: number
  sizeBytes: number
  bytesPerSecond: number
  /** Peers that blocks come from; none while a file is added. */
  peers: number
}

/** What a room keeps of its files. */
export interface FileLimits {
  /** Files up to this size are fetched as soon as a document links to them; in a folder its names count, too. */
  autoFetchBytesMax: number
  /**
   * Bytes of blocks kept for the room's files; what is being fetched counts with as many as it may come to. Pinned
   * ones past it are refused; others go, the oldest first. Of a carried room: what its documents leave free.
   */
  bytesMax: number
  /** Of what is complete. */
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

/** Where to write a file, and how. */
export interface SaveFileOptions {
  /** Where to write it: a file that is not there yet, or a folder to put it into by its name. Default: the working folder. */
  path?: string
  /** Writes over a file that is there. */
  overwrite?: boolean
  onProgress?: (progress: FileProgress) => void
  /** Ends the call; what was fetched stays, so that a later call goes on from there. */
  signal?: AbortSignal
}

/** The files of a room. A file is named by its name, in any form that looks the same, its CID, or the id of the document that links to it. */
export interface Files {
  /**
   * Adds a file or a folder: its UnixFS DAG, whose CID is that of `ipfs add --cid-version=1`, then a
   * document that links to it. Read as a stream; resolves once both are durable. Throws a KithError
   * `bad-path`, `bad-name`, `too-large`, `quota`, `disk-full`.
   */
  add(path: string, options?: AddFileOptions): Promise<FileInfo>
  /** In the room's order. */
  list(): FileInfo[]
  /** Throws a KithError `no-such-file` or `ambiguous`. */
  get(reference: string): FileInfo
  /**
   * Fetches a file and writes it: under a temporary name beside its place, renamed once it is whole.
   * It is pinned from then on. Resolves with the path. Throws a KithError `file-exists`, `bad-path`,
   * `bad-file` (it is not what its author said), `quota`, `disk-full`.
   */
  save(reference: string, options?: SaveFileOptions): Promise<{ path: string; file: FileInfo }>
  /** Fetches a file if need be, and keeps it until it is unpinned. */
  pin(reference: string): Promise<void>
  /** Lets a file go where space is needed. */
  unpin(reference: string): Promise<void>
  /** What the room keeps of its files. */
  limits(): FileLimits
  /**
   * Changes what the room keeps of its files. Throws a KithError `quota` where more is pinned already,
   * and `carried` where the node only carries the room, and keeps what `carry` says.
   */
  setLimits(limits: { autoFetchBytesMax?: number; bytesMax?: number }): Promise<void>
}

/** How far something has come that the node set out to hold, with everything it depends on. */
export interface EnsureStatus {
  /** CID of what was asked for. */
  id: string
  /** Whose members are asked; null: everybody in any room. */
  room: string | null
  state: 'searching' | 'complete' | 'failed'
  /** Why it cannot be had, or cannot be fetched now, in words; else null. */
  failure: string | null
  pinned: boolean
  /** Blocks it depends on, itself included, as far as is known: what is missing may depend on more. */
  known: number
  have: number
  missing: number
  /** Of those that are here. */
  bytes: number
  bytesPerSecond: number
  /** Who sent how much since the start of the node, the most first. */
  from: { peer: string; bytes: number }[]
  /** Peers that were asked and do not have what is missing, of `asked` that are asked now. */
  absentAt: number
  asked: number
  /** Jobs to run once it is complete. */
  jobs: string[]
}

/** What a block is wanted for. */
export interface EnsureOptions {
  /** Id of the room whose members are asked, and which it is then kept for. Default: everybody in any room, for nobody else. */
  room?: string
  /** Name of a job to run once it is complete, also after a restart; see `KithNode.job`. */
  job?: string
}

/** A request to hold something; it goes on over restarts until it is complete or cancelled. */
export interface Ensured {
  readonly id: string
  /** How far it has come. */
  status(): EnsureStatus
  /** Resolves once the request is durable; rejects where it could not be made. */
  readonly noted: Promise<void>
  /** Resolves once everything is here; rejects with a KithError `cannot-have` where it cannot be had, or `cancelled`. */
  readonly done: Promise<EnsureStatus>
  /** Calls back when something has changed, at most some times a second. */
  on(name: 'progress', listener: (status: EnsureStatus) => void): this
  /** Ends what `on` began. */
  off(name: 'progress', listener: (status: EnsureStatus) => void): this
  /** Lets go of it, and of what only it needed. */
  cancel(): Promise<void>
}

/** What `gc` removed, or would remove. */
export interface GarbageReport {
  blocks: number
  sizeBytes: number
}
