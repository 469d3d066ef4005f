/** The files and folders in the vectors of protocols/file, saved to the disk. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FILE_KEY_BYTES } from '../../../protocols/file/constants.ts'
import type { Sealing } from '../../../protocols/file/sealed-block.ts'
import type { BlockId } from '../../../protocols/wire/ids.ts'
import { exportDag } from '../../../src/files/export-path.ts'
import { fromHex, fromSpelled, readVectors, type Spelled } from '../protocols/vectors.ts'
import { expectRefusedExport, readTree, type Tree } from './disk-trees.ts'
import { MemoryBlocks } from './memory-blocks.ts'

interface DagVector {
  name: string
  root: BlockId
  blocks: Record<BlockId, Spelled>
}

interface DagVectors<Vector> {
  valid: (Vector & { type: 'file' | 'folder'; sizeBytes: number; tree: Tree })[]
  refused: Vector[]
}

const { valid, refused } = readVectors<DagVectors<DagVector>>('file/vectors/dags.json')

interface SealedDagVector extends DagVector {
  sealing: { key: string; root: BlockId }
}

const sealed = readVectors<DagVectors<SealedDagVector>>('file/vectors/sealed-dags.json')

const sealingIn = ({ sealing }: SealedDagVector): Sealing => ({ ...sealing, key: fromHex(sealing.key) })

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kith-dags-'))
  path = join(folder, 'it')
})

afterEach(() => rm(folder, { recursive: true, force: true }))

function blocksIn({ blocks }: DagVector): MemoryBlocks {
  const source = new MemoryBlocks()
  for (const [id, block] of Object.entries(blocks)) source.blocks.set(id as BlockId, fromSpelled(block))
  return source
}

describe('blocks', () => {
  it.each(valid)('that are saved: $name', async (vector) => {
    const { root, type, sizeBytes, tree } = vector
    await exportDag(root, blocksIn(vector), path, { expected: { type, sizeBytes } })
    expect(await readTree(path)).toEqual(tree)
  })

  it.each(valid)('that are refused, because the document says something else: $name', async (vector) => {
    const { root, type, sizeBytes } = vector
    const other = type === 'file' ? 'folder' : 'file'
    const source = blocksIn(vector)
    for (const expected of [{ type, sizeBytes: sizeBytes + 1 }, { type: other, sizeBytes } as const]) {
      await expectRefusedExport(folder, [root, source, path, { expected }], 'bad-file', '')
    }
  })

  it.each(refused)('that are refused: $name', async (vector) => {
    await expectRefusedExport(folder, [vector.root, blocksIn(vector), path], 'bad-file', '')
  })
})

describe('sealed blocks', () => {
  it.each(sealed.valid)('that are saved: $name', async (vector) => {
    const { root, type, sizeBytes, tree } = vector
    await exportDag(root, blocksIn(vector), path, { expected: { type, sizeBytes }, sealing: sealingIn(vector) })
    expect(await readTree(path)).toEqual(tree)
  })

  it.each(sealed.valid)('that are refused with another key: $name', async (vector) => {
    const sealing = { ...sealingIn(vector), key: new Uint8Array(FILE_KEY_BYTES) }
    const words = 'does not open with the key of the file'
    await expectRefusedExport(folder, [vector.root, blocksIn(vector), path, { sealing }], 'bad-file', words)
  })

  it.each(sealed.refused)('that are refused: $name', async (vector) => {
    const options = { sealing: sealingIn(vector) }
    await expectRefusedExport(folder, [vector.root, blocksIn(vector), path, options], 'bad-file', '')
  })
})
