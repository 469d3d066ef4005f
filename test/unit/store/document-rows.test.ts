/** Documents in the rows of the SQLite store, where most name other rows: read back byte for byte, whatever became of those. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { documentIdOf, type Document } from '../../../protocols/document/document.ts'
import { comparePositions } from '../../../protocols/wire/order.ts'
import { damageOf } from '../../../src/store/check.ts'
import { MIGRATIONS } from '../../../src/store/migrations.ts'
import { openSqliteStore, type SqliteStore } from '../../../src/store/sqlite.ts'
import type { DocumentRow, Write } from '../../../src/store/store.ts'
import { roomRow } from '../../acceptance/store-rows.ts'
import { ancestorIds, chainOf, rootOf, stepsArbitrary, Writer, writeHistory } from '../room/history.ts'
import { TEST_KEY } from './test-key.ts'

/** More than the store remembers the rows of. */
const MANY = 4_200

let folder: string
let path: string
let store: SqliteStore

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-rows-'))
  path = join(folder, 'kith.db')
  store = openSqliteStore(path, TEST_KEY)
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true })
})

function reopen(): void {
  store.close()
  store = openSqliteStore(path, TEST_KEY)
}

const root = rootOf()
const room = root.id

function rowOf({ id, clock, author, seq, block }: Document): DocumentRow {
  return { id, room, clock, author, seq, block: Uint8Array.from(block) }
}

function put(documents: readonly Document[]): void {
  for (const document of documents) {
    store.apply({ type: 'put-document', document: rowOf(document), removedHeads: ancestorIds(document) })
  }
  store.commit()
}

function transact(write: Write): void {
  store.apply(write)
  store.commit()
}

/** With the bytes as plain arrays. */
function plain(read: readonly (DocumentRow | undefined)[]): (DocumentRow | undefined)[] {
  return read.map((row) => row && { ...row, block: Uint8Array.from(row.block) })
}

function expectReads(documents: readonly Document[]): void {
  expect(plain(documents.map(({ id }) => store.document(id)))).toEqual(documents.map(rowOf))
}

/** All that is here, read in both directions and one by one. */
function expectHere(documents: readonly Document[]): void {
  const rows = documents.toSorted(comparePositions).map(rowOf)
  expect(plain(store.documents(room, { limit: Infinity }))).toEqual(rows)
  expect(plain(store.documents(room, { limit: Infinity, descending: true }).reverse())).toEqual(rows)
  expectReads(documents)
  expect(store.totals(room).sizeBytes).toBe(rows.reduce((sum, { block }) => sum + block.length, 0))
}

test('documents stay what they are while others are dropped, taken back, and put again', () => {
  fc.assert(
    fc.property(stepsArbitrary(40, ['signed', 'unsigned']), fc.nat(40), (steps, drop) => {
      const documents = writeHistory(steps, root)
      put(documents)
      expectHere(documents)
      reopen()
      expectHere(documents)
      const dropped = documents.slice(1, 1 + drop)
      const left = documents.filter((each) => !dropped.includes(each))
      transact({ type: 'drop-documents', room, ids: dropped.map(({ id }) => id) })
      expectHere(left)
      reopen()
      expectHere(left)
      transact({ type: 'empty-room', room: roomRow(room) })
      put(documents)
      expectHere(documents)
      transact({ type: 'empty-room', room: roomRow(room) })
    }),
    { numRuns: 15 },
  )
})

const without: [string, (second: Document) => void][] = [
  ['a rollback', () => store.rollback()],
  ['a retraction', ({ id }) => transact({ type: 'retract-documents', room, ids: [id], heads: [] })],
  ['the end of its room', () => transact({ type: 'empty-room', room: roomRow(room) })],
]

test.each(without)('after %s, a row names no row that is gone', (_, end) => {
  const writer = new Writer(root)
  const [first, second, third] = [writer.say(1, 'first'), writer.say(1, 'second'), writer.say(1, 'third')]
  put([root, first])
  store.apply({ type: 'put-document', document: rowOf(second), removedHeads: [] })
  end(second)
  // Only its header is here when it is named.
  transact({ type: 'put-dropped', room, headers: [second] })
  put([third])
  expectReads([third])
  reopen()
  expectReads([third])
})

