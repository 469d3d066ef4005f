/** Creates the UnixFS DAG of a folder whose contents come from somewhere else than the disk, one file after the other. */
import { importFile, type ImportResult, type WritableStorage } from 'ipfs-unixfs-importer'
import { grouped } from '../grouped.ts'
import { KithError, type FolderEntry } from '../kith.ts'
import { newFileName } from '../names.ts'
import type { BlockSink } from './block-sink.ts'
import { DagStorage, UNIXFS_OPTIONS } from './dag-storage.ts'
import { folderDag } from './folder-dag.ts'
import { folderTree, type FolderTree } from './folder-tree.ts'
import type { ImportedPath, ImportOptions } from './import-path.ts'

/**
 * Creates the DAG of a folder, with the id that `importPath` gives one with the same contents. Throws what `folderTree`
 * throws before it reads anything, a KithError `bad-value` if there are more or fewer bytes than the files have, what the
 * source or the sink threw, or the signal's reason.
 */
export async function importEntries(
  entries: readonly FolderEntry[],
  content: AsyncIterable<Uint8Array>,
  sink: BlockSink,
  { name: given = '', onProgress, signal, fileKey }: ImportOptions,
): Promise<ImportedPath> {
  const name = newFileName(given)
  const tree = folderTree(name, entries)
  const sizeBytes = entries.reduce((sum, entry) => sum + (entry.sizeBytes ?? 0), 0)
  const storage = new DagStorage(sink, fileKey, (bytes) => onProgress?.(bytes, sizeBytes))
  const bytes = new Cutter(content, sizeBytes, signal)
  const files: ImportResult[] = []
  try {
    for (const [index, entry] of entries.entries()) {
      if (entry.sizeBytes === undefined) continue
      files[index] = await importFile({ content: bytes.next(entry.sizeBytes) }, storage, UNIXFS_OPTIONS)
    }
    await bytes.end()
  } finally {
    await bytes.close()
  }
  const { cid } = await folderOf(tree, files, storage)
  return { ...storage.made(cid), type: 'folder', name, sizeBytes }
}

async function folderOf(
  tree: FolderTree,
  files: readonly ImportResult[],
  storage: WritableStorage,
): Promise<ImportResult> {
  const links: ImportResult[] = []
  for (const [path, inside] of [...tree].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const made = typeof inside === 'number' ? files[inside] : await folderOf(inside, files, storage)
    if (made === undefined) throw new TypeError('a file of the tree was not imported')
    links.push({ ...made, path })
  }
  return folderDag(links, storage)
}

/** Cuts a stream into pieces of given lengths. */
class Cutter {
  readonly #source: AsyncIterator<Uint8Array>
  readonly #sizeBytes: number
  readonly #signal: AbortSignal | undefined
  #rest: Uint8Array = new Uint8Array(0)

  constructor(content: AsyncIterable<Uint8Array>, sizeBytes: number, signal: AbortSignal | undefined) {
    this.#source = content[Symbol.asyncIterator]()
    this.#sizeBytes = sizeBytes
    this.#signal = signal
  }

  async *next(length: number): AsyncGenerator<Uint8Array> {
    for (let left = length; left > 0;) {
      if (this.#rest.length === 0) await this.#read()
      const chunk = this.#rest.subarray(0, left)
      this.#rest = this.#rest.subarray(chunk.length)
      left -= chunk.length
      yield chunk
    }
  }

  /** Throws if there is more. */
  async end(): Promise<void> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#source.next()
      this.#signal?.throwIfAborted()
      if (done === true) return
      this.#rest = value
    }
    throw this.#otherSize('more')
  }

  async close(): Promise<void> {
    await this.#source.return?.()
  }

  async #read(): Promise<void> {
    const { done, value } = await this.#source.next()
    this.#signal?.throwIfAborted()
    if (done === true) throw this.#otherSize('fewer')
    this.#rest = value
  }

  #otherSize(how: string): KithError {
    return new KithError(
      'bad-value',
      `${how} bytes came than the ${grouped(this.#sizeBytes)} of the files in the folder`,
    )
  }
}
