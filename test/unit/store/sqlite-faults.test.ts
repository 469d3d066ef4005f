/** What SQLite's store does when the process is killed, the file is not good, or the disk is full. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SqliteStore, openSqliteStore } from '../../../src/store/sqlite.ts'
import { openDatabase } from '../../../src/store/sqlite-database.ts'
import { StoreError } from '../../../src/store/store.ts'
import type { Store } from '../../../src/store/store.ts'
import { documentRow, idOf, putDocument } from '../../acceptance/store-rows.ts'
import { lastCount, linesOfWriter, startWriter } from './sqlite-process.ts'

const room = idOf('room')

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-store-'))
  path = join(folder, 'kith.db')
})
afterEach(() => rmSync(folder, { recursive: true }))

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

describe('kill -9', () => {
  test('at any moment keeps everything that was acknowledged, and no part of a transaction', async () => {
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

      const store = openSqliteStore(path)
      const { documents } = store.totals(room)
      const rows = store.documents(room, { limit: Infinity })
      store.close()
      const whole = Array.from({ length: documents }, (_, i) => i)
      // The kill's place is in the comparison so that a failure prints it.
      expect({
        killAt,
        killedInTime: lines.length > killAt,
        acknowledgedKept: documents >= lastCount(lines, 'committed'),
        partOfTransaction: documents % 10,
        clocks: rows.map(({ clock }) => clock),
        damaged: rows.filter(({ clock, block }) => block.length !== 4_096 || block[4_095] !== clock % 256),
      }).toEqual({
        killAt,
        killedInTime: true,
        acknowledgedKept: true,
        partOfTransaction: 0,
        clocks: whole,
        damaged: [],
      })
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
        error = storeErrorOf(() => openSqliteStore(path))
      } finally {
        await writer.kill()
      }
    }
    expect(error).toMatchObject({
      code: 'locked',
      message: `another process is using ${path}: stop that node, or use another data folder`,
    })
    openSqliteStore(path).close()
  })

  test('is refused to the same process as well, also while nothing is written', () => {
    const store = openSqliteStore(path)
    expect(storeErrorOf(() => openSqliteStore(path)).code).toBe('locked')
    store.close()
    openSqliteStore(path).close()
  })
})

describe('a damaged file', () => {
  beforeEach(() => {
    const store = openSqliteStore(path)
    commitDocuments(store, 0, 300)
    store.close()
  })

  test('without its header is refused on opening', () => {
    writeFileSync(path, Buffer.from(readFileSync(path)).fill('garbage!', 0, 100))
    const error = storeErrorOf(() => openSqliteStore(path))
    expect(error.code).toBe('corrupt')
    expect(error.message).toBe(
      `${path} is damaged: put back a backup, or move it away and get its rooms from other nodes by joining again`,
    )
  })

  test.each([
    ['with garbage in its pages', () => writeFileSync(path, Buffer.from(readFileSync(path)).fill(0xa5, 8 * 4_096))],
    ['cut in half', () => truncateSync(path, Math.floor(statSync(path).size / 8_192) * 4_096)],
  ])('%s is refused at the first read or write that meets it', (_, damage) => {
    damage()
    const error = storeErrorOf(() => {
      const store = openSqliteStore(path)
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
    openSqliteStore(path).close()
    const database = new DatabaseSync(path)
    database.exec('PRAGMA user_version = 99')
    database.close()
    const before = readFileSync(path)
    const error = storeErrorOf(() => openSqliteStore(path))
    expect(error.code).toBe('newer')
    expect(error.message).toBe(
      `${path} was written by a newer Kith (schema 99, known up to 1): update Kith, or use another data folder`,
    )
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  test('in a folder that is not there, or a folder itself, is an io error that says so', () => {
    const missing = join(folder, 'missing', 'kith.db')
    const error = storeErrorOf(() => openSqliteStore(missing))
    expect(error.code).toBe('io')
    expect(error.message).toContain(`cannot use ${missing} (unable to open database file`)
    mkdirSync(path)
    expect(storeErrorOf(() => openSqliteStore(path)).code).toBe('io')
  })
})

describe('no space left', () => {
  test('ends the transaction, keeps none of it and all before it, and writing goes on once there is space', () => {
    const database = openDatabase(path)
    const store = new SqliteStore(database, path)
    commitDocuments(store, 0, 10)
    const { page_count: pages } = database.prepare('PRAGMA page_count').get() as { page_count: number }
    database.exec(`PRAGMA max_page_count = ${pages + 5}`)

    const applyAll = () => {
      for (let i = 10; i < 100; i++) store.apply(putDocument(documentRow(i, { block: new Uint8Array(1_000) })))
    }
    const error = storeErrorOf(applyAll)
    expect(error.code).toBe('full')
    expect(error.message).toBe(
      `no space left to write ${path}: free some space and start again; everything acknowledged is kept`,
    )
    expect(storeErrorOf(() => store.apply(putDocument(documentRow('small'))))).toBe(error)
    expect(storeErrorOf(() => store.commit())).toBe(error)
    expect(store.totals(room).documents).toBe(10)
    expect(store.hasDocument(idOf('small'))).toBe(false)

    database.exec(`PRAGMA max_page_count = ${pages + 1_000}`)
    commitDocuments(store, 10, 100)
    store.close()
    const reopened = openSqliteStore(path)
    expect(reopened.totals(room).documents).toBe(100)
    reopened.close()
  })

  const unshare = ['unshare', '--user', '--map-root-user', '--mount'] as const
  const canMount = spawnSync(unshare[0], [...unshare.slice(1), 'true']).status === 0

  test.skipIf(!canMount)('on a real disk keeps every commit (needs unprivileged user namespaces)', async () => {
    const script = 'mount -t tmpfs -o size=3m tmpfs "$0" && exec "$@"'
    const lines = await linesOfWriter(path, [...unshare, 'sh', '-c', script, folder])
    expect(lines.at(-2)).toMatch(/^refused full no space left to write /)
    expect(lastCount(lines, 'committed')).toBeGreaterThan(0)
    expect(lastCount(lines, 'kept')).toBe(lastCount(lines, 'committed'))
  })

  test('by a limit of the system, not of the disk, is an io error and keeps every commit', async () => {
    const lines = await linesOfWriter(path, ['sh', '-c', 'ulimit -f 2000; exec "$0" "$@"'])
    expect(lines.at(-2)).toMatch(/^refused io cannot use .* and the disk and its quota$/)
    expect(lastCount(lines, 'committed')).toBeGreaterThan(0)
    expect(lastCount(lines, 'kept')).toBe(lastCount(lines, 'committed'))
  })
})
