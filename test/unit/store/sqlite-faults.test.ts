/** What SQLite's store does when the process is killed, its file is not good, or the disk is full. */
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { blockIdOf } from '../../../protocols/wire/block-ids.ts'
import type { BlockId } from '../../../protocols/wire/ids.ts'
import { SqliteStore, openSqliteStore } from '../../../src/store/sqlite.ts'
import { openDatabase } from '../../../src/store/sqlite-database.ts'
import { MIGRATIONS } from '../../../src/store/migrations.ts'
import { StoreError } from '../../../src/store/store.ts'
import type { Store, Write } from '../../../src/store/store.ts'
import {
  blockOf,
  contentOf,
  documentRow,
  ensuredRow,
  idOf,
  putBlock,
  putDocument,
} from '../../acceptance/store-rows.ts'
import { committedIn, keptBy, linesOfWriter, startWriter } from './sqlite-process.ts'
import { DOCUMENTS_EACH, keptIn } from './writer-content.ts'
import { TEST_KEY } from './test-key.ts'

const room = idOf('room')

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-store-'))
  path = join(folder, 'kith.db')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A block that has a file of its own. */
function putLarge(label: string): Write & { type: 'put-block' } {
  const block = Buffer.alloc(64 * 1024, label)
  return { type: 'put-block', id: blockIdOf('raw', block), block }
}

/** Commits documents `from` to `to` (excluded) in one transaction. */
function commitDocuments(store: Store, from: number, to: number): void {
  for (let i = from; i < to; i++) store.apply(putDocument(documentRow(i, { clock: i, block: new Uint8Array(1_000) })))
  store.commit()
}

function storeErrorOf(work: () => unknown): StoreError {
  try {
    work()
  } catch (error) {
    if (error instanceof StoreError) return error
    throw error
  }
  throw new Error('no StoreError was thrown')
}

/** Files of blocks whose bytes are not those that their name stands for. */
function damagedIn(blocksFolder: string): string[] {
  const names = globSync('*/*.data', { cwd: blocksFolder })
  expect(names.length).toBeGreaterThan(0)
  const idIn = (name: string) => blockIdOf('raw', readFileSync(join(blocksFolder, name)))
  return names.filter((name) => basename(name, '.data') !== idIn(name))
}

describe('kill -9', () => {
  test('at any moment keeps everything that was acknowledged, no part of a transaction, and whole blocks only', async () => {
    for (let round = 0; round < 5; round++) {
      const killAt = 1 + Math.floor(Math.random() * 60)
      const writer = startWriter(path)
      const lines: string[] = []
      let killed: Promise<void> | undefined
      for await (const line of writer.lines) {
        lines.push(line)
        if (lines.length > killAt) killed ??= writer.kill()
      }
      await killed

      const damagedBlocks = damagedIn(join(folder, 'blocks'))
      const store = openSqliteStore(path, TEST_KEY)
      const kept = keptIn(store)
      store.close()
      const committed = committedIn(lines)
      // The kill's place is in the comparison so that a failure prints it.
      expect({
        killAt,
        killedInTime: lines.length > killAt,
        acknowledgedKept: kept.roots >= committed,
        wrong: kept.wrong,
        damagedBlocks,
      }).toEqual({ killAt, killedInTime: true, acknowledgedKept: true, wrong: [], damagedBlocks: [] })
    }
  })
})

describe('a file in use', () => {
  test('is refused at once, by name, until the other process is gone', async () => {
    const writer = startWriter(path)
    let error: StoreError | undefined
    for await (const line of writer.lines) {
      if (error || line === 'open') continue
      try {
        error = storeErrorOf(() => openSqliteStore(path, TEST_KEY))
      } finally {
        await writer.kill()
      }
    }
    expect(error).toMatchObject({
      code: 'locked',
      message: `another process is using ${path}: stop that node, or use another data folder`,
    })
    openSqliteStore(path, TEST_KEY).close()
  })

  test('is refused to the same process as well, also while nothing is written', () => {
    const store = openSqliteStore(path, TEST_KEY)
    expect(storeErrorOf(() => openSqliteStore(path, TEST_KEY)).code).toBe('locked')
    store.close()
    openSqliteStore(path, TEST_KEY).close()
  })
})

