/** What real processes say to wrong commands, damaged folders and a full disk: one line, the right exit code, nothing lost. */
import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { POLL, useKith } from './kith-process.ts'
import type { Ended, NodeProcess } from './kith-process.ts'
import { noSmallDisk, SmallDisk } from './small-disk.ts'

const kith = useKith()

/** Characters of a command in the name of its test. */
const MAX_TITLE = 80

/** Exits with `exitCode` and exactly one line for the user. */
function expectOneLine(ended: Ended, exitCode: number, line: RegExp): void {
  expect(ended).toMatchObject({ exitCode, out: '' })
  expect(ended.err).toMatch(/^kith: [^\n]+\n$/)
  expect(ended.err).toMatch(line)
}

/** A start that must fail before it runs. */
function startBadly(dataDir: string, ...argv: string[]): Promise<Ended> {
  return kith.run(dataDir, 'start', '--no-mdns', ...argv)
}

describe('a command to a running node', () => {
  let node: NodeProcess

  beforeAll(async () => {
    node = await kith.start()
    await node.api.call('rooms.create', { name: 'Kitchen' })
    await node.api.call('rooms.create', { name: 'Stock', app: 'map' })
  })

  const id = 'bafyreiekjwd6wxutunleuqo3u7ffhno7pit7ymiohhgkyk2iskjqj3hrge'
  const commands: [string[], number, RegExp][] = [
    [['join', 'bafyreiekjwd6'], 2, /not a room id.*59 characters/],
    [['join', 'kith:nonsense?addr=x'], 2, /not a room id/],
    [['join', id, '--peer', '/ip4/300.1.1.1/tcp/1'], 2, /300\.1\.1\.1/],
    [['join', id, '--peer', '192.168.1.5:4001', '--no-wait'], 2, /192\.168\.1\.5:4001/],
    [['connect', 'somewhere'], 1, /somewhere.*an address looks like/],
    [['connect', '/ip4/127.0.0.1/tcp/1'], 1, /127\.0\.0\.1\/tcp\/1/],
    [['room', 'creat', 'Attic'], 2, /unknown command 'creat'.*create/],
    [['room', 'create', 'Attic', '--app', 'chess'], 2, /no app 'chess'.*chat, map/],
    [['room', 'create', ''], 2, /name must have 1 to 64 bytes/],
    [['room', 'create', 'x'.repeat(65)], 2, /name must have 1 to 64 bytes/],
    [['room', 'create', 'a\u202eb'], 2, /U\+202E/],
    [['room', 'create', '\u200b'], 2, /U\+200B/],
    [['room', 'show', 'Attic'], 1, /no room 'Attic'.*kith room list/],
    [['send', 'Stock', 'hello'], 1, /'Stock' is a map room/],
    [['chat', 'Stock'], 1, /Stock is a map room/],
    [['put', 'Kitchen', 'apples', '3'], 1, /'Kitchen' is a chat room/],
    [['get', 'Stock', 'pears'], 1, /no key "pears"/],
    [['put', 'Stock', 'k'.repeat(10_000), '3'], 2, /a key must have 1 to/],
    [['send', 'Kitchen', 'x'.repeat(64_001)], 2, /at most [\d,]+ bytes/],
    [['read', 'Kitchen', '--last', 'few'], 2, /whole number/],
  ]
  const named = commands.map(([argv, ...rest]) => [argv.join(' ').slice(0, MAX_TITLE), argv, ...rest] as const)
  test.each(named)('%s', async (_, argv, exitCode, line) => {
    expectOneLine(await kith.run(node.dataDir, ...argv), exitCode, line)
  })

  test('--json says the same as JSON', async () => {
    const { exitCode, out, err } = await kith.run(node.dataDir, 'put', 'Kitchen', 'apples', '3', '--json')
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' })
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'wrong-app' } })
  })

  test('a second node on its folder does not start, and the first keeps running', async () => {
    expectOneLine(
      await startBadly(node.dataDir),
      1,
      /A node is already running \(process \d+\) with .*kith stop.*--profile NAME/,
    )
    await node.send('Kitchen', 'still here')
    expect((await node.read('Kitchen')).map(({ text }) => text)).toContain('still here')
    expect((await kith.run(node.dataDir, 'id')).exitCode).toBe(0)
  })

  test('a port that is in use', async () => {
    const port = /\/tcp\/(\d+)/.exec(node.address)?.[1] ?? ''
    const folder = kith.folder()
    expectOneLine(await startBadly(folder, '--listen', node.listen), 1, new RegExp(`Port ${port} is in use`))
    const server = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const { port: taken } = server.address() as AddressInfo
    const listen = ['--listen', '/ip4/127.0.0.1/tcp/0']
    expectOneLine(await startBadly(folder, ...listen, '--api', `${taken}`), 1, new RegExp(`Port ${taken}.*--api`))
    const after = await kith.start({ dataDir: folder })
    expect(await after.stop()).toMatchObject({ exitCode: 0, err: '' })
  })
})

