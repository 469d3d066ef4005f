import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Document } from '../../../protocols/document/document.ts'
import { blockIdOf } from '../../../protocols/wire/block-ids.ts'
import { KithError } from '../../../src/kith.ts'
import { kithErrorOf, MEMORY_FOLDER, openDataFolder } from '../../../src/node/data-folder.ts'
import { repair } from '../../../src/node/repair/index.ts'
import { SMALL_BLOCK_BYTES } from '../../../src/store/blocks.ts'
import { StoreError } from '../../../src/store/store.ts'
import { rootOf, Writer } from '../room/history.ts'
import { ensuredRow } from '../../acceptance/store-rows.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kith-data-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

async function failure(dataDir: string): Promise<string> {
  const error: unknown = await openDataFolder(dataDir).then(
    ({ store }) => store.close(),
    (reason: unknown) => reason,
  )
  if (!(error instanceof KithError)) throw new Error(`no KithError: ${String(error)}`)
  expect(error.message).not.toContain('\n')
  expect(error.message).toContain(folder)
  return error.code
}

describe('a data folder', () => {
  it('is created for its owner only, and has the same key the next time', async () => {
    const path = join(folder, 'a', 'b')
    const first = await openDataFolder(path)
    first.store.close()
    const second = await openDataFolder(path)
    second.store.close()
    expect(second.privateKey.equals(first.privateKey)).toBe(true)
    expect((await stat(path)).mode & 0o777).toBe(0o700)
    expect((await stat(join(path, 'identity.key'))).mode & 0o777).toBe(0o600)
  })

  it('is for its owner only, with everything in it, whatever the umask', async () => {
    const path = join(folder, 'a')
    const umask = process.umask(0)
    try {
      const { store } = await openDataFolder(path)
      const entries = await readdir(path, { withFileTypes: true })
      const names = entries.map(({ name }) => name)
      expect(names).toEqual(expect.arrayContaining(['kith.db', 'kith.db-wal', 'identity.key']))
      for (const entry of entries) {
        const { mode } = await stat(join(path, entry.name))
        expect(mode & 0o777, entry.name).toBe(entry.isDirectory() ? 0o700 : 0o600)
      }
      store.close()
    } finally {
      process.umask(umask)
    }
  })

  it('in memory has a new key each time, and leaves nothing', async () => {
    const [a, b] = [await openDataFolder(MEMORY_FOLDER), await openDataFolder(MEMORY_FOLDER)]
    expect(a.privateKey.equals(b.privateKey)).toBe(false)
  })

  it('that cannot be created is refused', async () => {
    await writeFile(join(folder, 'file'), '')
    expect(await failure(join(folder, 'file'))).toBe('disk-error')
    expect(await failure(join(folder, 'file', 'below'))).toBe('disk-error')
    expect(await failure(join(folder, 'a'.repeat(300)))).toBe('disk-error')
    await symlink(join(folder, 'nowhere'), join(folder, 'link'))
    expect(await failure(join(folder, 'link'))).toBe('disk-error')
  })

  it('is refused if the system says of every new folder that its parent is missing', async () => {
    await expect(openDataFolder('/proc/kith/data')).rejects.toMatchObject({
      code: 'disk-error',
      message: expect.stringMatching(/^the data folder \/proc\/kith\/data cannot be created: [^\n]+$/) as string,
    })
  })

  it('that another node holds is refused, and free again when that node has stopped', async () => {
    const { store } = await openDataFolder(folder)
    expect(await failure(folder)).toBe('folder-in-use')
    store.close()
    const again = await openDataFolder(folder)
    again.store.close()
  })

  it('with a damaged key is refused, and the key is left as it is', async () => {
    const { store } = await openDataFolder(folder)
    store.close()
    const path = join(folder, 'identity.key')
    const whole = await readFile(path)
    for (const damaged of [Buffer.alloc(0), Buffer.from('garbage'), whole.subarray(0, 20)]) {
      await writeFile(path, damaged)
      expect(await failure(folder)).toBe('corrupt')
      expect(await readFile(path)).toEqual(damaged)
    }
    await writeFile(path, whole)
    const again = await openDataFolder(folder)
    again.store.close()
  })

  it('whose key cannot be read is refused', async () => {
    await mkdir(join(folder, 'identity.key'))
    expect(await failure(folder)).toBe('disk-error')
  })

  it('with a store but no key is refused, whatever the store holds, and stays as it is', async () => {
    const { store, privateKey } = await openDataFolder(folder)
    store.close()
    const path = join(folder, 'identity.key')
    const key = await readFile(path)
    await rm(path)
    const before = await readdir(folder)
    await expect(openDataFolder(folder)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(
        /is that of a node, but has no identity\.key: restore .* or move the folder away/,
      ) as string,
    })
    expect(await failure(folder)).toBe('corrupt')
    expect(await readdir(folder)).toEqual(before)
    await writeFile(path, key)
    const again = await openDataFolder(folder)
    again.store.close()
    expect(again.privateKey.equals(privateKey)).toBe(true)
  })

  it('that has lost its database is refused, and so is one that has lost the key with it', async () => {
    const { store } = await openDataFolder(folder)
    store.close()
    for (const name of await readdir(folder)) if (name.startsWith('kith.db')) await rm(join(folder, name))
    await expect(openDataFolder(folder)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(/has lost its database kith\.db: .*kith repair/) as string,
    })
    await rm(join(folder, 'identity.key'))
    expect(await failure(folder)).toBe('corrupt')
  })

  it('that has lost the blocks of its files is refused, each time', async () => {
    const { store } = await openDataFolder(folder)
    const block = Buffer.alloc(2 * SMALL_BLOCK_BYTES)
    const id = blockIdOf('raw', block)
    store.apply({ type: 'put-block', id, block })
    const row = ensuredRow('any', { id, state: 'complete', blocks: 1, sizeBytes: block.length })
    store.apply({ type: 'put-ensured', row })
    store.commit()
    store.close()
    await rm(join(folder, 'blocks'), { recursive: true })
    for (let start = 0; start < 2; start++) {
      await expect(openDataFolder(folder)).rejects.toMatchObject({
        code: 'corrupt',
        message: expect.stringMatching(/has lost its folder blocks, .*kith repair/) as string,
      })
    }
    const { blocks } = await repair({ dataDir: folder })
    expect(blocks).toMatchObject({ lost: 1 })
    ;(await openDataFolder(folder)).store.close()
  })

  it.each(['a root', 'an act'])(
    'of which the disk has changed %s is refused, as nobody knows who may write',
    async (what) => {
      const { store } = await openDataFolder(folder)
      const [root, act] = [
        rootOf(),
        new Writer(rootOf()).write({ author: 1, parents: [0], isFork: false, signing: 'signed' }),
      ]
      const [damaged, whole] = what === 'a root' ? [root, act] : [act, root]
      store.apply({ type: 'put-room', room: { id: root.id, status: 'open', name: '', app: 'chat', joinedAtMs: 0 } })
      const put = ({ id, clock, author, seq }: Document, block: Uint8Array): void =>
        store.apply({
          type: 'put-document',
          document: { id, room: root.id, clock, author, seq, block },
          removedHeads: [],
        })
      put(whole, whole.block)
      put(damaged, whole.block)
      store.apply({ type: 'put-access', room: root.id, row: { version: 0, bases: [], act: act.id } })
      store.commit()
      store.close()
      for (let start = 0; start < 2; start++) {
        await expect(openDataFolder(folder)).rejects.toMatchObject({
          code: 'corrupt',
          message: expect.stringMatching(/kith\.db is damaged: kith repair/) as string,
        })
      }
    },
  )

  it('whose empty folder for blocks a backup left out opens', async () => {
    ;(await openDataFolder(folder)).store.close()
    await rm(join(folder, 'blocks'), { recursive: true })
    const { store } = await openDataFolder(folder)
    store.close()
    expect(await readdir(join(folder, 'blocks'))).toEqual([])
  })

  it('with the key of another node is refused', async () => {
    const [mine, other] = [join(folder, 'mine'), join(folder, 'other')]
    for (const path of [mine, other]) (await openDataFolder(path)).store.close()
    await copyFile(join(other, 'identity.key'), join(mine, 'identity.key'))
    await expect(openDataFolder(mine)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(/is the key of 12D3KooW\w+, but the folder is that of 12D3KooW/) as string,
    })
  })

  it('of a version that did not note whose it is opens, and notes it', async () => {
    ;(await openDataFolder(folder)).store.close()
    await rm(join(folder, 'peer'))
    ;(await openDataFolder(folder)).store.close()
    expect(await readFile(join(folder, 'peer'), 'utf8')).toMatch(/^12D3KooW\w+\n$/)
  })

  it('opens after a first start that was killed once it had made the key', async () => {
    const { store, privateKey } = await openDataFolder(folder)
    store.close()
    for (const name of await readdir(folder)) {
      if (name !== 'identity.key') await rm(join(folder, name), { recursive: true })
    }
    const again = await openDataFolder(folder)
    again.store.close()
    expect(again.privateKey.equals(privateKey)).toBe(true)
  })

  it('that two nodes open for the first time at once is that of one of them, with its key', async () => {
    const opened = await Promise.allSettled(Array.from({ length: 5 }, () => openDataFolder(folder)))
    const [one, ...others] = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    expect(others).toEqual([])
    one?.store.close()
    const again = await openDataFolder(folder)
    again.store.close()
    expect(one?.privateKey.equals(again.privateKey)).toBe(true)
  })

  it('whose store is not a store is refused', async () => {
    const { store } = await openDataFolder(folder)
    store.close()
    await writeFile(join(folder, 'kith.db'), 'this is no database, and long enough to look at'.repeat(30))
    expect(await failure(folder)).toBe('corrupt')
    await rm(join(folder, 'kith.db'))
    await mkdir(join(folder, 'kith.db'))
    expect(await failure(folder)).toBe('disk-error')
  })

  it('has a code for whatever its store refuses, and leaves other errors as they are', () => {
    const codes = (['locked', 'full', 'corrupt', 'newer', 'io'] as const).map((code) =>
      kithErrorOf(new StoreError(code, 'x')),
    )
    expect(codes.map((error) => (error as KithError).code)).toEqual([
      ...['folder-in-use', 'disk-full', 'corrupt', 'newer-data', 'disk-error'],
    ])
    const bug = new TypeError('x')
    expect(kithErrorOf(bug)).toBe(bug)
  })
})
