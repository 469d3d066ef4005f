/** What a database from before had in clear text is in none of its files once it was opened, also where no row had it any more. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDataFolder } from '../../../src/node/data-folder.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { MIGRATIONS } from '../../../src/store/migrations.ts'
import { openSqliteStore } from '../../../src/store/sqlite.ts'
import { eraseTraces } from '../../../src/store/traces.ts'
import { TEST_KEY } from './test-key.ts'

const SEALING = MIGRATIONS.findIndex((step) => step.includes('SET\n  name = seal(name)'))
const [KEPT, DELETED] = ['kookaburra', 'bandicoot']

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-traces-'))
  path = join(folder, 'kith.db')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** As an earlier version left it: with names of rooms in clear text, also those that were given up. */
function writeBefore(): void {
  const database = new DatabaseSync(path)
  TEST_KEY.addTo(database, path)
  migrate(database, path, MIGRATIONS.slice(0, SEALING))
  for (let key = 1; key <= 200; key++) {
    database.prepare('INSERT INTO rooms (key, id) VALUES (?, ?)').run(key, Buffer.alloc(32, key))
    const name = `${key % 2 === 0 ? KEPT : DELETED} ${key}`
    database
      .prepare(
        'INSERT INTO room_records (room, status, name, app, joined_at_ms, newest_first) VALUES (?, ?, ?, ?, 1, 0)',
      )
      .run(key, 'left', name, 'chat')
  }
  database.exec('DELETE FROM room_records WHERE room % 2 = 1')
  database.close()
}

function found(): string[] {
  const files = readdirSync(folder).filter((name) => name.startsWith('kith.db'))
  const contents = files.map((name) => readFileSync(join(folder, name)))
  return [KEPT, DELETED].filter((word) => contents.some((content) => content.includes(word)))
}

const hasTraces = (): boolean => {
  const store = openSqliteStore(path, TEST_KEY)
  const { hasTraces: has } = store
  store.close()
  return has
}

/** What was in the folder while something was done, also files that are gone again. */
async function namesDuring(work: () => Promise<void>): Promise<string[]> {
  const names: string[] = []
  const ended = Promise.withResolvers<void>()
  const watcher = watch(folder, (_event, name) => {
    names.push(name ?? '')
    if (name === 'end') ended.resolve()
  })
  await work()
  writeFileSync(join(folder, 'end'), '')
  await ended.promise
  watcher.close()
  return names
}

/** More than SQLite keeps in memory of a copy that it makes. */
const LARGE_BYTES = 8 * 1024 * 1024
/** How SQLite names temporary files. */
const TEMPORARY = expect.stringMatching(/^etilqs_/) as string

test('what was sealed or deleted is gone once it was written anew, and what is there stays', async () => {
  writeBefore()
  expect(found()).toEqual([KEPT, DELETED])
  expect(hasTraces()).toBe(true)
  // What the migration sealed is overwritten; what was deleted before that is not.
  expect(found()).toContain(DELETED)
  await eraseTraces(path)
  expect(found()).toEqual([])
  expect(hasTraces()).toBe(false)
  const store = openSqliteStore(path, TEST_KEY)
  expect(store.rooms()).toHaveLength(100)
  expect(store.rooms()[0]).toMatchObject({ name: expect.stringContaining(KEPT) as string, app: 'chat' })
  store.close()
})

test.each([
  ['with traces', () => eraseTraces(path)],
  [
    'that is sealed',
    async () => {
      const store = openSqliteStore(path, TEST_KEY)
      openOther()
      await store.rewrite()
      store.close()
    },
  ],
])('the copy of a database %s is beside it, where its space was looked at', async (_which, rewrite) => {
  openSqliteStore(path, TEST_KEY).close()
  const database = new DatabaseSync(path)
  database.exec(`CREATE TABLE large (bytes BLOB); INSERT INTO large VALUES (zeroblob(${LARGE_BYTES}))`)
  database.close()
  openOther()
  expect(await namesDuring(rewrite)).toContainEqual(TEMPORARY)
  expect(readdirSync(folder)).not.toContainEqual(TEMPORARY)
})

/** SQLite has one folder for temporary files, and this takes it. */
function openOther(): void {
  const other = join(folder, 'other')
  mkdirSync(other, { recursive: true })
  openSqliteStore(join(other, 'kith.db'), TEST_KEY).close()
}

test('a new database has none', async () => {
  const { store } = await openDataFolder(folder)
  store.close()
  const again = await openDataFolder(folder)
  expect(again.store).toMatchObject({ hasTraces: false })
  again.store.close()
})

test.each([
  ['there is no space', () => 64 * 1024 * 1024],
  ['somebody else has the file', undefined],
])('where %s, it stays as it is, until the next time', async (_why, freeBytes) => {
  writeBefore()
  expect(hasTraces()).toBe(true)
  const other = freeBytes === undefined ? openSqliteStore(path, TEST_KEY) : undefined
  await eraseTraces(path, freeBytes)
  other?.close()
  expect(hasTraces()).toBe(true)
  expect(found()).toContain(DELETED)
  await eraseTraces(path)
  expect(hasTraces()).toBe(false)
  expect(found()).toEqual([])
})

test('a folder is opened as its database was left, and written anew before that', async () => {
  // It makes the key.
  ;(await openDataFolder(folder)).store.close()
  const database = new DatabaseSync(path)
  database.exec('INSERT INTO traces VALUES (1)')
  database.close()
  const { store } = await openDataFolder(folder)
  expect(store).toMatchObject({ hasTraces: false })
  store.close()
})
