/** Lookups in SQLite go by an index: a table scan would cost more with every file and block of a node. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openDatabase } from '../../../src/store/sqlite-database.ts'
import { prepareStatements } from '../../../src/store/sqlite-statements.ts'
import { SqliteReads } from '../../../src/store/sqlite-reads.ts'
import { SqliteStore } from '../../../src/store/sqlite.ts'
import type { StoreReads } from '../../../src/store/store.ts'
import { blockOf, idOf, roomRow } from '../../acceptance/store-rows.ts'
import { TEST_KEY } from './test-key.ts'

let folder: string
let database: DatabaseSync
let store: SqliteStore

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-plans-'))
  const path = join(folder, 'kith.db')
  database = openDatabase(path, TEST_KEY)
  store = new SqliteStore(database, path, { found: { wasCutOff: false, hadNoMarks: false }, atRest: TEST_KEY })
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true })
})

/** How SQLite finds the rows of `table` for the query that a read prepares. */
function planOf(table: string, read: (reads: StoreReads) => unknown): string[] {
  const prepare = vi.spyOn(database, 'prepare')
  read(store)
  const [[sql] = []] = prepare.mock.calls
  prepare.mockRestore()
  if (sql === undefined) throw new Error('the query was prepared before')
  const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]
  return steps.map(({ detail }) => detail).filter((detail) => detail.includes(table) || detail.includes('B-TREE'))
}

test.each([
  [{ name: 'soup.pdf' }, 'SEARCH linking USING INDEX files_by_name (room=? AND name_lookup=?)'],
  [{ root: blockOf('a') }, 'SEARCH linking USING INDEX files_by_root (room=? AND root=?)'],
  [{ document: idOf('a') }, 'SEARCH linking USING PRIMARY KEY (room=? AND id=?)'],
])('files by %o', (filter, plan) => {
  expect(planOf('linking', (reads) => reads.files(idOf('room'), filter))).toEqual([plan])
})

test.each([
  [{}, 'SEARCH child_links USING INDEX child_links_in_order (room=?)'],
  [{ areThreads: true as const }, 'SEARCH child_links USING INDEX threads_in_order (room=?)'],
  [{ title: 'soup' }, 'SEARCH child_links USING INDEX child_links_by_title (room=? AND title=?)'],
  [{ about: idOf('a') }, 'SEARCH child_links USING INDEX threads_by_message (room=? AND about=?)'],
])('links to rooms below others by %o', (filter, plan) => {
  store.apply({ type: 'put-room', room: roomRow(idOf('room')) })
  expect(planOf('child_links', (reads) => reads.childLinks({ room: idOf('room'), limit: 9, ...filter }))).toEqual([
    plan,
  ])
})

test.each([{}, { title: 'soup' }, { about: idOf('a') }])('links to one room by that, and %o', (filter) => {
  store.apply({ type: 'put-room', room: roomRow(idOf('room')) })
  const read = (reads: StoreReads) => reads.childLinks({ room: idOf('room'), limit: 9, child: idOf('b'), ...filter })
  expect(planOf('child_links', read)[0]).toBe(
    'SEARCH child_links USING INDEX child_links_by_child (child=? AND room=?)',
  )
})

test('rooms that link to one, by a step in the index for each', () => {
  const prepare = vi.spyOn(database, 'prepare')
  new SqliteReads(database, 'kith.db', TEST_KEY)
  const sql = prepare.mock.calls.map(([each]) => each).find((each) => each.includes('linking (child, room)'))
  prepare.mockRestore()
  const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql!}`).all() as { detail: string }[]
  expect(steps.map(({ detail }) => detail).filter((detail) => detail.includes('child_links'))).toEqual([
    'SEARCH child_links USING COVERING INDEX child_links_by_child (child=?)',
    'SEARCH child_links USING COVERING INDEX child_links_by_child (child=? AND room>?)',
  ])
  expect(steps.filter(({ detail }) => /SCAN (?!linking)/.test(detail))).toEqual([])
})

test('heads, however many there are', () => {
  const prepare = vi.spyOn(database, 'prepare')
  prepareStatements(database, 'kith.db')
  const statements = prepare.mock.calls.map(([sql]) => sql).filter((sql) => /\bheads\b/.test(sql))
  prepare.mockRestore()
  const plans = statements.flatMap((sql) => database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[])
  const details = plans.map(({ detail }) => detail)
  expect(details.filter((detail) => detail.includes(' heads ')).sort()).toEqual([
    'SEARCH heads USING COVERING INDEX heads_in_order (room=? AND (clock,id)<(?,?))',
    'SEARCH heads USING PRIMARY KEY (room=? AND id=?)',
    'SEARCH heads USING PRIMARY KEY (room=? AND id=?)',
  ])
  expect(details.filter((detail) => detail.includes('B-TREE') || detail.startsWith('SCAN'))).toEqual([])
})

test('documents, by ids of which the index has the first bytes', () => {
  const prepare = vi.spyOn(database, 'prepare')
  prepareStatements(database, 'kith.db')
  const byId = prepare.mock.calls.map(([sql]) => sql).filter((sql) => sql.includes('documents.id = ?1'))
  prepare.mockRestore()
  const plans = byId.flatMap((sql) => database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[])
  const details = plans.map(({ detail }) => detail).filter((detail) => /(SEARCH|SCAN) documents/.test(detail))
  expect(details).toEqual(byId.map(() => 'SEARCH documents USING INDEX documents_by_id (<expr>=?)'))
})

test.each([
  [{ incomplete: true }, 'ensured USING INDEX ensured_in_state (state=?)'],
  [{ state: 'complete', withJobs: true }, 'ensured USING INDEX ensured_with_jobs (state=?)'],
  [{ state: 'searching', room: idOf('a') }, 'ensured USING INDEX ensured_in_state (state=? AND room=?)'],
  [{ pinned: false, room: idOf('a') }, 'ensured USING INDEX ensured_by_pin (room=? AND pinned=?)'],
] as const)('roots by %o', (filter, plan) => {
  expect(planOf('ensured', (reads) => reads.ensuredRows(filter))).toContain(`SEARCH ${plan}`)
})
