/**
 * Writes the file or folder of a UnixFS DAG to the disk. It never exists in part under its final name: it
 * is written under a temporary name, flushed, and renamed.
 */
import type { Stats } from 'node:fs'
import { link, lstat, mkdir, open, rename, stat, type FileHandle } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Sealing } from '../../protocols/file/sealed-block.ts'
import type { BlockId } from '../../protocols/wire/ids.ts'
import { grouped } from '../grouped.ts'
import { KithError } from '../kith.ts'
import { MAX_FOLDER_DEPTH, MAX_FOLDER_ENTRIES } from '../../protocols/file/constants.ts'
import { badFile, type DagNode, type FileNode, type FolderNode, type ShardNode } from './dag-node.ts'
import { diskErrorOf, hasCode } from './disk-errors.ts'
import { partPath, removeLeftovers, removePart } from './part.ts'
import type { PartRecords } from './part-records.ts'
import { creationMode, permitFile, permitFolder, takePermissions } from './permissions.ts'
import { bytesOf, entriesOf, plainNodes, type BlockSource, type NodeSource } from './read-dag.ts'
import { sealedNodes } from './sealed-nodes.ts'

/** How to save a DAG. */
export interface ExportOptions {
  /** What its author says it is. Anything else is rejected, before more bytes are written than stated. */
  expected?: { type: 'file' | 'folder'; sizeBytes: number }
  /** What opens the blocks, if they are sealed. */
  sealing?: Sealing | undefined
  /** Replaces an existing file. Folders, links and devices are never replaced. */
  overwrite?: boolean
  /** What is new gets the permissions that it leaves. Default: the umask of the process. */
  umask?: number
  /** Called with the total bytes of files written so far. */
  onProgress?: (bytes: number) => void
  signal?: AbortSignal
  /** Told of the temporary file or folder before it is made, so that it can be found after a kill. */
  parts?: PartRecords
}

/**
 * Saves a complete DAG, whose root is `id`, at a path in an existing folder. A file that is overwritten keeps its mode, and its owner and group
 * where the process may set them. Throws a KithError `file-exists`, `bad-path`, `bad-file` (not a
 * file or folder, not what was expected, a folder beyond the limits, or sealed and does not open), `disk-full` or `disk-error`, what the source
 * threw, or the signal's reason. Nothing is left behind then.
 */
export async function exportDag(
  id: BlockId,
  source: BlockSource,
  target: string,
  options: ExportOptions = {},
): Promise<void> {
  const path = resolve(target)
  const { sealing } = options
  const nodes = sealing === undefined ? plainNodes(source) : sealedNodes(source, sealing.key)
  const root = await nodes.node(sealing === undefined ? { id } : { id: sealing.root, sealedId: id })
  checkExpected(root, options.expected)
  const isFile = root.type === 'file'
  const mayReplace = isFile && options.overwrite === true
  try {
    const replaced = await checkPlace(path, mayReplace)
    await removeLeftovers(path)
    const part = partPath(path)
    try {
      await options.parts?.add(part)
      const writer = new TreeWriter(nodes, options, replaced)
      await writer.write(root, part)
      writer.checkWhole()
      if (isFile) await placeFile(part, path, mayReplace)
      else await placeFolder(part, path)
    } finally {
      if (await removePart(part)) await options.parts?.delete(part)
    }
    await flushFolder(dirname(path))
  } catch (error) {
    throw diskErrorOf(error, 'write', path)
  }
}

/** Checks early whether `exportDag` could save to a path. Throws a KithError `file-exists`, `bad-path` or `disk-error`. */
export async function checkTarget(
  target: string,
  { type, overwrite }: { type: 'file' | 'folder'; overwrite: boolean },
): Promise<void> {
  const path = resolve(target)
  try {
    await checkPlace(path, type === 'file' && overwrite)
  } catch (error) {
    throw diskErrorOf(error, 'write', path)
  }
}

/** Checks what the root block shows. Throws a KithError `bad-file`. */
function checkExpected(root: DagNode, expected: ExportOptions['expected']): void {
  if (expected === undefined) return
  const type = root.type === 'file' ? 'file' : 'folder'
  if (type !== expected.type) throw badFile(`it is a ${type}, not a ${expected.type} as its author says`)
  if (root.type === 'file' && root.sizeBytes !== expected.sizeBytes) throw otherSize(expected.sizeBytes)
}

function otherSize(sizeBytes: number): KithError {
  return badFile(`it does not have the ${grouped(sizeBytes)} bytes that its author says`)
}

/**
 * For an early error; what is created at the path later is found when the part is renamed. Returns what is known of the
 * file that will be replaced.
 */
