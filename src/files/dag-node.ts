/** Decodes a block of an untrusted UnixFS DAG. */
import { decode, type PBLink } from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import { blockIdOfCid, codecOf, inlineBlockOfCid, type BlockCodec } from '../../protocols/wire/block-ids.ts'
import { MAX_FANOUT, MIN_FANOUT } from '../../protocols/file/constants.ts'
import type { BlockId } from '../../protocols/wire/ids.ts'
import { KithError } from '../kith.ts'

/** A link to a block of a DAG. */
export interface DagLink {
  id: BlockId
  /** The block in its place, in a sealed DAG. */
  sealedId?: BlockId
}

/** A file or a part of one: its own bytes, followed by those of its parts. */
export interface FileNode {
  type: 'file'
  data: Uint8Array
  parts: readonly FilePart[]
  /** Of `data` and all parts, according to the block. */
  sizeBytes: number
}

/** A link of a file. */
export interface FilePart extends DagLink {
  /** According to the block that has the link. */
  sizeBytes: number
}

/** A folder in one block. */
export interface FolderNode {
  type: 'folder'
  links: readonly NamedLink[]
}

/** A folder that is too large for one block, or a part of one. */
export interface ShardNode {
  type: 'shard'
  /** Each name starts with an index. In links to entries, the entry's name follows; links to further parts have only the index. */
  links: readonly NamedLink[]
  /** Characters of an index. */
  indexLength: number
}

/** A link of a folder. */
export interface NamedLink extends DagLink {
  name: string
}

/** A decoded block. */
export type DagNode = FileNode | FolderNode | ShardNode

/** Decodes a block. Throws a KithError `bad-file` if it is not part of a file or folder. */
export function readNode(id: BlockId, block: Uint8Array, codec: BlockCodec = codecOf(id)): DagNode {
  switch (codec) {
    case 'raw':
      return { type: 'file', data: block, parts: [], sizeBytes: block.length }
    case 'dag-pb':
      return readDagPb(id, block)
    case 'dag-cbor':
      throw badFile(`block ${id} is not part of a file or folder`)
  }
}

/**
 * The size of a file, according to its root block; undefined for a folder, whose root does not contain it.
 * Throws a KithError `bad-file` if the block is not part of a file or folder.
 */
export function fileSizeOf(id: BlockId, block: Uint8Array): number | undefined {
  const node = readNode(id, block)
  return node.type === 'file' ? node.sizeBytes : undefined
}

/** The error for an invalid DAG. `what` says what is wrong. */
export function badFile(what: string, options?: ErrorOptions): KithError {
  return new KithError('bad-file', `this is not a valid file or folder: ${what}`, options)
}

function readDagPb(id: BlockId, block: Uint8Array): DagNode {
  const { unixfs, links } = decodeDagPb(id, block)
  switch (unixfs.type) {
    case 'file':
    case 'raw':
      return fileNode(id, unixfs, links)
    case 'directory':
      return { type: 'folder', links: links.map((link) => namedLink(id, link)) }
    case 'hamt-sharded-directory':
      return {
        type: 'shard',
        links: links.map((link) => namedLink(id, link)),
        indexLength: indexLengthOf(id, unixfs),
      }
    default:
      throw badFile(`block ${id} has the type ${unixfs.type}`)
  }
}

function decodeDagPb(id: BlockId, block: Uint8Array): { unixfs: UnixFS; links: PBLink[] } {
  try {
    const { Data: data, Links: links } = decode(block)
    if (data !== undefined) return { unixfs: UnixFS.unmarshal(data), links }
  } catch (cause) {
    throw badFile(`block ${id} is not UnixFS`, { cause })
  }
  throw badFile(`block ${id} is not UnixFS`)
}

function fileNode(id: BlockId, { data = new Uint8Array(0), blockSizes }: UnixFS, links: PBLink[]): FileNode {
  const total = blockSizes.reduce((sum, size) => sum + size, BigInt(data.length))
  if (links.length !== blockSizes.length || total > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw badFile(`block ${id} contains impossible sizes`)
  }
  const parts = links.map((link, i) => ({ id: linkedId(id, link), sizeBytes: Number(blockSizes[i]) }))
  return { type: 'file', data, parts, sizeBytes: Number(total) }
}

function indexLengthOf(id: BlockId, { fanout }: UnixFS): number {
  const ways = Number(fanout)
  const isPower = Number.isInteger(Math.log2(ways))
  if (!isPower || ways < MIN_FANOUT || ways > MAX_FANOUT) throw badFile(`block ${id} has an invalid fanout`)
  return (ways - 1).toString(16).length
}

function namedLink(id: BlockId, link: PBLink): NamedLink {
  return { name: link.Name ?? '', id: linkedId(id, link) }
}

/** The id of a linked block, or the CID that contains it. */
function linkedId(id: BlockId, { Hash: cid }: PBLink): BlockId {
  const linked = blockIdOfCid(cid) ?? (inlineBlockOfCid(cid) && (cid.toString() as BlockId))
  if (linked === undefined) throw badFile(`block ${id} links to something that cannot be fetched`)
  return linked
}
