/** What a node tells before `kith start` has opened its API. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { CreateNode } from '../../../src/cli/create-node.ts'
import { MAX_UNREAD_BYTES } from '../../../src/cli/terminal.ts'
import { KithError } from '../../../src/kith.ts'
import { FakeNode } from '../api/fake-node.ts'
import { FakeTerminal, kith } from './fake-terminal.ts'

let node: FakeNode
let dataDir: string
let terminal: FakeTerminal
const createNode = vi.fn<CreateNode>()

/** The tests' own, which `kith start` changes. */
const umask = process.umask()

beforeEach(() => {
  node = new FakeNode()
  dataDir = mkdtempSync(join(tmpdir(), 'kith-start-'))
  terminal = new FakeTerminal()
})

afterEach(() => {
  process.umask(umask)
  rmSync(dataDir, { recursive: true })
})

function start(...argv: string[]) {
  return kith(['start', '--data', dataDir, ...argv], terminal, createNode)
}

async function untilServed(): Promise<void> {
  // With time for a busy machine to load the API.
  await vi.waitFor(() => expect(existsSync(join(dataDir, 'api.json'))).toBe(true), { timeout: 10_000, interval: 10 })
}

/** A node that tells things as soon as anything else may run. */
function tellsAtOnce(tell: () => void): void {
  createNode.mockImplementation(async () => {
    queueMicrotask(() => queueMicrotask(tell))
    return node
  })
}

test('is printed once the start is, in order', async () => {
  const room = node.add('Kitchen', 'chat')
  tellsAtOnce(() => {
    node.emit('peer', { peer: 'p', connected: true })
    room.say('Bob', 'first')
    room.say('Bob', 'second')
  })
  const ended = start('--json')
  await untilServed()
  room.say('Bob', 'third')
  const records = terminal.out.trim().split('\n')
  const events = records.map((line) => JSON.parse(line) as { event: string; message?: { text: string } })
  expect(events.map(({ event }) => event).slice(0, 2)).toEqual(['started', 'peer'])
  expect(events.flatMap(({ message }) => message?.text ?? [])).toEqual(['first', 'second', 'third'])
  await terminal.interrupt()
  await ended
})

test('is held up to a limit, and what comes then is counted', async () => {
  const text = 'x'.repeat(1024 * 1024)
  const room = node.add('Kitchen', 'chat')
  tellsAtOnce(() => {
    for (let i = 0; i < 20; i++) room.say('Bob', text)
  })
  const ended = start('--json')
  await untilServed()
  const events = terminal.out.trim().split('\n')
  const { missed } = JSON.parse(events.at(-1)!) as { missed: number }
  expect(missed).toBeGreaterThan(0)
  expect(events).toHaveLength(1 + 2 * 20 - missed + 1)
  expect(terminal.out.length).toBeLessThan(MAX_UNREAD_BYTES + text.length)
  await terminal.interrupt()
  await ended
})

test('says that a room is open which was not when the node was created', async () => {
  const room = node.add('Kitchen', 'chat')
  tellsAtOnce(() => room.open('Kitchen'))
  room.status = 'waiting'
  const ended = start()
  await untilServed()
  expect(terminal.out).toMatch(/Ctrl-C stops the node[^]*\d\d:\d\d {2}Kitchen is open\n/)
  await terminal.interrupt()
  await ended
})

test('ends it if the node fails', async () => {
  tellsAtOnce(() => node.emit('failed', new KithError('disk-full', 'The disk is full.')))
  expect(await start()).toMatchObject({ exitCode: 1, err: 'kith: The disk is full.\n' })
})
