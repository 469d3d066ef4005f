/** Blocks and documents for tests: small, of any shape, always the same for the same names. */
import { encode as encodeDagCbor } from '@ipld/dag-cbor'
import { encode as encodeDagPb } from '@ipld/dag-pb'
import { encodeDocument, type Document } from '../../../../protocols/document/document.ts'
import { blockIdOf, type BlockCodec } from '../../../../protocols/wire/block-ids.ts'
import { cidOf, compareDocumentIds, type BlockId, type PeerId, type RoomId } from '../../../../protocols/wire/ids.ts'
import { peerIdOfPublicKey } from '../../../../protocols/wire/peer-ids.ts'

export interface Block {
  id: BlockId
  data: Uint8Array
}

/** A block of some bytes. */
export function blockOf(codec: BlockCodec, data: Uint8Array): Block {
  return { id: blockIdOf(codec, data), data }
}

/** A block without links. */
export function leaf(label: string | number, sizeBytes = 100): Block {
  const data = new Uint8Array(sizeBytes)
  data.set(Buffer.from(String(label)))
  return blockOf('raw', data)
}

export function leaves(count: number, name = '', sizeBytes = 100): Block[] {
  return Array.from({ length: count }, (_, i) => leaf(`${name} ${i}`, sizeBytes))
}

/** A dag-cbor block with links. */
export function node(links: readonly Block[], label: string | number = ''): Block {
  return blockOf('dag-cbor', encodeDagCbor({ label, links: links.map(({ id }) => cidOf(id)) }))
}

/** A dag-pb block, which says for each part how large it is with everything it links to. */
export function file(parts: readonly (readonly [part: Block, sizeBytes: number])[]): Block {
  const Links = parts.map(([{ id }, Tsize]) => ({ Name: '', Hash: cidOf(id), Tsize }))
  return blockOf('dag-pb', encodeDagPb({ Links, Data: Uint8Array.of(1) }))
}

/** A chain of nodes, the deepest first: each links to the previous one. */
export function chainOf(length: number, name = 'link'): Block[] {
  const chain: Block[] = []
  for (let i = 0; i < length; i++) chain.push(node(chain.slice(-1), `${name} ${i}`))
  return chain
}

const AUTHOR = peerIdOfPublicKey(new Uint8Array(32).fill(7))

/** The root document of a room. */
export function roomOf(name: string): Document {
  return encodeDocument({
    ...{ room: null, author: AUTHOR, seq: 0, previous: null, parents: [], clock: 1, timeMs: 0, epoch: 0 },
    ...{ kind: 'room', links: [], body: Buffer.from(name) },
  })
}

/** A document after some others of its room. */
export function documentAfter(ancestors: readonly Document[], label: string, links: readonly Block[] = []): Document {
  const [first] = ancestors
  if (first === undefined) throw new Error('a document comes after others')
  return encodeDocument({
    ...{ room: first.room ?? first.id, author: AUTHOR, seq: 0, previous: null, timeMs: 0, epoch: 0, kind: 'message' },
    parents: ancestors.map(({ id }) => id).toSorted(compareDocumentIds),
    clock: 1 + Math.max(...ancestors.map(({ clock }) => clock)),
    links: links.map(({ id }) => id),
    body: Buffer.from(label),
  })
}

/** A chain of documents; each has the size of its label and some 200 bytes. */
export function historyAfter(start: Document, length: number, label: (index: number) => string): Document[] {
  const documents: Document[] = []
  for (let i = 0; i < length; i++) documents.push(documentAfter([documents.at(-1) ?? start], label(i)))
  return documents
}

export const kitchen = roomOf('kitchen')
export const garden = roomOf('garden')
/** Ids of two rooms. */
export const room: RoomId = kitchen.id
export const otherRoom: RoomId = garden.id

export const anna = 'anna' as PeerId
export const bob = 'bob' as PeerId
export const carol = 'carol' as PeerId
export const dave = 'dave' as PeerId
