/** Reads the bytes of files that are here, without writing them to the disk. */
import type { Sealing } from '../../protocols/file/sealed-block.ts'
import type { BlockId } from '../../protocols/wire/ids.ts'
import { badFile } from '../files/dag-node.ts'
import { bytesBetween, plainNodes } from '../files/read-dag.ts'
import { sealedNodes } from '../files/sealed-nodes.ts'
import { KithError, type FileInfo, type ReadFileOptions } from '../kith.ts'
import type { BlockSource } from '../files/read-dag.ts'
import { quoted } from './quoted.ts'

/** A file, and what opens it if it is sealed. */
export interface ReadableFile {
  file: Pick<FileInfo, 'name' | 'type' | 'sizeBytes' | 'state'> & { id: BlockId }
  sealing: Sealing | undefined
}

/** Yields the bytes between two positions, a block at a time. Throws a KithError, or what the source of the blocks throws. */
export async function* readFile(
  { file, sealing }: ReadableFile,
  source: BlockSource,
  { start = 0, end = file.sizeBytes, signal }: ReadFileOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (file.type === 'folder') throw new KithError('bad-value', `${quoted(file.name)} is a folder, which is only saved`)
  if (file.state !== 'here') {
    throw new KithError('not-here', `${quoted(file.name)} is not here yet: fetch it first, such as by pinning it`)
  }
  const isInside = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end <= file.sizeBytes
  if (!isInside || start > end) {
    throw new KithError('bad-value', `${quoted(file.name)} has no bytes from ${start} to ${end}`)
  }
  const nodes = sealing === undefined ? plainNodes(source) : sealedNodes(source, sealing.key)
  const root = await nodes.node(sealing === undefined ? file : { id: sealing.root, sealedId: file.id })
  if (root.type !== 'file') throw badFile('it is a folder, not a file as its author says')
  if (root.sizeBytes !== file.sizeBytes) throw badFile('it does not have the size that its author says')
  for await (const bytes of bytesBetween(root, nodes, start, end)) {
    signal?.throwIfAborted()
    yield bytes
  }
}
