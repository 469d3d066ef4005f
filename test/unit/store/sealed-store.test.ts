/** A store in which documents and blocks are sealed, too: it is like any other, and tells nothing to who lacks the key. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { blockIdOf } from '../../../protocols/wire/block-ids.ts'
import { encodeText } from '../../../src/apps/body.ts'
import { AtRestKey, SEALED_MORE_BYTES } from '../../../src/store/at-rest.ts'
import { SMALL_BLOCK_BYTES, type StoredBlock } from '../../../src/store/blocks.ts'
import { checkOf, damageOf } from '../../../src/store/check.ts'
import { pageBytesOf } from '../../../src/store/salvage/log.ts'
import { findBlocks } from '../../../src/store/salvage/pages.ts'
import { ShortRows } from '../../../src/store/salvage/short-rows.ts'
import { BLOCKS_FOLDER } from '../../../src/store/sqlite-blocks.ts'
import { openSqliteStore, type SqliteStore } from '../../../src/store/sqlite.ts'
import { RoomGraph } from '../../../src/room/graph.ts'
import { storeSuite } from '../../acceptance/store-suite.ts'
import { peerA, welcome, Writer } from '../room/history.ts'
import { TEST_KEY } from './test-key.ts'

/** The same key, and all is sealed under it. */
const SEALING = new AtRestKey(new Uint8Array(32).fill(7), true)

storeSuite('sqlite, all sealed', () => {
  const own = mkdtempSync(join(tmpdir(), 'kith-store-'))
  let current = openSqliteStore(join(own, 'kith.db'), SEALING)
  return {
    store: current,
    reopen() {
      current.close()
      current = openSqliteStore(join(own, 'kith.db'), SEALING)
      return current
    },
    cleanup() {
      current.close()
      rmSync(own, { recursive: true })
    },
  }
})

const WORDS = ['kookaburra', 'bandicoot', 'cassowary', 'thylacine']
const [SAID, WAITING, SMALL, LARGE] = WORDS as [string, string, string, string]

const blockOf = (content: string): StoredBlock => {
  const block = new Uint8Array(Buffer.from(content))
  return { id: blockIdOf('raw', block), block }
}
const SMALL_BLOCK = blockOf(SMALL.repeat(20))
const LARGE_BLOCK = blockOf(LARGE.repeat(Math.ceil((2 * SMALL_BLOCK_BYTES) / LARGE.length)))
const BLOCKS = [SMALL_BLOCK, LARGE_BLOCK]

const writer = new Writer()
const MESSAGES = Array.from({ length: 50 }, (_, i) => writer.say(i % 3, `${SAID} ${i}`))
const HIDDEN = writer.say(1, 'is not sent')
const PENDING = writer.write({ author: 2, parents: [0], isFork: false, signing: 'signed', body: encodeText(WAITING) })
const DOCUMENTS = [writer.documents[0]!, ...MESSAGES]

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-sealed-'))
  path = join(folder, 'kith.db')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Those words that some file of the folder has, as they are. */
function found(): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => statSync(name).isFile())
    .map((name) => readFileSync(name))
  return WORDS.filter((word) => files.some((content) => content.includes(word)))
}

/** A room with messages, one that waits for another one, and two blocks. */
function fill(store: SqliteStore): SqliteStore {
  const graph = new RoomGraph(writer.room, store)
  graph.receive(
    [...DOCUMENTS, PENDING].map(({ block }) => block),
    peerA,
    welcome,
  )
  for (const block of BLOCKS) store.apply({ type: 'put-block', ...block })
  store.commit()
  return store
}

/** What reads say, which is the same however it is stored. */
function contentOf(store: SqliteStore) {
  const { room } = writer
  return {
    documents: store.documents(room, { limit: 1_000 }),
    single: store.document(MESSAGES[7]!.id),
    pending: store.pending(room),
    totals: store.totals(room),
    blocks: BLOCKS.map(({ id }) => [store.block(id), store.blockSizeBytes(id)]),
    listed: store.unneededBlocks(100).blocks.toSorted((a, b) => a.sizeBytes - b.sizeBytes),
  }
}

/** That of a store in which nothing is sealed. */
function plainContent() {
  const other = mkdtempSync(join(tmpdir(), 'kith-plain-'))
  const store = fill(openSqliteStore(join(other, 'kith.db'), TEST_KEY))
  const content = contentOf(store)
  store.close()
  rmSync(other, { recursive: true })
  return content
}

test('messages, what waits, and blocks in rows and files are in no file as they are, and read as they were', () => {
  expect(HIDDEN.id).toBe(PENDING.parents[0])
  const store = fill(openSqliteStore(path, SEALING))
  expect(found()).toEqual([])
  store.close()
  expect(found()).toEqual([])
  const again = openSqliteStore(path, SEALING)
  const content = contentOf(again)
  again.close()
  expect(content).toEqual(plainContent())
  expect(content.documents).toHaveLength(DOCUMENTS.length)
  expect(content.pending).toHaveLength(1)
})

