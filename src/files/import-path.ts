/**
 * Creates UnixFS DAGs of files and folders, with the same ids as `ipfs add --cid-version=1` (for folders
 * with `--recursive --hidden`). A folder is created after everything in it. The library's importer accepts
 * a whole tree at once, but would keep it in memory, and ignores subfolders when it decides whether to
 * shard a folder.
 */
import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { ImportResult, WritableStorage } from 'ipfs-unixfs-importer'
import { importFile } from 'ipfs-unixfs-importer'
import { blockIdOf } from '../../protocols/wire/block-ids.ts'
import type { Sealing } from '../../protocols/file/sealed-block.ts'
import { cidOf, type BlockId } from '../../protocols/wire/ids.ts'
import { KithError } from '../kith.ts'
import { newFileName } from '../names.ts'
import { CHUNK_BYTES } from '../../protocols/file/constants.ts'
import { BLOCKS_AT_ONCE, type BlockSink } from './block-sink.ts'
import { DagStorage, UNIXFS_OPTIONS } from './dag-storage.ts'
import { folderDag } from './folder-dag.ts'
import { reading, scanPath, type DiskEntry, type DiskFile, type DiskFolder } from './scan-path.ts'

/** The path may have changed since the scan, so links are not followed, and opening a pipe does not block. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** How to import a path. */
export interface ImportOptions {
  /** Default: the last part of the path. */
  name?: string
  /** Called when the sink has taken a block of a file, with the bytes taken so far and the total. */
  onProgress?: (bytes: number, sizeBytes: number) => void
  signal?: AbortSignal
  /** Seals the blocks with this key, which must not be used for anything else. */
  fileKey?: Uint8Array | undefined
}

/** A file or folder that was imported. */
export interface ImportedPath {
  /** Root of its DAG, sealed if that is. */
  id: BlockId
  type: 'file' | 'folder'
  name: string
  /** Bytes of the file, or of all files in the folder. */
  sizeBytes: number
  /** Set if its DAG is sealed. */
  sealing?: Sealing
}

/**
 * Creates the DAG of a file or folder, and passes its blocks to the sink one by one. The path is scanned
 * first: if anything in it cannot be added, nothing is. Throws a KithError `bad-path`, `bad-name`,
 * `too-large` or `disk-error`, what the sink threw, or the signal's reason.
 */
export async function importPath(path: string, sink: BlockSink, options: ImportOptions = {}): Promise<ImportedPath> {
  const { onProgress, signal, fileKey } = options
  const absolute = resolve(path)
  // The name is not part of the DAG, so it can have one form, whatever the disk has.
  const root = await scanPath(absolute, newFileName(options.name ?? basename(absolute)), signal)
  const { type, name, sizeBytes } = root
  const storage = new DagStorage(sink, fileKey, (bytes) => onProgress?.(bytes, sizeBytes))
  const { cid } = await importEntry(root, storage, signal)
  return { ...storage.made(cid), type, name, sizeBytes }
}

function importEntry(
  entry: DiskEntry,
  storage: WritableStorage,
  signal: AbortSignal | undefined,
): Promise<ImportResult> {
  if (entry.type === 'folder') return importFolder(entry, storage, signal)
  const isOneBlock = entry.sizeBytes > 0 && entry.sizeBytes <= CHUNK_BYTES
  return isOneBlock ? importBlock(entry, storage, signal) : importOneFile(entry, storage, signal)
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
  return folderDag(links, storage)
}

/** Groups files of a single block, which are imported at the same time; every other entry is a group of its own. */
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

/** A file of one block is that block: it takes no layout, and one read instead of two. */
async function importBlock(
  file: DiskFile,
  storage: WritableStorage,
  signal: AbortSignal | undefined,
): Promise<ImportResult> {
  signal?.throwIfAborted()
  const block = await readBlock(file)
  const cid = cidOf(blockIdOf('raw', block))
  await storage.put(cid, block)
  return { cid, size: BigInt(block.length) }
}

/** Reads a whole file. The check afterwards is enough, as nothing was passed on before. */
async function readBlock(file: DiskFile): Promise<Uint8Array> {
  const handle = await reading(file.path, () => open(file.path, READ_FLAGS))
  try {
    const buffer = Buffer.allocUnsafeSlow(file.sizeBytes)
    for (let at = 0; at < buffer.length;) {
      const { bytesRead } = await reading(file.path, () => handle.read(buffer, at))
      if (bytesRead === 0) throw await changed(handle, file)
      at += bytesRead
    }
    // A file that the system makes up as it is read, as in /proc, may have nothing in it as far as its size says.
    if (buffer.length === 0) await checkEnded(handle, file)
    await checkUnchanged(handle, file)
    return buffer
  } finally {
    await handle.close()
  }
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

/** Reads as many bytes as the file had when it was scanned, a block at a time. */
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
    if (bytesRead === 0) throw await changed(handle, file)
    left -= bytesRead
    yield buffer.subarray(0, bytesRead)
  }
  await checkEnded(handle, file)
}

async function checkEnded(handle: FileHandle, file: DiskFile): Promise<void> {
  const { bytesRead } = await reading(file.path, () => handle.read(Buffer.alloc(1)))
  if (bytesRead > 0) throw await changed(handle, file)
}

/** A file modified while it is read would be imported as a mixture of its old and new contents. */
async function checkUnchanged(handle: FileHandle, file: DiskFile): Promise<void> {
  const stats = await reading(file.path, () => handle.stat())
  const isSame = stats.isFile() && stats.size === file.sizeBytes && stats.mtimeMs === file.modifiedAtMs
  if (!isSame) throw await changed(handle, file)
}

/** What systems say that files have which are on no disk: nothing in /proc, a page in /sys. */
const MAX_MADE_UP_BYTES = 4096

async function changed(handle: FileHandle, { path }: DiskFile): Promise<KithError> {
  const { blocks, size } = await reading(path, () => handle.stat())
  const why =
    blocks === 0 && size <= MAX_MADE_UP_BYTES
      ? 'is made up by the system as it is read, or is being written to: copy it, and add the copy'
      : 'changed while it was read: add it again when nothing writes to it'
  return new KithError('bad-path', `${path} ${why}`)
}
