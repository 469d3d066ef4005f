/** Very many blocks as files. */
import * as fs from 'node:fs'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { BlockId } from '../../../protocols/wire/ids.ts'
import { BlockFiles } from '../../../src/store/block-files.ts'
import { blockOf } from '../../acceptance/store-rows.ts'
import { TEST_KEY } from './test-key.ts'

vi.mock('node:fs', async (importOriginal) => {
  const original = await importOriginal<typeof fs>()
  return { ...original, readdirSync: vi.fn(original.readdirSync) }
})

/** As many blocks as a file of 25 GiB has. */
const MANY = 100_000

let folder: string

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'kith-files-')), 'blocks')
})
afterEach(() => {
  vi.clearAllMocks()
  rmSync(dirname(folder), { recursive: true })
})

test(`${MANY} blocks are visited page by page, each folder listed once`, () => {
  const ids = new Set(Array.from({ length: MANY }, (_, i) => blockOf(i)))
  const names = Map.groupBy(
    [...ids].map((id) => `${id}.data`),
    (name) => name.slice(-7, -6),
  )
  for (const shard of names.keys()) mkdirSync(join(folder, shard), { recursive: true })
  const files = new BlockFiles(folder, TEST_KEY)
  // Listed as if the files existed, because creating them would take long.
  let listed = 0
  vi.mocked(fs.readdirSync as (path: string) => string[]).mockImplementation((path) => {
    const found = names.get(basename(path)) ?? []
    listed += found.length
    return [...found]
  })
  const limit = 256
  let pages = 0
  for (let after: BlockId | undefined; pages === 0 || after !== undefined; pages++) {
    const page = files.ids(limit, after)
    for (const id of page) if (!ids.delete(id)) throw new Error(`${id} came twice`)
    after = page.length < limit ? undefined : page.at(-1)
  }
  vi.mocked(fs.readdirSync).mockRestore()
  expect(ids.size).toBe(0)
  expect(pages).toBe(Math.ceil(MANY / limit))
  expect(listed).toBe(MANY)
})
