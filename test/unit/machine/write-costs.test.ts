import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { openSqliteStore, type SqliteStore } from '../../../src/store/sqlite.ts'
import { coreOf } from '../node/core.ts'
import { rootOf } from '../room/history.ts'
import { Nodes, storeWith } from './nodes.ts'
import { TEST_KEY } from '../store/test-key.ts'

let folder: string
let store: SqliteStore

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-writes-'))
  store = openSqliteStore(join(folder, 'kith.db'), TEST_KEY)
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true })
})

it('a document that follows what was just written is written without a look at the documents of the store', async () => {
  const core = coreOf(0, store)
  const { room } = (await core.command({ type: 'create', name: 'Kitchen', app: 'chat' })) as { room: RoomId }
  const write = (text: string) =>
    core.command({ type: 'write', room, kind: 'message', body: new TextEncoder().encode(text) })
  await write('first')
  const reads = (['document', 'documentHeader', 'hasDocument', 'documents', 'newestHeads'] as const).map((name) =>
    vi.spyOn(store, name),
  )
  await write('second')
  expect(reads.map((read) => read.mock.calls.length)).toEqual([0, 0, 0, 0, 0])
})

it('a document that is sent as it was written is read for none of its receivers', () => {
  const root = rootOf()
  const nodes = new Nodes()
  const anna = nodes.add('anna', 1, storeWith([root]))
  const others = ['bob', 'carol', 'dave'].map((name, i) => nodes.add(name, i + 2, storeWith([root])))
  for (const other of others) nodes.link(anna, other)
  nodes.run(10_000)
  const read = vi.spyOn(anna.store, 'document')
  const id = anna.say(root.id, 'hello')
  nodes.run(100)
  expect(others.map((other) => other.has(id))).toEqual([true, true, true])
  expect(read.mock.calls.filter(([document]) => document === id)).toEqual([])
})
