/**
 * Walks a UnixFS DAG that others made. Not with ipfs-unixfs-exporter, which takes DAGs to be well
 * meant: it reads a whole file ahead of whoever writes it, and goes as deep and as often through
 * the same blocks as a DAG says. Here a few blocks are in memory at once, what a block says of those
 * below it is checked against each, and no walk is longer than what comes out of it, times the depth.
 */
import type { BlockId } from '../../protocols/wire/ids.ts'
import { MAX_FILE_DEPTH } from '../../protocols/file/constants.ts'
import { badFile, readNode, type FileNode, type FolderNode, type NamedLink, type ShardNode } from './dag-node.ts'
import { flawOf, shown } from './file-name.ts'

/** Gives the blocks of a DAG, all of which are here. */
export interface BlockSource {
  get(id: BlockId): Promise<Uint8Array> | Uint8Array
}

/** Levels of a sharded folder: a hash of 64 bits, with at least 3 of them each. */
const MAX_SHARD_DEPTH = 22

/** The bytes of a file, exactly as many as its node says. Throws a KithError `bad-file`. */
export async function* bytesOf(file: FileNode, source: BlockSource, depth = 0): AsyncGenerator<Uint8Array> {
  if (file.data.length > 0) yield file.data
  for (const { id, sizeBytes } of file.parts) {
    // Nothing comes of it, so it need not be read, however much is below it.
    if (sizeBytes === 0) continue
    if (depth === MAX_FILE_DEPTH) throw badFile(`its blocks are more than ${MAX_FILE_DEPTH} deep`)
    const part = readNode(id, await source.get(id))
    if (part.type !== 'file') throw badFile(`block ${id} is no part of a file`)
    if (part.sizeBytes !== sizeBytes) throw badFile(`block ${id} has not the size that was said`)
    yield* bytesOf(part, source, depth + 1)
  }
}

/** What is in a folder, each name once and good for a file. Throws a KithError `bad-file`. */
export async function* entriesOf(folder: FolderNode | ShardNode, source: BlockSource): AsyncGenerator<NamedLink> {
  const names = new Set<string>()
  for await (const entry of folder.type === 'folder' ? folder.links : shardedLinks(folder, source, 0)) {
    const { name } = entry
    const flaw = flawOf(name)
    if (flaw !== undefined) throw badFile(`a name in it, ${shown(name)}, ${flaw}`)
    if (names.has(name)) throw badFile(`two things in it have the name ${shown(name)}`)
    names.add(name)
    yield entry
  }
}

async function* shardedLinks(shard: ShardNode, source: BlockSource, depth: number): AsyncGenerator<NamedLink> {
  for (const { name, id } of shard.links) {
    if (name.length > shard.indexLength) {
      yield { name: name.slice(shard.indexLength), id }
      continue
    }
    if (depth === MAX_SHARD_DEPTH) throw badFile(`the parts of a folder are more than ${MAX_SHARD_DEPTH} deep`)
    const part = readNode(id, await source.get(id))
    // With nothing in it, it could be walked through for ever without an entry.
    if (part.type !== 'shard' || part.links.length === 0) throw badFile(`block ${id} is no part of a folder`)
    yield* shardedLinks(part, source, depth + 1)
  }
}
