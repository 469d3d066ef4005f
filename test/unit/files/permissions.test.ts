import { readdirSync, statSync } from 'node:fs'
import { chmod, chown, lstat, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exportDag, type ExportOptions } from '../../../src/files/export-path.ts'
import { checkUmask } from '../../../src/files/permissions.ts'
import { MemoryBlocks } from './memory-blocks.ts'

/** What the administrator may do, and nobody else. */
const isRoot = process.getuid?.() === 0

/** Ids that are nobody's here. */
const OTHER_USER = 31_234
const OTHER_GROUP = 32_345

let folder: string
let path: string
let blocks: MemoryBlocks
let umask: number

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kith-permissions-'))
  path = join(folder, 'it')
  blocks = new MemoryBlocks()
  // As in a node, which keeps what it makes to itself.
  umask = process.umask(0o077)
})

afterEach(async () => {
  process.umask(umask)
  await rm(folder, { recursive: true, force: true })
})

async function modeOf(...names: string[]): Promise<number> {
  return (await lstat(join(path, ...names))).mode & 0o7777
}

function save(content: string, options: ExportOptions = {}): Promise<void> {
  return exportDag(blocks.raw(content), blocks, path, options)
}

describe('what is new', () => {
  it.each([
    [0o002, 0o664, 0o775],
    [0o022, 0o644, 0o755],
    [0o077, 0o600, 0o700],
    [0o000, 0o666, 0o777],
    [0o333, 0o444, 0o444],
  ])('has, with a umask of %o, the modes %o and %o', async (given, fileMode, folderMode) => {
    await save('x', { umask: given })
    expect(await modeOf()).toBe(fileMode)
    await rm(path)
    const sub = blocks.folder([['file', blocks.raw('x')]])
    await exportDag(blocks.folder([['sub', sub]]), blocks, path, { umask: given })
    // Before it is looked into, which not every umask allows.
    expect(await modeOf()).toBe(folderMode)
    await chmod(path, 0o700)
    expect(await modeOf('sub')).toBe(folderMode)
    await chmod(join(path, 'sub'), 0o700)
    expect(await modeOf('sub', 'file')).toBe(fileMode)
  })

  it("has, without a umask, what the process's own leaves", async () => {
    process.umask(0o027)
    await exportDag(blocks.folder([['file', blocks.raw('x')]]), blocks, path)
    expect([await modeOf(), await modeOf('file')]).toEqual([0o750, 0o640])
  })

  it('is for the group of its folder if that says so', async () => {
    await mkdir(path)
    await chmod(path, 0o2775)
    path = join(path, 'shared')
    await exportDag(blocks.folder([['sub', blocks.folder([])]]), blocks, path, { umask: 0o002 })
    expect([await modeOf(), await modeOf('sub')]).toEqual([0o2775, 0o2775])
  })
})

describe('a file that is overwritten', () => {
  const overwrite = true

  it.each([0o640, 0o755, 0o400, 0o666])('keeps its mode %o', async (mode) => {
    await writeFile(path, 'old')
    await chmod(path, mode)
    await save('new', { overwrite, umask: 0o022 })
    expect(await modeOf()).toBe(mode)
    await save('newer', { overwrite })
    expect(await modeOf()).toBe(mode)
  })

  it('does not run as its owner any more', async () => {
    await writeFile(path, 'old')
    await chmod(path, 0o6755)
    await save('new', { overwrite })
    expect(await modeOf()).toBe(0o755)
  })

  it('is nobody else’s to read until it is there', async () => {
    process.umask(0o022)
    await writeFile(path, 'old')
    await chmod(path, 0o600)
    const modes: number[] = []
    const onProgress = (): void => {
      const [part = ''] = readdirSync(folder).filter((name) => name !== 'it')
      modes.push(statSync(join(folder, part)).mode & 0o777)
    }
    await save('new', { overwrite, onProgress })
    expect(modes).toEqual([0o600])
  })

  it.runIf(isRoot)('keeps its owner and group', async () => {
    await writeFile(path, 'old')
    await chown(path, OTHER_USER, OTHER_GROUP)
    await chmod(path, 0o640)
    await save('new', { overwrite, umask: 0o022 })
    expect(await lstat(path)).toMatchObject({ uid: OTHER_USER, gid: OTHER_GROUP })
    expect(await modeOf()).toBe(0o640)
  })

  it.runIf(isRoot)('keeps of its owner and group what the process may set', async () => {
    await chmod(folder, 0o777)
    await writeFile(path, 'old')
    await chown(path, OTHER_USER, OTHER_GROUP)
    await chmod(path, 0o640)
    process.seteuid!(OTHER_USER + 1)
    try {
      await save('new', { overwrite })
    } finally {
      process.seteuid!(0)
    }
    expect(await lstat(path)).toMatchObject({ uid: OTHER_USER + 1 })
    expect(await modeOf()).toBe(0o640)
  })

  it('that was not there is new', async () => {
    await save('new', { overwrite, umask: 0o022 })
    expect(await modeOf()).toBe(0o644)
  })
})

it.each([-1, 0o1000, 0.5, NaN])('%d is no umask', (value) => {
  expect(() => checkUmask(value)).toThrow(expect.objectContaining({ code: 'bad-value' }))
})
