import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ApiClient, NoNodeError, openApi } from '../../../src/api/client.ts'
import { serveApi } from '../../../src/api/server.ts'
import type { ApiServer } from '../../../src/api/server.ts'
import type { JsonValue } from '../../../src/kith.ts'
import { FakeNode } from './fake-node.ts'
import { FAKE_PEER } from './fake-room.ts'

let node: FakeNode
let dataDir: string
let api: ApiServer
let client: ApiClient
const onStop = vi.fn<() => void>()

beforeEach(async () => {
  onStop.mockReset()
  node = new FakeNode()
  dataDir = mkdtempSync(join(tmpdir(), 'kith-client-'))
  api = await serveApi(node, { dataDir, onStop, onInternalError: vi.fn() })
  client = openApi(dataDir)
})

afterEach(async () => {
  await api.close()
  rmSync(dataDir, { recursive: true })
})

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const read: Item[] = []
  for await (const item of items) read.push(item)
  return read
}

describe('calls', () => {
  test('about the node', async () => {
    expect(await client.call('id', {})).toEqual({ peer: FAKE_PEER, name: 'Alice', addresses: node.addresses() })
    expect(await client.call('status', {})).toEqual(node.status())
    expect(await client.call('peers', {})).toEqual([])
    expect(await client.call('connect', { peer: '/ip4/10.0.0.1/tcp/1' })).toEqual({ peer: FAKE_PEER })
  })

  test('stop is answered before the node stops', async () => {
    expect(await client.call('stop', {})).toEqual({ stopping: true })
    await vi.waitFor(() => expect(onStop).toHaveBeenCalledOnce())
  })

  test('create, list, show and leave rooms', async () => {
    const kitchen = await client.call('rooms.create', { name: 'Kitchen' })
    expect(kitchen).toMatchObject({ name: 'Kitchen', app: 'chat', status: 'open' })
    const stock = await client.call('rooms.create', { name: 'Stock', app: 'map' })
    expect(stock.app).toBe('map')
    expect((await client.call('rooms.list', {})).map((room) => room.name)).toEqual(['Kitchen', 'Stock'])
    expect(await client.call('rooms.show', { room: kitchen.id })).toEqual(kitchen)
    expect(await client.call('rooms.members', { room: 'Kitchen' })).toMatchObject([{ self: true, name: 'Alice' }])
    // A prefix of a name is enough to show a room, but not to leave it.
    expect(await client.call('rooms.show', { room: 'Kitch' })).toEqual(kitchen)
    await expect(client.call('rooms.leave', { room: 'Kitch' })).rejects.toMatchObject({ code: 'no-such-room' })
    expect(await client.call('rooms.leave', { room: 'Kitchen' })).toEqual({ id: kitchen.id, name: 'Kitchen' })
    expect(await client.call('rooms.list', {})).toHaveLength(1)
  })

  test('join passes the peers on', async () => {
    const room = await client.call('rooms.join', { room: 'bafyelsewhere', peers: ['/ip4/10.0.0.1/tcp/1'] })
    expect(room).toMatchObject({ status: 'waiting', waitingFor: 'a peer at /ip4/10.0.0.1/tcp/1' })
  })

  test('read and write a map, whatever the keys and names', async () => {
    node.add('../a room / with # every ? %2e thing', 'map')
    const room = '../a room / with # every ? %2e thing'
    const run = async (command: string, args: Record<string, JsonValue> = {}) =>
      (await client.call('rooms.do', { room, app: 'map', command, args })).value
    for (const key of ['..', '', 'a/b', 'ключ', '__proto__']) {
      expect(await run('put', { key, value: { in: [key, null] } })).toMatchObject({ clock: expect.any(Number) })
      expect(await run('get', { key })).toEqual({ in: [key, null] })
    }
    expect(await run('keys')).toEqual(['', '..', '__proto__', 'a/b', 'ключ'])
    await run('delete', { key: '..' })
    expect(await run('get', { key: '..' })).toBeUndefined()
    expect(await client.call('rooms.state', { room })).toHaveProperty('a/b')
  })

  test.each([0, false, null, '', 'text', [], [1]])('the map value %j comes back unchanged', async (value) => {
    node.add('Stock', 'map')
    await client.call('rooms.do', { room: 'Stock', command: 'put', args: { key: 'k', value } })
    expect(await client.call('rooms.do', { room: 'Stock', command: 'get', args: { key: 'k' } })).toEqual({ value })
  })

  test('documents keep their bytes', async () => {
    const room = node.add('Kitchen', 'chat')
    const body = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    await client.call('documents.write', { room: 'Kitchen', kind: 'raw', body: Buffer.from(body).toString('base64') })
    expect(room.written[0]?.body).toEqual(body)
    const [record] = await all(client.stream('documents.read', { room: 'Kitchen' }))
    expect(record).toMatchObject({ kind: 'raw', body: Buffer.from(body).toString('base64') })
  })

  test('errors are thrown with their code', async () => {
    await expect(client.call('rooms.show', { room: 'Attic' })).rejects.toMatchObject({
      name: 'ApiError',
      code: 'no-such-room',
      message: 'There is no room "Attic".',
    })
  })
})

