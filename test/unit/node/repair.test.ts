/** Stores damaged in every way that was thought of: told at the start, rebuilt, and made whole again by another node. */
import { DatabaseSync } from 'node:sqlite'
import { blockIdOf } from '../../../protocols/wire/block-ids.ts'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import type { KithError } from '../../../src/kith.ts'
import { giveUpOwn, repairStore } from '../../../src/node/repair/repair.ts'
import { damageOf } from '../../../src/store/check.ts'
import { openSqliteStore } from '../../../src/store/sqlite.ts'
import { StoreError } from '../../../src/store/store.ts'
import { blockOf, ensuredRow, peerOf, putBlock } from '../../acceptance/store-rows.ts'
import { Nodes, type TestNode } from '../machine/nodes.ts'
import { openVirtualStore } from '../machine/virtual-store.ts'
import { makeFile, sealedFile, share } from '../room/shared-files.ts'
import { TEST_KEY } from '../store/test-key.ts'

const DOCUMENTS = 60
/** Ids, keys and the rows of several documents are on each page. */
const PAGE_BYTES = 4_096

let folder: string
/** The store of a node that was killed: a copy of its files. */
let path: string
let nodes: Nodes
let anna: TestNode
let bob: TestNode
let room: RoomId

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-repair-'))
  mkdirSync(join(folder, 'running'))
  path = join(folder, 'kith.db')
  nodes = new Nodes()
  anna = nodes.add('anna', 1, openVirtualStore(join(folder, 'running', 'kith.db')))
  bob = nodes.add('bob', 2)
  room = anna.create()
  bob.command({ type: 'join', room })
  nodes.link(anna, bob)
  nodes.run(5_000)
})
afterEach(() => {
  anna.store.close()
  rmSync(folder, { recursive: true })
})

function talk(documents = DOCUMENTS): void {
  for (let i = 0; i < documents; i++) (i % 3 === 0 ? bob : anna).say(room, `message ${i} ${'x'.repeat(i * 20)}`)
  nodes.run(5_000)
}

/** Anna's files as a kill would leave them now. */
function kill(): void {
  for (const suffix of ['', '-wal', '-rooms']) {
    const from = join(folder, 'running', `kith.db${suffix}`)
    if (existsSync(from)) copyFileSync(from, path + suffix)
  }
}

/** Ends the node in an orderly way: all is in the database, and there is no log. */
function stop(): void {
  kill()
  openSqliteStore(path, TEST_KEY).close()
}

function restart(): void {
  anna.restart(() => {
    anna.store.close()
    return openVirtualStore(path)
  })
}

const repair = () => repairStore(path, { self: anna.signer.author, atRest: TEST_KEY }, () => undefined)

const seqs = (node: TestNode): number[] =>
  node.store
    .documents(room, { limit: Infinity })
    .filter(({ author }) => author === anna.signer.author)
    .map(({ seq }) => seq)

function corruptionAtStart(): string {
  try {
    openSqliteStore(path, TEST_KEY).close()
    return damageOf(path, TEST_KEY) ?? 'sound'
  } catch (error) {
    if (error instanceof StoreError) return error.code
    throw error
  }
}

function codeOfWriting(): string {
  try {
    anna.say(room, 'too early')
    return 'written'
  } catch (error) {
    return (error as KithError).code
  }
}

function flip(file: string, share: number): void {
  const bytes = readFileSync(file)
  for (let i = 0; i < 16; i++) bytes[Math.floor(bytes.length * share) + i]! ^= 0xff
  writeFileSync(file, bytes)
}

function garble(file: string, from: number, pages: number): void {
  const bytes = readFileSync(file)
  bytes.fill(0xa5, from * PAGE_BYTES, (from + pages) * PAGE_BYTES)
  writeFileSync(file, bytes)
}

