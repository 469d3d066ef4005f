/** What the store has of a node, besides its records: its prefix, its bound and its children, each behind its length. */
import { readRecord, unpackRecord, type DirectoryRecord } from './record.ts'
import { CHILDREN_BYTES, type NodeHead } from './prefix-node.ts'
import type { Place } from './key.ts'

export interface StoredNode extends NodeHead {
  prefix: Place
}

/** As one string of bytes, for the store. */
export function packNode({ prefix, bound, children }: StoredNode): Uint8Array {
  const [name, end] = [Buffer.from(prefix, 'latin1'), Buffer.from(bound ?? '', 'latin1')]
  return Buffer.concat([lengthOf(name), name, lengthOf(end), end, children])
}

/** Throws a RangeError if it is none. */
export function unpackNode(packed: Uint8Array): StoredNode {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.length)
  const prefixEnd = 2 + bytes.readUInt16BE(0)
  const boundEnd = prefixEnd + 2 + bytes.readUInt16BE(prefixEnd)
  const children = Uint8Array.from(bytes.subarray(boundEnd))
  if (children.length !== CHILDREN_BYTES) throw new RangeError('a stored node has another length')
  const bound = bytes.toString('latin1', prefixEnd + 2, boundEnd)
  return { prefix: bytes.toString('latin1', 2, prefixEnd), bound: bound === '' ? undefined : bound, children }
}

/** A record of the store, which was checked before. */
export function storedRecord(packed: Uint8Array): DirectoryRecord {
  return readRecord(unpackRecord(packed))
}

function lengthOf(bytes: Uint8Array): Uint8Array {
  return Buffer.of(bytes.length >> 8, bytes.length & 0xff)
}
