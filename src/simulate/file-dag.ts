/** Files for simulations: DAGs of the same form as IPFS creates, but with small blocks. */
import { decode, encode } from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import { sealBlock } from '../../protocols/file/sealed-block.ts'
import { blockIdOf, blockIdOfCid, codecOf } from '../../protocols/wire/block-ids.ts'
import { cidOf, type BlockId } from '../../protocols/wire/ids.ts'

export interface DagBlock {
  id: BlockId
  block: Uint8Array
}

/** A block of a file, and how much of the file is below it. */
interface Part extends DagBlock {
  sizeBytes: number
  /** Of the block itself and all blocks below it. */
  dagBytes: number
}

/** Children of a node. IPFS uses 174; a few make a small file as deep as a large one. */
const MAX_PARTS = 8

/** A file's blocks, its root last, with leaves of `blockBytes`. All are distinct if the labels of files are. */
export function fileDag(label: string, sizeBytes: number, blockBytes: number): DagBlock[] {
  const leaves = Array.from({ length: Math.max(1, Math.ceil(sizeBytes / blockBytes)) }, (_, i): Part => {
    const leafBytes = Math.min(blockBytes, sizeBytes - i * blockBytes)
    const block = Buffer.alloc(leafBytes, '.')
    block.write(`${label} ${i} `)
    return { id: blockIdOf('raw', block), block, sizeBytes: leafBytes, dagBytes: leafBytes }
  })
  const blocks: DagBlock[] = []
  let level = leaves
  while (level.length > 1) {
    blocks.push(...level)
    level = Array.from({ length: Math.ceil(level.length / MAX_PARTS) }, (_, i) => {
      return nodeOf(level.slice(i * MAX_PARTS, (i + 1) * MAX_PARTS))
    })
  }
  return [...blocks, ...level].map(({ id, block }) => ({ id, block }))
}

function nodeOf(parts: readonly Part[]): Part {
  const data = new UnixFS({ type: 'file', blockSizes: parts.map(({ sizeBytes }) => BigInt(sizeBytes)) }).marshal()
  const links = parts.map(({ id, dagBytes }) => ({ Name: '', Hash: cidOf(id), Tsize: dagBytes }))
  const block = encode({ Data: data, Links: links })
  const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0)
  return {
    ...{ id: blockIdOf('dag-pb', block), block, sizeBytes: sum(parts.map(({ sizeBytes }) => sizeBytes)) },
    dagBytes: block.length + sum(parts.map(({ dagBytes }) => dagBytes)),
  }
}

/** The sealed blocks of a file of a private room, its root last. */
export function sealedDag(blocks: readonly DagBlock[], fileKey: Uint8Array): DagBlock[] {
  const sealedIds = new Map<BlockId, BlockId>()
  return blocks.map(({ id, block }) => {
    const links = codecOf(id) === 'dag-pb' ? decode(block).Links : []
    const children = links.map(({ Hash: cid }) => {
      const child = sealedIds.get(blockIdOfCid(cid) ?? id)
      if (child === undefined) throw new TypeError(`${id} links to a block that does not come before it`)
      return child
    })
    const sealed = sealBlock(fileKey, id, block, children)
    sealedIds.set(id, sealed.id)
    return sealed
  })
}
