/** The check of the whole database, in a thread of its own. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Document } from '../../../protocols/document/document.ts'
import { blockIdOf } from '../../../protocols/wire/block-ids.ts'
import type { BlockId, RoomId } from '../../../protocols/wire/ids.ts'
import { StoreCheck } from '../../../src/node/store-check.ts'
import type { LostBlock } from '../../../src/store/lost-blocks.ts'
import { pathOfBlock } from '../../../src/store/block-files.ts'
import { SMALL_BLOCK_BYTES } from '../../../src/store/blocks.ts'
import { BLOCKS_FOLDER } from '../../../src/store/sqlite-blocks.ts'
import { openSqliteStore, type SqliteStore } from '../../../src/store/sqlite.ts'
import { rootOf, Writer } from '../room/history.ts'
import { TEST_KEY } from '../store/test-key.ts'

let room: RoomId
let writer: Writer
let folder: string
let path: string
let store: SqliteStore
let told: string[]
let lost: LostBlock[]
let ending: AbortController

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-check-'))
  path = join(folder, 'kith.db')
  told = []
  lost = []
  ending = new AbortController()
  store = openSqliteStore(path, TEST_KEY)
  writer = new Writer(rootOf())
  ;({ room } = writer)
  const [root] = writer.documents
  put(root!)
  for (let i = 1; i < 50; i++) put(write())
  store.commit()
})
afterEach(() => {
  ending.abort()
  store.close()
  rmSync(folder, { recursive: true })
})

function write(): Document {
  return writer.write({ author: 1, parents: [0], isFork: false, signing: 'unsigned', body: new Uint8Array(2_000) })
}

function put({ id, clock, author, seq, block }: Document): void {
  store.apply({ type: 'put-document', document: { id, room, clock, author, seq, block }, removedHeads: [] })
}

function checkOf(): StoreCheck {
  return new StoreCheck({
    ...{ path, blocksFolder: join(folder, BLOCKS_FOLDER), store, signal: ending.signal },
    onDamage: (finding) => told.push(finding),
    onLost: (blocks) => lost.push(...blocks),
  })
}

/** Changes the closed database, and opens it again. */
function changeDatabase(how: (database: DatabaseSync) => void): void {
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
    put(write())
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
  [
    'a document that waits is not what its id says',
    (database: DatabaseSync) => {
      database.exec("INSERT INTO pending (id, room, from_peer, block) VALUES (zeroblob(32), 1, 'peer', x'00')")
    },
  ],
  ['rooms whose total is wrong: 1', (database: DatabaseSync) => database.exec('DELETE FROM documents WHERE key = 7')],
  [
    'documents that are there twice: 1',
    (database: DatabaseSync) =>
      database.exec(`
        INSERT INTO documents (id, room, clock, author, seq, block)
        SELECT id, room, clock, author, seq, block FROM documents WHERE key = 7;
        UPDATE rooms SET documents = documents + 1`),
  ],
  [
    'newest documents that are missing: 1',
    (database: DatabaseSync) => database.exec('UPDATE heads SET id = zeroblob(32) WHERE clock = 49'),
  ],
])('finds that %s', async (damage, how) => {
  changeDatabase(how)
  const check = checkOf()
  await check.check()
  expect(told).toEqual([expect.stringMatching(`^${path} is damaged \\(${damage}\\): .*kith repair`)])
  expect(check.finding).toBe(told[0])
  expect(outcome()).toMatchObject({ damage })
})

test.each([
  ['clock = clock + 1', 'a document is not where it says'],
  // These are a part of what its block is restored from.
  ['seq = 99', 'a document is not what its id says'],
  ['author = 999', 'a document is not what its id says'],
])('finds a document with another %s', async (change, damage) => {
  changeDatabase((database) => database.exec(`UPDATE documents SET ${change} WHERE key = 7`))
  await checkOf().check()
  expect(told).toEqual([expect.stringContaining(`(${damage})`)])
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

test('tells damage that was met at once, and once, whatever the file says', async () => {
  const check = checkOf()
  check.met('a document is not what its id says')
  check.met('a document is not what its id says')
  expect(told).toEqual([expect.stringMatching(`^${path} is damaged \\(a document is not what its id says\\): .*`)])
  await check.check()
  expect(check.finding).toBe(told[0])
  expect(outcome()).toMatchObject({ damage: 'a document is not what its id says' })
})

test('is done after an end that was none, although it was done a moment ago', async () => {
  const afterMs = async (): Promise<number> => {
    const timer = vi.spyOn(globalThis, 'setTimeout')
    await checkOf().begin()
    const [call] = timer.mock.calls
    timer.mockRestore()
    return Number(call?.[1])
  }
  await checkOf().check()
  expect(await afterMs()).toBeGreaterThan(60_000)
  const killed = join(folder, 'killed.db')
  store.commit()
  for (const suffix of ['', '-wal', '-rooms']) copyFileSync(path + suffix, killed + suffix)
  store.close()
  store = openSqliteStore(killed, TEST_KEY)
  expect(await afterMs()).toBeLessThanOrEqual(10_000)
})

test('that is ended with the node tells nothing', async () => {
  const check = checkOf()
  const checking = check.check()
  ending.abort()
  await checking
  expect([check.finding, told]).toEqual([undefined, []])
})

/** A root whose blocks the store says to have: of each size, or a document. */
function putRoot(of: RoomId | undefined, state: 'complete' | 'searching', sizes: readonly number[]): BlockId[] {
  const blocks = sizes.map((sizeBytes, i) => {
    const block = new Uint8Array(sizeBytes).fill(i + 1)
    return { id: blockIdOf('raw', block), block }
  })
  const ids = blocks.map(({ id }) => id)
  const [root] = ids as [BlockId]
  store.apply({
    type: 'put-ensured',
    row: {
      ...{ room: of, id: root, state, failure: undefined, pinned: true, maxBytes: undefined, jobs: [] },
      ...{ addedAtMs: 1, blocks: 3, sizeBytes: 3 },
    },
  })
  for (const { id, block } of blocks) store.apply({ type: 'put-block', id, block })
  const [document] = writer.documents
  store.apply({ type: 'put-needs', room: of, root, needs: [...ids, document!.id].map((id) => ({ id })) })
  store.commit()
  return ids
}

test('tells blocks of complete roots whose files are gone, or empty, and no others', async () => {
  const large = SMALL_BLOCK_BYTES
  const sizes = [large, large + 1, 100, large + 2]
  const [root, gone, , emptied] = putRoot(room, 'complete', sizes) as [BlockId, BlockId, BlockId, BlockId]
  const [own] = putRoot(undefined, 'complete', [large + 3]) as [BlockId]
  const searching = putRoot(undefined, 'searching', [large + 4]) as [BlockId]
  // What the check reads is the database without its log.
  store.close()
  store = openSqliteStore(path, TEST_KEY)
  const check = checkOf()
  await check.check()
  expect(lost).toEqual([])
  const files = [gone, emptied, own, ...searching].map((id) => pathOfBlock(join(folder, BLOCKS_FOLDER), id, false))
  for (const file of files.toSpliced(1, 1)) rmSync(file)
  writeFileSync(files[1]!, '')
  await check.check()
  const key = ({ id }: { id: BlockId }): string => id
  expect(lost.sort((a, b) => (key(a) < key(b) ? -1 : 1))).toEqual(
    [
      { room, root, id: gone },
      { room, root, id: emptied },
      { room: undefined, root: own, id: own },
    ].sort((a, b) => (key(a) < key(b) ? -1 : 1)),
  )
  expect([check.finding, told]).toEqual([undefined, []])
})
