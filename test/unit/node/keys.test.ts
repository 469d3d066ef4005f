import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MAX_SEALED_BYTES } from '../../../src/host/sealed-key.ts'
import {
  backUpKey,
  checkPassphrase,
  createNode,
  protectKey,
  repair,
  restoreKey,
  sealFolder,
  showKey,
  unprotectKey,
  unsealFolder,
} from '../../../src/node.ts'
import { openDataFolder } from '../../../src/node/data-folder.ts'
import { noteSealed } from '../../../src/node/sealed-note.ts'

const PASSPHRASE = 'correct horse battery'
const OTHER = 'staple and a half'

let folder: string
let dataDir: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kith-keys-'))
  dataDir = join(folder, 'node')
  path = join(folder, 'backup.txt')
  const { store } = await openDataFolder(dataDir)
  store.close()
})
afterEach(() => rm(folder, { recursive: true }))

describe('a data folder in which all is sealed', () => {
  const SAID = 'the kookaburra laughed'
  const start = () => createNode({ dataDir, offline: true, passphrase: PASSPHRASE })
  const hasSaid = async (): Promise<boolean> => {
    const names = await readdir(dataDir, { recursive: true, withFileTypes: true })
    const files = names.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name)))
    return (await Promise.all(files)).some((content) => content.includes(SAID))
  }

  it('has what is said in open rooms sealed from then on, also before, until it is opened again', async () => {
    const node = await createNode({ dataDir, offline: true })
    const room = await node.rooms.create({ name: 'Kitchen' })
    await room.send(SAID)
    await expect(sealFolder({ dataDir })).rejects.toMatchObject({ code: 'no-passphrase' })
    await protectKey({ dataDir, newPassphrase: PASSPHRASE })
    await expect(sealFolder({ dataDir, passphrase: PASSPHRASE })).rejects.toMatchObject({ code: 'folder-in-use' })
    expect(await showKey({ dataDir })).toMatchObject({ sealed: 'private-rooms' })
    await node.stop()
    expect(await hasSaid()).toBe(true)
    await expect(sealFolder({ dataDir, passphrase: OTHER })).rejects.toMatchObject({ code: 'wrong-passphrase' })
    expect(await sealFolder({ dataDir, passphrase: PASSPHRASE })).toMatchObject({ sealed: 'all', isProtected: true })
    expect(await hasSaid()).toBe(false)
    const sealed = await start()
    const again = sealed.rooms.get(room.id)
    await again.do('send', { text: `${SAID} again` })
    expect(again.state).toMatchObject({ recent: [{ text: SAID }, { text: `${SAID} again` }] })
    await sealed.stop()
    expect(await hasSaid()).toBe(false)
    expect(await unsealFolder({ dataDir, passphrase: PASSPHRASE })).toMatchObject({ sealed: 'private-rooms' })
    expect(await hasSaid()).toBe(true)
  })

  it('is sealed to the end by the next time, if that was cut off, and meanwhile seals what comes', async () => {
    await protectKey({ dataDir, newPassphrase: PASSPHRASE })
    await noteSealed(dataDir, 'unfinished')
    expect(await showKey({ dataDir })).toMatchObject({ sealed: 'unfinished' })
    const node = await start()
    await (await node.rooms.create({ name: 'Kitchen' })).send(SAID)
    await node.stop()
    expect(await hasSaid()).toBe(false)
    expect(await sealFolder({ dataDir, passphrase: PASSPHRASE })).toMatchObject({ sealed: 'all' })
  })

  it('stays so when it is repaired', async () => {
    await protectKey({ dataDir, newPassphrase: PASSPHRASE })
    await sealFolder({ dataDir, passphrase: PASSPHRASE })
    const node = await start()
    const room = await node.rooms.create({ name: 'Kitchen' })
    for (let i = 0; i < 200; i++) await room.send(`${SAID} ${i}`)
    await node.stop()
    const database = await readFile(join(dataDir, 'kith.db'))
    database.fill(0xff, 5 * 4096, 6 * 4096)
    await writeFile(join(dataDir, 'kith.db'), database)
    const { damage, rooms } = await repair({ dataDir, passphrase: PASSPHRASE })
    expect(damage).not.toBeNull()
    expect(rooms).toHaveLength(1)
    expect(rooms[0]!.saved).toBeGreaterThan(100)
    expect(await hasSaid()).toBe(false)
  })
})

