/** Files as nodes share them, including some that no honest node would share. */
import { FILE_KIND } from '../../../protocols/file/constants.ts'
import type { Sealing } from '../../../protocols/file/sealed-block.ts'
import { sha256 } from '../../../protocols/wire/crypto.ts'
import type { BlockId, DocumentId, RoomId } from '../../../protocols/wire/ids.ts'
import { fileBody, type FileDescription } from '../../../src/files/file-document.ts'
import { SealingSink } from '../../../src/files/sealing-sink.ts'
import { seededRandom } from '../../../src/simulate/random.ts'
import { MemoryBlocks } from '../files/memory-blocks.ts'
import type { TestNode } from '../machine/nodes.ts'

/** The size of blocks here: small, so that a few KiB have many. */
export const PART_BYTES = 1_000

export interface MadeFile {
  id: BlockId
  /** Of the file itself. */
  sizeBytes: number
  /** Its root first. */
  blocks: { id: BlockId; block: Uint8Array }[]
}

/** A file of a number of parts, the same for the same seed; a single part is a raw block without a node above. */
export function makeFile(seed: number, parts: number, partBytes = PART_BYTES): MadeFile {
  const random = seededRandom(seed)
  const made = new MemoryBlocks()
  const ids = Array.from({ length: parts }, () => made.raw(Buffer.alloc(partBytes, `${random()}`)))
  const [only] = ids
  const id = parts === 1 && only !== undefined ? only : made.file(ids.map((part) => [part, partBytes]))
  return madeFile(made, id, parts * partBytes)
}

/** A file whose blocks are sealed, with what opens it. */
export interface SealedFile extends MadeFile {
  sealing: Sealing
}

/** The same file, sealed with a key that its seed determines. */
export function sealedFile(plain: MadeFile, seed = 0): SealedFile {
  const made = new MemoryBlocks()
  const key = Uint8Array.from(sha256(Buffer.from(`file key ${seed}`)))
  const sink = new SealingSink(key, made)
  // Children first.
  for (const { id, block } of plain.blocks.toReversed()) void sink.put(id, block)
  const sealing = { key, root: plain.id }
  return { ...madeFile(made, sink.take(plain.id), plain.sizeBytes), sealing }
}

/** What the importer made, with the blocks other than the root. */
export function madeFile(made: MemoryBlocks, id: BlockId, sizeBytes: number): MadeFile {
  const ids = [id, ...[...made.blocks.keys()].filter((each) => each !== id)]
  return { id, sizeBytes, blocks: ids.map((each) => ({ id: each, block: made.get(each) })) }
}

/** Bytes of all blocks of a file. */
export function blockBytes({ blocks }: MadeFile): number {
  return blocks.reduce((sum, { block }) => sum + block.length, 0)
}

/** Lets a node keep a file and announce it in its room, as it is or as the description says. */
export function share(node: TestNode, room: RoomId, file: MadeFile, said: Partial<FileDescription> = {}): DocumentId {
  node.command({ type: 'put-blocks', blocks: file.blocks })
  node.command({ type: 'ensure', room, id: file.id })
  return announce(node, room, file, said)
}

/** Lets a node announce a file in its room that it need not have. */
export function announce(
  node: TestNode,
  room: RoomId,
  { id, sizeBytes }: Pick<MadeFile, 'id' | 'sizeBytes'>,
  said: Partial<FileDescription> = {},
): DocumentId {
  const body = fileBody({ name: 'soup.pdf', type: 'file', sizeBytes, ...said })
  return link(node, room, [id], { kind: FILE_KIND, body })
}

/** Lets a node write a document with links that does not say what they lead to. */
export function link(
  node: TestNode,
  room: RoomId,
  links: BlockId[],
  { kind = 'recipe', body = new Uint8Array(0) }: { kind?: string; body?: Uint8Array } = {},
): DocumentId {
  const { document } = node.command({ type: 'write', room, kind, body, links })
  if (document === undefined) throw new Error('nothing was written')
  return document.id
}

/** Ids of the blocks of a file that a node has. */
export function heldBlocks(node: TestNode, { blocks }: MadeFile): BlockId[] {
  return blocks.flatMap(({ id }) => (node.store.blockSizeBytes(id) === undefined ? [] : [id]))
}

/** Whether a node has all blocks of a file. */
export function hasAll(node: TestNode, file: MadeFile): boolean {
  return heldBlocks(node, file).length === file.blocks.length
}

/** Lets a node remove all unneeded blocks; returns their number. */
export function collectGarbage(node: TestNode): number {
  const command = { type: 'collect-garbage', limit: Infinity, after: undefined, isDryRun: false } as const
  return node.command(command).collected?.blocks ?? 0
}