/** The pages of a table or an index, and how many rows begin on each, in order. */
function pagesOf(name: string): { page: number; rows: number }[] {
  const database = new DatabaseSync(path)
  const sql = "SELECT pageno, ncell FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path"
  const pages = database.prepare(sql).all(name)
  database.close()
  return pages.map(({ pageno, ncell }) => ({ page: Number(pageno), rows: Number(ncell) }))
}

function garbleAllOf(...names: string[]): void {
  for (const { page } of names.flatMap(pagesOf)) garble(path, page - 1, 1)
}

/** Damage that loses nothing by itself. */
function garbleIndexOfBlocks(): void {
  garbleAllOf('sqlite_autoindex_blocks_1')
}

function shorten(file: string, share: number): void {
  truncateSync(file, Math.floor(statSync(file).size * share))
}

const DAMAGE: [string, () => void][] = [
  ['a log with flipped bits', () => (kill(), flip(`${path}-wal`, 0.5))],
  ['a log with a damaged header', () => (kill(), flip(`${path}-wal`, 0))],
  ['a shortened log', () => (kill(), shorten(`${path}-wal`, 0.3))],
  ['a log that is gone', () => (kill(), rmSync(`${path}-wal`))],
  ['a database without its header', () => (stop(), garble(path, 0, 1))],
  [
    'a database with garbage in a third of it',
    () => (stop(), garble(path, 10, Math.floor(statSync(path).size / PAGE_BYTES / 3))),
  ],
  [
    'a database with garbage among its documents',
    () => (stop(), garble(path, Math.floor(statSync(path).size / PAGE_BYTES) - 12, 6)),
  ],
  ['a database that lost its last bytes', () => (stop(), truncateSync(path, statSync(path).size - 100))],
  ['a shortened database', () => (stop(), shorten(path, 0.5))],
  ['a database that is gone', () => (stop(), rmSync(path))],
  ['a database full of garbage', () => (stop(), garble(path, 0, statSync(path).size / PAGE_BYTES))],
]

describe.each(DAMAGE)('%s', (_, damage) => {
  test('is told, and all is back from the other node, without a fork', async () => {
    talk()
    damage()
    expect(corruptionAtStart()).not.toBe('sound')
    const had = bob.documents(room)
    const report = await repair()
    expect(report).toMatchObject({ rooms: [{ id: room, had: had.length }] })
    expect(existsSync(report.copy!)).toBe(true)
    expect([corruptionAtStart(), existsSync(`${path}-repairing`)]).toEqual(['sound', false])

    nodes.unlink(anna, bob)
    restart()
    const early = report.rooms[0]!.isHeldBack ? codeOfWriting() : 'held-back'
    expect(['held-back', 'waiting']).toContain(early)
    nodes.link(anna, bob)
    nodes.run(10_000)
    expect(anna.documents(room)).toEqual(had)
    anna.say(room, 'back again')
    nodes.run(5_000)
    expect(bob.documents(room)).toEqual(anna.documents(room))
    expect(seqs(bob)).toEqual(seqs(bob).map((_each, i) => i))
    expect([...anna.events, ...bob.events].filter(({ type }) => type === 'fork')).toEqual([])
    expect(bob.stateHash(room)).toBe(anna.stateHash(room))
  })
})

test.each([
  ['is here', '', 1],
  ['is lost', 'DELETE FROM room_records', 1],
  ['is here, but none of its keys', 'DELETE FROM epochs', 0],
])('a private room of which the record %s keeps its name, its app, and files with a key', async (_, loss, files) => {
  const family = anna.command({ type: 'create', name: 'Family', app: 'chat', access: 'private' }).room!
  anna.say(family, 'before')
  const file = sealedFile(makeFile(1, 1))
  share(anna, family, file, { sealing: file.sealing })
  stop()
  const database = new DatabaseSync(path)
  database.exec(loss)
  database.close()
  garbleIndexOfBlocks()
  expect((await repair()).rooms).toContainEqual(expect.objectContaining({ id: family, name: 'Family' }))
  restart()
  expect(anna.machine.rooms.require(family).record).toMatchObject({ status: 'open', name: 'Family', app: 'chat' })
  const shared = { root: file.id, sealing: file.sealing }
  expect(anna.store.files(family, {}).map((each) => each.file)).toMatchObject(Array(files).fill(shared))
})