describe('the key of a node', () => {
  it('is shown with words and digits, whether it is protected or not', async () => {
    const shown = await showKey({ dataDir })
    expect(shown).toMatchObject({ path: join(dataDir, 'identity.key'), isProtected: false })
    expect(shown.words).toHaveLength(6)
    expect(shown.digits).toMatch(/^\d{30}$/)
    expect(await protectKey({ dataDir, newPassphrase: PASSPHRASE })).toEqual({ ...shown, isProtected: true })
    expect(await showKey({ dataDir })).toEqual({ ...shown, isProtected: true })
    await expect(showKey({ dataDir: join(folder, 'none') })).rejects.toMatchObject({ code: 'bad-path' })
  })

  it('is protected, so that a node starts with the passphrase only', async () => {
    await protectKey({ dataDir, newPassphrase: PASSPHRASE })
    const start = (passphrase?: string) =>
      createNode({ dataDir, offline: true, ...(passphrase !== undefined && { passphrase }) })
    await expect(start()).rejects.toMatchObject({ code: 'no-passphrase' })
    await expect(start(OTHER)).rejects.toMatchObject({ code: 'wrong-passphrase' })
    const node = await start(PASSPHRASE)
    expect(node.peer).toBe((await showKey({ dataDir })).peer)
    await node.stop()
  })

  it('of a new node is protected from the beginning, if a passphrase is given', async () => {
    const other = join(folder, 'other')
    const node = await createNode({ dataDir: other, offline: true, passphrase: PASSPHRASE })
    await node.stop()
    expect(await showKey({ dataDir: other })).toMatchObject({ peer: node.peer, isProtected: true })
  })

  it('gets another passphrase, and loses it, only with the present one', async () => {
    await protectKey({ dataDir, newPassphrase: PASSPHRASE })
    await expect(protectKey({ dataDir, newPassphrase: OTHER })).rejects.toMatchObject({ code: 'no-passphrase' })
    await expect(protectKey({ dataDir, passphrase: OTHER, newPassphrase: OTHER })).rejects.toMatchObject({
      code: 'wrong-passphrase',
    })
    await protectKey({ dataDir, passphrase: PASSPHRASE, newPassphrase: OTHER })
    await expect(checkPassphrase({ dataDir, passphrase: PASSPHRASE })).rejects.toMatchObject({
      code: 'wrong-passphrase',
    })
    await checkPassphrase({ dataDir, passphrase: OTHER })
    await expect(unprotectKey({ dataDir })).rejects.toMatchObject({ code: 'no-passphrase' })
    expect(await unprotectKey({ dataDir, passphrase: OTHER })).toMatchObject({ isProtected: false })
    await checkPassphrase({ dataDir })
  })

  it.each([
    ['tabs', 'correct\thorse'],
    ['zeros, as of UTF-16', 'c\0o\0r\0r\0e\0c\0t\0'],
    ['a blank before it', ` ${PASSPHRASE}`],
    ['a blank behind it', `${PASSPHRASE}\u00a0`],
  ])('is not protected by a passphrase with %s', async (_what, newPassphrase) => {
    await expect(protectKey({ dataDir, newPassphrase })).rejects.toMatchObject({ code: 'bad-value' })
    expect(await showKey({ dataDir })).toMatchObject({ isProtected: false })
  })

  it('is nowhere without its passphrase once a node has started, though taking that away was killed', async () => {
    const plain = await readFile(join(dataDir, 'identity.key'))
    await protectKey({ dataDir, newPassphrase: PASSPHRASE })
    await writeFile(join(dataDir, 'identity.key.0123abcd.tmp'), plain)
    const node = await createNode({ dataDir, offline: true, passphrase: PASSPHRASE })
    await node.stop()
    expect((await readdir(dataDir)).filter((name) => name.startsWith('identity.key'))).toEqual(['identity.key'])
  })

  it('keeps what it has if the new passphrase is too short', async () => {
    const before = await readFile(join(dataDir, 'identity.key'))
    await expect(protectKey({ dataDir, newPassphrase: 'short' })).rejects.toMatchObject({ code: 'bad-value' })
    expect(await readFile(join(dataDir, 'identity.key'))).toEqual(before)
  })
})

