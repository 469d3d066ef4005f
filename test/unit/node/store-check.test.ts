/** The check of the whole database, in a thread of its own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sha256 } from '../../../protocols/wire/crypto.ts'
import { documentIdOfDigest } from '../../../protocols/wire/ids.ts'
import { StoreCheck } from '../../../src/node/store-check.ts'
import { openSqliteStore, type SqliteStore } from '../../../src/store/sqlite.ts'
import { documentRow, idOf, putDocument } from '../../acceptance/store-rows.ts'
import { TEST_KEY } from '../store/test-key.ts'

const room = idOf('room')

let folder: string
let path: string
let store: SqliteStore
let told: string[]
let ending: AbortController

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-check-'))
  path = join(folder, 'kith.db')
  told = []
  ending = new AbortController()
  store = openSqliteStore(path, TEST_KEY)
  for (let i = 0; i < 50; i++) {
    const block = new Uint8Array(2_000).fill(i)
    const id = documentIdOfDigest(sha256(block))
    store.apply({ type: 'put-document', document: { ...documentRow(i, { clock: i, block }), id }, removedHeads: [] })
  }
  store.commit()
})
afterEach(() => {
  ending.abort()
  store.close()
  rmSync(folder, { recursive: true })
})

function checkOf(): StoreCheck {
  return new StoreCheck({ path, store, onDamage: (finding) => told.push(finding), signal: ending.signal })
}

/** Changes the closed database, and opens it again. */
function change(how: (database: DatabaseSync) => void): void {
  store.close()
  const database = new DatabaseSync(path)
  how(database)
  database.close()
  store = openSqliteStore(path, TEST_KEY)
}

const outcome = (): unknown => JSON.parse(readFileSync(`${path}-checked`, 'utf8'))

test('finds nothing in a sound database, which is written to meanwhile', async () => {
  const check = checkOf()
  const checking = check.check()
  for (let i = 50; i < 60; i++) {
    store.apply(putDocument(documentRow(i, { clock: i })))
    store.commit()
  }
  await checking
  expect([check.finding, told]).toEqual([undefined, []])
  expect(outcome()).toMatchObject({ damage: null })
  expect(store.totals(room).documents).toBe(60)
})

test.each([
  [
    'a document is not what its id says',
    (database: DatabaseSync) => database.exec("UPDATE documents SET block = x'00' WHERE key = 7"),
  ],
  ['rooms whose total is wrong: 1', (database: DatabaseSync) => database.exec('DELETE FROM documents WHERE key = 7')],
  [
    'newest documents that are missing: 1',
    (database: DatabaseSync) => database.exec('UPDATE heads SET id = zeroblob(32) WHERE clock = 49'),
  ],
])('finds that %s', async (damage, how) => {
  change(how)
  const check = checkOf()
  await check.check()
  expect(told).toEqual([expect.stringMatching(`^${path} is damaged \\(${damage}\\): .*kith repair`)])
  expect(check.finding).toBe(told[0])
  expect(outcome()).toMatchObject({ damage })
})

test('finds damaged pages', async () => {
  store.close()
  const bytes = readFileSync(path)
  writeFileSync(path, bytes.fill(0xa5, bytes.length - 3 * 4_096, bytes.length - 4_096))
  store = openSqliteStore(path, TEST_KEY)
  const check = checkOf()
  await check.check()
  expect(told).toHaveLength(1)
})

test('that is ended with the node tells nothing', async () => {
  const check = checkOf()
  const checking = check.check()
  ending.abort()
  await checking
  expect([check.finding, told]).toEqual([undefined, []])
})
