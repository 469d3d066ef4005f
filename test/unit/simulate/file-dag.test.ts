import { expect, test } from 'vitest'
import { contentOf } from '../../../protocols/ensure-map/links.ts'
import { blockIdOf, codecOf } from '../../../protocols/wire/block-ids.ts'
import type { BlockId } from '../../../protocols/wire/ids.ts'
import { fileSizeOf } from '../../../src/files/dag-node.ts'
import { fileDag } from '../../../src/simulate/file-dag.ts'

test.each([
  { sizeBytes: 0, blocks: 1 },
  { sizeBytes: 1_024, blocks: 1 },
  { sizeBytes: 1_025, blocks: 2 + 1 },
  { sizeBytes: 8 * 1_024, blocks: 8 + 1 },
  { sizeBytes: 9 * 1_024, blocks: 9 + 2 + 1 },
  { sizeBytes: 100_000, blocks: 98 + 13 + 2 + 1 },
])('a file of $sizeBytes bytes has $blocks blocks, all below its root', ({ sizeBytes, blocks }) => {
  const dag = fileDag('Anna 1', sizeBytes, 1_024)
  expect(dag).toHaveLength(blocks)
  const byId = new Map(dag.map(({ id, block }) => [id, block]))
  for (const [id, block] of byId) expect(blockIdOf(codecOf(id), block)).toBe(id)
  const root = dag.at(-1)!
  expect(fileSizeOf(root.id, root.block)).toBe(sizeBytes)
  const reached = new Set<BlockId>([root.id])
  for (const id of reached) for (const link of contentOf(id, byId.get(id)!).links) reached.add(link)
  expect(reached).toEqual(new Set(byId.keys()))
  expect(reached.size).toBe(blocks)
})

test('files of different labels have no block in common', () => {
  const ids = ['Anna 1', 'Anna 2'].flatMap((label) => fileDag(label, 50_000, 1_024).map(({ id }) => id))
  expect(new Set(ids).size).toBe(ids.length)
})