describe('streams', () => {
  test('send the history, or the end of it', async () => {
    const room = node.add('Kitchen', 'chat')
    const texts = ['a', 'b\nwith a line', 'c\u2028with another', 'd']
    for (const text of texts) room.say('Bob', text)
    expect((await all(client.stream('messages.read', { room: 'Kitchen' }))).map((each) => each.text)).toEqual(texts)
    const last = await all(client.stream('messages.read', { room: 'Kitchen', last: 2 }))
    expect(last.map((each) => each.text)).toEqual(texts.slice(2))
    expect(await all(client.stream('messages.read', { room: 'Kitchen', last: 0 }))).toEqual([])
  })

  test('send a long history in full', async () => {
    const room = node.add('Kitchen', 'chat')
    for (let i = 0; i < 5000; i++) room.say('Bob', `${i} ${'x'.repeat(200)}`)
    const read = await all(client.stream('messages.read', { room: 'Kitchen' }))
    expect(read.map((each) => each.clock)).toEqual(room.said.map((each) => each.clock))
  })

  test('follow new messages, each once, until the reader disconnects', async () => {
    const room = node.add('Kitchen', 'chat')
    room.say('Bob', 'before')
    const seen: string[] = []
    const leaving = new AbortController()
    for await (const { text } of client.stream('messages.read', { room: 'Kitchen', follow: true }, leaving.signal)) {
      seen.push(text)
      if (text === 'before') {
        for (let i = 0; i < 3000; i++) room.say('Bob', `burst ${i}`)
      }
      if (text === 'burst 2999') leaving.abort()
    }
    expect(seen).toEqual(['before', ...Array.from({ length: 3000 }, (_, i) => `burst ${i}`)])
    await vi.waitFor(() => expect(room.listenerCount('message')).toBe(0))
  })

  test('send every kind of event', async () => {
    const room = node.add('Kitchen', 'chat')
    const events = client.stream('events', {})
    const first = events.next()
    await vi.waitFor(() => expect(node.listenerCount('fork')).toBe(1))
    room.say('Bob', 'hi')
    node.emit('peer', { peer: 'p', connected: false })
    node.emit('fork', { room: room.id, author: 'a', seq: 1 })
    room.open('Kitchen')
    node.ensure('bafkone').move({ state: 'complete' })
    node.emit('ensured', node.ensure('bafkone').status())
    node.emit('failed', new Error('disk full'))
    await api.close()
    const records = [(await first).value, ...(await all(events))]
    expect(records.map((record) => record?.event)).toEqual([
      ...['document', 'message', 'peer', 'fork', 'room', 'ensured', 'failed'],
    ])
    expect(records.at(-2)).toMatchObject({ event: 'ensured', ensured: { id: 'bafkone', state: 'complete' } })
    expect(records.at(-1)).toEqual({ event: 'failed', failed: { message: 'disk full' } })
  })

  test('an unknown room is an error before the first value', async () => {
    await expect(client.stream('messages.read', { room: 'Attic' }).next()).rejects.toMatchObject({
      code: 'no-such-room',
    })
  })
})

