/** The command as a process: what only a real one shows (signals, pipes, exit codes, the Node that runs it). */
import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { readApiFile } from '../../src/api/api-file.ts'
import { serveApi } from '../../src/api/server.ts'
import type { ApiServer } from '../../src/api/server.ts'
import { FakeNode } from '../unit/api/fake-node.ts'
import { FAKE_PEER } from '../unit/api/fake-room.ts'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const BIN = fileURLToPath(new URL('../../bin/kith.js', import.meta.url))

let node: FakeNode
let dataDir: string
let api: ApiServer

beforeEach(async () => {
  node = new FakeNode()
  dataDir = mkdtempSync(join(tmpdir(), 'kith-process-'))
  api = await serveApi(node, { dataDir, onStop: vi.fn(), onInternalError: vi.fn() })
})

afterEach(async () => {
  await api.close()
  rmSync(dataDir, { recursive: true })
})

function kith(...argv: string[]): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...argv, '--data', dataDir])
}

async function ended(child: ChildProcess): Promise<{ exitCode: unknown; out: string; err: string }> {
  const [out, err, [exitCode]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'close')])
  return { exitCode, out, err }
}

test.each([
  [['id'], 0, `${FAKE_PEER}\n`, ''],
  [['room', 'show', 'Attic'], 1, '', 'kith: There is no room "Attic".\n'],
  [['sned'], 2, '', "kith: unknown command 'sned'. Did you mean send?\n"],
])('%j ends with %i', async (argv, exitCode, out, err) => {
  expect(await ended(kith(...argv))).toEqual({ exitCode, out, err })
})

test('without a node it ends with 3', async () => {
  await api.close()
  expect(await ended(kith('id'))).toMatchObject({ exitCode: 3, out: '' })
})

test('each line of a pipe is sent', async () => {
  const room = node.add('Kitchen', 'chat')
  const child = kith('chat', 'Kitchen')
  child.stdin?.end('one\ntwo\n')
  expect((await ended(child)).exitCode).toBe(0)
  expect(room.said.map((message) => message.text)).toEqual(['one', 'two'])
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends following with 0', async (signal) => {
  const room = node.add('Kitchen', 'chat')
  room.say('Bob', 'hi')
  const child = kith('read', 'Kitchen', '--follow')
  const end = ended(child)
  await once(child.stdout!, 'data')
  child.kill(signal)
  expect(await end).toMatchObject({ exitCode: 0, err: '' })
})

test('SIGHUP ends nothing that has no terminal, as under nohup', async () => {
  const room = node.add('Kitchen', 'chat')
  room.say('Bob', 'before')
  const child = kith('read', 'Kitchen', '--follow')
  const end = ended(child)
  await once(child.stdout!, 'data')
  child.kill('SIGHUP')
  room.say('Bob', 'after')
  await once(child.stdout!, 'data')
  child.kill('SIGTERM')
  expect((await end).out).toContain('after')
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends a start that does not get on', async (signal) => {
  const folder = join(dataDir, 'node')
  mkdirSync(folder)
  // Reading the key waits for a writer that never writes.
  const key = join(folder, 'identity.key')
  execFileSync('mkfifo', [key])
  const child = spawn(process.execPath, [BIN, 'start', '--no-mdns', '--data', folder])
  onTestFinished(() => void child.kill('SIGKILL'))
  const end = once(child, 'close')
  // A pipe can be opened for writing only once somebody reads it.
  const writer = await vi.waitFor(() => openSync(key, constants.O_WRONLY | constants.O_NONBLOCK), { timeout: 10_000 })
  onTestFinished(() => closeSync(writer))
  child.kill(signal)
  expect(await end).toEqual([null, signal])
})

test('an endless history is read no further than the output is taken, and SIGTERM ends that too', async () => {
  const room = node.add('Kitchen', 'chat')
  room.say('Bob', 'again and again')
  let taken = 0
  vi.spyOn(room, 'messages').mockImplementation(function* () {
    for (; ; taken++) yield room.said[0]!
  })
  const child = kith('read', 'Kitchen')
  const exited = once(child, 'exit')
  let before = 0
  const isStuck = (): boolean => {
    const isSame = taken > 0 && taken === before
    before = taken
    return isSame
  }
  await vi.waitUntil(isStuck, { timeout: 10_000, interval: 500 })
  child.kill('SIGTERM')
  expect((await exited)[0]).toBe(0)
})