test('whatever was decided about sharing is kept', async () => {
  const policies = ['share', 'accept', 'none', 'default'] as const
  const modes = ['batch', 'interactive', 'auto', 'default'] as const
  const rows = policies.flatMap((policy) => modes.map((mode) => ({ peer: peerOf(policy + mode), policy, mode })))
  for (const row of rows) anna.store.apply({ type: 'put-sharing', room, row })
  anna.store.commit()
  const decided = anna.store.sharing(room)
  stop()
  garbleIndexOfBlocks()
  expect((await repair()).damagedTables).not.toContain('sharing')
  restart()
  expect(anna.store.sharing(room)).toEqual(decided)
  expect(decided).toEqual(expect.arrayContaining(rows))
})

test.each([
  ['rooms and authors', ['rooms', 'authors']],
  ['documents by their ids, and in order', ['documents_by_id', 'documents_in_order']],
])('without the table or index of %s, no document is lost', async (_, names) => {
  talk()
  stop()
  garbleAllOf(...names)
  const had = bob.documents(room).length
  expect((await repair()).rooms).toMatchObject([{ id: room, had, saved: had }])
})

test('of a page of documents, no others are lost than those that begin there', async () => {
  for (let i = 0; i < DOCUMENTS; i++) (i % 3 === 0 ? bob : anna).say(room, `message ${i}`)
  nodes.run(5_000)
  stop()
  const pages = pagesOf('documents')
  const { page, rows } = pages[Math.floor(pages.length / 2)]!
  garble(path, page - 1, 1)
  const had = bob.documents(room).length
  const [rebuilt] = (await repair()).rooms
  expect(rebuilt!.waiting).toBeGreaterThan(0)
  expect(rebuilt!.saved + rebuilt!.waiting).toBe(had - rows)
})

test('after a damaged log, all of its other commits are saved', async () => {
  talk()
  kill()
  flip(`${path}-wal`, 0.5)
  expect(corruptionAtStart()).toBe('corrupt')
  const [rebuilt] = (await repair()).rooms
  expect(rebuilt!.saved + rebuilt!.waiting).toBeGreaterThanOrEqual(rebuilt!.had! - 1)
})

test('a sound store is left as it is', async () => {
  talk(5)
  kill()
  expect(await repair()).toEqual({
    damage: null,
    copy: null,
    rooms: [],
    damagedTables: [],
    blocks: { checked: 0, lost: 0 },
  })
  expect(corruptionAtStart()).toBe('sound')
})

test('a repair that was killed is told, and done again', async () => {
  talk()
  kill()
  shorten(`${path}-wal`, 0.5)
  writeFileSync(`${path}-repairing`, 'half')
  expect(() => openSqliteStore(path, TEST_KEY)).toThrow('run kith repair again')
  await repair()
  expect(corruptionAtStart()).toBe('sound')
})

test('own documents that nobody has hold the node back also after meeting others, until the user gives them up', async () => {
  talk(10)
  nodes.unlink(anna, bob)
  kill()
  const before = statSync(`${path}-wal`).size
  anna.say(room, 'nobody has seen this')
  kill()
  truncateSync(`${path}-wal`, before)
  expect(corruptionAtStart()).toBe('corrupt')
  await repair()
  restart()
  nodes.link(anna, bob)
  nodes.run(5_000)
  expect(() => anna.say(room, 'a')).toThrow('are missing here')
  anna.restart(() => {
    anna.store.close()
    expect(giveUpOwn(path, { self: anna.signer.author, atRest: TEST_KEY })).toEqual([{ id: room, name: 'Kitchen' }])
    expect(giveUpOwn(path, { self: anna.signer.author, atRest: TEST_KEY })).toEqual([])
    return openVirtualStore(path)
  })
  anna.say(room, 'on')
  nodes.run(5_000)
  expect(bob.documents(room)).toEqual(anna.documents(room))
  expect(seqs(bob)).toEqual(seqs(bob).map((_each, i) => i))
})

