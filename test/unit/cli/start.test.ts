import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openApi } from '../../../src/api/client.ts'
import type { CreateNode } from '../../../src/cli/create-node.ts'
import { KithError } from '../../../src/kith.ts'
import { FakeNode } from '../api/fake-node.ts'
import { FAKE_PEER } from '../api/fake-room.ts'
import { MAX_UNREAD_BYTES } from '../../../src/cli/terminal.ts'
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
  createNode.mockReset().mockImplementation(async () => node)
})

afterEach(() => {
  process.umask(umask)
  rmSync(dataDir, { recursive: true })
})

function start(...argv: string[]) {
  return kith(['start', '--data', dataDir, ...argv], terminal, createNode)
}

/** With time for a busy machine to load the API. */
const POLL = { timeout: 10_000, interval: 10 }

async function untilServed(): Promise<void> {
  await vi.waitFor(() => expect(existsSync(join(dataDir, 'api.json'))).toBe(true), POLL)
}

/** What is printed of the page, which is there if the project was built. */
const hasPage = existsSync(new URL('../../../dist/web/index.html', import.meta.url))

test('prints a link to the page where only the user sees it', async () => {
  terminal.stdout.isTTY = true
  const ended = start()
  await vi.waitFor(() => expect(terminal.out).toContain('Ctrl-C stops the node'), POLL)
  expect(terminal.out.includes('#link=')).toBe(hasPage)
  expect(terminal.out.includes('kith open')).toBe(hasPage)
  await terminal.interrupt()
  await ended
})

test('says that something is wrong from the beginning, and what tells more', async () => {
  node.health = { problems: 2, warnings: 1, worst: null }
  const ended = start()
  await vi.waitFor(() => expect(terminal.out).toContain('Ctrl-C stops the node'), POLL)
  expect(terminal.out).toContain(`Health: 2 problems: see kith doctor --data ${dataDir}\n`)
  await terminal.interrupt()
  await ended
})

test('prints no link into a file', async () => {
  const ended = start()
  await vi.waitFor(() => expect(terminal.out).toContain('Ctrl-C stops the node'), POLL)
  expect(terminal.out).not.toContain('#link=')
  await terminal.interrupt()
  await ended
})

test('shows its identity, addresses and next steps, serves the API, and stops cleanly on Ctrl-C', async () => {
  const ended = start()
  await vi.waitFor(() => expect(terminal.out).toContain('Ctrl-C stops the node'), POLL)
  for (const part of ['Alice is running.', FAKE_PEER, ...node.addresses(), dataDir])
    expect(terminal.out).toContain(part)
  expect(terminal.out).toContain(`kith room create Kitchen --data ${dataDir}`)
  expect(terminal.out).toMatch(/ {2}kith --help +everything else\n/)
  expect(await openApi(dataDir).call('id', {})).toMatchObject({ peer: FAKE_PEER })
  await terminal.interrupt()
  expect(await ended).toMatchObject({ exitCode: 0, err: '' })
  expect(node.stopped).toBe(true)
  expect(existsSync(join(dataDir, 'api.json'))).toBe(false)
  expect(node.listenerCount('peer')).toBe(0)
})

test('keeps what it writes to its user, but saves files with the umask of that user', async () => {
  process.umask(0o027)
  const save = vi.spyOn(node.add('Kitchen', 'chat').files, 'save')
  save.mockRejectedValue(new KithError('no-such-file', 'There is none.'))
  const ended = start()
  await untilServed()
  expect(process.umask()).toBe(0o077)
  const saving = openApi(dataDir).run('files.save', { room: 'Kitchen', file: 'soup.pdf' })
  await expect(saving).rejects.toMatchObject({ code: 'no-such-file' })
  expect(save).toHaveBeenCalledWith('soup.pdf', expect.objectContaining({ umask: 0o027 }))
  await terminal.interrupt()
  await ended
})