test('a document may name one that was stored long before', () => {
  const chain = chainOf(root, 1, MANY, MANY)
  const writer = new Writer(root)
  const early = writer.say(2, 'early')
  put([root, early, ...chain])
  const late = writer.say(2, 'late')
  put([late])
  expectReads([early, late])
  reopen()
  expectReads([late, early])
})

test('a message takes hardly more than its text, its signature and its time', () => {
  const writer = new Writer(root)
  const talk = Array.from({ length: 20 }, (_, i) => writer.say(i % 3, 'x'.repeat(200)))
  put([root, ...talk])
  store.close()
  const database = new DatabaseSync(path)
  const sizes = database.prepare('SELECT length(block) AS bytes FROM documents WHERE seq > 0').all()
  database.close()
  store = openSqliteStore(path, TEST_KEY)
  expect(sizes).toHaveLength(18)
  expect(Math.max(...sizes.map(({ bytes }) => bytes as number))).toBeLessThan(200 + 64 + 40)
})

test('a row that names one which is gone is damage: what is read is not what its id says, and a check tells', () => {
  const writer = new Writer(root)
  const talk = [writer.say(1, 'first'), writer.say(1, 'second'), writer.say(1, 'third')]
  put([root, ...talk])
  store.close()
  const database = new DatabaseSync(path)
  database.exec(`DELETE FROM documents WHERE clock = 3; UPDATE rooms SET documents = documents - 1`)
  database.close()
  expect(damageOf(path, TEST_KEY)).toBe('a document is not what its id says')
  rmSync(`${path}-rooms`)
  store = openSqliteStore(path, TEST_KEY)
  const { id } = talk[2]!
  expect(documentIdOf(store.document(id)!.block)).not.toBe(id)
  const read = store.documents(room, { limit: 9 })
  expect(read.filter((each) => documentIdOf(each.block) !== each.id).map((each) => each.id)).toEqual([id])
})

test('a database from before goes on, with the documents that it has and those that it dropped', () => {
  const writer = new Writer(root)
  const old = [root, ...Array.from({ length: 6 }, (_, i) => writer.say(i % 2, `old ${i}`))]
  put(old)
  transact({ type: 'drop-documents', room, ids: old.slice(1, 3).map(({ id }) => id) })
  store.close()
  const before = MIGRATIONS.findIndex((step) => step.includes('dropped_by_id'))
  const database = new DatabaseSync(path)
  // The tables as they were then, with whole blocks.
  database.exec(`
    CREATE TABLE older (
      id BLOB PRIMARY KEY, room INTEGER NOT NULL, clock INTEGER NOT NULL, author INTEGER NOT NULL, seq INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    INSERT INTO older SELECT id, room, clock, author, seq FROM dropped;
    DROP TABLE dropped;
    ALTER TABLE older RENAME TO dropped;
    CREATE INDEX dropped_by_place ON dropped (room, clock, id);
    DROP TABLE traces;
    DROP TABLE child_links;
    DROP TABLE directory_nodes;
    DROP TABLE directory_records;
    DROP TABLE locks;
    PRAGMA user_version = ${before}`)
  const whole = database.prepare('UPDATE documents SET block = ? WHERE clock = ?')
  for (const { block, clock } of old) whole.run(block, clock)
  database.close()
  store = openSqliteStore(path, TEST_KEY)
  const left = old.filter((_, i) => i === 0 || i > 2)
  expectHere(left)
  expect(store.droppedHeaders(room, undefined, 9).map(({ id }) => id)).toEqual([old[1]!.id, old[2]!.id])
  const more = [writer.say(1, 'new'), writer.say(0, 'newer')]
  put([old[1]!, ...more])
  transact({ type: 'drop-documents', room, ids: [old[3]!.id, more[0]!.id] })
  reopen()
  expectHere([...left.filter((each) => each !== old[3]), more[1]!])
  store.close()
  expect(damageOf(path, TEST_KEY)).toBeUndefined()
  store = openSqliteStore(path, TEST_KEY)
})
