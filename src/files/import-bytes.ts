/** Creates the UnixFS DAG of a file whose bytes come from somewhere else than the disk. */
import { importFile } from 'ipfs-unixfs-importer'
import { grouped } from '../grouped.ts'
import { KithError } from '../kith.ts'
import { newFileName } from '../names.ts'
import type { BlockSink } from './block-sink.ts'
import { DagStorage, UNIXFS_OPTIONS } from './dag-storage.ts'
import { checkFileName } from './file-name.ts'
import type { ImportedPath, ImportOptions } from './import-path.ts'

/**
 * Creates the DAG of a file, with the id that `importPath` gives the same bytes, and passes its blocks to the sink one by
 * one. Throws a KithError `bad-name`, or `bad-value` if there are more or fewer bytes than `sizeBytes`, what the source or
 * the sink threw, or the signal's reason.
 */
export async function importBytes(
  content: AsyncIterable<Uint8Array>,
  sizeBytes: number,
  sink: BlockSink,
  { name: given = '', onProgress, signal, fileKey }: ImportOptions,
): Promise<ImportedPath> {
  const name = newFileName(given)
  checkFileName(name)
  const storage = new DagStorage(sink, fileKey, (bytes) => onProgress?.(bytes, sizeBytes))
  const { cid } = await importFile({ content: checked(content, sizeBytes, signal) }, storage, UNIXFS_OPTIONS)
  return { ...storage.made(cid), type: 'file', name, sizeBytes }
}

async function* checked(
  content: AsyncIterable<Uint8Array>,
  sizeBytes: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of content) {
    signal?.throwIfAborted()
    bytes += chunk.length
    if (bytes > sizeBytes) throw otherSize(`more than ${grouped(sizeBytes)}`, sizeBytes)
    // The chunker of an empty file takes one chunk without bytes, and no other file has any.
    if (chunk.length > 0) yield chunk
  }
  signal?.throwIfAborted()
  if (bytes < sizeBytes) throw otherSize(grouped(bytes), sizeBytes)
}

function otherSize(came: string, sizeBytes: number): KithError {
  return new KithError('bad-value', `${came} bytes came of a file that should have ${grouped(sizeBytes)}`)
}