test('shows peers that connect and disconnect', async () => {
  const ended = start()
  await untilServed()
  const peer = '12D3KooWOther87654321'
  node.known = [
    {
      ...{ peer, name: null, refused: 0 },
      connected: true,
      addresses: ['/ip4/10.0.0.2/tcp/50001', '/ip4/10.0.0.2/tcp/1'],
      direction: 'inbound',
      ...{ network: 'local', connectedSinceMs: 0, roundTripMs: null },
      ...{ rooms: [], sending: [], blocksAwaited: 0, introduced: [] },
      lastSeenMs: 0,
    },
  ]
  node.emit('peer', { peer, connected: true })
  node.emit('peer', { peer, connected: false })
  node.known = [{ ...node.known[0]!, addresses: ['/ip4/10.0.0.2/tcp/50002'] }]
  node.emit('peer', { peer, connected: true })
  node.add('Kit\u001bchen', 'chat').open('Kit\u001bchen')
  expect(terminal.out).toMatch(/\d\d:\d\d {2}…87654321 connected at \/ip4\/10\.0\.0\.2\/tcp\/1\n/)
  expect(terminal.out).toMatch(/\d\d:\d\d {2}…87654321 disconnected\n/)
  expect(terminal.out).toMatch(/\d\d:\d\d {2}…87654321 connected at \/ip4\/10\.0\.0\.2\n/)
  expect(terminal.out).toMatch(/\d\d:\d\d {2}Kitchen is open\n/)
  await terminal.interrupt()
  await ended
})

test('shows blocks that are complete or have failed', async () => {
  const ended = start()
  await untilServed()
  const ensured = node.ensure('bafkone')
  ensured.move({ state: 'complete', have: 2, bytes: 2048 })
  node.emit('ensured', ensured.status())
  ensured.move({ state: 'failed', failure: 'too\u001b large' })
  node.emit('ensured', ensured.status())
  expect(terminal.out).toMatch(/\d\d:\d\d {2}bafkone is complete: 2 blocks, 2\.0 KiB\n/)
  expect(terminal.out).toMatch(/\d\d:\d\d {2}bafkone cannot be fetched: too large\n/)
  await terminal.interrupt()
  await ended
})

test('--json prints one value for the start and one per event', async () => {
  const ended = start('--json')
  await untilServed()
  node.emit('peer', { peer: 'p', connected: true })
  node.add('Kitchen', 'chat').say('Bob', 'hi')
  const [started, ...events] = terminal.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(started).toEqual({
    event: 'started',
    peer: FAKE_PEER,
    name: 'Alice',
    addresses: node.addresses(),
    dataDir,
    api: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
  })
  expect(events.map((event) => event.event)).toEqual(['peer', 'document', 'message'])
  await terminal.interrupt()
  await ended
})

test('output that nobody reads is dropped beyond a limit, and the number is reported once reading resumes', async () => {
  const ended = start('--json')
  await untilServed()
  terminal.stdout.pause()
  const text = 'x'.repeat(1024 * 1024)
  const room = node.add('Kitchen', 'chat')
  for (let i = 0; i < 20; i++) room.say('Bob', text)
  expect(terminal.stdout.writableLength).toBeLessThan(MAX_UNREAD_BYTES + 2 * text.length)
  terminal.stdout.resume()
  await vi.waitFor(() => expect(terminal.stdout.writableLength).toBe(0), POLL)
  node.emit('peer', { peer: 'p', connected: true })
  const events = terminal.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; missed?: number })
  const { missed = 0 } = events.find(({ event }) => event === 'missed') ?? {}
  expect(missed).toBeGreaterThan(0)
  // A start, two events a message, what was missed, a peer.
  expect(events).toHaveLength(1 + 2 * 20 - missed + 1 + 1)
  await terminal.interrupt()
  await ended
})

test('says why it ends when nobody reads its output any more', async () => {
  const ended = start()
  await vi.waitFor(() => expect(terminal.out).toContain('Ctrl-C stops the node'), POLL)
  await terminal.interrupt('unread')
  expect(await ended).toMatchObject({
    ...{ exitCode: 0, err: 'kith: nobody reads the output of this node any more, so it stops.\n' },
  })
  expect(node.stopped).toBe(true)
})

