/** Blocks as files: what becomes of them when they are damaged, refused by the system, or very many. */
import * as fs from 'node:fs'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { blockIdOf } from '../../../protocols/wire/block-ids.ts'
import type { BlockId } from '../../../protocols/wire/ids.ts'
import { BlockFiles, MAX_UNWRITTEN_BYTES } from '../../../src/store/block-files.ts'
import { blockOf, contentOf } from '../../acceptance/store-rows.ts'

vi.mock('node:fs', async (importOriginal) => {
  const original = await importOriginal<typeof fs>()
  const { fsync, readdirSync: list, renameSync, writeFile } = original
  return {
    ...original,
    fsync: vi.fn(fsync),
    readdirSync: vi.fn(list),
    renameSync: vi.fn(renameSync),
    writeFile: vi.fn(writeFile),
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

const pathOf = (id: BlockId): string => join(folder, id.slice(-2, -1), `${id}.data`)

async function withBlocks(...labels: string[]): Promise<BlockFiles> {
  const files = new BlockFiles(folder)
  for (const label of labels) files.write(blockOf(label), contentOf(label), false)
  await files.written()
  return files
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: as the system says it`), { code, errno: -1, syscall: 'write' })
}

/** Makes the next call of a mocked function fail. */
function failNext(mocked: (...args: never[]) => unknown, error: Error): void {
  vi.mocked(mocked).mockImplementationOnce((...args: unknown[]) => {
    const callback = args.at(-1)
    if (typeof callback !== 'function') throw error
    callback(error)
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

  test.each(damages)('%s is removed when it is read, and can be put again', async (_, damage) => {
    const files = await withBlocks('soup', 'other')
    damage()
    expect(files.read(id)).toBeUndefined()
    expect(files.sizeBytes(id)).toBeUndefined()
    expect(files.ids(9)).toEqual([blockOf('other')])
    files.write(id, contentOf('soup'), false)
    await files.written()
    expect(files.read(id)).toEqual(contentOf('soup'))
  })

  test.each(damages)('%s is replaced by one that is to be safe', async (_, damage) => {
    const files = await withBlocks('soup')
    damage()
    files.write(id, contentOf('soup'), true)
    await files.written()
    expect(files.read(id)).toEqual(contentOf('soup'))
  })

  test.each(damages.slice(1))('%s is replaced by any that is put', async (_, damage) => {
    const files = await withBlocks('soup')
    damage()
    files.write(id, contentOf('soup'), false)
    await files.written()
    expect(files.read(id)).toEqual(contentOf('soup'))
  })
})

describe('writing', () => {
  const id = blockOf('soup')

  test('goes on in the background, while what was put is here and what was removed is not', async () => {
    const files = await withBlocks('other')
    expect(files.written()).toBeUndefined()
    files.write(id, contentOf('soup'), false)
    expect(existsSync(pathOf(id))).toBe(false)
    expect([files.read(id), files.sizeBytes(id)]).toEqual([contentOf('soup'), 4])
    files.remove(id)
    expect([files.read(id), files.sizeBytes(id)]).toEqual([undefined, undefined])
    files.write(id, contentOf('soup'), false)
    files.remove(id)
    files.write(id, contentOf('soup'), true)
    expect(files.read(id)).toEqual(contentOf('soup'))
    await files.written()
    expect(readFileSync(pathOf(id), 'utf8')).toBe('soup')
    expect(files.written()).toBeUndefined()
    files.write(id, contentOf('soup'), false)
    files.remove(id)
    await files.written()
    expect(existsSync(pathOf(id))).toBe(false)
    expect(files.ids(9)).toEqual([blockOf('other')])
  })

  test('is to be waited for where much of it waits, or some of it is to be safe', async () => {
    const files = new BlockFiles(folder)
    const isBehind: boolean[] = []
    const put = (block: Uint8Array, isFlushed: boolean) => {
      files.write(blockIdOf('raw', block), block, isFlushed)
      isBehind.push(files.isBehind)
    }
    put(new Uint8Array(MAX_UNWRITTEN_BYTES), false)
    put(new Uint8Array(1), false)
    await files.written()
    put(new Uint8Array(2), false)
    put(new Uint8Array(3), true)
    await files.written()
    put(new Uint8Array(4), false)
    expect(isBehind).toEqual([false, true, false, true, false])
    await files.written()
  })

  test('flushes what is to be safe, once it has its name, and nothing else', async () => {
    const files = await withBlocks('soup')
    files.write(id, contentOf('soup'), false)
    await files.written()
    expect(fs.renameSync).toHaveBeenCalledTimes(1)
    expect(fs.fsync).not.toHaveBeenCalled()
    files.write(id, contentOf('soup'), true) // it is here, and may not be on the disk yet
    await files.written()
    expect(fs.renameSync).toHaveBeenCalledTimes(1)
    expect(fs.fsync).toHaveBeenCalledTimes(1)
    files.write(blockOf('salad'), contentOf('salad'), true)
    await files.written()
    const [renamed, flushed] = [fs.renameSync, fs.fsync].map((each) => vi.mocked(each).mock.invocationCallOrder[1])
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
    async (code, expected) => {
      const words = expected === 'full' ? `no space left to write ${folder}: ` : `cannot use ${folder} (${code}: as the`
      const files = await withBlocks('other')
      for (const mocked of [fs.writeFile, fs.renameSync]) {
        failNext(mocked, systemError(code))
        files.write(id, contentOf('soup'), false)
        files.write(blockOf('salad'), contentOf('salad'), false)
        await expect(files.written()).rejects.toThrow(
          expect.objectContaining({ name: 'StoreError', code: expected, message: expect.stringContaining(words) }),
        )
        expect(files.read(id)).toBeUndefined()
        expect(readdirSync(folder).filter((name) => name.startsWith('unfinished'))).toEqual([])
        expect(files.ids(9).toSorted()).toEqual([blockOf('other'), blockOf('salad')].toSorted())
        expect([files.isBehind, files.written()]).toEqual([false, undefined]) // it is told once
      }
    },
  )

  test('that failed is told also to whoever asks when it is over', async () => {
    const files = await withBlocks()
    failNext(fs.writeFile, systemError('ENOSPC'))
    files.write(id, contentOf('soup'), false)
    expect(files.isBehind).toBe(false)
    await vi.waitFor(() => expect(files.isBehind).toBe(true))
    await expect(files.written()).rejects.toThrow(expect.objectContaining({ code: 'full' }))
  })

  test('that cannot be flushed leaves nothing, as it would read as whole until the power is cut', async () => {
    const files = await withBlocks('soup')
    failNext(fs.fsync, systemError('EIO'))
    files.write(id, contentOf('soup'), true)
    await expect(files.written()).rejects.toThrow(expect.objectContaining({ code: 'io' }))
    expect(files.read(id)).toBeUndefined()
  })

  test('that fails by a bug is not taken for something else', async () => {
    const bug = new TypeError('a bug')
    failNext(fs.writeFile, bug)
    await expect(withBlocks('soup')).rejects.toBe(bug)
  })
})

describe('the folder', () => {
  test('is for its owner only, with all that is in it', async () => {
    const umask = process.umask(0)
    await withBlocks('soup')
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

  test('is rid of what was not finished, and keeps what it does not know', async () => {
    await withBlocks('soup')
    const id = blockOf('soup')
    const unknown = [
      `${id}.data`, // in no folder for its id
      'notes.txt',
      'zz',
      '7/notes.txt',
      `7/${id}.data`,
      `${id.slice(-2, -1)}/${id.toUpperCase()}.data`,
      `${id.slice(-2, -1)}/${id}`,
      `${id.slice(-2, -1)}/.data`,
    ].map((name) => join(folder, name))
    mkdirSync(join(folder, '7'), { recursive: true })
    const unfinished = ['unfinished-1', 'unfinished-20']
    for (const path of [...unknown, ...unfinished.map((name) => join(folder, name))]) writeFileSync(path, 'part')
    const files = new BlockFiles(folder)
    expect(files.ids(9)).toEqual([id])
    expect(readdirSync(folder).filter((name) => unfinished.includes(name))).toEqual([])
    expect(unknown.map((path) => statSync(path).size)).toEqual(unknown.map(() => 4))
  })
})

test(`${MANY} blocks are gone through page by page, each folder listed once`, () => {
  const ids = new Set(Array.from({ length: MANY }, (_, i) => blockOf(i)))
  const names = Map.groupBy(
    [...ids].map((id) => `${id}.data`),
    (name) => name.slice(-7, -6),
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
  expect(listed).toBe(MANY)
})
