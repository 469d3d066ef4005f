/** What the store says when documents are missing that it once had. */
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSqliteStore } from '../../../src/store/sqlite.ts'
import { StoreError, type Store } from '../../../src/store/store.ts'
import { documentRow, idOf, putDocument, roomRow } from '../../acceptance/store-rows.ts'
import { TEST_KEY } from './test-key.ts'

const room = idOf('room')

let folder: string
/** Of a store that stays open: its log is as a kill would leave it. */
let running: string
/** Of a copy of its files. */
let path: string
let store: Store

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-count-'))
  running = join(folder, 'running.db')
  path = join(folder, 'kith.db')
  store = openSqliteStore(running, TEST_KEY)
  store.apply({ type: 'put-room', room: roomRow(room) })
  store.commit()
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true })
})

/** Commits each document in a transaction of its own; all are on the disk at the end. */
async function commitDocuments(from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) {
    store.apply(putDocument(documentRow(i, { clock: i, block: new Uint8Array(1_000) })))
    store.commit()
  }
  await flushed()
}

function flushed(): Promise<void> {
  return new Promise((resolve) => store.flush(() => resolve()))
}

/** Documents leave the room, in the open transaction. */
function retract(...labels: number[]): void {
  store.apply({ type: 'retract-documents', room, ids: labels.map(idOf), heads: [] })
}

const markOnDisk = (): string => readFileSync(`${running}-rooms`, 'utf8')

/** Copies what a kill would leave now. */
function kill(): void {
  for (const suffix of ['', '-wal', '-rooms']) {
    if (existsSync(running + suffix)) copyFileSync(running + suffix, path + suffix)
  }
}

/** How many documents the copy has; the error if it does not open. */
function open(): number | StoreError {
  try {
    const copy = openSqliteStore(path, TEST_KEY)
    const { documents } = copy.totals(room)
    copy.close()
    return documents
  } catch (error) {
    if (error instanceof StoreError) return error
    throw error
  }
}

const padded = (count: number): string => String(count).padStart(16, '0')
const lineOf = (documents: number, own: 'unknown' | 0 = 0): string =>
  `${room} ${padded(documents)} ${own === 'unknown' ? '?'.repeat(16) : padded(own)} ${padded(0)}\n`

const lost = (had: number, left: number | string): unknown =>
  expect.objectContaining({
    code: 'corrupt',
    message: expect.stringMatching(
      new RegExp(String.raw`^${path} has lost documents: it had ${had}, and ${left} are left: kith repair [^\n]*$`),
    ) as string,
  })

describe('after a kill', () => {
  beforeEach(async () => {
    await commitDocuments(0, 10)
    kill()
  })

  test('nothing is missing', () => {
    expect(open()).toBe(10)
    expect(open()).toBe(10)
  })

  test.each([
    ['by its last byte', -1, 9],
    ['by a quarter', 0.75, String.raw`[1-8]`],
    ['to nothing', 0, 0],
  ])('a log that was shortened %s is told at each start', (_, to, left) => {
    const log = `${path}-wal`
    const { size } = statSync(log)
    truncateSync(log, to < 0 ? size + to : size * to)
    const first = open()
    expect(first).toEqual(lost(10, left))
    expect(open()).toEqual(first)
    expect(readFileSync(`${path}-rooms`, 'utf8')).toBe(lineOf(10))
  })

  test('a log with a flipped bit is told', () => {
    const log = readFileSync(`${path}-wal`)
    log[Math.floor(log.length / 2)]! ^= 1
    writeFileSync(`${path}-wal`, log)
    expect(open()).toMatchObject({ code: 'corrupt' })
  })

  test('a log that is gone is told', () => {
    rmSync(`${path}-wal`)
    expect(open()).toEqual(lost(10, 0))
  })

  test('an older database without its count is told, and taken once the count is deleted', async () => {
    const older = join(folder, 'older.db')
    expect(open()).toBe(10)
    copyFileSync(path, older)
    await commitDocuments(10, 15)
    kill()
    expect(open()).toBe(15)
    copyFileSync(older, path)
    expect(open()).toEqual(lost(15, 10))
    rmSync(`${path}-rooms`)
    expect(open()).toBe(10)
  })

  test('a database that is gone is told', () => {
    expect(open()).toBe(10)
    renameSync(path, `${path}.away`)
    expect(open()).toEqual(lost(10, 0))
    expect(existsSync(path)).toBe(false)
  })
})