describe('a backup', () => {
  const restored = () => join(folder, 'restored')

  it('brings the key back, under its passphrase, with a note that it was restored', async () => {
    const { peer } = await backUpKey({ dataDir, path, backupPassphrase: PASSPHRASE })
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const info = await restoreKey({ dataDir: restored(), path, passphrase: PASSPHRASE })
    expect(info).toMatchObject({ peer, isProtected: true })
    expect((await readdir(restored())).sort()).toEqual(['identity.key', 'identity.restored'])
    const opened = await openDataFolder(restored(), PASSPHRASE)
    opened.store.close()
    expect(opened.isKeyRestored).toBe(true)
    const original = await openDataFolder(dataDir)
    original.store.close()
    expect(original.isKeyRestored).toBe(false)
    expect(opened.privateKey.equals(original.privateKey)).toBe(true)
  })

  it('of a protected key has its passphrase', async () => {
    await protectKey({ dataDir, newPassphrase: PASSPHRASE })
    await expect(backUpKey({ dataDir, path, backupPassphrase: OTHER })).rejects.toMatchObject({ code: 'no-passphrase' })
    await expect(backUpKey({ dataDir, path, passphrase: OTHER })).rejects.toMatchObject({ code: 'wrong-passphrase' })
    await backUpKey({ dataDir, path, passphrase: PASSPHRASE })
    await restoreKey({ dataDir: restored(), path, passphrase: PASSPHRASE })
  })

  it('needs a passphrase, and is not written over a file', async () => {
    await expect(backUpKey({ dataDir, path })).rejects.toMatchObject({ code: 'no-passphrase' })
    await writeFile(path, 'precious')
    await expect(backUpKey({ dataDir, path, backupPassphrase: PASSPHRASE })).rejects.toMatchObject({
      code: 'file-exists',
    })
    expect(await readFile(path, 'utf8')).toBe('precious')
    const nowhere = join(folder, 'no', 'such', 'folder')
    await expect(backUpKey({ dataDir, path: nowhere, backupPassphrase: PASSPHRASE })).rejects.toMatchObject({
      code: 'bad-path',
    })
  })

  it('is restored neither over a key nor with another passphrase', async () => {
    await backUpKey({ dataDir, path, backupPassphrase: PASSPHRASE })
    await expect(restoreKey({ dataDir, path, passphrase: PASSPHRASE })).rejects.toMatchObject({ code: 'key-exists' })
    await expect(restoreKey({ dataDir: restored(), path, passphrase: OTHER })).rejects.toMatchObject({
      code: 'wrong-passphrase',
    })
    await expect(readdir(restored())).rejects.toMatchObject({ code: 'ENOENT' })
    await mkdir(restored())
    await writeFile(join(restored(), 'identity.key'), 'damaged')
    await expect(restoreKey({ dataDir: restored(), path, passphrase: PASSPHRASE })).rejects.toMatchObject({
      code: 'corrupt',
    })
    expect(await readFile(join(restored(), 'identity.key'), 'utf8')).toBe('damaged')
  })

  it('is restored into a folder whose key was lost, which then has its store again', async () => {
    await backUpKey({ dataDir, path, backupPassphrase: PASSPHRASE })
    await rm(join(dataDir, 'identity.key'))
    await expect(openDataFolder(dataDir)).rejects.toMatchObject({ code: 'corrupt' })
    await restoreKey({ dataDir, path, passphrase: PASSPHRASE })
    const { store } = await openDataFolder(dataDir, PASSPHRASE)
    store.close()
  })

  it('is not restored into the folder of another node that lost its key', async () => {
    await backUpKey({ dataDir, path, backupPassphrase: PASSPHRASE })
    ;(await openDataFolder(restored())).store.close()
    await rm(join(restored(), 'identity.key'))
    await expect(restoreKey({ dataDir: restored(), path, passphrase: PASSPHRASE })).rejects.toMatchObject({
      code: 'bad-backup',
      message: expect.stringContaining('restore it into another folder') as string,
    })
    expect(await readdir(restored())).not.toContain('identity.key')
  })

  it('is looked at before its passphrase is asked for', async () => {
    await backUpKey({ dataDir, path, backupPassphrase: PASSPHRASE })
    await expect(restoreKey({ dataDir: restored(), path })).rejects.toMatchObject({ code: 'no-passphrase' })
    await expect(restoreKey({ dataDir, path })).rejects.toMatchObject({ code: 'key-exists' })
    await writeFile(path, 'Dear Alice')
    await expect(restoreKey({ dataDir: restored(), path })).rejects.toMatchObject({ code: 'bad-backup' })
  })

  it('that is none is refused', async () => {
    await writeFile(path, 'Dear Alice')
    const restoring = () => restoreKey({ dataDir: restored(), path, passphrase: PASSPHRASE })
    await expect(restoring()).rejects.toMatchObject({ code: 'bad-backup' })
    await writeFile(path, 'x'.repeat(MAX_SEALED_BYTES + 1))
    await expect(restoring()).rejects.toMatchObject({ message: expect.stringContaining('more than') as string })
    await rm(path)
    await expect(restoring()).rejects.toMatchObject({ code: 'bad-path' })
  })
})