test('no node is running', async () => {
  expectOneLine(
    await kith.run(kith.folder(), 'status'),
    3,
    /No node is running here\. Start one: (npx )?kith start --data/,
  )
})

test.each<[string, string[], number, RegExp]>([
  ['an address to listen on', ['--listen', '0.0.0.0:4001'], 2, /0\.0\.0\.0:4001/],
  ['an address this machine does not have', ['--listen', '/ip4/203.0.113.77/tcp/0'], 2, /does not have the address/],
  ['an address of a peer', ['--peer', '/ip4/1.2.3/tcp/1'], 2, /1\.2\.3/],
  ['a config file that is missing', ['--config', '/nowhere/kith.json'], 2, /no config file/],
  ['a name of a blank', ['--name', '\u2800'], 2, /U\+2800/],
  ['a name that is too long', ['--name', 'x'.repeat(65)], 2, /name must have 1 to 64 bytes/],
])('start with %s', async (_, argv, exitCode, line) => {
  expectOneLine(await startBadly(kith.folder(), ...argv), exitCode, line)
})

test('start with a data folder that cannot be one', async () => {
  const file = join(kith.folder(), 'notes.txt')
  writeFileSync(file, 'not a folder')
  expectOneLine(await startBadly(file), 1, /the data folder .*notes\.txt cannot be created: .*file already exists/)
  expectOneLine(
    await startBadly(join(file, 'below')),
    1,
    /the data folder .*below cannot be created: .*not a directory/,
  )
  expectOneLine(await startBadly('/proc/kith'), 1, /the data folder \/proc\/kith cannot be created: /)
  expect(readFileSync(file, 'utf8')).toBe('not a folder')
})

test.each<[string, RegExp]>([
  ['{"nmae": "Alice"}', /unknown key "nmae". Known keys: /],
  ['{"listen": "/ip4/0.0.0.0/tcp/1"}', /"listen" must be a list/],
  ['{', /is not JSON/],
])('a config file with %s', async (content, line) => {
  const folder = kith.folder()
  writeFileSync(join(folder, 'config.json'), content)
  expectOneLine(await startBadly(folder), 2, line)
})

test('a start after kill -9 replaces the stale api.json', async () => {
  const first = await kith.start()
  await first.kill()
  expect(existsSync(join(first.dataDir, 'api.json'))).toBe(true)
  expectOneLine(await kith.run(first.dataDir, 'status'), 3, /No node is running here/)
  const second = await kith.restart(first)
  expect((await second.api.call('id', {})).peer).toBe(first.peer)
  expect(statSync(join(first.dataDir, 'api.json')).mode & 0o777).toBe(0o600)
  await second.stop()
  expect(existsSync(join(first.dataDir, 'api.json'))).toBe(false)
})

test('a copy of the folder of a running node has no node, and a folder that was moved has its own', async () => {
  const node = await kith.start()
  const copy = join(kith.folder(), 'copy')
  cpSync(node.dataDir, copy, { recursive: true, preserveTimestamps: true })
  for (const command of ['stop', 'status']) {
    expectOneLine(await kith.run(copy, command), 3, /No node is running here/)
  }
  const copied = await startBadly(copy)
  expectOneLine(copied, 1, /is a copy of .*, whose node is running \(process \d+\)/)
  expect(copied.err).toContain(`stop --data ${node.dataDir}`)
  const linked = join(kith.folder(), 'linked')
  mkdirSync(linked)
  const files = readdirSync(node.dataDir).filter((name) => statSync(join(node.dataDir, name)).isFile())
  for (const name of files) linkSync(join(node.dataDir, name), join(linked, name))
  for (const hasApiFile of [true, false]) {
    if (!hasApiFile) rmSync(join(linked, 'api.json'))
    const ended = await startBadly(linked)
    expectOneLine(ended, 1, hasApiFile ? /is a copy of / : /also that of a node that runs elsewhere: .*hard links/)
    expect(ended.err).not.toContain(`stop --data ${linked}`)
    for (const command of ['repair', 'gc']) {
      expectOneLine(await kith.run(linked, command), 1, /also that of a node that runs .*hard links/)
    }
  }
  expect(await node.api.call('id', {})).toMatchObject({ peer: node.peer })
  expect(await kith.run(node.dataDir, 'stop')).toMatchObject({ exitCode: 0, err: '' })
  expect(await node.ended()).toMatchObject({ exitCode: 0 })
  const moved = join(kith.folder(), 'moved')
  renameSync(node.dataDir, moved)
  const again = await kith.restart(node, { dataDir: moved })
  expect(again.peer).toBe(node.peer)
  expect(await kith.run(moved, 'stop')).toMatchObject({ exitCode: 0, err: '' })
})