describe('the mark', () => {
  test('does not count what was rolled back, or was there before', async () => {
    await commitDocuments(0, 3)
    store.apply(putDocument(documentRow(7, { clock: 7 })))
    store.rollback()
    await commitDocuments(2, 4)
    expect(readFileSync(`${running}-rooms`, 'utf8')).toBe(lineOf(4))
  })

  test('of a deleted room says so before the rooms do, whatever becomes of that, and keeps how far the node had written', async () => {
    await commitDocuments(0, 3)
    store.apply({ type: 'put-own-mark', room, mark: { documents: 2, givenUp: 0 } })
    store.commit()
    const emptied = `${room} ${padded(0)} ${padded(2)} ${padded(0)}\n`
    const flush = flushed()
    store.apply({ type: 'empty-room', room: roomRow(room, { status: 'left' }) })
    expect(readFileSync(`${running}-rooms`, 'utf8')).toBe(emptied)
    kill()
    expect(open(), 'killed before the commit').toBe(3)
    store.commit()
    kill()
    expect(open(), 'and after it').toBe(0)
    await flush
    expect(readFileSync(`${running}-rooms`, 'utf8'), 'also by a flush that had begun before').toBe(emptied)
    expect(readFileSync(`${path}-rooms`, 'utf8')).toBe(emptied)
  })

  test('of a room that documents leave says so before they do, whatever becomes of that', async () => {
    await commitDocuments(0, 3)
    retract(2)
    expect(markOnDisk()).toBe(lineOf(2))
    kill()
    expect(open(), 'killed before the commit').toBe(3)
    store.commit()
    kill()
    expect(open(), 'and after it').toBe(2)
    await flushed()
    expect(markOnDisk()).toBe(lineOf(2))
    retract(1)
    store.rollback()
    expect(markOnDisk(), 'too little after a rollback').toBe(lineOf(1))
    await commitDocuments(5, 6)
    expect(markOnDisk(), 'until the next commit').toBe(lineOf(3))
  })

  test('does not count what is not on the disk yet because something leaves', async () => {
    await commitDocuments(0, 3)
    for (const i of [3, 4]) store.apply(putDocument(documentRow(i, { clock: i })))
    store.commit()
    retract(4)
    expect(markOnDisk()).toBe(lineOf(3))
    store.commit()
    await flushed()
    expect(markOnDisk()).toBe(lineOf(4))
  })

  test('is not written by a flush that had begun before documents left', async () => {
    await commitDocuments(0, 1)
    for (const i of [1, 2, 3]) store.apply(putDocument(documentRow(i, { clock: i })))
    store.commit()
    const flush = flushed()
    retract(2, 3)
    store.commit()
    kill()
    await flush
    expect(Number(markOnDisk().split(' ')[1])).toBeLessThanOrEqual(2)
    kill()
    expect(open()).toBe(2)
  })

  test('counts what leaves in the transaction in which it came', async () => {
    for (const i of [0, 1, 2]) store.apply(putDocument(documentRow(i, { clock: i })))
    retract(1, 2)
    store.commit()
    await flushed()
    expect(markOnDisk()).toBe(lineOf(1))
    kill()
    expect(open()).toBe(1)
  })

  test.each(['', 'garbage', '99', '9'.repeat(300)])(
    'of a room without a line is counted again, and nobody knows how far the node had written (%j)',
    async (content) => {
      await commitDocuments(0, 3)
      kill()
      writeFileSync(`${path}-rooms`, content)
      expect(open()).toBe(3)
      expect(readFileSync(`${path}-rooms`, 'utf8')).toBe(lineOf(3, 'unknown'))
    },
  )

  test.each([/0/, /\d+\n/, / .*/])(
    'of which %s is damaged says that nobody knows, whatever others say',
    async (what) => {
      const other = idOf('other')
      store.apply({ type: 'put-room', room: roomRow(other) })
      store.commit()
      await commitDocuments(0, 3)
      kill()
      const lines = readFileSync(`${path}-rooms`, 'utf8').split(/(?<=\n)/)
      const damaged = lines.map((line) => (line.startsWith(room) ? line.replace(what, 'x') : line))
      writeFileSync(`${path}-rooms`, damaged.join(''))
      const copy = openSqliteStore(path, TEST_KEY)
      const own = [copy.ownMark(room).documents, copy.ownMark(other).documents]
      copy.close()
      // A line that runs into the next one takes that with it.
      const isJoined = !damaged.every((line) => line.endsWith('\n'))
      expect(own).toEqual(['unknown', isJoined ? 'unknown' : 0])
    },
  )

  test('is not missing after a kill between a room and its line', () => {
    kill()
    writeFileSync(`${path}-rooms`, 'no rooms\n')
    const copy = openSqliteStore(path, TEST_KEY)
    expect([copy.found, copy.ownMark(room).documents]).toEqual([{ wasCutOff: true, hadNoMarks: false }, 0])
    copy.close()
  })

  test('is made for a store that has none yet', async () => {
    await commitDocuments(0, 3)
    kill()
    rmSync(`${path}-rooms`)
    expect(open()).toBe(3)
    expect(existsSync(`${path}-rooms`)).toBe(true)
  })
})
