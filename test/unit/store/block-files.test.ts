/** Blocks as files: what becomes of them when they are damaged, refused by the system, or very many. */
import * as fs from 'node:fs'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { BlockId } from '../../../protocols/wire/ids.ts'
import { BlockFiles } from '../../../src/store/block-files.ts'
import { blockOf, contentOf } from '../../acceptance/store-rows.ts'

vi.mock('node:fs', async (importOriginal) => {
  const original = await importOriginal<typeof fs>()
  const { fsyncSync, readdirSync: list, renameSync, writeFileSync: write } = original
  return {
    ...original,
    fsyncSync: vi.fn(fsyncSync),
    readdirSync: vi.fn(list),
    renameSync: vi.fn(renameSync),
    writeFileSync: vi.fn(write),
  }
})

/** As many blocks as one file of 25 GiB has. */
const MANY = 100_000

let folder: string

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'kith-files-')), 'blocks')
})
afterEach(() => {
  vi.clearAllMocks()
  rmSync(dirname(folder), { recursive: true })
})

const pathOf = (id: BlockId): string => join(folder, id.slice(-3, -1), `${id}.data`)

function withBlocks(...labels: string[]): BlockFiles {
  const files = new BlockFiles(folder)
  for (const label of labels) files.write(blockOf(label), contentOf(label), false)
  return files
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: as the system says it`), { code, errno: -1, syscall: 'write' })
}

/** Makes the next call of a mocked function fail. */
function failNext(mocked: (...args: never[]) => unknown, error: Error): void {
  vi.mocked(mocked).mockImplementationOnce(() => {
    throw error
  })
}

describe('a block that was damaged', () => {
  const id = blockOf('soup')
  const damages: [how: string, damage: () => void][] = [
    ['in its bytes', () => writeFileSync(pathOf(id), 'soap')],
    ['and is cut off', () => truncateSync(pathOf(id), 2)],
    ['and is empty', () => truncateSync(pathOf(id), 0)],
    ['and is too long', () => writeFileSync(pathOf(id), 'soupe')],
  ]

  test.each(damages)('%s is removed when it is read, and can be put again', (_, damage) => {
    const files = withBlocks('soup', 'other')
    damage()
    expect(files.read(id)).toBeUndefined()
    expect(files.sizeBytes(id)).toBeUndefined()
    expect(files.ids(9)).toEqual([blockOf('other')])
    files.write(id, contentOf('soup'), false)
    expect(files.read(id)).toEqual(contentOf('soup'))
  })

  test.each(damages)('%s is replaced by one that is to be safe', (_, damage) => {
    const files = withBlocks('soup')
    damage()
    files.write(id, contentOf('soup'), true)
    expect(files.read(id)).toEqual(contentOf('soup'))
  })

  test.each(damages.slice(1))('%s is replaced by any that is put', (_, damage) => {
    const files = withBlocks('soup')
    damage()
    files.write(id, contentOf('soup'), false)
    expect(files.read(id)).toEqual(contentOf('soup'))
  })
})

describe('writing', () => {
  const id = blockOf('soup')

  test('flushes what is to be safe, once it has its name, and nothing else', () => {
    const files = withBlocks('soup')
    files.write(id, contentOf('soup'), false)
    expect(fs.renameSync).toHaveBeenCalledTimes(1)
    expect(fs.fsyncSync).not.toHaveBeenCalled()
    files.write(id, contentOf('soup'), true) // it is here, and may not be on the disk yet
    expect(fs.renameSync).toHaveBeenCalledTimes(1)
    expect(fs.fsyncSync).toHaveBeenCalledTimes(1)
    files.write(blockOf('salad'), contentOf('salad'), true)
    const [renamed, flushed] = [fs.renameSync, fs.fsyncSync].map((each) => vi.mocked(each).mock.invocationCallOrder[1])
    expect(renamed).toBeLessThan(flushed!)
  })

  test.each([
    ['ENOSPC', 'full'],
    ['EDQUOT', 'full'],
    ['EACCES', 'io'],
    ['EROFS', 'io'],
    ['EIO', 'io'],
    ['EFBIG', 'io'],
    ['EMFILE', 'io'],
  ])(
    'that the system refuses with %s is a StoreError %s that names the folder, and leaves nothing',
    (code, expected) => {
      const files = withBlocks('other')
      failNext(fs.renameSync, systemError(code))
      const words = expected === 'full' ? `no space left to write ${folder}: ` : `cannot use ${folder} (${code}: as the`
      expect(() => files.write(id, contentOf('soup'), false)).toThrow(
        expect.objectContaining({ name: 'StoreError', code: expected, message: expect.stringContaining(words) }),
      )
      expect(readdirSync(folder)).not.toContain('unfinished')
      expect(files.ids(9)).toEqual([blockOf('other')])
    },
  )

  test('that cannot be flushed leaves nothing, as it would read as whole until the power is cut', () => {
    const files = withBlocks('soup')
    failNext(fs.fsyncSync, systemError('EIO'))
    expect(() => files.write(id, contentOf('soup'), true)).toThrow(expect.objectContaining({ code: 'io' }))
    expect(files.read(id)).toBeUndefined()
  })

  test('that fails by a bug is not taken for something else', () => {
    const bug = new TypeError('a bug')
    failNext(fs.writeFileSync, bug)
    expect(() => withBlocks('soup')).toThrow(bug)
  })
})

describe('the folder', () => {
  test('is for its owner only, with all that is in it', () => {
    const umask = process.umask(0)
    withBlocks('soup')
    process.umask(umask)
    const path = pathOf(blockOf('soup'))
    const modes = [folder, dirname(path), path].map((each) => statSync(each).mode & 0o777)
    expect(modes).toEqual([0o700, 0o700, 0o600])
  })

  test('that has a file in its place is a StoreError', () => {
    writeFileSync(folder, '')
    expect(() => new BlockFiles(folder)).toThrow(
      expect.objectContaining({ code: 'io', message: expect.stringContaining(`cannot use ${folder} (EEXIST`) }),
    )
  })

  test('is rid of what was not finished, and keeps what it does not know', () => {
    withBlocks('soup')
    const id = blockOf('soup')
    const unknown = [
      `${id}.data`, // in no folder for its id
      'notes.txt',
      'zz',
      'aa/notes.txt',
      `aa/${id}.data`,
      `${id.slice(-3, -1)}/${id.toUpperCase()}.data`,
      `${id.slice(-3, -1)}/${id}`,
      `${id.slice(-3, -1)}/.data`,
    ].map((name) => join(folder, name))
    mkdirSync(join(folder, 'aa'), { recursive: true })
    for (const path of [...unknown, join(folder, 'unfinished')]) writeFileSync(path, 'part')
    const files = new BlockFiles(folder)
    expect(files.ids(9)).toEqual([id])
    expect(readdirSync(folder)).not.toContain('unfinished')
    expect(unknown.map((path) => statSync(path).size)).toEqual(unknown.map(() => 4))
  })
})

test(`${MANY} blocks are gone through page by page, each folder listed little more than once`, () => {
  const ids = new Set(Array.from({ length: MANY }, (_, i) => blockOf(i)))
  const names = Map.groupBy(
    [...ids].map((id) => `${id}.data`),
    (name) => name.slice(-8, -6),
  )
  for (const shard of names.keys()) mkdirSync(join(folder, shard), { recursive: true })
  const files = new BlockFiles(folder)
  // Listed as if the files were there, which takes long to make.
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
  const most = Math.max(...[...names.values()].map((inShard) => inShard.length))
  expect(listed).toBeLessThanOrEqual(MANY + pages * most)
})
