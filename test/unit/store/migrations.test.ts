import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate } from '../../../src/store/migrate.ts'
import { MIGRATIONS } from '../../../src/store/migrations.ts'
import { prepareStatements } from '../../../src/store/sqlite-statements.ts'
import { TEST_KEY } from './test-key.ts'

/** A made-up history of a schema: contacts, then their phone numbers, then a column renamed. */
const STEPS = [
  'CREATE TABLE contacts (name TEXT NOT NULL)',
  `CREATE TABLE phones (contact TEXT NOT NULL, number TEXT NOT NULL);
   INSERT INTO phones SELECT name, 'unknown' FROM contacts`,
  'ALTER TABLE phones RENAME COLUMN number TO phone',
]

let folder: string
let database: DatabaseSync

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-migrations-'))
  database = new DatabaseSync(join(folder, 'contacts.db'))
  TEST_KEY.addTo(database, 'contacts.db')
})
afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true })
})

const migrateTo = (steps: readonly string[]) => migrate(database, 'contacts.db', steps)
const reopen = () => {
  database.close()
  database.open()
  TEST_KEY.addTo(database, 'contacts.db')
}
const version = () => database.prepare('PRAGMA user_version').get()?.['user_version']

test('a store of each older version is brought up to date with its data', () => {
  migrateTo(STEPS.slice(0, 1))
  database.exec(`INSERT INTO contacts VALUES ('ada')`)
  reopen()
  migrateTo(STEPS)
  expect(version()).toBe(3)
  expect({ ...database.prepare('SELECT * FROM phones').get() }).toEqual({ contact: 'ada', phone: 'unknown' })
})

test('a store that is up to date is not touched', () => {
  migrateTo(STEPS)
  database.exec(`INSERT INTO phones VALUES ('bob', '1')`)
  migrateTo(STEPS)
  expect(database.prepare('SELECT * FROM phones').all()).toHaveLength(1)
})

test('a step that fails leaves the version before it, from which the next start goes on', () => {
  const broken = [STEPS[0]!, `CREATE TABLE phones (number TEXT); INSERT INTO nowhere VALUES (1)`]
  expect(() => migrateTo(broken)).toThrow('no such table: nowhere')
  reopen()
  expect(version()).toBe(1)
  migrateTo(STEPS)
  expect(version()).toBe(3)
})

test('a store with more steps than are known is refused', () => {
  migrateTo(STEPS)
  expect(() => migrateTo(STEPS.slice(0, 2))).toThrow(
    expect.objectContaining({ name: 'StoreError', code: 'newer', message: expect.stringContaining('schema 3') }),
  )
  expect(version()).toBe(3)
})

test('the released steps work one after the other on an empty file', () => {
  migrateTo(MIGRATIONS)
  expect(version()).toBe(MIGRATIONS.length)
})

test('a store from before rooms with members opens with what those need, and its rooms are open to all', () => {
  const before = MIGRATIONS.findIndex((step) => step.includes('CREATE TABLE access'))
  migrateTo(MIGRATIONS.slice(0, before))
  database.exec(`
    INSERT INTO rooms (key, id) VALUES (1, zeroblob(32));
    INSERT INTO room_records (room, status, name, app, joined_at_ms, newest_first)
    VALUES (1, 'open', 'Kitchen', 'chat', 1, 0)`)
  reopen()
  migrateTo(MIGRATIONS)
  const {
    name,
    access,
    invite_seed: inviteSeed,
  } = database.prepare('SELECT unseal(name) AS name, access, invite_seed FROM room_records').get() ?? {}
  expect({ name, access, inviteSeed }).toEqual({ name: 'Kitchen', access: null, inviteSeed: null })
  database.exec(`
    INSERT INTO access (room, version, bases) VALUES (1, 0, '[]');
    INSERT INTO known (room, id, version) VALUES (1, zeroblob(32), 0)`)
  expect(database.prepare('SELECT act, reach FROM access').all()).toHaveLength(1)
})

test('a store from before sealed files opens with what those need, and its files are not sealed', () => {
  const before = MIGRATIONS.findIndex((step) => step.includes('file_key'))
  migrateTo(MIGRATIONS.slice(0, before))
  database.exec(`
    INSERT INTO linking (room, id, clock, links, root, name) VALUES (1, zeroblob(32), 1, zeroblob(36), zeroblob(36), 'a')`)
  reopen()
  migrateTo(MIGRATIONS)
  const sql = 'SELECT unseal(name) AS name, file_key, plain_root FROM linking'
  const { name, file_key: key, plain_root: root } = database.prepare(sql).get() ?? {}
  expect({ name, key, root }).toEqual({ name: 'a', key: null, root: null })
})

test('documents of a store from before their short index keep their places and ids', () => {
  const before = MIGRATIONS.findIndex((step) => step.includes('documents_by_id'))
  migrateTo(MIGRATIONS.slice(0, before))
  database.exec(`
    INSERT INTO documents (key, id, room, clock, author, seq, block) VALUES (1, x'${'0b'.repeat(32)}', 1, 2, 1, 1, x'bb');
    INSERT INTO documents (key, id, room, clock, author, seq, block) VALUES (3, x'${'0a'.repeat(32)}', 1, 1, 1, 0, x'aa')`)
  const rows = database.prepare('SELECT *, 0 AS sealed FROM documents ORDER BY key').all()
  reopen()
  migrateTo(MIGRATIONS)
  expect(database.prepare('SELECT * FROM documents ORDER BY key').all()).toEqual(rows)
  const { document } = prepareStatements(database, 'contacts.db')
  database.exec(`INSERT INTO rooms (key, id) VALUES (1, zeroblob(32)); INSERT INTO authors VALUES (1, zeroblob(32))`)
  expect(document.get(Buffer.alloc(32, 0x0a))).toMatchObject({ clock: 1, seq: 0 })
  // The same first bytes, and another id.
  expect(document.get(Buffer.concat([Buffer.alloc(16, 0x0a), Buffer.alloc(16)]))).toBeUndefined()
})

test('states of a store from before entries of guests are folded again', () => {
  migrateTo(MIGRATIONS.slice(0, MIGRATIONS.lastIndexOf('DELETE FROM states')))
  database.exec(`INSERT INTO states (room, clock, id, encoded) VALUES (1, 2, zeroblob(32), x'80')`)
  reopen()
  migrateTo(MIGRATIONS)
  expect(database.prepare('SELECT * FROM states').all()).toEqual([])
})
