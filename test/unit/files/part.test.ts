import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { exportDag } from '../../../src/files/export-path.ts'
import { partPath, removeLeftovers } from '../../../src/files/part.ts'
import { makeTree, readTree } from './disk-trees.ts'
import { MemoryBlocks } from './memory-blocks.ts'

const SCRIPT = fileURLToPath(new URL('./export-and-wait.ts', import.meta.url))

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kith-part-'))
  path = join(folder, 'it')
})

afterEach(() => rm(folder, { recursive: true, force: true }))

/** Starts a process that has written half of something. */
async function startHalf(type: 'file' | 'folder'): Promise<ChildProcess> {
  const child = spawn(process.execPath, [SCRIPT, path, type], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

describe.each(['file', 'folder'] as const)('a %s that a process was saving', (type) => {
  it('has nothing under its name when the process is killed, and its part goes when it is saved again', async () => {
    const child = await startHalf(type)
    await kill(child)
    const [part = '', ...others] = await readdir(folder)
    expect(others).toEqual([])
    expect(part).toMatch(/^\.kith-part-/)
    const blocks = new MemoryBlocks()
    await exportDag(blocks.raw('all'), blocks, join(folder, 'another'))
    expect(await readdir(folder)).toEqual([part, 'another'])
    await exportDag(blocks.raw('all'), blocks, path)
    expect(await readdir(folder)).toEqual(['another', 'it'])
    expect(await readFile(path, 'utf8')).toBe('all')
  })

  it('is left alone while the process runs', async () => {
    const child = await startHalf(type)
    const before = await readTree(folder)
    await removeLeftovers(path)
    expect(await readTree(folder)).toEqual(before)
    await kill(child)
    await removeLeftovers(path)
    expect(await readdir(folder)).toEqual([])
  })
})

describe('a leftover', () => {
  /** The path of a part with another process and token in its name. */
  function partOf(pid: number | string, token = '0123abcd'): string {
    const name = basename(partPath(path)).replace(/-\d+-[0-9a-f]{8}-/, `-${pid}-${token}-`)
    return join(folder, name)
  }

  it('of an earlier process with the number of this one goes, and what this one writes stays', async () => {
    const own = partPath(path)
    await makeTree(own, 'own')
    await makeTree(partOf(process.pid), { a: 'a' })
    await removeLeftovers(path)
    expect(await readdir(folder)).toEqual([basename(own)])
  })

  it('is recognised by its full name', async () => {
    const others = [
      partOf(0),
      partOf('x'),
      partOf('01'),
      partOf(4_000_000_000, 'short'),
      `${partOf(4_000_000_000)}.txt`,
    ]
    const elsewhere = partOf(4_000_000_000).replace(/part-[0-9a-f]{16}/, `part-${'0'.repeat(16)}`)
    for (const other of [...others, elsewhere]) await writeFile(other, '')
    await writeFile(partOf(4_000_000_000), '')
    await removeLeftovers(path)
    expect((await readdir(folder)).sort()).toEqual([...others, elsewhere].map((other) => basename(other)).sort())
  })

  it('that is a link goes, but not what it points to', async () => {
    await makeTree(join(folder, 'kept'), { a: 'a' })
    await symlink(join(folder, 'kept'), partOf(4_000_000_000))
    await removeLeftovers(path)
    expect(await readdir(folder)).toEqual(['kept'])
    expect(await readdir(join(folder, 'kept'))).toEqual(['a'])
  })

  it('is no problem in a folder that does not exist', async () => {
    await expect(removeLeftovers(join(folder, 'nowhere', 'it'))).resolves.toBeUndefined()
  })

  it('has a name that fits wherever the name of the file does', async () => {
    const long = join(folder, 'a'.repeat(255))
    await mkdir(partPath(long))
    expect(dirname(partPath(long))).toBe(folder)
  })
})
