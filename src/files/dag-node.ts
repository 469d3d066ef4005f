/** One block of a UnixFS DAG that others made, read with nothing taken for granted. */
import { decode, type PBLink } from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import { blockIdOfCid, codecOf } from '../../protocols/wire/block-ids.ts'
import type { BlockId } from '../../protocols/wire/ids.ts'
import { KithError } from '../kith.ts'

/** A file, or a part of one: its own bytes, then those of its parts. */
export interface FileNode {
  type: 'file'
  data: Uint8Array
  parts: readonly { id: BlockId; sizeBytes: number }[]
  /** As the block says: of `data` and all parts. */
  sizeBytes: number
}

export interface FolderNode {
  type: 'folder'
  links: readonly NamedLink[]
}

/** A folder too large for a block, or a part of one. */
export interface ShardNode {
  type: 'shard'
  /** Each name is an index of so many characters, and for an entry its own name; others lead to further parts. */
  links: readonly NamedLink[]
  indexLength: number
}

export interface NamedLink {
  name: string
  id: BlockId
}

export type DagNode = FileNode | FolderNode | ShardNode

/** What implementations make and read; the hash that places entries has no more than 1,024 ways in any of them. */
const MIN_FANOUT = 8
const MAX_FANOUT = 1024

/** Reads a block. Throws a KithError `bad-file` where it is none of a file or folder. */
export function readNode(id: BlockId, block: Uint8Array): DagNode {
  switch (codecOf(id)) {
    case 'raw':
      return { type: 'file', data: block, parts: [], sizeBytes: block.length }
    case 'dag-pb':
      return readDagPb(id, block)
    case 'dag-cbor':
      throw badFile(`block ${id} is no part of a file or folder`)
  }
}

/**
 * Bytes of the file that a root block says it has; undefined for a folder, whose root does not say.
 * Throws a KithError `bad-file` where the block is none of a file or folder.
 */
export function fileSizeOf(id: BlockId, block: Uint8Array): number | undefined {
  const node = readNode(id, block)
  return node.type === 'file' ? node.sizeBytes : undefined
}

/** The error for a DAG that is not what it should be. */
export function badFile(what: string, options?: ErrorOptions): KithError {
  return new KithError('bad-file', `this is not a file or folder as it should be: ${what}`, options)
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
      throw badFile(`block ${id} is of type ${unixfs.type}`)
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
    throw badFile(`the sizes in block ${id} cannot be`)
  }
  const parts = links.map((link, i) => ({ id: linkedId(id, link), sizeBytes: Number(blockSizes[i]) }))
  return { type: 'file', data, parts, sizeBytes: Number(total) }
}

function indexLengthOf(id: BlockId, { fanout }: UnixFS): number {
  const ways = Number(fanout)
  const isPower = Number.isInteger(Math.log2(ways))
  if (!isPower || ways < MIN_FANOUT || ways > MAX_FANOUT) throw badFile(`the fanout of block ${id} cannot be`)
  return (ways - 1).toString(16).length
}

function namedLink(id: BlockId, link: PBLink): NamedLink {
  return { name: link.Name ?? '', id: linkedId(id, link) }
}

function linkedId(id: BlockId, { Hash: cid }: PBLink): BlockId {
  const linked = blockIdOfCid(cid)
  if (linked === undefined) throw badFile(`block ${id} links to something that cannot be fetched`)
  return linked
}
