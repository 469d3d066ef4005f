import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readIfPresent, replaceFile, writeNewFile } from '../../../src/host/durable-file.ts'
import { randomInteger, seededRandom } from '../../../src/simulate/random.ts'

const WRITER = fileURLToPath(new URL('./durable-file-writer.ts', import.meta.url))
const SEED = Number(process.env['KITH_SEED'] ?? 1)

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kith-durable-'))
  path = join(folder, 'file')
})
afterEach(() => rm(folder, { recursive: true }))

test('a new file is its owner’s only, and one that is there stays', async () => {
  await writeNewFile(path, Buffer.from('one'))
  await writeNewFile(path, Buffer.from('two'))
  expect(await readIfPresent(path)).toEqual(Buffer.from('one'))
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['file'])
  expect(await readIfPresent(join(folder, 'none'))).toBeUndefined()
})

test('a file is replaced, with what killed writers left of it, and nothing else', async () => {
  await writeFile(path, 'one', { mode: 0o644 })
  await writeFile(join(folder, 'file.0a1b2c3d.tmp'), 'an old secret')
  await writeFile(join(folder, 'file.txt.tmp'), 'of somebody else')
  await replaceFile(path, Buffer.from('two'))
  expect(await readFile(path, 'utf8')).toBe('two')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect((await readdir(folder)).sort()).toEqual(['file', 'file.txt.tmp'])
})

test(`a writer that is killed leaves the old file or the new one (seed ${SEED})`, { timeout: 60_000 }, async () => {
  const random = seededRandom(SEED)
  await replaceFile(path, Buffer.alloc(5_000, 'b'))
  for (let round = 0; round < 10; round++) {
    const writer = spawn(process.execPath, [WRITER, path], { stdio: ['ignore', 'pipe', 'inherit'] })
    for (let left = randomInteger(random, 1, 20); left > 0; left--) await once(writer.stdout, 'data')
    writer.kill('SIGKILL')
    await once(writer, 'close')
    const content = await readFile(path, 'latin1')
    expect(['a'.repeat(5_000), 'b'.repeat(5_000)]).toContain(content)
  }
  await replaceFile(path, Buffer.from('after'))
  expect(await readdir(folder)).toEqual(['file'])
})
