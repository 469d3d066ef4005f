import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { readApiFile } from '../../../src/api/api-file.ts'
import { inputs } from '../../../src/api/contract.ts'
import { API_PREFIX } from '../../../src/api/paths.ts'
import { ApiConnections, MAX_UNPROVEN_CONNECTIONS } from '../../../src/api/connections.ts'
import { BODY_LIMIT_BYTES } from '../../../src/api/serving.ts'
import { MAX_STREAMS, serveApi } from '../../../src/api/server.ts'
import type { ApiServer } from '../../../src/api/server.ts'
import { KithError } from '../../../src/kith.ts'
import { STREAM_BUFFER_BYTES } from '../../../src/api/event-stream.ts'
import { FakeNode } from './fake-node.ts'

let node: FakeNode
let dataDir: string
let api: ApiServer
const onStop = vi.fn<() => void>()
const onInternalError = vi.fn<(error: Error) => void>()

beforeEach(async () => {
  onStop.mockReset()
  onInternalError.mockReset()
  node = new FakeNode()
  dataDir = mkdtempSync(join(tmpdir(), 'kith-api-'))
  api = await serveApi(node, { dataDir, onStop, onInternalError })
})

afterEach(async () => {
  await api.close()
  rmSync(dataDir, { recursive: true })
})

interface Answer {
  status: number | undefined
  body: unknown
}

async function post(name: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await open(name, JSON.stringify(body), headers)
  return { status: response.statusCode, body: JSON.parse(await text(response)) }
}

async function open(name: string, body: string, headers: Record<string, string> = {}) {
  const outgoing = request(api.url + API_PREFIX + name, {
    method: 'POST',
    agent: false,
    headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json', ...headers },
  })
  outgoing.end(body)
  const [response] = (await once(outgoing, 'response')) as [import('node:http').IncomingMessage]
  return response
}

function failure(code: string): unknown {
  return { error: { code, message: expect.stringMatching(/^[^\n]+$/) } }
}

describe('api.json', () => {
  test('names the server, is readable by its owner only, and is removed with it', async () => {
    const path = join(dataDir, 'api.json')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readApiFile(dataDir)).toEqual({
      url: api.url,
      token: api.token,
      pid: process.pid,
      startedAtMs: expect.any(Number),
      dataDir,
      folder: expect.stringMatching(/^\d+:\d+$/),
    })
    expect(Buffer.from(api.token, 'base64url')).toHaveLength(32)
    await api.close()
    expect(existsSync(path)).toBe(false)
  })

  test('of another node is left alone', async () => {
    const other = await serveApi(node, { dataDir, onStop, onInternalError })
    await api.close()
    expect(JSON.parse(readFileSync(join(dataDir, 'api.json'), 'utf8'))).toMatchObject({ token: other.token })
    await other.close()
  })

  test('a port in use is one clear line', async () => {
    const port = Number(new URL(api.url).port)
    await expect(serveApi(node, { dataDir, port, onStop, onInternalError })).rejects.toMatchObject({
      code: 'port-in-use',
      message: expect.stringContaining(`Port ${port}`),
    })
  })
})

describe('access', () => {
  test.each([
    ['no token', { authorization: '' }, 401, 'unauthorized'],
    ['a wrong token', { authorization: 'Bearer x' }, 401, 'unauthorized'],
    ['the token in another scheme', { authorization: 'Basic x' }, 401, 'unauthorized'],
    ['a name that was rebound to us', { host: 'evil.example' }, 403, 'forbidden'],
    ['our address with another port', { host: '127.0.0.1:1' }, 403, 'forbidden'],
    ['a web page', { origin: 'http://127.0.0.1' }, 403, 'forbidden'],
    ['a sandboxed web page', { origin: 'null' }, 403, 'forbidden'],
  ])('is refused to %s', async (_name, headers, status, code) => {
    expect(await post('id', {}, headers)).toEqual({ status, body: failure(code) })
  })

  test('is checked before an unknown call is answered', async () => {
    expect((await post('nonsense', {}, { authorization: '' })).status).toBe(401)
    expect(await post('nonsense', {})).toEqual({ status: 404, body: failure('not-found') })
  })

  test.each(['localhost', '[::1]', 'LOCALHOST'])('is granted for the Host %s', async (host) => {
    expect((await post('id', {}, { host: `${host}:${new URL(api.url).port}` })).status).toBe(200)
  })
})

