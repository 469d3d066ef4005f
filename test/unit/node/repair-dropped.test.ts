/** A damaged store of a node that dropped old documents: what is left of them still counts. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { repairStore } from '../../../src/node/repair/repair.ts'
import { damageOf } from '../../../src/store/check.ts'
import { openSqliteStore } from '../../../src/store/sqlite.ts'
import { Nodes, type TestNode } from '../machine/nodes.ts'
import { openVirtualStore } from '../machine/virtual-store.ts'
import { TEST_KEY } from '../store/test-key.ts'

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
  room = bob.create()
  anna.command({ type: 'join', room })
  nodes.link(anna, bob)
  nodes.run(5_000)
  for (let i = 0; i < 5; i++) anna.say(room, `early ${i}`)
  for (let i = 0; i < 600; i++) {
    bob.say(room, `${i} `.padEnd(1_000, '.'))
    if (i % 50 === 0) nodes.run(1_000)
  }
  nodes.run(60_000)
  anna.command({ type: 'retain', room, retention: { documents: 50 } })
  while (anna.command({ type: 'trim', room }).trimmed?.isDone === false);
})
afterEach(() => {
  anna.store.close()
  rmSync(folder, { recursive: true })
})

/** Anna's files after an orderly end, with a wrong count. */
function damage(): void {
  for (const suffix of ['', '-wal', '-rooms']) {
    const from = join(folder, 'running', `kith.db${suffix}`)
    if (existsSync(from)) copyFileSync(from, path + suffix)
  }
  openSqliteStore(path, TEST_KEY).close()
  const database = new DatabaseSync(path)
  database.exec('UPDATE rooms SET documents = documents + 7')
  database.close()
}

test('they are not missed after a repair, and the node goes on where it was', async () => {
  const before = { totals: anna.store.totals(room), here: anna.documents(room), state: anna.stateHash(room) }
  expect(before.here.length).toBeLessThan(before.totals.documents)
  damage()
  const { rooms } = await repairStore(path, { self: anna.signer.author, atRest: TEST_KEY }, () => undefined)
  expect(rooms).toMatchObject([{ saved: before.totals.documents, waiting: 0, isHeldBack: false }])
  expect(damageOf(path, TEST_KEY)).toBeUndefined()
  nodes.unlink(anna, bob)
  anna.restart(() => {
    anna.store.close()
    return openVirtualStore(path)
  })
  expect(anna.store.totals(room)).toEqual(before.totals)
  expect(anna.documents(room)).toEqual(before.here)
  expect(anna.stateHash(room)).toBe(before.state)
  anna.say(room, 'back again')
  nodes.link(anna, bob)
  nodes.run(60_000)
  expect(bob.stateHash(room)).toBe(anna.stateHash(room))
  expect([...anna.events, ...bob.events].filter(({ type }) => type === 'fork')).toEqual([])
})