describe('a store that lies open', () => {
  const open = (key: AtRestKey): SqliteStore => openSqliteStore(path, key)

  test('is sealed when the user wants that, and opened again; nothing of before is left in free space or the log', async () => {
    const before = fill(open(TEST_KEY))
    expect(found()).toEqual(WORDS)
    before.close()
    const sealed = open(SEALING)
    expect(contentOf(sealed)).toEqual(plainContent())
    await sealed.rewrite()
    expect(found()).toEqual([])
    expect(contentOf(sealed)).toEqual(plainContent())
    sealed.close()
    expect(damageOf(path, SEALING)).toBeUndefined()
    const opened = open(TEST_KEY)
    expect(contentOf(opened)).toEqual(plainContent())
    await opened.rewrite()
    expect(found()).toEqual(WORDS)
    expect(contentOf(opened)).toEqual(plainContent())
    opened.close()
    expect(damageOf(path, TEST_KEY)).toBeUndefined()
  })

  test('is read and written where sealing it was cut off, and then is as large as it says', async () => {
    fill(open(TEST_KEY)).close()
    const store = open(SEALING)
    const more = writer.say(0, 'more of it')
    new RoomGraph(writer.room, store).receive([HIDDEN.block, more.block], peerA, welcome)
    store.apply({ type: 'put-block', ...blockOf('other'.repeat(SMALL_BLOCK_BYTES)) })
    store.commit()
    expect(store.documents(writer.room, { limit: 1_000 })).toHaveLength(DOCUMENTS.length + 3)
    expect(contentOf(store).listed).toHaveLength(3)
    const drop = (ids: readonly string[]) =>
      store.apply({ type: 'drop-documents', room: writer.room, ids: ids as (typeof more.id)[] })
    drop([more.id, MESSAGES[0]!.id])
    store.commit()
    const left = store.documents(writer.room, { limit: 1_000 })
    expect(store.totals(writer.room).sizeBytes).toBe(left.reduce((sum, { block }) => sum + block.length, 0))
    await store.rewrite()
    store.close()
    expect(found()).toEqual([])
  })

  test('loses no block whose sealed file is already there', async () => {
    fill(open(TEST_KEY)).close()
    const store = open(SEALING)
    await store.putDurably([LARGE_BLOCK])
    expect(contentOf(store).listed).toHaveLength(2)
    await store.rewrite()
    expect(contentOf(store)).toEqual(plainContent())
    store.apply({ type: 'delete-blocks', ids: BLOCKS.map(({ id }) => id) })
    store.commit()
    expect(BLOCKS.map(({ id }) => store.block(id))).toEqual([undefined, undefined])
    store.close()
  })
})

describe('a sealed store that is damaged', () => {
  beforeEach(() => fill(openSqliteStore(path, SEALING)).close())

  test('is found to be by its key, and what is damaged is not taken for what its id says', () => {
    expect(checkOf(path, join(folder, BLOCKS_FOLDER), SEALING)).toEqual({ damage: undefined, lost: [] })
    const database = new DatabaseSync(path)
    const last = `block = CAST(substr(block, 1, length(block) - 1) || x'00' AS BLOB)`
    database.exec(`UPDATE documents SET ${last} WHERE seq = 5; UPDATE blocks SET ${last}`)
    database.close()
    expect(damageOf(path, SEALING)).toBe('a document is not what its id says')
    const store = openSqliteStore(path, SEALING)
    const read = store.documents(writer.room, { limit: 1_000 })
    expect(
      read.filter(({ id, block }) => !DOCUMENTS.some((each) => each.id === id && equal(each.block, block))),
    ).toHaveLength(3)
    expect(store.block(SMALL_BLOCK.id)).toBeUndefined()
    store.close()
  })

  test('gives all that is whole to a repair', () => {
    const all = [...findBlocks(path, pageBytesOf(path), SEALING)]
    const short = new ShortRows(SEALING)
    for (const { rows, ids } of all) short.add(rows, ids)
    const whole = all.flatMap((page) => page.documents)
    const documents = [...whole, ...[...short.restored()].flat()].map((block) => Buffer.from(block).toString('hex'))
    short.close()
    const expected = [...DOCUMENTS, PENDING].map(({ block }) => Buffer.from(block).toString('hex'))
    expect(new Set(documents)).toEqual(new Set(expected))
    expect(all.flatMap(({ blocks }) => blocks)).toContainEqual(SMALL_BLOCK)
    const others = [...findBlocks(path, pageBytesOf(path), new AtRestKey(new Uint8Array(32).fill(8)))]
    expect(others.flatMap((page) => page.documents)).toEqual([])
  })
})

const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a).equals(b)

test('what is sealed is longer by as much as sizes leave out', () => {
  expect(SEALING.stored(new Uint8Array(10)).length).toBe(10 + SEALED_MORE_BYTES)
})