test('says which apps it has for this start', async () => {
  const ended = start('--app', './to\u001bdo.ts', '--app', 'game.ts')
  await vi.waitFor(() => expect(terminal.out).toContain('Ctrl-C stops the node'), POLL)
  expect(terminal.out).toMatch(/^ {2}Apps +\.\/todo\.ts, game\.ts \(this time: /m)
  await terminal.interrupt()
  await ended
})

test('kith stop ends it', async () => {
  const ended = start()
  await untilServed()
  expect(await kith(['stop', '--data', dataDir])).toMatchObject({ exitCode: 0, out: 'Stopped.\n' })
  expect(node.stopped).toBe(true)
  expect(await ended).toMatchObject({ exitCode: 0 })
})

test('Ctrl-C is not caught until there is a node to stop', async () => {
  const made = Promise.withResolvers<FakeNode>()
  createNode.mockReturnValue(made.promise)
  const ended = start()
  await vi.waitFor(() => expect(createNode).toHaveBeenCalled(), POLL)
  expect(terminal.interruptible).toBe(false)
  made.resolve(node)
  await terminal.interrupt()
  expect(await ended).toMatchObject({ exitCode: 0, err: '' })
  expect(terminal.interruptible).toBe(false)
})

test('a node that fails ends it with 1 and one line', async () => {
  const ended = start()
  await untilServed()
  node.emit('failed', new KithError('disk-full', 'The disk is full: make room and start again.'))
  expect(await ended).toMatchObject({ exitCode: 1, err: 'kith: The disk is full: make room and start again.\n' })
  expect(existsSync(join(dataDir, 'api.json'))).toBe(false)
})

describe('settings', () => {
  async function optionsOf(...argv: string[]): Promise<unknown> {
    const ended = start(...argv)
    await terminal.interrupt()
    expect((await ended).err).toBe('')
    return createNode.mock.lastCall?.[0]
  }

  test('are left to the node by default', async () => {
    expect(await optionsOf()).toEqual({ dataDir })
  })

  test('come from flags', async () => {
    const flags = ['--name', 'Bob', '--no-mdns', '--listen', '/a', '--listen', '/b', '--peer', '/c', '--peer', '/d']
    expect(await optionsOf(...flags)).toEqual({
      dataDir,
      name: 'Bob',
      mdns: false,
      listen: ['/a', '/b'],
      peers: ['/c', '/d'],
    })
  })

  test('come from config.json in the data folder, and flags override it', async () => {
    writeFileSync(join(dataDir, 'config.json'), '{"name":"File","listen":["/a"],"mdns":false,"peers":["/c"]}')
    expect(await optionsOf('--name', 'Flag')).toEqual({
      dataDir,
      name: 'Flag',
      listen: ['/a'],
      mdns: false,
      peers: ['/c'],
    })
  })

  test('that are wrong end it with 2 before a node is made', async () => {
    writeFileSync(join(dataDir, 'config.json'), '{"nmae":"File"}')
    expect(await start()).toMatchObject({ exitCode: 2, err: expect.stringContaining('unknown key "nmae"') })
    expect(createNode).not.toHaveBeenCalled()
  })

  test('take the data folder from the profile', async () => {
    const ended = kith(
      ['start', '--profile', 'bob'],
      (terminal = new FakeTerminal({ KITH_HOME: dataDir, npm_command: 'exec' })),
      async (options) => {
        expect(options.dataDir).toBe(join(dataDir, 'bob'))
        throw new KithError('folder-in-use', 'Another node uses this folder.')
      },
    )
    expect(await ended).toMatchObject({
      exitCode: 1,
      err: `kith: Another process has opened the database of ${join(dataDir, 'bob')}: a node that is just starting or stopping, kith repair, or another program. Wait until it has ended, or end it. Or start a second node: npx kith start --profile NAME\n`,
    })
    expect(
      (await kith(['id', '--profile', 'bob'], new FakeTerminal({ KITH_HOME: dataDir, npm_command: 'exec' }))).err,
    ).toBe('kith: No node is running here. Start one: npx kith start --profile bob\n')
  })
})

describe('logs', () => {
  /** What the environment leads to. */
  async function logsOf(env: Record<string, string>, ...argv: string[]): Promise<unknown> {
    terminal = new FakeTerminal(env)
    const ended = start(...argv)
    await untilServed()
    await terminal.interrupt()
    await ended
    return createNode.mock.lastCall?.[1]
  }

  test('are off by default, and otherwise what KITH_LOG names', async () => {
    expect(await logsOf({})).toBeUndefined()
    expect(await logsOf({ KITH_LOG: '' })).toBeUndefined()
    expect(await logsOf({ KITH_LOG: 'kith:*' })).toEqual({ patterns: 'kith:*', format: 'text' })
  })

  test('are JSON with --json, or as KITH_LOG_FORMAT says', async () => {
    expect(await logsOf({ KITH_LOG: 'kith:*' }, '--json')).toMatchObject({ format: 'json' })
    expect(await logsOf({ KITH_LOG: 'kith:*', KITH_LOG_FORMAT: 'text' }, '--json')).toMatchObject({ format: 'text' })
    expect(await logsOf({ KITH_LOG: 'kith:*', KITH_LOG_FORMAT: 'json' })).toMatchObject({ format: 'json' })
  })

  test('in an unknown format are wrong use', async () => {
    terminal = new FakeTerminal({ KITH_LOG_FORMAT: 'xml' })
    expect(await start()).toEqual({
      ...{ exitCode: 2, out: '', err: 'kith: KITH_LOG_FORMAT must be text or json, not "xml".\n' },
    })
    expect(createNode).not.toHaveBeenCalled()
  })
})

test('a port in use for the API ends it with 1, and the node is stopped', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => void taken.listen(0, '127.0.0.1', resolve))
  const { port } = taken.address() as AddressInfo
  expect(await start('--api', String(port))).toMatchObject({
    exitCode: 1,
    err: expect.stringContaining(`Port ${port}`),
  })
  expect(node.stopped).toBe(true)
  taken.close()
})