describe('without a node', () => {
  test('an empty folder has none', () => {
    expect(() => openApi(join(dataDir, 'nowhere'))).toThrow(NoNodeError)
  })

  test.each(['', '{', '[]', '{"url":"x","token":"t","pid":1}'])(
    'a damaged api.json %j counts as missing',
    (content) => {
      writeFileSync(join(dataDir, 'api.json'), content)
      expect(() => openApi(dataDir)).toThrow(NoNodeError)
    },
  )

  test('a process that is gone counts as no node', () => {
    // Above the largest process id that Linux assigns.
    const path = join(dataDir, 'api.json')
    const dead = { ...(JSON.parse(readFileSync(path, 'utf8')) as object), pid: 2 ** 22 + 1 }
    writeFileSync(path, JSON.stringify(dead))
    expect(() => openApi(dataDir)).toThrow(NoNodeError)
  })

  test('an api.json that does not say which folder it is of counts as none', () => {
    const path = join(dataDir, 'api.json')
    const { folder, ...older } = JSON.parse(readFileSync(path, 'utf8')) as { folder: string }
    expect(folder).not.toBe('')
    writeFileSync(path, JSON.stringify(older))
    expect(() => openApi(dataDir)).toThrow(NoNodeError)
  })

  test('a copy of the folder has none, whatever the way it was copied, and leaves that of the original alone', async () => {
    const copy = `${dataDir}-copy`
    cpSync(dataDir, copy, { recursive: true, preserveTimestamps: true })
    expect(() => openApi(copy)).toThrow(NoNodeError)
    const withFileOnly = mkdtempSync(join(tmpdir(), 'kith-client-'))
    cpSync(join(dataDir, 'api.json'), join(withFileOnly, 'api.json'))
    expect(() => openApi(withFileOnly)).toThrow(NoNodeError)
    symlinkSync(join(dataDir, 'api.json'), join(withFileOnly, 'link'))
    renameSync(join(withFileOnly, 'link'), join(withFileOnly, 'api.json'))
    expect(() => openApi(withFileOnly)).toThrow(NoNodeError)
    expect(await openApi(dataDir).call('id', {})).toMatchObject({ peer: FAKE_PEER })
    rmSync(copy, { recursive: true })
    rmSync(withFileOnly, { recursive: true })
  })

  test('a copy in place of the folder has none, and the folder itself has its node under any path', async () => {
    const moved = `${dataDir}-moved`
    renameSync(dataDir, moved)
    expect(await openApi(moved).call('id', {})).toMatchObject({ peer: FAKE_PEER })
    cpSync(moved, dataDir, { recursive: true })
    expect(() => openApi(dataDir)).toThrow(NoNodeError)
    rmSync(dataDir, { recursive: true })
    symlinkSync(moved, dataDir)
    expect(await openApi(dataDir).call('id', {})).toMatchObject({ peer: FAKE_PEER })
    rmSync(dataDir)
    renameSync(moved, dataDir)
  })

  test.each([200, 404])('a port where another program answers %i, or nothing, counts as no node', async (status) => {
    const other = createServer((_request, response) => void response.writeHead(status).end('hello'))
    await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
    await expect(new ApiClient({ url, token: 't' }).call('id', {})).rejects.toThrow(NoNodeError)
    await new Promise((resolve) => void other.close(resolve))
    await expect(new ApiClient({ url, token: 't' }).call('id', {})).rejects.toThrow(NoNodeError)
    await expect(new ApiClient({ url: api.url, token: 'stale' }).call('id', {})).rejects.toThrow(NoNodeError)
  })

  test('a request whose connection is cut off is sent again, and the reason is said in the end', async () => {
    let cutOff = 2
    const other = createServer((incoming, response) => {
      if (cutOff-- > 0) incoming.socket.resetAndDestroy()
      else void response.end('{"peer":"P"}')
    })
    await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
    expect(await new ApiClient({ url, token: 't' }).call('id', {})).toEqual({ peer: 'P' })
    cutOff = Infinity
    await expect(new ApiClient({ url, token: 't' }).call('id', {})).rejects.toMatchObject({
      code: 'busy',
      message: expect.stringContaining('API is busy'),
    })
    const stopped = new AbortController()
    const answer = new ApiClient({ url, token: 't' }).run('files.add', {} as never, { signal: stopped.signal })
    stopped.abort(new Error('enough'))
    await expect(answer).rejects.toThrow('enough')
    await new Promise((resolve) => void other.close(resolve))
  })
})
