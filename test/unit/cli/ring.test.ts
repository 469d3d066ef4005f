/** `kith ring`: what it prints, and what it makes of its arguments. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { serveApi } from '../../../src/api/server.ts'
import type { ApiServer } from '../../../src/api/server.ts'
import { FakeNode } from '../api/fake-node.ts'
import { FAKE_PEER } from '../api/fake-room.ts'
import { FakeTerminal, kith } from './fake-terminal.ts'

let node: FakeNode
let dataDir: string
let file: string
let api: ApiServer

beforeEach(async () => {
  node = new FakeNode()
  dataDir = mkdtempSync(join(tmpdir(), 'kith-ring-'))
  file = join(dataDir, 'notes.txt')
  writeFileSync(file, 'a\u001b[31mb\n')
  api = await serveApi(node, { dataDir, onStop: vi.fn(), onInternalError: vi.fn() })
})

afterEach(async () => {
  await api.close()
  rmSync(dataDir, { recursive: true })
})

const run = (argv: string[], terminal?: FakeTerminal) => kith(['ring', ...argv, '--data', dataDir], terminal)
const put = async (): Promise<string> => (await run(['put', file])).out.split('\n')[0] ?? ''

test('shows neighbours on both sides, or why there are none', async () => {
  const { out } = await run([])
  expect(out).toMatch(/Health +joined: 1 node connected \(1 beside this one, 0 far\)\n/)
  expect(out).toMatch(/Part held +cccccccc\.\.cececece, 0\.78 % of the ring/)
  expect(out).toContain('0 items, 4.9 KiB of 256 MiB')
  expect(out).toMatch(/Items in the ring +about 320 ± 40/)
  expect(out).not.toContain('Open slices')
  expect(out).toMatch(/before {2}abababab {2}1 min 30 s {5}12D3/)
  expect(out).toMatch(/here {4}cdcdcdcd {2}- {14}this node/)
  expect(JSON.parse((await run(['--json'])).out)).toMatchObject({ health: 'joined', connected: 1 })
  await node.ring.slice('40', '80')
  await node.ring.slice('0', '0')
  expect((await run([])).out).toMatch(/Open slices +40000000\.\.80000000\n +the whole ring\n/)
  node.ring.estimate = { nodes: null, items: null }
  expect((await run([])).out).toContain('0 far); neighbours are changing')
  node.ring.isOn = false
  expect((await run([])).out).toBe('This node takes no part in the ring: it was started with --no-ring.\n')
})

test('a file is put, and got as it is, or so that a terminal takes no harm', async () => {
  const key = await put()
  expect(key).toMatch(/^[0-9a-f]{64}$/)
  expect((await run(['get', key])).out).toBe('a\u001b[31mb\n')
  const terminal = new FakeTerminal()
  terminal.stdout.isTTY = true
  expect((await run(['get', key], terminal)).out).not.toContain('\u001b[31m')
  const copy = join(dataDir, 'copy.txt')
  expect((await run(['get', key, '-o', copy])).out).toContain(`${copy}: 8 B, from`)
  expect(readFileSync(copy, 'utf8')).toBe('a\u001b[31mb\n')
  expect((await run(['get', key, '-o', copy])).exitCode).toBe(1)
})

test('an item is put again by its key, but not under a name', async () => {
  const key = await put()
  expect((await run(['put', key, '--copies', '8'])).out).toContain('Kept by 1 node so far, of 8 that shall.')
  expect(await run(['put', key, '--name', 'a'])).toMatchObject({ exitCode: 2 })
  expect(await run(['put', '0'.repeat(64)])).toMatchObject({ exitCode: 1 })
  expect((await run(['put', file, '--name', 'a'])).out).toContain('Version 1.')
})

test('says who keeps an item, and the way to a node', async () => {
  const key = await put()
  const { out } = await run(['where', key, '--copies', '2'])
  expect(out).toContain(`${key.slice(0, 8)}  yes   -        0     ${FAKE_PEER}`)
  expect(out).toContain('no answer')
  expect((await run(['ping', FAKE_PEER])).out).toBe(`1  ${FAKE_PEER}\n2  ${FAKE_PEER}  is there, 12.3 ms\n`)
  expect((await run(['ping', 'ab'.repeat(32)])).out).toContain('is nearest')
})

test('what is missing or wrong gets one line that says so', async () => {
  const missing = await run(['get', '0'.repeat(64)])
  expect(missing).toMatchObject({ exitCode: 1, out: '' })
  expect(missing.err).toContain('No node that should keep it has this item.')
  expect((await run(['get', '0'.repeat(64), '--json'])).out).toBe('null\n')
  expect(await run(['put', file, '--copies', '3'])).toMatchObject({ exitCode: 2 })
  expect(await run(['put', file, '--ttl', 'long'])).toMatchObject({ exitCode: 2 })
  expect(await run(['put', join(dataDir, 'none.txt')])).toMatchObject({ exitCode: 2 })
})
