import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { MAX_FOLDER_ENTRIES } from '../../../protocols/file/constants.ts'
import { exportDag } from '../../../src/files/export-path.ts'
import { importPath } from '../../../src/files/import-path.ts'
import { expectRefusedExport } from './disk-trees.ts'
import { MemoryBlocks } from './memory-blocks.ts'

// Making as many as are allowed would take a minute.
vi.mock(import('../../../protocols/file/constants.ts'), async (original) => ({
  ...(await original()),
  MAX_FOLDER_ENTRIES: 20 as 100_000,
}))

let folder: string
let path: string
let blocks: MemoryBlocks

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kith-limits-'))
  path = join(folder, 'it')
  blocks = new MemoryBlocks()
})

afterEach(() => rm(folder, { recursive: true, force: true }))

it('a folder with more entries in it and its subfolders than allowed is not added', async () => {
  await mkdir(join(path, 'sub'), { recursive: true })
  for (let i = 1; i < MAX_FOLDER_ENTRIES; i++) await writeFile(join(path, i % 2 === 0 ? 'sub' : '', `f${i}`), '')
  const { id } = await importPath(path, blocks)
  await exportDag(id, blocks, join(folder, 'copy'))
  await writeFile(join(path, 'sub', 'one more'), '')
  await expect(importPath(path, blocks)).rejects.toMatchObject({
    code: 'too-large',
    message: expect.stringContaining(`${path} contains more than ${MAX_FOLDER_ENTRIES} files and folders`) as string,
  })
})

it('a folder with more entries in it and its subfolders than allowed is not saved', async () => {
  const x = blocks.raw('x')
  const names = (count: number) => Array.from({ length: count }, (_, i) => `${i}`)
  const sub = blocks.folder(names(9).map((name) => [name, x]))
  await exportDag(
    blocks.folder([
      ['a', sub],
      ['b', sub],
    ]),
    blocks,
    path,
  )
  expect(await readdir(path)).toEqual(['a', 'b'])
  await rm(path, { recursive: true })
  const more = blocks.folder([
    ['a', sub],
    ['b', sub],
    ['c', x],
  ])
  await expectRefusedExport(folder, [more, blocks, path], 'bad-file', 'more than 20')
  const wide = blocks.shard([['00', blocks.shard(names(MAX_FOLDER_ENTRIES + 1).map((name) => [`00${name}`, x]))]])
  await expectRefusedExport(folder, [wide, blocks, path], 'bad-file', 'more than 20')
})