describe('a damaged folder', () => {
  test('a store that is not a database, or is truncated', async () => {
    const node = await kith.start()
    const { id: room } = await node.api.call('rooms.create', { name: 'Kitchen' })
    await node.send(room, ...Array.from({ length: 50 }, (_, i) => `${i} ${'x'.repeat(2_000)}`))
    await node.stop()
    const path = join(node.dataDir, 'kith.db')
    const backup = join(node.dataDir, 'backup.db')
    copyFileSync(path, backup)
    const sound = readFileSync(path)
    const isDamaged = /kith\.db is damaged: kith repair keeps a copy, .*restore a backup/
    for (const content of [Buffer.from('not a database '.repeat(1_000)), sound.subarray(0, 10_000)]) {
      writeFileSync(path, content)
      expectOneLine(await startBadly(node.dataDir, '--listen', '/ip4/127.0.0.1/tcp/0'), 1, isDamaged)
      expect(readFileSync(path)).toEqual(content)
    }
    copyFileSync(backup, path)
    const again = await kith.restart(node)
    expect(await again.read(room)).toHaveLength(50)
    await again.stop()
  })

  test('a log that lost its end, or all of it', async () => {
    const node = await kith.start()
    const { id: room } = await node.api.call('rooms.create', { name: 'Kitchen' })
    // One after another, so that each is a commit of its own and half of the log has the room and some of them.
    for (let i = 0; i < 20; i++) await node.send(room, `${i} ${'x'.repeat(2_000)}`)
    await node.kill()
    const [log, count] = ['kith.db-wal', 'kith.db-rooms'].map((name) => join(node.dataDir, name)) as [string, string]
    const copy = kith.folder()
    cpSync(node.dataDir, copy, { recursive: true })
    truncateSync(log, statSync(log).size / 2)
    for (let starts = 0; starts < 2; starts++) {
      expectOneLine(
        await startBadly(node.dataDir),
        1,
        /kith\.db has lost documents: it had 2\d, and \d+ are left: kith repair /,
      )
    }
    rmSync(count)
    const after = await kith.start({ dataDir: node.dataDir })
    expect((await after.read(room)).length).toBeLessThan(20)
    await after.stop()
    rmSync(join(copy, 'kith.db-wal'))
    expectOneLine(await startBadly(copy), 1, /it had 2\d, and 0 are left: kith repair .*restore a backup/)
  })

  test('a key file that contains no key', async () => {
    const node = await kith.start()
    await node.stop()
    const path = join(node.dataDir, 'identity.key')
    const key = readFileSync(path)
    for (const content of [Buffer.alloc(0), key.subarray(0, 20), Buffer.alloc(key.length, 7)]) {
      writeFileSync(path, content)
      expectOneLine(
        await startBadly(node.dataDir),
        1,
        /key file .*identity\.key is damaged: move it away and restore it/,
      )
      expect(readFileSync(path)).toEqual(content)
    }
    writeFileSync(path, key)
    const again = await kith.restart(node)
    expect(again.peer).toBe(node.peer)
    await again.stop()
  })

  test('a key that was deleted', async () => {
    const node = await kith.start()
    await node.stop()
    const path = join(node.dataDir, 'identity.key')
    const key = readFileSync(path)
    rmSync(path)
    expectOneLine(
      await startBadly(node.dataDir),
      1,
      /is that of a node, but has no identity\.key: restore .* move the folder away/,
    )
    expect(existsSync(path)).toBe(false)
    writeFileSync(path, key)
    const again = await kith.restart(node)
    expect(again.peer).toBe(node.peer)
    await again.stop()
  })
})

test('a disk that fills up of a sudden loses nothing that was acknowledged', async ({ skip }) => {
  skip(noSmallDisk !== undefined, noSmallDisk)
  // Too small for a reserve that would make up for it.
  const disk = new SmallDisk(kith.folder(), 20)
  const node = await kith.start({ dataDir: join(disk.path, 'node') })
  const { id: room } = await node.api.call('rooms.create', { name: 'Kitchen' })
  disk.fill(2_000_000)
  const acknowledged: string[] = []
  const error: unknown = await (async () => {
    for (;;) {
      const text = `${acknowledged.length} ${'x'.repeat(10_000)}`
      await node.send(room, text)
      acknowledged.push(text)
    }
  })().catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'disk-full' })
  // It did not write any more, and goes on by itself once there is space.
  expect((await node.api.call('status', {})).disk).toMatchObject({ paused: 'all' })
  expect((await node.read(room)).map(({ text }) => text)).toEqual(acknowledged)
  disk.resize(400)
  disk.empty()
  await vi.waitFor(async () => await node.send(room, 'there is space again'), { ...POLL, timeout: 30_000 })
  acknowledged.push('there is space again')
  expect((await node.kill()).exitCode).toBe(null)
  const again = await kith.restart(node)
  const kept = new Set((await again.read(room)).map(({ text }) => text))
  expect(acknowledged.filter((text) => !kept.has(text))).toEqual([])
  expect(acknowledged.length).toBeGreaterThan(10)
  await again.stop()
})
