/** Blocks as files: what happens if they are damaged, or refused by the system. */
import * as fs from 'node:fs'
import * as background from 'node:fs/promises'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { blockIdOf } from '../../../protocols/wire/block-ids.ts'
import type { BlockId } from '../../../protocols/wire/ids.ts'
import {
  BlockFiles,
  FLUSHES_AT_ONCE,
  MAX_UNFINISHED_BLOCKS,
  MAX_UNFINISHED_BYTES,
} from '../../../src/store/block-files.ts'
import { blockOf, contentOf } from '../../acceptance/store-rows.ts'
import { TEST_KEY } from './test-key.ts'

vi.mock('node:fs', async (importOriginal) => {
  const original = await importOriginal<typeof fs>()
  const { readdirSync: list, renameSync, writeFile, writeFileSync: write } = original
  return {
    ...original,
    readdirSync: vi.fn(list),
    renameSync: vi.fn(renameSync),
    writeFile: vi.fn(writeFile),
    writeFileSync: vi.fn(write),
  }
})

vi.mock('node:fs/promises', async (importOriginal) => {
  const original = await importOriginal<typeof background>()
  const { open, writeFile } = original
  return { ...original, open: vi.fn(open), writeFile: vi.fn(writeFile) }
})

let folder: string

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'kith-files-')), 'blocks')
})
afterEach(() => {
  vi.clearAllMocks()
  rmSync(dirname(folder), { recursive: true })
})

const pathOf = (id: BlockId): string => join(folder, id.slice(-2, -1), `${id}.data`)

