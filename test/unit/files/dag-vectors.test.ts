/** The files and folders in the vectors of protocols/file, saved to the disk. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BlockId } from '../../../protocols/wire/ids.ts'
import { exportDag } from '../../../src/files/export-path.ts'
import { fromSpelled, readVectors, type Spelled } from '../protocols/vectors.ts'
import { expectRefusedExport, readTree, type Tree } from './disk-trees.ts'
import { MemoryBlocks } from './memory-blocks.ts'

interface DagVector {
  name: string
  root: BlockId
  blocks: Record<BlockId, Spelled>
}

const { valid, refused } = readVectors<{
  valid: (DagVector & { type: 'file' | 'folder'; sizeBytes: number; tree: Tree })[]
  refused: DagVector[]
}>('file/vectors/dags.json')

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