describe('a damaged file', () => {
  beforeEach(() => {
    const store = openSqliteStore(path, TEST_KEY)
    commitDocuments(store, 0, 300)
    store.close()
  })

  test('without its header is refused on opening', () => {
    writeFileSync(path, Buffer.from(readFileSync(path)).fill('garbage!', 0, 100))
    const error = storeErrorOf(() => openSqliteStore(path, TEST_KEY))
    expect(error.code).toBe('corrupt')
    expect(error.message).toBe(
      `${path} is damaged: kith repair keeps a copy, saves what can be read, and the rest comes back from other nodes (or restore a backup of the whole folder)`,
    )
  })

  test.each([
    ['with garbage in its pages', () => writeFileSync(path, Buffer.from(readFileSync(path)).fill(0xa5, 8 * 4_096))],
    ['cut in half', () => truncateSync(path, Math.floor(statSync(path).size / 8_192) * 4_096)],
  ])('%s is refused at the first read or write that meets it', (_, damage) => {
    damage()
    const error = storeErrorOf(() => {
      const store = openSqliteStore(path, TEST_KEY)
      try {
        store.documents(room, { limit: Infinity })
        commitDocuments(store, 300, 301)
      } finally {
        store.close()
      }
    })
    expect(error.code).toBe('corrupt')
  })
})

