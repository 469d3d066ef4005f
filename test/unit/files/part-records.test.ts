import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { BlockId } from '../../../protocols/wire/ids.ts'
import { exportDag } from '../../../src/files/export-path.ts'
import { MAX_RECORD_AGE_MS, PartRecords } from '../../../src/files/part-records.ts'
import { partPath } from '../../../src/files/part.ts'
import { makeTree } from './disk-trees.ts'
import { MemoryBlocks } from './memory-blocks.ts'

const SCRIPT = fileURLToPath(new URL('./export-and-wait.ts', import.meta.url))

/** Above the largest process id that systems assign. */
const NOBODY = 4_000_000_000

/** Where files are saved. */
let folder: string
/** Of the records. */
let saving: string
let records: PartRecords

beforeEach(async () => {
  const root = await mkdtemp(join(tmpdir(), 'kith-records-'))
  folder = join(root, 'downloads')
  saving = join(root, 'data', 'saving')
  await mkdir(folder)
  await mkdir(join(root, 'data'))
  records = new PartRecords(saving)
  onTestFinished(() => rm(root, { recursive: true, force: true }))
})

/** The path of a part that another process writes, or wrote. */
function partOf(pid: number | string, path = join(folder, 'it')): string {
  return partPath(path).replace(/-\d+-[0-9a-f]{8}-/, `-${pid}-0123abcd-`)
}

