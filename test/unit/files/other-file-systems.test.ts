/** Behaviour of file systems that are not available here: no links, `a` and `A` as one name, or files not to be read. */
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { exportDag } from '../../../src/files/export-path.ts'
import { importPath } from '../../../src/files/import-path.ts'
import { expectRefusedExport, makeTree } from './disk-trees.ts'
import { MemoryBlocks } from './memory-blocks.ts'

vi.mock(import('node:fs/promises'), async (original) => {
  const real = await original()
  return { ...real, link: vi.fn(real.link), open: vi.fn(real.open), access: vi.fn(real.access) }
})

let folder: string
let path: string
let blocks: MemoryBlocks

beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'kith-other-'))
  path = join(folder, 'it')
  blocks = new MemoryBlocks()
})

afterEach(async () => {
  vi.resetAllMocks()
  await fs.rm(folder, { recursive: true, force: true })
})

function systemError(code: string, errno: number): Error {
  return Object.assign(new Error(code), { code, errno, syscall: 'x' })
}

it('a file is saved without links, but still not over another', async () => {
  vi.mocked(fs.link).mockRejectedValue(systemError('EPERM', -1))
  await exportDag(blocks.raw('new'), blocks, path)
  expect(await fs.readFile(path, 'utf8')).toBe('new')
  expect(await fs.readdir(folder)).toEqual(['it'])
  await fs.rm(path)
  const onProgress = vi.fn<() => void>()
  vi.mocked(fs.link).mockImplementation(async () => {
    await makeTree(path, 'in between')
    throw systemError('ENOTSUP', -95)
  })
  const outcome = exportDag(blocks.raw('new'), blocks, path, { onProgress })
  await expect(outcome).rejects.toMatchObject({ code: 'file-exists' })
  expect(onProgress).toHaveBeenCalled()
  expect(await fs.readFile(path, 'utf8')).toBe('in between')
  expect(await fs.readdir(folder)).toEqual(['it'])
})

it('a folder with two names that are one there is refused', async () => {
  const real = vi.mocked(fs.open).getMockImplementation()!
  vi.mocked(fs.open).mockImplementation((file, ...others) =>
    real(join(dirname(file as string), basename(file as string).toLowerCase()), ...others),
  )
  const [a, b] = [blocks.raw('a'), blocks.raw('b')]
  const id = blocks.folder([
    ['name', a],
    ['NAME', b],
  ])
  await expectRefusedExport(folder, [id, blocks, path], 'bad-file', 'two names')
})

it.each([
  ['EDQUOT', -122, 'disk-full'],
  ['EFBIG', -27, 'disk-full'],
  ['EIO', -5, 'disk-error'],
  ['EROFS', -30, 'bad-path'],
  ['EACCES', -13, 'bad-path'],
])("%s is reported with the system's message", async (code, errno, kithCode) => {
  vi.mocked(fs.open).mockRejectedValue(systemError(code, errno))
  await expectRefusedExport(folder, [blocks.raw('x'), blocks, path], kithCode, `cannot write ${path}: `)
})

it('files that cannot be read are refused before anything of their folder is added', async () => {
  await makeTree(path, { a: 'a', b: 'b', c: 'c', d: 'd' })
  vi.mocked(fs.access).mockImplementation(async (file) => {
    if (/[bd]$/.test(file as string)) throw systemError('EACCES', -13)
  })
  const put = vi.fn<() => Promise<void>>()
  const reasons = ['b', 'd'].map((name) => `cannot read ${join(path, name)}: permission denied`)
  await expect(importPath(path, { put })).rejects.toMatchObject({
    code: 'bad-path',
    message: `${path} cannot be added, for 2 reasons: ${reasons.join('; ')}`,
    reasons,
  })
  expect(put).not.toHaveBeenCalled()
})

it('a failing disk ends the adding at once', async () => {
  await makeTree(path, { a: 'a', 'b:': 'b' })
  vi.mocked(fs.access).mockRejectedValue(systemError('EIO', -5))
  const importing = importPath(path, { put: async () => undefined })
  await expect(importing).rejects.toMatchObject({ code: 'disk-error' })
})