describe('a file that cannot be used', () => {
  test('written by a newer version is refused and left as it is', () => {
    openSqliteStore(path, TEST_KEY).close()
    const database = new DatabaseSync(path)
    database.exec('PRAGMA user_version = 99')
    database.close()
    const before = readFileSync(path)
    const error = storeErrorOf(() => openSqliteStore(path, TEST_KEY))
    expect(error.code).toBe('newer')
    expect(error.message).toBe(
      `${path} was written by a newer version of Kith (schema 99, known up to ${MIGRATIONS.length}): update Kith, or use another data folder`,
    )
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  test('in a folder that is not there, or a folder itself, is an io error that says so', () => {
    const missing = join(folder, 'missing', 'kith.db')
    const error = storeErrorOf(() => openSqliteStore(missing, TEST_KEY))
    expect(error.code).toBe('io')
    expect(error.message).toContain(`cannot use ${missing} (ENOENT: no such file or directory`)
    mkdirSync(path)
    expect(storeErrorOf(() => openSqliteStore(path, TEST_KEY)).code).toBe('io')
  })
})

test('blocks that are gone leave the rows that need them, and the store opens', () => {
  const store = openSqliteStore(path, TEST_KEY)
  const large = putLarge('a')
  const row = { ...ensuredRow('a', { state: 'complete' }), id: large.id }
  store.apply({ type: 'put-ensured', row })
  store.apply(large)
  store.commit()
  store.close()
  rmSync(join(folder, 'blocks'), { recursive: true })
  const reopened = openSqliteStore(path, TEST_KEY)
  expect(reopened.ensured(room, large.id)).toMatchObject({ state: 'complete' })
  expect([reopened.block(large.id), reopened.blockSizeBytes(large.id)]).toEqual([undefined, undefined])
  reopened.close()
})

test('what was put of large blocks is in its file once a row is committed, or the store is closed', () => {
  const fileOf = ({ id }: { id: BlockId }) => join(folder, 'blocks', id.slice(-2, -1), `${id}.data`)
  const store = openSqliteStore(path, TEST_KEY)
  const [a, b] = [putLarge('a'), putLarge('b')]
  store.apply(a)
  store.commit()
  expect(existsSync(fileOf(a))).toBe(false)
  store.apply(putDocument(documentRow(0)))
  store.commit()
  expect(existsSync(fileOf(a))).toBe(true)
  store.apply(b)
  store.close()
  expect(existsSync(fileOf(b))).toBe(true)
})

test('blocks that are put durably while the store is closed and opened again are whole, or not there', async () => {
  const blocks = Array.from({ length: 40 }, (_, i) => ({ id: blockOf(i), block: contentOf(i) }))
  const store = openSqliteStore(path, TEST_KEY)
  const putting = store.putDurably(blocks).catch(() => undefined)
  await store.putDurably([blocks[39]!])
  store.close()
  const reopened = openSqliteStore(path, TEST_KEY)
  await Promise.all([reopened.putDurably(blocks), putting])
  expect(damagedIn(join(folder, 'blocks'))).toEqual([])
  expect(blocks.filter(({ id }) => reopened.block(id) === undefined)).toEqual([])
  reopened.close()
})

describe('no space left', () => {
  test('ends the transaction, keeps no row of it and all before it, and writing goes on once there is space', () => {
    const database = openDatabase(path, TEST_KEY)
    const store = new SqliteStore(database, path, { found: { wasCutOff: false, hadNoMarks: false }, atRest: TEST_KEY })
    commitDocuments(store, 0, 10)
    const { page_count: pages } = database.prepare('PRAGMA page_count').get() as { page_count: number }
    database.exec(`PRAGMA max_page_count = ${pages + 5}`)

    const error = storeErrorOf(() => commitDocuments(store, 10, 100))
    expect(error.code).toBe('full')
    expect(error.message).toBe(
      `no space left to write ${path}: free some space and try again; nothing acknowledged was lost`,
    )
    for (const write of [putDocument(documentRow('small')), putBlock('small')]) {
      expect(storeErrorOf(() => store.apply(write))).toBe(error)
    }
    expect(storeErrorOf(() => store.commit())).toBe(error)
    expect(store.totals(room).documents).toBe(10)
    expect(store.hasDocument(idOf('small'))).toBe(false)
    expect(store.block(blockOf('small'))).toBeUndefined()

    database.exec(`PRAGMA max_page_count = ${pages + 1_000}`)
    commitDocuments(store, 10, 100)
    store.close()
    const reopened = openSqliteStore(path, TEST_KEY)
    expect(reopened.totals(room).documents).toBe(100)
    reopened.close()
  })

  test('for a block ends the transaction, and writing goes on after a rollback', () => {
    const write = putLarge('a')
    const store = openSqliteStore(path, TEST_KEY)
    const shard = join(folder, 'blocks', write.id.slice(-2, -1))
    writeFileSync(shard, 'in the way of a folder')
    store.apply(putDocument(documentRow(0)))
    const error = storeErrorOf(() => {
      store.apply(write)
      store.commit()
    })
    expect(error.code).toBe('io')
    expect(error.message).toMatch(/^cannot use \S+blocks \((EEXIST|ENOTDIR): /)
    store.rollback()
    expect([store.hasDocument(idOf(0)), store.blockSizeBytes(write.id)]).toEqual([false, undefined])
    rmSync(shard)
    store.apply(putDocument(documentRow(0)))
    store.apply(write)
    store.commit()
    expect([store.hasDocument(idOf(0)), store.blockSizeBytes(write.id)]).toEqual([true, 64 * 1024])
    store.close()
  })

  test('for a block, which no commit spoke of, does not keep the store from being closed', () => {
    const store = openSqliteStore(path, TEST_KEY)
    const write = putLarge('a')
    const shard = join(folder, 'blocks', write.id.slice(-2, -1))
    store.apply(write)
    writeFileSync(shard, 'in the way of a folder')
    store.commit()
    store.close()
    rmSync(shard)
    const reopened = openSqliteStore(path, TEST_KEY)
    expect(reopened.block(write.id)).toBeUndefined()
    reopened.close()
  })

  const unshare = ['unshare', '--user', '--map-root-user', '--mount'] as const
  const canMount = spawnSync(unshare[0], [...unshare.slice(1), 'true']).status === 0

  /** The refused transaction left no row, and those before it are whole. */
  function expectAllCommitted(lines: readonly string[]): void {
    const committed = committedIn(lines)
    expect(committed).toBeGreaterThan(0)
    expect(keptBy(lines)).toEqual({ documents: committed * DOCUMENTS_EACH, roots: committed, wrong: [] })
  }

  // Of different sizes, as now the database and now a block is the first for which there is no space.
  test.skipIf(!canMount).each(['2600k', '2800k', '3112k', '3304k', '4008k'])(
    'on a real disk of %s keeps every commit, and none in part (needs unprivileged user namespaces)',
    async (size) => {
      const script = `mount -t tmpfs -o size=${size} tmpfs "$0" && exec "$@"`
      const lines = await linesOfWriter(path, [...unshare, 'sh', '-c', script, folder])
      expect(lines.at(-2)).toMatch(/^refused full no space left to write /)
      expectAllCommitted(lines)
    },
  )

  test('by a limit of the system, not of the disk, is an io error and keeps every commit', async () => {
    const lines = await linesOfWriter(path, ['sh', '-c', 'ulimit -f 2000; exec "$0" "$@"'])
    expect(lines.at(-2)).toMatch(/^refused io cannot use .* and check the disk and your quota$/)
    expectAllCommitted(lines)
  })
})
