/**
 * Walks an untrusted UnixFS DAG. ipfs-unixfs-exporter trusts DAGs: it reads a whole file ahead of the
 * writer, and follows links as deep, and visits the same blocks as often, as the DAG tells it to. Here
 * only a few blocks are in memory, the sizes that a block gives for its children are checked, and the
 * number of steps is bounded by the output times the depth.
 */
import { inlineBlockOf } from '../../protocols/wire/block-ids.ts'
import type { BlockId } from '../../protocols/wire/ids.ts'
import { MAX_FILE_DEPTH, MAX_SHARD_DEPTH } from '../../protocols/file/constants.ts'
import {
  badFile,
  readNode,
  type DagLink,
  type DagNode,
  type FileNode,
  type FolderNode,
  type NamedLink,
  type ShardNode,
} from './dag-node.ts'
import { fileNameProblem, quoteName } from './file-name.ts'

/** Reads the blocks of a DAG that is complete. */
export interface BlockSource {
  /** Throws if the block is missing. */
  get(id: BlockId): Promise<Uint8Array> | Uint8Array
}

/** Reads the blocks of a DAG by the links to them. */
export interface NodeSource {
  /** Throws a KithError `bad-file`, or what the source of the blocks throws. */
  node(link: DagLink): Promise<DagNode>
}

/** The nodes of a DAG whose blocks are in a source, unless their CIDs contain them. */
export function plainNodes(source: BlockSource): NodeSource {
  return {
    async node({ id }) {
      const inline = inlineBlockOf(id)
      return inline === undefined ? readNode(id, await source.get(id)) : readNode(id, inline.block, inline.codec)
    },
  }
}

/** The bytes of a file: exactly as many as its node says. Throws a KithError `bad-file`, or what the source throws. */
export function bytesOf(file: FileNode, nodes: NodeSource): AsyncGenerator<Uint8Array> {
  return bytesBetween(file, nodes, 0, file.sizeBytes)
}

/** The bytes of a file from one position to before another. Parts outside are not read. Throws as `bytesOf`. */
export async function* bytesBetween(
  file: FileNode,
  nodes: NodeSource,
  start: number,
  end: number,
  depth = 0,
): AsyncGenerator<Uint8Array> {
  const own = file.data.subarray(Math.max(0, start), Math.max(0, end))
  if (own.length > 0) yield own
  let from = file.data.length
  for (const link of file.parts) {
    const { id, sizeBytes } = link
    const at = from
    from += sizeBytes
    // An empty part adds nothing to the file, however large the DAG below it is.
    if (sizeBytes === 0 || from <= start || at >= end) continue
    if (depth === MAX_FILE_DEPTH) throw badFile(`its blocks are nested more than ${MAX_FILE_DEPTH} deep`)
    const part = await nodes.node(link)
    if (part.type !== 'file') throw badFile(`block ${id} is not part of a file`)
    if (part.sizeBytes !== sizeBytes) throw badFile(`block ${id} does not have the size that its parent states`)
    yield* bytesBetween(part, nodes, start - at, end - at, depth + 1)
  }
}

/** The entries of a folder, with valid and distinct names. Throws a KithError `bad-file`, or what the source throws. */
export async function* entriesOf(folder: FolderNode | ShardNode, nodes: NodeSource): AsyncGenerator<NamedLink> {
  const names = new Set<string>()
  for await (const entry of folder.type === 'folder' ? folder.links : shardedLinks(folder, nodes, 0)) {
    const { name } = entry
    const problem = fileNameProblem(name)
    if (problem !== undefined) throw badFile(`the name ${quoteName(name)} in it ${problem}`)
    if (names.has(name)) throw badFile(`it contains the name ${quoteName(name)} twice`)
    names.add(name)
    yield entry
  }
}

async function* shardedLinks(shard: ShardNode, nodes: NodeSource, depth: number): AsyncGenerator<NamedLink> {
  for (const link of shard.links) {
    const { name, id } = link
    if (name.length > shard.indexLength) {
      yield { ...link, name: name.slice(shard.indexLength) }
      continue
    }
    if (depth === MAX_SHARD_DEPTH) throw badFile(`the parts of a folder are nested more than ${MAX_SHARD_DEPTH} deep`)
    const part = await nodes.node(link)
    // A DAG of empty parts could be walked almost endlessly without finding an entry.
    if (part.type !== 'shard' || part.links.length === 0) throw badFile(`block ${id} is not part of a folder`)
    yield* shardedLinks(part, nodes, depth + 1)
  }
}