test('output that cannot be written is said', async () => {
  node.add('Kitchen', 'chat').say('Bob', 'hi')
  const line = 'exec "$0" "$1" read Kitchen --data "$2" >/dev/full'
  const child = spawn('sh', ['-c', line, process.execPath, BIN, dataDir])
  expect(await ended(child)).toEqual({
    exitCode: 1,
    out: '',
    err: expect.stringMatching(/^kith: the output cannot be written: ENOSPC.*\n$/) as string,
  })
})

test('a node whose log is on a full disk says so once, and goes on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kith-process-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const line = 'exec "$0" "$1" start --no-mdns --listen /ip4/127.0.0.1/tcp/0 --data "$2" >/dev/full'
  const child = spawn('sh', ['-c', line, process.execPath, BIN, folder])
  const end = ended(child)
  await vi.waitUntil(() => readApiFile(folder) !== undefined, { timeout: 20_000 })
  const kithHere = (...argv: string[]) => ended(spawn(process.execPath, [BIN, ...argv, '--data', folder]))
  for (const name of ['Kitchen', 'Garden']) {
    expect(await kithHere('room', 'create', name)).toMatchObject({ exitCode: 0 })
  }
  expect(await kithHere('stop')).toMatchObject({ exitCode: 0 })
  expect(await end).toEqual({
    exitCode: 0,
    out: '',
    err: expect.stringMatching(/^kith: the output cannot be written, and the node goes on: ENOSPC.*\n$/) as string,
  })
})

test('a reader that has enough ends it quietly', async () => {
  const room = node.add('Kitchen', 'chat')
  for (let i = 0; i < 20_000; i++) room.say('Bob', `line ${i}`)
  const child = kith('read', 'Kitchen')
  const closed = once(child, 'close')
  const err = text(child.stderr!)
  await once(child.stdout!, 'data')
  child.stdout?.destroy()
  expect((await closed)[0]).toBe(0)
  expect(await err).toBe('')
})

/** Makes a Node say that it is too old. */
const PRETEND = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"20.11.0"}})'

test('an old Node hands over to the one of the project', async () => {
  const child = spawn(process.execPath, ['--import', PRETEND, BIN, 'id', '--data', dataDir])
  expect(await ended(child)).toEqual({ exitCode: 0, out: `${FAKE_PEER}\n`, err: '' })
})

test('bytes that are not UTF-8 are refused, and what looks like their replacement is not', async () => {
  const invalid = spawn('sh', [
    '-c',
    `exec "$0" "$1" send Kitchen "$(printf 'a\\377b')" --data "$2"`,
    process.execPath,
    BIN,
    dataDir,
  ])
  expect(await ended(invalid)).toEqual({
    exitCode: 2,
    out: '',
    err: 'kith: the command line has bytes that are not UTF-8.\n',
  })
  const replaced = spawn(process.execPath, [BIN, 'room', 'show', 'a\ufffdb', '--data', dataDir])
  expect(await ended(replaced)).toMatchObject({ exitCode: 1, err: expect.stringContaining('\ufffd') as string })
})

test('on an old Node the process ends as its command does', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kith-process-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const options = ['start', '--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0', '--data', folder]
  const child = spawn(process.execPath, ['--import', PRETEND, BIN, ...options])
  const end = ended(child)
  await once(child.stdout, 'data')
  child.kill('SIGTERM')
  expect(await end).toMatchObject({ exitCode: 0, err: '' })
  expect(existsSync(join(folder, 'api.json'))).toBe(false)
})

test.each([
  [0o002, 0o664],
  [0o077, 0o600],
])('with a umask of %o, the report of a simulation has the mode %o', async (umask, mode) => {
  const page = join(dataDir, 'page.html')
  const scenario = fileURLToPath(new URL('../../scripts/scenarios/two-nodes.yaml', import.meta.url))
  const own = process.umask(umask)
  const child = spawn(process.execPath, [BIN, 'simulate', scenario, '--report', page])
  process.umask(own)
  expect(await ended(child)).toMatchObject({ exitCode: 0, err: '' })
  expect(statSync(page).mode & 0o777).toBe(mode)
})