test('without marks, the node waits until it holds what another one has', async () => {
  talk(10)
  stop()
  rmSync(`${path}-rooms`)
  nodes.unlink(anna, bob)
  restart()
  expect(() => anna.say(room, 'a')).toThrow('are missing here')
  nodes.link(anna, bob)
  nodes.run(5_000)
  anna.say(room, 'b')
})

test('an older copy of the store is held back as soon as a peer shows what it lacks', () => {
  talk(5)
  stop()
  for (const suffix of ['', '-rooms']) copyFileSync(path + suffix, `${path}-old${suffix}`)
  talk(20)
  nodes.unlink(anna, bob)
  anna.restart(() => {
    anna.store.close()
    return openVirtualStore(`${path}-old`)
  })
  const shown = bob.store.documents(room, { limit: Infinity }).findLast(({ author }) => author === anna.signer.author)!
  anna.machine.rooms.receive(room, [shown.block], bob.peer, { monotonicMs: 0, wallMs: 0 })
  anna.store.commit()
  expect(() => anna.say(room, 'a')).toThrow('are missing here')
  nodes.link(anna, bob)
  nodes.run(5_000)
  expect(anna.documents(room)).toEqual(bob.documents(room))
  anna.say(room, 'b')
  expect(seqs(anna)).toEqual(seqs(anna).map((_each, i) => i))
})

describe('files', () => {
  const want = (name: string, state: 'complete' | 'searching' = 'complete') =>
    ({ type: 'put-ensured', row: ensuredRow(name, { room, state, pinned: true }) }) as const

  test('with missing or damaged blocks are fetched again; those that are whole are not', async () => {
    const large = (name: string) => {
      const block = Buffer.alloc(64 * 1024, name)
      return { id: blockIdOf('raw', block), block }
    }
    const fileOf = (name: string): string => {
      const { id } = large(name)
      return join(folder, 'blocks', id.slice(-2, -1), `${id}.data`)
    }
    stop()
    const store = openSqliteStore(path, TEST_KEY)
    for (const name of ['whole', 'missing', 'damaged']) {
      store.apply({ type: 'put-block', ...large(name) })
      store.apply({ type: 'put-ensured', row: { ...want(name).row, id: large(name).id } })
    }
    store.commit()
    store.close()
    rmSync(fileOf('missing'))
    writeFileSync(fileOf('damaged'), 'other')
    expect((await repair()).blocks).toEqual({ checked: 1, lost: 2 })
    const repaired = openSqliteStore(path, TEST_KEY)
    const stateOf = (name: string) => repaired.ensured(room, large(name).id)?.state
    expect(['whole', 'missing', 'damaged'].map(stateOf)).toEqual(['complete', 'searching', 'searching'])
    expect(existsSync(fileOf('damaged'))).toBe(false)
    repaired.close()
  })

  test('keep what they need in a database that is rebuilt', async () => {
    stop()
    const store = openSqliteStore(path, TEST_KEY)
    store.apply(putBlock('a'))
    store.apply(want('a'))
    store.commit()
    store.close()
    garbleIndexOfBlocks()
    writeFileSync(`${path}-rooms`, readFileSync(`${path}-rooms`, 'utf8').replace(/ 0{15}\d/, ' 0000000000000099'))
    expect(await repair()).toMatchObject({ blocks: { checked: 1, lost: 0 } })
    const repaired = openSqliteStore(path, TEST_KEY)
    expect(repaired.isNeeded(room, blockOf('a'))).toBe(true)
    expect(repaired.unneededBlocks(10).blocks).toEqual([])
    repaired.close()
  })
})
