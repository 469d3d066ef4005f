import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDataFolder } from '../../../src/node/data-folder.ts'
import { protectKey } from '../../../src/node/keys.ts'
import { documentRow, putDocument, roomRow, idOf } from '../../acceptance/store-rows.ts'
import { kith } from './fake-terminal.ts'

const PASSPHRASE = 'correct horse battery'

const room = idOf('room')

let dataDir: string

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'kith-cli-repair-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

const repair = (...argv: string[]) => kith(['repair', '--data', dataDir, ...argv])

async function makeStore(documents = 40): Promise<void> {
  const { store } = await openDataFolder(dataDir)
  store.apply({ type: 'put-room', room: roomRow(room, { name: 'Kitchen' }) })
  for (let i = 0; i < documents; i++) store.apply(putDocument(documentRow(i, { clock: i })))
  store.commit()
  store.close()
}

test('says that a folder is not that of a node', async () => {
  expect(await repair()).toEqual({
    exitCode: 2,
    out: '',
    err: `kith: ${dataDir} is not the data folder of a node: there is no kith.db\n`,
  })
})

test('says what it saved, and what is to be done', async () => {
  await makeStore()
  const path = join(dataDir, 'kith.db')
  truncateSync(path, Math.floor(statSync(path).size / 2))
  const { exitCode, out, err } = await repair()
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
  expect(out).toContain('The database was damaged: ')
  expect(out).toContain(`It is kept as ${path}-damaged-1.`)
  expect(out).toMatch(/: 0 documents saved of 40$/m) // those of this test are not signed
  expect(out).toContain('Files: 0 blocks verified, all sound')
  expect(out.trimEnd().split('\n').at(-1)).toBe(`Start the node: kith start --data ${dataDir}`)
})

test('goes on without a database that is gone, as a node that first has to catch up', async () => {
  await makeStore()
  for (const name of readdirSync(dataDir)) if (name.startsWith('kith.db')) rmSync(join(dataDir, name))
  const { exitCode, out } = await repair()
  expect(exitCode).toBe(0)
  expect(out).toContain(`${join(dataDir, 'kith.db')} is gone, with all rooms and messages: join the rooms again`)
  const { store, isKeyRestored } = await openDataFolder(dataDir)
  expect({ isKeyRestored, rooms: store.rooms() }).toEqual({ isKeyRestored: true, rooms: [] })
  store.close()
})

test('of a sound database whose list of rooms is lost, says what is the matter, and where nothing can be written', async () => {
  await makeStore(0)
  rmSync(join(dataDir, 'kith.db-rooms'))
  for (const _times of ['once', 'again']) {
    const { exitCode, out } = await repair()
    expect(exitCode).toBe(0)
    expect(out).toContain(
      'The database is sound.\nIts list of rooms (kith.db-rooms) was missing or damaged, and was made',
    )
    expect(out).toContain('Nothing can be written in Kitchen until what you wrote there is back from a member.')
  }
  const room = { name: 'Kitchen' }
  const { out } = await repair('--write-anyway', '--json')
  expect(JSON.parse(out)).toMatchObject({ damage: null, isRoomListLost: true, heldBack: [], givenUp: [room] })
})

test('with --json, reports the same as a value', async () => {
  await makeStore()
  const path = join(dataDir, 'kith.db')
  writeFileSync(
    `${path}-rooms`,
    readFileSync(`${path}-rooms`, 'latin1').replace('0000000000000040', '0000000000000041'),
  )
  const { out } = await repair('--json')
  expect(JSON.parse(out)).toMatchObject({
    damage: `${path} has lost documents: it had 41, and 40 are left`,
    copy: `${path}-damaged-1`,
    rooms: [{ id: room, had: 41 }],
    givenUp: [],
  })
})

test('refuses a folder that has lost its key', async () => {
  await makeStore()
  rmSync(join(dataDir, 'identity.key'))
  expect(await repair()).toMatchObject({ exitCode: 1, err: expect.stringContaining('no identity.key') as string })
})

test('of a protected node it needs the passphrase, which opens what is sealed in the store', async () => {
  await makeStore()
  await protectKey({ dataDir, newPassphrase: PASSPHRASE })
  const path = join(dataDir, 'kith.db')
  truncateSync(path, Math.floor(statSync(path).size / 2))
  expect(await repair()).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining('give --passphrase-file') as string,
  })
  const secret = join(dataDir, 'secret')
  writeFileSync(secret, 'wrong passphrase\n')
  expect(await repair('--passphrase-file', secret)).toMatchObject({ exitCode: 1 })
  expect(existsSync(`${path}-damaged-1`)).toBe(false)
  writeFileSync(secret, `${PASSPHRASE}\n`)
  expect(await repair('--passphrase-file', secret)).toMatchObject({ exitCode: 0 })
  expect(existsSync(`${path}-damaged-1`)).toBe(true)
})
