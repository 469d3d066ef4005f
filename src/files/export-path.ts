/**
 * Writes a UnixFS DAG to the disk as the file or folder that it is. Under the final name there is
 * either nothing new or all of it: it is written beside its place, flushed, and then renamed.
 */
import { link, lstat, mkdir, open, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { BlockId } from '../../protocols/wire/ids.ts'
import { KithError } from '../kith.ts'
import { MAX_FOLDER_DEPTH, MAX_FOLDER_ENTRIES } from '../../protocols/file/constants.ts'
import { badFile, readNode, type DagNode, type FileNode, type FolderNode, type ShardNode } from './dag-node.ts'
import { diskErrorOf, hasCode } from './disk-errors.ts'
import { partPath, removeLeftovers, removePart } from './part.ts'
import { bytesOf, entriesOf, type BlockSource } from './read-dag.ts'

export interface ExportOptions {
  /** What somebody said that it is; anything else is refused, before more is written than was said. */
  expected?: { type: 'file' | 'folder'; sizeBytes: number }
  /** Replaces a file that is there. Folders, links and devices are never replaced. */
  overwrite?: boolean
  /** Called with the bytes of files that are written. */
  onProgress?: (bytes: number) => void
  signal?: AbortSignal
}

/**
 * Saves a DAG, all of whose blocks the source has, at a path whose folder is there. Throws a
 * KithError `file-exists`, `bad-path`, `bad-file` (no file or folder, not what was expected, or past
 * what a folder can have), `disk-full` or `disk-error`, what the source threw, or the signal's
 * reason; after each nothing is left behind.
 */
export async function exportDag(
  id: BlockId,
  source: BlockSource,
  target: string,
  options: ExportOptions = {},
): Promise<void> {
  const path = resolve(target)
  const root = readNode(id, await source.get(id))
  checkExpected(root, options.expected)
  const isFile = root.type === 'file'
  const mayReplace = isFile && options.overwrite === true
  try {
    await checkPlace(path, mayReplace)
    await removeLeftovers(path)
    const part = partPath(path)
    try {
      const writer = new TreeWriter(source, options)
      await writer.write(root, part)
      writer.checkWhole()
      if (isFile) await placeFile(part, path, mayReplace)
      else await placeFolder(part, path)
    } finally {
      await removePart(part)
    }
    await flushFolder(dirname(path))
  } catch (error) {
    throw diskErrorOf(error, 'write', path)
  }
}

/** Refuses a place where `exportDag` could not put something. Throws a KithError `file-exists`, `bad-path` or `disk-error`. */
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

/** Refuses at once what can be seen without writing. */
function checkExpected(root: DagNode, expected: ExportOptions['expected']): void {
  if (expected === undefined) return
  const type = root.type === 'file' ? 'file' : 'folder'
  if (type !== expected.type) throw badFile(`it is a ${type}, and was said to be a ${expected.type}`)
  if (root.type === 'file' && root.sizeBytes !== expected.sizeBytes) throw otherSize(expected.sizeBytes)
}

function otherSize(sizeBytes: number): KithError {
  return badFile(`it has not the ${sizeBytes} bytes that it was said to have`)
}

/** Early and friendly; what is made there meanwhile is found when the part is put in its place. */
async function checkPlace(path: string, mayReplace: boolean): Promise<void> {
  const folder = dirname(path)
  const folderStats = await stat(folder)
  if (!folderStats.isDirectory()) throw new KithError('bad-path', `${folder} is not a folder`)
  const found = await statsAt(path)
  if (found !== undefined && !(mayReplace && found.isFile())) throw fileExists(path)
}

async function statsAt(path: string): Promise<Awaited<ReturnType<typeof lstat>> | undefined> {
  try {
    return await lstat(path)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function fileExists(path: string): KithError {
  return new KithError('file-exists', `there is something at ${path} already: choose another path, or remove it first`)
}

/** A link is made only where there is nothing, which a rename does not promise. */
async function placeFile(part: string, path: string, mayReplace: boolean): Promise<void> {
  if (mayReplace) return rename(part, path)
  try {
    await link(part, path)
  } catch {
    // Something is there now; or the file system has no links, as that of a memory stick.
    await checkPlace(path, false)
    await rename(part, path)
  }
}

/** A rename to where there is a file or a folder with something in it fails. */
async function placeFolder(part: string, path: string): Promise<void> {
  try {
    await rename(part, path)
  } catch (error) {
    if (hasCode(error, 'EEXIST', 'ENOTEMPTY', 'ENOTDIR')) throw fileExists(path)
    throw error
  }
}

/** Makes the names in a folder durable, where the system lets us: some do not, for their kind or that folder. */
async function flushFolder(path: string): Promise<void> {
  try {
    await using folder = await open(path, 'r')
    await folder.sync()
  } catch (error) {
    if (!hasCode(error, 'EACCES', 'EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP')) throw error
  }
}

/** Runs what makes something at a new path within a part. */
async function making(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (hasCode(error, 'EEXIST')) throw badFile('two names in it are one and the same on this disk', { cause: error })
    throw error
  }
}

/** Writes what a DAG has in it, and counts. */
class TreeWriter {
  readonly #source: BlockSource
  readonly #options: ExportOptions
  #bytes = 0
  /** Bytes of the files that were begun, as their nodes say. */
  #begunBytes = 0
  #entries = 0

  constructor(source: BlockSource, options: ExportOptions) {
    this.#source = source
    this.#options = options
  }

  /** Writes a file or folder to a path where there is nothing. */
  async write(node: DagNode, path: string, depth = 0): Promise<void> {
    if (node.type === 'file') await this.#writeFile(node, path)
    else await this.#writeFolder(node, path, depth)
  }

  /** Throws a KithError `bad-file` where fewer bytes were written than expected. */
  checkWhole(): void {
    const { expected } = this.#options
    if (expected !== undefined && this.#bytes !== expected.sizeBytes) throw otherSize(expected.sizeBytes)
  }

  async #writeFile(file: FileNode, path: string): Promise<void> {
    const { expected } = this.#options
    this.#begunBytes += file.sizeBytes
    if (expected !== undefined && this.#begunBytes > expected.sizeBytes) throw otherSize(expected.sizeBytes)
    const chunks = this.#counted(bytesOf(file, this.#source))
    await making(() => writeFile(path, chunks, { flag: 'wx', flush: true }))
  }

  /** Passes chunks on; a chunk is written once the next one is asked for. */
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
    if (depth > MAX_FOLDER_DEPTH) throw badFile(`it has more than ${MAX_FOLDER_DEPTH} folders within one another`)
    await making(() => mkdir(path))
    for await (const { name, id } of entriesOf(folder, this.#source)) {
      this.#options.signal?.throwIfAborted()
      if (++this.#entries > MAX_FOLDER_ENTRIES) {
        throw badFile(`there are more than ${MAX_FOLDER_ENTRIES} files and folders in it`)
      }
      await this.write(readNode(id, await this.#source.get(id)), join(path, name), depth + 1)
    }
    await flushFolder(path)
  }
}