describe('the part of a save', () => {
  const blocks = new MemoryBlocks()

  it('is recorded before anything of it is written, and forgotten once it is saved', async () => {
    const file = blocks.file([
      [blocks.raw('half'), 4],
      [blocks.raw('rest'), 4],
    ])
    const recorded: string[][] = []
    const source = {
      async get(id: BlockId) {
        const names = await readdir(saving).catch(() => [])
        recorded.push(names)
        expect(names).toEqual(expect.arrayContaining(await readdir(folder)))
        return blocks.get(id)
      },
    }
    await exportDag(file, source, join(folder, 'it'), { parts: records })
    expect(recorded.map((names) => names.length)).toEqual([0, 1, 1])
    expect(await readdir(saving)).toEqual([])
    expect(await readdir(folder)).toEqual(['it'])
  })

  it('is forgotten if saving fails', async () => {
    const options = { parts: records, expected: { type: 'file' as const, sizeBytes: 5 } }
    const file = blocks.file([[blocks.raw('half'), 4]])
    await expect(exportDag(file, blocks, join(folder, 'it'), options)).rejects.toMatchObject({ code: 'bad-file' })
    await expect(
      exportDag(
        file,
        { get: (id) => (id === file ? blocks.get(id) : Promise.reject(new Error('lost'))) },
        join(folder, 'it'),
        { parts: records },
      ),
    ).rejects.toThrow('lost')
    expect(await readdir(saving)).toEqual([])
    expect(await readdir(folder)).toEqual([])
  })

  it('is not written if it cannot be recorded', async () => {
    await writeFile(saving, 'in the way')
    await expect(exportDag(blocks.raw('all'), blocks, join(folder, 'it'), { parts: records })).rejects.toMatchObject({
      name: 'KithError',
      message: expect.stringContaining(saving) as string,
    })
    expect(await readdir(folder)).toEqual([])
  })

  it('is not recorded by a node that keeps nothing', async () => {
    const none = new PartRecords(undefined)
    await exportDag(blocks.raw('all'), blocks, join(folder, 'it'), { parts: none })
    await none.removeLeftovers(Date.now())
    expect(await readdir(folder)).toEqual(['it'])
  })

  it.each(['file', 'folder'])('of a %s is removed after a kill, whatever is saved next', async (type) => {
    const child = spawn(process.execPath, [SCRIPT, join(folder, 'it'), type, saving], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    await once(child.stdout, 'data')
    const during = await readdir(folder)
    expect(during).toEqual([expect.stringMatching(/^\.kith-part-/)])
    expect(await readdir(saving)).toEqual(during)
    child.kill('SIGKILL')
    await once(child, 'exit')
    await records.removeLeftovers(Date.now())
    expect(await readdir(folder)).toEqual([])
    expect(await readdir(saving)).toEqual([])
  })
})

describe('what is left', () => {
  it('goes even where another program has the process id now', async () => {
    const part = partOf(process.ppid)
    await records.add(part)
    await makeTree(part, { a: 'a', b: { c: 'c' } })
    await records.removeLeftovers(Date.now())
    expect([await readdir(folder), await readdir(saving)]).toEqual([[], []])
  })

  it('stays while this process writes it', async () => {
    const part = partPath(join(folder, 'it'))
    await records.add(part)
    await writeFile(part, 'half')
    await records.removeLeftovers(Date.now())
    expect([await readdir(folder), await readdir(saving)]).toEqual([[basename(part)], [basename(part)]])
  })

  it('stays while the node of the folder that ours is a copy of may write it, and goes once it has ended', async () => {
    const [running, ended] = [partOf(process.ppid), partOf(NOBODY)]
    const original = new PartRecords(`${saving}-original`)
    await mkdir(saving)
    for (const part of [running, ended]) {
      await original.add(part)
      await writeFile(part, 'half')
      await copyFile(join(`${saving}-original`, basename(part)), join(saving, basename(part)))
    }
    await records.removeLeftovers(Date.now())
    expect([await readdir(folder), await readdir(saving)]).toEqual([[basename(running)], [basename(running)]])
  })

  it('is removed from where it is after the data folder was moved', async () => {
    const part = partOf(NOBODY)
    await records.add(part)
    await writeFile(part, 'half')
    await rename(saving, `${saving}-moved`)
    await new PartRecords(`${saving}-moved`).removeLeftovers(Date.now())
    expect([await readdir(folder), await readdir(`${saving}-moved`)]).toEqual([[], []])
  })

  it('is not touched unless it is what we write', async () => {
    const link = partOf(NOBODY)
    await makeTree(join(folder, 'kept'), { a: 'a' })
    await records.add(link)
    await symlink(join(folder, 'kept'), link)
    for (const name of ['mine.txt', '.kith-part-mine']) {
      await writeFile(join(folder, name), 'mine')
      await records.add(join(folder, name))
    }
    const other = partOf(NOBODY)
    await writeFile(other, 'not recorded')
    await writeFile(join(saving, basename(partOf(NOBODY))), JSON.stringify({ part: other, self: '1:1', folder: '1:1' }))
    const before = (await readdir(folder)).sort()
    await records.removeLeftovers(Date.now())
    expect((await readdir(folder)).sort()).toEqual(before)
    expect(await readdir(join(folder, 'kept'))).toEqual(['a'])
    expect(await readdir(saving)).toEqual([])
  })

  it('does not follow links within a folder', async () => {
    const part = partOf(NOBODY)
    await makeTree(join(folder, 'kept'), { a: 'a' })
    await records.add(part)
    await mkdir(part)
    await symlink(join(folder, 'kept'), join(part, 'link'))
    await records.removeLeftovers(Date.now())
    expect(await readdir(folder)).toEqual(['kept'])
    expect(await readFile(join(folder, 'kept', 'a'), 'utf8')).toBe('a')
  })

  it('is removed once the folder that it is in is back, such as one on a stick', async () => {
    const part = partOf(NOBODY)
    await records.add(part)
    await writeFile(part, 'half')
    await rename(folder, `${folder}-away`)
    await records.removeLeftovers(Date.now())
    await mkdir(folder) // where it was mounted
    await records.removeLeftovers(Date.now())
    expect(await readdir(saving)).toEqual([basename(part)])
    await rm(folder, { recursive: true })
    await rename(`${folder}-away`, folder)
    await records.removeLeftovers(Date.now())
    expect([await readdir(folder), await readdir(saving)]).toEqual([[], []])
  })

  it('is forgotten when its folder has been away for long', async () => {
    const part = partOf(NOBODY)
    await records.add(part)
    await rm(folder, { recursive: true })
    const oldSeconds = (Date.now() - MAX_RECORD_AGE_MS) / 1000 - 60
    await utimes(join(saving, basename(part)), oldSeconds, oldSeconds)
    await records.removeLeftovers(Date.now())
    expect(await readdir(saving)).toEqual([])
  })

  it('is forgotten if it is gone, and records that are not whole are too', async () => {
    await records.add(partOf(NOBODY))
    for (const content of ['', '{', '[]', 'null', '{"part":"it","self":"1:1"}', '{"part":3}']) {
      await writeFile(join(saving, basename(partOf(NOBODY))), content)
    }
    await records.removeLeftovers(Date.now())
    expect(await readdir(saving)).toEqual([])
  })
})
