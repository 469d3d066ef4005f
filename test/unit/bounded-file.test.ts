import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readAtMost } from '../../src/bounded-file.ts'

/** More than Linux gives of a pipe at once. */
const BYTES = 200_000

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kith-bounded-'))
  path = join(folder, 'file')
})
afterEach(() => rm(folder, { recursive: true }))

it('reads all of a pipe, which gives it in pieces', async () => {
  execFileSync('mkfifo', [path])
  const bytes = randomBytes(BYTES)
  const [read] = await Promise.all([readAtMost(path, BYTES), writeFile(path, bytes)])
  expect(read.equals(bytes)).toBe(true)
})

it('tells a file of the greatest size from a larger one, of which it reads no more than that', async () => {
  await writeFile(path, Buffer.alloc(BYTES))
  expect(await readAtMost(path, BYTES)).toHaveLength(BYTES)
  expect(await readAtMost(path, BYTES - 1)).toHaveLength(BYTES)
  expect(await readAtMost(path, 10)).toHaveLength(11)
  expect(await readAtMost(path, 0)).toHaveLength(1)
})

it('fails like the system for what is no file', async () => {
  await expect(readAtMost(folder, BYTES)).rejects.toMatchObject({ code: 'EISDIR' })
  await expect(readAtMost(join(folder, 'none'), BYTES)).rejects.toMatchObject({ code: 'ENOENT' })
})