test('an address that the node refuses is a usage error', async () => {
  createNode.mockRejectedValue(new KithError('bad-address', '"x" is not a multiaddr.'))
  expect(await start('--listen', 'x')).toEqual({ exitCode: 2, out: '', err: 'kith: "x" is not a multiaddr.\n' })
})

test('asks for a name once, in a terminal, and until it is one', async () => {
  terminal = new FakeTerminal({}, true)
  const ended = start()
  await vi.waitFor(() => expect(terminal.err).toContain('Your name, as others will see it ['), POLL)
  terminal.stdin.write('An\u200bna\r')
  await vi.waitFor(() => expect(terminal.err).toContain('cannot have U+200B'), POLL)
  terminal.stdin.write('Anna\r')
  await untilServed()
  expect(createNode.mock.calls[0]?.[0]).toMatchObject({ name: 'Anna' })
  await terminal.interrupt()
  await ended
  writeFileSync(join(dataDir, 'identity.key'), '')
  terminal = new FakeTerminal({}, true)
  const again = start()
  await untilServed()
  expect(terminal.err).not.toContain('Your name')
  expect(createNode.mock.calls.at(-1)?.[0]).not.toHaveProperty('name')
  await terminal.interrupt()
  await again
})

test('Enter takes the name of the host', async () => {
  terminal = new FakeTerminal({}, true)
  const ended = start()
  await vi.waitFor(() => expect(terminal.err).toContain('Your name, as others will see it ['), POLL)
  terminal.stdin.write('\r')
  await untilServed()
  expect(createNode.mock.calls[0]?.[0]).not.toHaveProperty('name')
  await terminal.interrupt()
  await ended
})

test('Ctrl-C at the question for a name starts nothing', async () => {
  terminal = new FakeTerminal({}, true)
  const ended = start()
  await vi.waitFor(() => expect(terminal.err).toContain('Your name, as others will see it ['), POLL)
  terminal.stdin.write('\u0003')
  expect(await ended).toMatchObject({ exitCode: 1, err: expect.stringContaining('Nothing was started.') as string })
  expect(createNode).not.toHaveBeenCalled()
})