describe('connections without the token', () => {
  /** Opens connections one after the other, and counts those that the server has closed. */
  async function openMany(count: number, firstBytes = '') {
    const port = Number(new URL(api.url).port)
    const sockets: Socket[] = []
    const closed = new Set<Socket>()
    for (let i = 0; i < count; i++) {
      const socket = connect(port, '127.0.0.1')
      sockets.push(socket)
      socket.resume().on('error', () => undefined)
      socket.once('close', () => closed.add(socket))
      await once(socket, 'connect')
      socket.write(firstBytes)
    }
    return { sockets, closed }
  }

  test.each([
    ['idle ones', ''],
    ['half of a request', `POST ${API_PREFIX}id HTTP/1.1\r\nHost: 127.0.0.1\r\n`],
  ])('are few, and the oldest gives way: %s', async (_what, firstBytes) => {
    const { sockets, closed } = await openMany(MAX_UNPROVEN_CONNECTIONS + 10, firstBytes)
    await vi.waitFor(() => expect(closed).toEqual(new Set(sockets.slice(0, 10))))
    expect((await post('id', {})).status).toBe(200)
    for (const socket of sockets) socket.destroy()
  })

  test('do not displace one that has shown it', async () => {
    const stream = await open('events', '{}')
    const { sockets, closed } = await openMany(MAX_UNPROVEN_CONNECTIONS + 10)
    await vi.waitFor(() => expect(closed.size).toBe(10))
    expect(stream.destroyed).toBe(false)
    stream.destroy()
    for (const socket of sockets) socket.destroy()
  })

  test('are closed after an answer, and nothing of the body is read', async () => {
    const { sockets, closed } = await openMany(
      1,
      `POST ${API_PREFIX}id HTTP/1.1\r\nHost: ${new URL(api.url).host}\r\nContent-Length: 200000\r\n\r\n`,
    )
    await vi.waitFor(() => expect(closed).toEqual(new Set(sockets)))
  })

  test('may not send long headers', async () => {
    const [socket] = (await openMany(1)).sockets
    const answer = text(
      connect(Number(new URL(api.url).port), '127.0.0.1').end(`POST / HTTP/1.1\r\nX: ${'x'.repeat(9_000)}`),
    )
    expect(await answer).toMatch(/^HTTP\/1.1 431 /)
    socket?.destroy()
  })

  test('are closed when the token does not come in time', async () => {
    const server = createServer()
    const opened = new ApiConnections(server, { proofTimeoutMs: 1 })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    await once(socket.resume(), 'close')
    expect(opened).toBeDefined()
    server.close()
  })
})

describe('input', () => {
  test.each([
    ['rooms.create', {}, '"name" is missing'],
    ['rooms.create', { name: 'a', nmae: 'b' }, '"nmae" is not a field'],
    ['rooms.create', { name: 3 }, '"name" must be string'],
    ['rooms.create', [], 'The body must be object'],
    ['rooms.join', { room: 'bafy', peers: ['/a', 3] }, '"peers.1" must be string'],
    ['rooms.join', { room: 'bafy', peers: ['/a', ''] }, '"peers.1" must not be empty'],
    ['messages.read', { room: '' }, '"room" must not be empty'],
    ['messages.read', { room: 'a', last: -1 }, '"last" must be >= 0'],
    ['messages.read', { room: 'a', last: 1.5 }, '"last" must be integer'],
    ['messages.read', { room: 'a', follow: 'yes' }, '"follow" must be boolean'],
    ['documents.write', { room: 'a', kind: 'k', body: 'a-b' }, '"body" must be base64'],
  ])('%s of %j is refused in one line', async (name, body, message) => {
    const answer = await post(name, body)
    expect(answer).toEqual({ status: 400, body: failure('bad-request') })
    expect(answer.body).toMatchObject({ error: { message: expect.stringContaining(message) } })
  })

  test.each(Object.entries(inputs).filter(([, { required }]) => 'room' in required))(
    '%s needs a room',
    async (name) => {
      expect((await post(name, {})).status).toBe(400)
    },
  )

  test('that is not JSON is refused', async () => {
    const response = await open('id', '{')
    expect(response.statusCode).toBe(400)
    expect(JSON.parse(await text(response))).toEqual(failure('bad-request'))
  })

  test('may be as large as the limit, but no larger', async () => {
    node.add('Kitchen', 'chat')
    const around = JSON.stringify({ room: 'Kitchen', command: 'send', args: { text: '' } }).length
    const largest = 'x'.repeat(BODY_LIMIT_BYTES - around)
    expect((await post('rooms.do', { room: 'Kitchen', command: 'send', args: { text: largest } })).status).toBe(200)
    expect(await post('rooms.do', { room: 'Kitchen', command: 'send', args: { text: `${largest}x` } })).toEqual({
      status: 413,
      body: failure('too-large'),
    })
  })
})