async function checkPlace(path: string, mayReplace: boolean): Promise<Stats | undefined> {
  const folder = dirname(path)
  const folderStats = await stat(folder)
  if (!folderStats.isDirectory()) throw new KithError('bad-path', `${folder} is not a folder`)
  const found = await statsAt(path)
  if (found !== undefined && !(mayReplace && found.isFile())) throw fileExists(path)
  return found
}

async function statsAt(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function fileExists(path: string): KithError {
  return new KithError('file-exists', `${path} already exists: choose another path, or remove it first`)
}

/** Creating a link fails if the path exists; renaming would replace what is there. */
async function placeFile(part: string, path: string, mayReplace: boolean): Promise<void> {
  if (mayReplace) return rename(part, path)
  try {
    await link(part, path)
  } catch {
    // The path exists by now, or the file system has no hard links, as on memory sticks.
    await checkPlace(path, false)
    await rename(part, path)
  }
}

/** Renaming a folder fails if there is a file or a non-empty folder at the path. */
async function placeFolder(part: string, path: string): Promise<void> {
  try {
    await rename(part, path)
  } catch (error) {
    if (hasCode(error, 'EEXIST', 'ENOTEMPTY', 'ENOTDIR')) throw fileExists(path)
    throw error
  }
}

/** Makes the names in a folder durable, after a last change of it, if the system supports that for the folder. */
async function flushFolder(path: string, change?: (folder: FileHandle) => Promise<void>): Promise<void> {
  try {
    await using folder = await open(path, 'r')
    await change?.(folder)
    await folder.sync()
  } catch (error) {
    if (!hasCode(error, 'EACCES', 'EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP')) throw error
  }
}

/** Runs `work`, which creates a file or folder within a part. */
async function making<Made>(work: () => Promise<Made>): Promise<Made> {
  try {
    return await work()
  } catch (error) {
    if (hasCode(error, 'EEXIST'))
      throw badFile('it contains two names that are the same on this disk', { cause: error })
    throw error
  }
}

/** Writes the contents of a DAG, and checks them against the limits and what is expected. */
class TreeWriter {
  readonly #nodes: NodeSource
  readonly #options: ExportOptions
  /** The file that the one to write will replace. */
  readonly #replaced: Stats | undefined
  #bytes = 0
  /** Bytes of the files begun so far, according to their nodes. */
  #begunBytes = 0
  #entries = 0

  constructor(nodes: NodeSource, options: ExportOptions, replaced: Stats | undefined) {
    this.#nodes = nodes
    this.#options = options
    this.#replaced = replaced
  }

  /** Writes a file or folder to a path that does not exist. */
  async write(node: DagNode, path: string, depth = 0): Promise<void> {
    if (node.type === 'file') await this.#writeFile(node, path)
    else await this.#writeFolder(node, path, depth)
  }

  /** Throws a KithError `bad-file` if fewer bytes were written than expected. */
  checkWhole(): void {
    const { expected } = this.#options
    if (expected !== undefined && this.#bytes !== expected.sizeBytes) throw otherSize(expected.sizeBytes)
  }

  async #writeFile(file: FileNode, path: string): Promise<void> {
    const { expected, umask } = this.#options
    const replaced = this.#replaced
    this.#begunBytes += file.sizeBytes
    if (expected !== undefined && this.#begunBytes > expected.sizeBytes) throw otherSize(expected.sizeBytes)
    const chunks = this.#counted(bytesOf(file, this.#nodes))
    await using made = await making(() => open(path, 'wx', creationMode(replaced)))
    await made.writeFile(chunks)
    if (replaced === undefined) await permitFile(made, umask)
    else await takePermissions(made, replaced)
    await made.sync()
  }

  /** Passes chunks on and counts them; a chunk has been written when the next one is requested. */
  async *#counted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const { signal, onProgress } = this.#options
    signal?.throwIfAborted()
    for await (const chunk of chunks) {
      yield chunk
      this.#bytes += chunk.length
      onProgress?.(this.#bytes)
      signal?.throwIfAborted()
    }
  }

  async #writeFolder(folder: FolderNode | ShardNode, path: string, depth: number): Promise<void> {
    if (depth > MAX_FOLDER_DEPTH) throw badFile(`it has folders nested more than ${MAX_FOLDER_DEPTH} deep`)
    await making(() => mkdir(path))
    for await (const entry of entriesOf(folder, this.#nodes)) {
      this.#options.signal?.throwIfAborted()
      if (++this.#entries > MAX_FOLDER_ENTRIES) {
        throw badFile(`it contains more than ${grouped(MAX_FOLDER_ENTRIES)} files and folders`)
      }
      await this.write(await this.#nodes.node(entry), join(path, entry.name), depth + 1)
    }
    // Last, as they may be such that nothing more can be put into it.
    await flushFolder(path, (made) => permitFolder(made, this.#options.umask))
  }
}
