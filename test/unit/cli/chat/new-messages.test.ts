import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { serveApi, type ApiServer } from '../../../../src/api/server.ts'
import { FakeNode } from '../../api/fake-node.ts'
import type { FakeRoom } from '../../api/fake-room.ts'
import { FakeTerminal, kith } from '../fake-terminal.ts'

let room: FakeRoom
let dataDir: string
let api: ApiServer

beforeEach(async () => {
  const node = new FakeNode()
  room = node.add('Kitchen', 'chat')
  dataDir = mkdtempSync(join(tmpdir(), 'kith-chat-'))
  api = await serveApi(node, { dataDir, onStop: vi.fn(), onInternalError: vi.fn() })
})

afterEach(async () => {
  await api.close()
  rmSync(dataDir, { recursive: true })
})

/** What a chat shows of the messages, and the line before what is new. */
async function shown(newest: string): Promise<string[]> {
  const terminal = new FakeTerminal({ NO_COLOR: '1' }, true)
  const ended = kith(['chat', 'Kitchen', '--data', dataDir], terminal)
  await vi.waitFor(() => expect(terminal.out).toContain(newest))
  terminal.stdin.write('\u0004')
  await ended
  return terminal.out.match(/(?:new messages|said \d+\.)/g) ?? []
}

test('a line stands before the messages that are new', async () => {
  for (let i = 1; i <= 30; i++) room.say(i === 28 ? 'Alice' : 'Bob', `said ${i}.`)
  room.newMessages = 3
  const rows = await shown('said 30.')
  expect(rows).toHaveLength(21)
  // One's own messages are not among those that are counted.
  expect(rows.slice(-6)).toEqual(['said 26.', 'new messages', 'said 27.', 'said 28.', 'said 29.', 'said 30.'])
})

test('all of them are shown, with some before', async () => {
  for (let i = 1; i <= 90; i++) room.say('Bob', `said ${i}.`)
  room.newMessages = 60
  expect((await shown('said 90.')).slice(0, 5)).toEqual([
    'said 28.',
    'said 29.',
    'said 30.',
    'new messages',
    'said 31.',
  ])
})

test('of very many, the newest hundred', async () => {
  for (let i = 1; i <= 150; i++) room.say('Bob', `said ${i}.`)
  room.newMessages = 100
  const rows = await shown('said 150.')
  expect(rows.slice(0, 2)).toEqual(['new messages', 'said 51.'])
  expect(rows).toHaveLength(101)
})

test('where nothing is new, no line is', async () => {
  room.say('Bob', 'said 1.')
  room.newMessages = 0
  expect(await shown('said 1.')).toEqual(['said 1.'])
})
