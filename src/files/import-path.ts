/**
 * Makes UnixFS DAGs of files and folders on the disk, with the ids that `ipfs add --cid-version=1`
 * gives (for folders with `--recursive --hidden`).
 *
 * A folder is made after all that is in it. The importer of the library, given a whole tree, would
 * hold it in memory, and reckon folders in a folder as nothing when it decides whether to shard it.
 */
import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { ImporterOptions, ImportResult, WritableStorage } from 'ipfs-unixfs-importer'
import { importer, importFile } from 'ipfs-unixfs-importer'
import { fixedSize } from 'ipfs-unixfs-importer/chunker'
import { balanced } from 'ipfs-unixfs-importer/layout'
import { blockIdOfCid, codecOf } from '../../protocols/wire/block-ids.ts'
import type { BlockId } from '../../protocols/wire/ids.ts'
import { KithError } from '../kith.ts'
import { CHUNK_BYTES } from '../../protocols/file/constants.ts'
import { reading, scanPath, type DiskEntry, type DiskFile, type DiskFolder } from './scan-path.ts'

/** Takes the blocks of a DAG. */
export interface BlockSink {
  /**
   * Called for every block, children before their parents, the same block more than once where it
   * comes more than once. At most `BLOCKS_AT_ONCE` calls are under way; no more is read until they resolve.
   */
  put(id: BlockId, block: Uint8Array): Promise<void>
}

/** Enough for a sink that takes all that wait together, and 2 MiB at most. */
export const BLOCKS_AT_ONCE = 8

/** Whatever it was when it was looked at, it may be something else now: links are not followed, and pipes not waited for. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** What `ipfs add --cid-version=1` does. Each is said here as CIDs depend on them, and defaults change. */
const UNIXFS_OPTIONS = {
  cidVersion: 1,
  rawLeaves: true,
  reduceSingleLeafToSelf: true,
  chunker: fixedSize({ chunkSize: CHUNK_BYTES }),
  layout: balanced({ maxChildrenPerNode: 174 }),
  shardSplitThresholdBytes: 262_144,
  shardSplitStrategy: 'links-bytes',
  shardFanoutBits: 8,
  fileImportConcurrency: 1,
  blockWriteConcurrency: BLOCKS_AT_ONCE,
} as const satisfies ImporterOptions

export interface ImportOptions {
  /** Default: the last part of the path. */
  name?: string
  /** Called as bytes of files are in the sink, with how many of how many. */
  onProgress?: (bytes: number, sizeBytes: number) => void
  signal?: AbortSignal
}

/** What was made of a file or folder. */
export interface ImportedPath {
  /** The root of its DAG. */
  id: BlockId
  type: 'file' | 'folder'
  name: string
  /** Bytes of the file, or of all files in the folder. */
  sizeBytes: number
}

/**
 * Makes a DAG of a file or folder, block by block into the sink. All of it is looked over first, so
 * that what cannot be added is refused before anything is put. Throws a KithError `bad-path`,
 * `bad-name`, `too-large` or `disk-error`, what the sink threw, or the signal's reason.
 */
export async function importPath(path: string, sink: BlockSink, options: ImportOptions = {}): Promise<ImportedPath> {
  const { onProgress, signal } = options
  const absolute = resolve(path)
  const root = await scanPath(absolute, options.name ?? basename(absolute), signal)
  const { type, name, sizeBytes } = root
  let bytes = 0
  const storage: WritableStorage = {
    async put(cid, block) {
      const id = blockIdOfCid(cid)
      if (id === undefined || !(block instanceof Uint8Array)) throw new TypeError(`no block to keep: ${cid.toString()}`)
      await sink.put(id, block)
      // All bytes of files are in raw blocks, and nothing else is.
      if (codecOf(id) !== 'raw') return cid
      bytes += block.length
      onProgress?.(bytes, sizeBytes)
      return cid
    },
  }
  const { cid } = await importEntry(root, storage, signal)
  const id = blockIdOfCid(cid)
  if (id === undefined) throw new TypeError(`no id of a block: ${cid.toString()}`)
  return { id, type, name, sizeBytes }
}

function importEntry(
  entry: DiskEntry,
  storage: WritableStorage,
  signal: AbortSignal | undefined,
): Promise<ImportResult> {
  return entry.type === 'file' ? importOneFile(entry, storage, signal) : importFolder(entry, storage, signal)
}

async function importFolder(
  folder: DiskFolder,
  storage: WritableStorage,
  signal: AbortSignal | undefined,
): Promise<ImportResult> {
  const links: ImportResult[] = []
  for (const group of groupsOf(folder.entries)) {
    const results = await Promise.allSettled(group.map((entry) => importEntry(entry, storage, signal)))
    for (const [i, result] of results.entries()) {
      if (result.status === 'rejected') throw result.reason
      links.push({ ...result.value, path: group[i]?.name })
    }
  }
  const dagBuilder = async function* () {
    for (const link of links) yield () => Promise.resolve(link)
  }
  const made = importer([], storage, { ...UNIXFS_OPTIONS, dagBuilder, wrapWithDirectory: true })
  // The links come out again, and then the folder.
  let last: ImportResult | undefined
  for await (const result of made) last = result
  if (last === undefined) throw new TypeError('a folder was made of nothing')
  return last
}

/** Files of one block go together, as many as fit; every other entry alone. */
function groupsOf(entries: readonly DiskEntry[]): DiskEntry[][] {
  const groups: DiskEntry[][] = []
  let small: DiskEntry[] = []
  for (const entry of entries) {
    const isSmall = entry.type === 'file' && entry.sizeBytes <= CHUNK_BYTES
    if (!isSmall) {
      groups.push([entry])
      continue
    }
    if (small.length === 0) groups.push(small)
    small.push(entry)
    if (small.length === BLOCKS_AT_ONCE) small = []
  }
  return groups
}

async function importOneFile(
  file: DiskFile,
  storage: WritableStorage,
  signal: AbortSignal | undefined,
): Promise<ImportResult> {
  const handle = await reading(file.path, () => open(file.path, READ_FLAGS))
  try {
    const result = await importFile({ content: chunksOf(handle, file, signal) }, storage, UNIXFS_OPTIONS)
    await checkUnchanged(handle, file)
    return result
  } finally {
    await handle.close()
  }
}

/** Reads as many bytes as the file had, a block at a time. */
async function* chunksOf(
  handle: FileHandle,
  file: DiskFile,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  await checkUnchanged(handle, file)
  for (let left = file.sizeBytes; left > 0;) {
    signal?.throwIfAborted()
    const buffer = Buffer.allocUnsafeSlow(Math.min(left, CHUNK_BYTES))
    const { bytesRead } = await reading(file.path, () => handle.read(buffer))
    if (bytesRead === 0) throw changed(file)
    left -= bytesRead
    yield buffer.subarray(0, bytesRead)
  }
  const { bytesRead } = await reading(file.path, () => handle.read(Buffer.alloc(1)))
  if (bytesRead > 0) throw changed(file)
}

/** A file that is written to while it is read would be neither what it was nor what it is. */
async function checkUnchanged(handle: FileHandle, file: DiskFile): Promise<void> {
  const stats = await reading(file.path, () => handle.stat())
  if (!stats.isFile() || stats.size !== file.sizeBytes || stats.mtimeMs !== file.modifiedAtMs) throw changed(file)
}

function changed({ path }: DiskFile): KithError {
  return new KithError('bad-path', `${path} changed while it was read: add it once nothing writes to it`)
}