function withBlocks(...labels: string[]): BlockFiles {
  const files = new BlockFiles(folder, TEST_KEY)
  for (const label of labels) files.write(blockOf(label), contentOf(label))
  files.finish()
  return files
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: as the system says it`), { code, errno: -1, syscall: 'write' })
}

/** Makes the next call of a mocked function fail. */
function failNext(mocked: (...args: never[]) => unknown, error: Error): void {
  vi.mocked(mocked).mockImplementationOnce((...args: unknown[]) => {
    const callback = args.at(-1)
    if (typeof callback === 'function') return void callback(error)
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
    files.write(id, contentOf('soup'))
    files.finish()
    expect(files.read(id)).toEqual(contentOf('soup'))
  })

  test.each(damages.slice(1))('%s is replaced by any that is put', (_, damage) => {
    const files = withBlocks('soup')
    damage()
    files.write(id, contentOf('soup'))
    files.finish()
    expect(files.read(id)).toEqual(contentOf('soup'))
  })
})

describe('writing', () => {
  const id = blockOf('soup')

  const inFolder = () => readdirSync(folder).filter((name) => name.startsWith('unfinished'))

  test('goes on in the background, while what was put is here and what was removed is not', async () => {
    const files = withBlocks()
    files.write(id, contentOf('soup'))
    expect([existsSync(pathOf(id)), inFolder().length]).toEqual([false, 1])
    expect([files.read(id), files.sizeBytes(id)]).toEqual([contentOf('soup'), 4])
    await vi.waitFor(() => expect(readFileSync(pathOf(id), 'utf8')).toBe('soup'))
    expect(inFolder()).toEqual([])

    for (const end of ['remove', 'finish'] as const) {
      files.remove(id)
      expect([files.read(id), files.sizeBytes(id)]).toEqual([undefined, undefined])
      files.write(id, contentOf('soup'))
      expect(inFolder()).toHaveLength(1)
      if (end === 'remove') files.remove(id)
      else files.finish()
      const isHere = end !== 'remove'
      expect(existsSync(pathOf(id))).toBe(isHere)
      vi.mocked(fs.renameSync).mockClear()
      await vi.waitFor(() => expect(inFolder()).toEqual([]))
      expect([existsSync(pathOf(id)), files.sizeBytes(id)]).toEqual([isHere, isHere ? 4 : undefined])
      // The existing file is not replaced by a late write.
      expect(fs.renameSync).not.toHaveBeenCalled()
    }
  })

  test('of one block again and again leaves the last state, whatever the background does', async () => {
    const files = withBlocks()
    for (let i = 0; i < 5; i++) {
      files.write(id, contentOf('soup'))
      files.remove(id)
    }
    files.write(id, contentOf('soup'))
    await vi.waitFor(() => expect(inFolder()).toEqual([]))
    expect(readFileSync(pathOf(id), 'utf8')).toBe('soup')
  })

  test('gives a reader meanwhile its own copy of the bytes', () => {
    const files = withBlocks()
    files.write(id, Uint8Array.from(contentOf('soup')))
    files.read(id)?.fill(0)
    files.finish()
    expect(files.read(id)).toEqual(contentOf('soup'))
  })

  test.each([
    ['blocks', MAX_UNFINISHED_BLOCKS, 1],
    ['bytes', 4, MAX_UNFINISHED_BYTES / 4],
  ])('is in the background for a number of %s only, and done at once beyond', async (_, count, sizeBytes) => {
    const files = withBlocks()
    const put = (i: number) => {
      const block = Buffer.alloc(sizeBytes, i)
      files.write(blockIdOf('raw', block), block)
      return existsSync(pathOf(blockIdOf('raw', block)))
    }
    const areThere = Array.from({ length: count + 1 }, (_each, i) => put(i))
    expect(areThere).toEqual([...Array.from({ length: count }, () => false), true])
    await vi.waitFor(() => expect(inFolder()).toEqual([]))
    expect(put(count + 1)).toBe(false)
    files.finish()
    expect(files.ids(Infinity)).toHaveLength(count + 2)
  })

  test('holds no more files open than that, however often it is finished meanwhile', () => {
    const files = withBlocks()
    for (let i = 0; i < 3 * MAX_UNFINISHED_BLOCKS; i++) {
      files.write(blockOf(i), contentOf(i))
      files.finish()
    }
    expect(inFolder()).toHaveLength(MAX_UNFINISHED_BLOCKS)
  })

  test.each([
    ['ENOSPC', 'full'],
    ['EDQUOT', 'full'],
    ['EACCES', 'io'],
    ['EROFS', 'io'],
    ['EIO', 'io'],
    ['EFBIG', 'io'],
    ['EMFILE', 'busy'],
  ] as const)(
    'that the system refuses with %s is a StoreError %s that names the folder, and leaves nothing',
    (code, expected) => {
      const words = {
        full: `no space left to write ${folder}: `,
        busy: `too many files are open to use ${folder} (${code}: as the`,
        io: `cannot use ${folder} (${code}: as the`,
      }[expected]
      const refused = expect.objectContaining({
        ...{ name: 'StoreError', code: expected, message: expect.stringContaining(words) },
      })
      const files = withBlocks('other')
      failNext(fs.renameSync, systemError(code))
      expect(() => {
        files.write(id, contentOf('soup'))
        files.finish()
      }).toThrow(refused)
      expect(files.read(id)).toBeUndefined()
      expect(files.ids(9)).toEqual([blockOf('other')])
      files.finish() // it is reported once
    },
  )

  test('that fails in the background is retried, and reported if it fails again', async () => {
    const files = withBlocks()
    const failInBackground = async () => {
      failNext(fs.writeFile, systemError('ENOSPC'))
      files.write(id, contentOf('soup'))
      await vi.waitFor(() => expect(inFolder()).toEqual([]))
      expect([existsSync(pathOf(id)), files.read(id)]).toEqual([false, contentOf('soup')])
    }
    await failInBackground()
    files.finish()
    expect(existsSync(pathOf(id))).toBe(true)
    files.remove(id)
    await failInBackground()
    failNext(fs.writeFileSync, systemError('ENOSPC'))
    expect(() => files.finish()).toThrow(expect.objectContaining({ code: 'full' }))
    expect([existsSync(pathOf(id)), files.read(id)]).toEqual([false, undefined])
  })

  test('that fails because of a bug is not taken for something else', () => {
    const bug = new TypeError('a bug')
    failNext(fs.writeFileSync, bug)
    expect(() => withBlocks('soup')).toThrow(bug)
  })
})

describe('writing durably', () => {
  const id = blockOf('soup')
  const soup = { id, block: contentOf('soup') }
  const salad = { id: blockOf('salad'), block: contentOf('salad') }

  const inFolder = () => readdirSync(folder).filter((name) => name.startsWith('unfinished'))

  /** What is done on the disk from now on, in order. */
  function watchDisk(): string[] {
    const steps: string[] = []
    const { writeFile, open } = background
    const [write, rename, openFolder] = [writeFile, fs.renameSync, open].map(
      (each) => vi.mocked(each).getMockImplementation() as (...args: unknown[]) => unknown,
    )
    vi.mocked(writeFile).mockImplementation(async (path, data, options) => {
      await write!(path, data, options)
      const { flush } = options as { flush?: boolean }
      steps.push(`${flush === true ? 'flushed' : 'written'} ${Buffer.from(data as Uint8Array).toString()}`)
    })
    vi.mocked(fs.renameSync).mockImplementation((from, to) => {
      rename!(from, to)
      steps.push(`named ${readFileSync(to, 'utf8')}`)
    })
    vi.mocked(open).mockImplementation(async (path, flags) => {
      const handle = (await openFolder!(path, flags)) as background.FileHandle
      const sync = handle.sync.bind(handle)
      handle.sync = async () => {
        await sync()
        steps.push(`flushed folder ${path === folder ? 'of all' : basename(String(path))}`)
      }
      return handle
    })
    onTestFinished(() => {
      vi.mocked(writeFile).mockImplementation(write as never)
      vi.mocked(fs.renameSync).mockImplementation(rename as never)
      vi.mocked(open).mockImplementation(openFolder as never)
    })
    return steps
  }

  test('flushes a block, gives it its name, and flushes its folder, without the main thread', async () => {
    const files = withBlocks()
    const steps = watchDisk()
    await files.writeDurably([soup])
    expect(steps.slice(0, 2)).toEqual(['flushed soup', 'named soup'])
    expect(steps.slice(2).sort()).toEqual([`flushed folder ${id.slice(-2, -1)}`, 'flushed folder of all'].sort())
    expect(fs.writeFileSync).not.toHaveBeenCalled()
    expect([files.read(id), files.sizeBytes(id), inFolder()]).toEqual([soup.block, 4, []])
  })

  test('resolves once all blocks have their names, each written once', async () => {
    const files = withBlocks()
    const blocks = Array.from({ length: 50 }, (_, i) => ({ id: blockOf(i), block: contentOf(i) }))
    await files.writeDurably([...blocks, ...blocks])
    expect(background.writeFile).toHaveBeenCalledTimes(50)
    expect(blocks.filter((each) => !existsSync(pathOf(each.id)))).toEqual([])
    await files.writeDurably([])
  })

  test('flushes few files at a time', async () => {
    const files = withBlocks()
    const write = vi.mocked(background.writeFile).getMockImplementation()!
    let underWay = 0
    let most = 0
    vi.mocked(background.writeFile).mockImplementation(async (...args) => {
      most = Math.max(most, ++underWay)
      await write(...args)
      underWay--
    })
    onTestFinished(() => void vi.mocked(background.writeFile).mockImplementation(write))
    await files.writeDurably(Array.from({ length: 20 }, (_, i) => ({ id: blockOf(i), block: contentOf(i) })))
    expect(most).toBe(FLUSHES_AT_ONCE)
  })

  test('is not undone by the same block being written in the background', async () => {
    const files = withBlocks()
    let finishBackground: (() => void) | undefined
    vi.mocked(fs.writeFile).mockImplementationOnce((...args: unknown[]) => {
      finishBackground = args.at(-1) as () => void
    })
    files.write(id, soup.block)
    await files.writeDurably([soup])
    expect(fs.renameSync).toHaveBeenCalledTimes(1)
    finishBackground?.()
    await vi.waitFor(() => expect(inFolder()).toEqual([]))
    files.finish()
    expect(fs.renameSync).toHaveBeenCalledTimes(1)
    expect(readFileSync(pathOf(id), 'utf8')).toBe('soup')
  })

  test('replaces a damaged block, and keeps an existing one if the system refuses', async () => {
    const files = withBlocks('soup')
    writeFileSync(pathOf(id), 'soap')
    await files.writeDurably([soup])
    expect(files.read(id)).toEqual(soup.block)
    failNext(background.writeFile, systemError('ENOSPC'))
    await expect(files.writeDurably([soup])).rejects.toMatchObject({ code: 'full' })
    expect(files.read(id)).toEqual(soup.block)
  })

  test.each([
    ['ENOSPC', 'full'],
    ['EIO', 'io'],
  ])('that the system refuses with %s is a StoreError %s, once nothing is in progress', async (code, expected) => {
    const files = withBlocks()
    failNext(background.writeFile, systemError(code))
    await expect(files.writeDurably([soup, salad])).rejects.toMatchObject({ name: 'StoreError', code: expected })
    expect([files.read(id), files.read(salad.id), inFolder()]).toEqual([undefined, salad.block, []])
    failNext(fs.renameSync, systemError(code))
    await expect(files.writeDurably([soup])).rejects.toMatchObject({ name: 'StoreError', code: expected })
    expect([files.read(id), inFolder()]).toEqual([undefined, []])
  })

  test('fails if a folder cannot be flushed, unless the system never flushes folders', async () => {
    const files = withBlocks()
    failNext(background.open, systemError('EISDIR'))
    await files.writeDurably([soup])
    failNext(background.open, systemError('EIO'))
    await expect(files.writeDurably([salad])).rejects.toMatchObject({ code: 'io' })
  })
})

describe('the folder', () => {
  test('is for its owner only, with everything in it', () => {
    const umask = process.umask(0)
    withBlocks('soup')
    process.umask(umask)
    const path = pathOf(blockOf('soup'))
    const modes = [folder, dirname(path), path].map((each) => statSync(each).mode & 0o777)
    expect(modes).toEqual([0o700, 0o700, 0o600])
  })

  test('that has a file in its place is a StoreError', () => {
    writeFileSync(folder, '')
    expect(() => new BlockFiles(folder, TEST_KEY)).toThrow(
      expect.objectContaining({ code: 'io', message: expect.stringContaining(`cannot use ${folder} (EEXIST`) }),
    )
  })

  test('drops what was not finished, and keeps what it does not know', () => {
    withBlocks('soup')
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
    const files = new BlockFiles(folder, TEST_KEY)
    expect(files.ids(9)).toEqual([id])
    expect(readdirSync(folder).filter((name) => unfinished.includes(name))).toEqual([])
    expect(unknown.map((path) => statSync(path).size)).toEqual(unknown.map(() => 4))
  })
})