describe('errors', () => {
  test.each([
    ['rooms.show', { room: 'Attic' }, 404, 'no-such-room'],
    ['rooms.join', { room: 'Attic' }, 400, 'bad-room-id'],
    ['connect', { peer: 'x' }, 400, 'bad-address'],
    ['connect', { peer: '/ip4/10.0.0.9/tcp/1' }, 502, 'unreachable'],
    ['rooms.do', { room: 'Stock', app: 'chat', command: 'send', args: { text: 'x' } }, 409, 'wrong-app'],
    ['rooms.do', { room: 'Stock', command: 'checkmate' }, 404, 'no-such-command'],
  ])('of %s are answered with their code', async (name, body, status, code) => {
    node.add('Stock', 'map')
    expect(await post(name, body)).toEqual({ status, body: failure(code) })
  })

  test('that are bugs are also reported to the node', async () => {
    vi.spyOn(node, 'status').mockImplementation(() => {
      throw new TypeError('oops')
    })
    expect(await post('status', {})).toEqual({ status: 500, body: { error: { code: 'internal', message: 'oops' } } })
    expect(onInternalError).toHaveBeenCalledWith(expect.any(TypeError))
  })
})

describe('streams', () => {
  test('are limited in number', async () => {
    const streams = await Promise.all(Array.from({ length: MAX_STREAMS }, async () => open('events', '{}')))
    expect(streams.map((stream) => stream.statusCode)).toEqual(streams.map(() => 200))
    expect(await post('events', {})).toEqual({ status: 429, body: failure('busy') })
    streams[0]?.destroy()
    await vi.waitFor(async () => {
      const again = await open('events', '{}')
      again.destroy()
      expect(again.statusCode).toBe(200)
    })
  })

  test('end when the API closes', async () => {
    const stream = await open('events', '{}')
    const rest = text(stream)
    node.emit('peer', { peer: 'p', connected: true })
    await api.close()
    expect(await rest).toBe('{"event":"peer","peer":{"peer":"p","connected":true}}\n')
  })

  test('leave no listener behind when the reader disconnects', async () => {
    const room = node.add('Kitchen', 'chat')
    const stream = await open('messages.read', JSON.stringify({ room: 'Kitchen', follow: true }))
    expect(room.listenerCount('message')).toBe(1)
    stream.destroy()
    await vi.waitFor(() => expect(room.listenerCount('message')).toBe(0))
  })

  test('that break off in the middle do not look complete, and are reported if a bug was the cause', async () => {
    const room = node.add('Kitchen', 'chat')
    const message = { id: 'm', room: room.id, author: 'a', name: 'Bob', text: 'hi', timeMs: 0, clock: 1 }
    const history = vi.spyOn(room, 'messages')
    for (const error of [new KithError('stopped', 'the node has stopped'), new TypeError('oops')]) {
      history.mockImplementation(function* () {
        yield message
        throw error
      })
      const stream = await open('messages.read', JSON.stringify({ room: 'Kitchen' }))
      await expect(text(stream)).rejects.toMatchObject({ code: 'ECONNRESET' })
    }
    expect(onInternalError.mock.calls).toEqual([[new TypeError('oops')]])
  })

  test('cut off a reader that reads no events, and only that one', async () => {
    const room = node.add('Kitchen', 'chat')
    const stuck = connect(Number(new URL(api.url).port), '127.0.0.1')
    stuck.write(
      `POST ${API_PREFIX}events HTTP/1.1\r\nHost: ${new URL(api.url).host}\r\n` +
        `Authorization: Bearer ${api.token}\r\nContent-Type: application/json\r\n` +
        'Content-Length: 2\r\n\r\n{}',
    )
    await vi.waitFor(() => expect(node.listenerCount('message')).toBe(1))
    const healthy = await open('events', '{}')
    let received = 0
    healthy.on('data', (chunk: Buffer) => {
      received += chunk.length
    })
    let sent = 0
    const long = 'x'.repeat(60_000)
    // The kernel buffers some megabytes for a socket before our own buffer begins to fill.
    while (node.listenerCount('message') === 2) {
      expect(sent).toBeLessThan(100 * STREAM_BUFFER_BYTES)
      for (let i = 0; i < 10; i++) room.say('Bob', long)
      sent += 10 * long.length
      const target = sent
      await vi.waitFor(() => expect(received).toBeGreaterThan(target), { interval: 1 })
    }
    expect(node.listenerCount('message')).toBe(1)
    stuck.destroy()
    healthy.destroy()
  })
})
