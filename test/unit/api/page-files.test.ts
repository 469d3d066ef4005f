/** The bytes of files, to and from a browser. */
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer, json, text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { byteRange } from '../../../src/api/byte-range.ts'
import { MAX_LISTED_ENTRIES } from '../../../src/api/folder-body.ts'
import { shownTypeOf } from '../../../src/api/media-types.ts'
import { MAX_DOWNLOADS_EACH, MAX_UPLOADS_EACH } from '../../../src/api/page-files.ts'
import { API_PREFIX, FILE_PATH, LINK_FRAGMENT, LOGIN_PATH, PAGE_HEADER, UPLOAD_PATH } from '../../../src/api/paths.ts'
import { serveApi, type ApiServer } from '../../../src/api/server.ts'
import type { FakeFiles } from './fake-files.ts'
import { FakeNode } from './fake-node.ts'

const PNG = Buffer.from('\x89PNG\r\n\x1a\n and so on', 'latin1')

let node: FakeNode
let files: FakeFiles
let dataDir: string
let api: ApiServer
const onInternalError = vi.fn<(error: Error) => void>()

beforeEach(async () => {
  onInternalError.mockReset()
  node = new FakeNode()
  ;({ files } = node.add('Kitchen', 'chat'))
  dataDir = mkdtempSync(join(tmpdir(), 'kith-api-'))
  const page = join(dataDir, 'web')
  mkdirSync(page)
  writeFileSync(join(page, 'index.html'), '')
  api = await serveApi(node, { dataDir, page, onStop: () => undefined, onInternalError })
})

afterEach(async () => {
  await api.close()
  rmSync(dataDir, { recursive: true })
})

type Headers = Record<string, string>

function begin(method: string, path: string, headers: Headers): ClientRequest {
  return request(api.url + path, { method, agent: false, headers })
}

async function send(method: string, path: string, headers: Headers, body?: Buffer | string): Promise<IncomingMessage> {
  const outgoing = begin(method, path, headers)
  outgoing.end(body)
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  return response
}

/** The headers of a browser that is logged in, with its key and, as for pictures, without. */
async function login(): Promise<{ calls: Headers; loads: Headers }> {
  const secret = api.makeLink().url.split(LINK_FRAGMENT)[1]!
  const response = await send('POST', LOGIN_PATH, { origin: api.url, authorization: `Link ${secret}` })
  const { key } = (await json(response)) as { key: string }
  const [cookie = ''] = response.headers['set-cookie']![0]!.split(';')
  return { calls: { cookie, [PAGE_HEADER]: key, origin: api.url }, loads: { cookie, 'sec-fetch-site': 'same-origin' } }
}

async function call(name: string, headers: Headers, input: object): Promise<Record<string, unknown>> {
  const sent = { ...headers, 'content-type': 'application/json' }
  return (await json(await send('POST', API_PREFIX + name, sent, JSON.stringify(input)))) as Record<string, unknown>
}

async function linkTo(file: string, headers: Headers): Promise<string> {
  const { path } = await call('files.link', headers, { room: 'Kitchen', file })
  return path as string
}

const uploadTo = (name: string, room = 'Kitchen'): string =>
  `${UPLOAD_PATH}?room=${room}&name=${encodeURIComponent(name)}`
const BYTES = { 'content-type': 'application/octet-stream' }

describe('sending a file', () => {
  test('adds its bytes under its name, also where they are none or many', async () => {
    const { calls } = await login()
    const many = Buffer.alloc(3 * 2 ** 20, 'kith')
    for (const content of [Buffer.alloc(0), Buffer.from('hello'), many]) {
      const sent = { ...calls, ...BYTES, 'content-length': String(content.length) }
      const response = await send('POST', uploadTo('a&b=ü.txt'), sent, content)
      const file = (await json(response)) as { document: string; name: string }
      expect(response.statusCode).toBe(200)
      expect(file.name).toBe('a&b=ü.txt')
      expect(files.contents.get(file.document)?.equals(content)).toBe(true)
    }
  })

  test.each([
    ['without the key', { [PAGE_HEADER]: '' }, 401],
    ['without the cookie', { cookie: '' }, 401],
    ['for another web page', { origin: 'http://evil.example' }, 403],
    ['under a name that was rebound', { host: 'evil.example' }, 403],
    ['as something else', { 'content-type': 'text/plain' }, 400],
    ['as a form', { 'content-type': 'multipart/form-data; boundary=x' }, 400],
    ['as JSON', { 'content-type': 'application/json' }, 400],
  ])('is refused %s, and the rest is not read', async (_what, headers, status) => {
    const { calls } = await login()
    const sent = { ...calls, ...BYTES, ...headers, 'content-length': '2' }
    const response = await send('POST', uploadTo('a'), sent as Headers, '{}')
    expect(response.statusCode).toBe(status)
    expect(files.list()).toEqual([])
    await text(response)
  })

  test.each([
    ['no such room', uploadTo('a', 'Cellar'), 404],
    ['no name', `${UPLOAD_PATH}?room=Kitchen`, 400],
    ['a path', `${uploadTo('a')}&path=/etc/passwd`, 400],
    ['two names', `${uploadTo('a')}&name=b`, 400],
  ])('is refused for %s', async (_what, path, status) => {
    const { calls } = await login()
    const response = await send('POST', path, { ...calls, ...BYTES }, 'x')
    expect(response.statusCode).toBe(status)
    await text(response)
  })

  test('is refused before its bytes are there if there are too many of them', async () => {
    const { calls } = await login()
    const sizeBytes = 30_000_000_000
    const outgoing = begin('POST', uploadTo('film'), { ...calls, ...BYTES, 'content-length': String(sizeBytes) })
    outgoing.on('error', () => undefined) // the node closes the connection
    outgoing.flushHeaders()
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    expect(response.statusCode).toBe(507)
    expect(await json(response)).toMatchObject({ error: { code: 'quota', message: expect.stringContaining('1 GiB') } })
    expect(await call('files.check', calls, { room: 'Kitchen', name: 'film', sizeBytes })).toMatchObject({
      error: { code: 'quota' },
    })
    outgoing.destroy()
  })

  test('adds nothing if it breaks off, and makes room for others of its browser', async () => {
    const [{ calls }, other] = [await login(), await login()]
    const begun = Array.from({ length: MAX_UPLOADS_EACH }, () => {
      const outgoing = begin('POST', uploadTo('part'), { ...calls, ...BYTES, 'content-length': '100' })
      outgoing.on('error', () => undefined)
      outgoing.write('half')
      return outgoing
    })
    const one = { ...calls, ...BYTES, 'content-length': '1' }
    await vi.waitFor(async () => {
      const response = await send('POST', uploadTo('one'), one, 'x')
      await text(response)
      expect(response.statusCode).toBe(429)
    })
    // Another browser is not kept from anything.
    const sent = { ...other.calls, ...BYTES, 'content-length': '1' }
    expect((await send('POST', uploadTo('other'), sent, 'x')).statusCode).toBe(200)
    const before = files.list().filter(({ name }) => name === 'one').length
    for (const outgoing of begun) outgoing.destroy()
    await vi.waitFor(async () => expect((await send('POST', uploadTo('one'), one, 'x')).statusCode).toBe(200))
    expect(files.list().filter(({ name }) => name === 'one')).toHaveLength(before + 1)
    expect(files.list().some(({ name }) => name === 'part')).toBe(false)
    expect(onInternalError).not.toHaveBeenCalled()
  })
})

describe('sending a folder', () => {
  const bodyOf = (list: unknown[] | string, ...contents: string[]): Buffer => {
    const lines = typeof list === 'string' ? list : list.map((entry) => `${JSON.stringify(entry)}\n`).join('')
    const encoded = Buffer.from(lines)
    const length = Buffer.alloc(4)
    length.writeUInt32BE(encoded.length)
    return Buffer.concat([length, encoded, ...contents.map((each) => Buffer.from(each))])
  }
  const post = async (body: Buffer): Promise<{ status: number | undefined; answer: unknown }> => {
    const { calls } = await login()
    const sent = { ...calls, ...BYTES, 'content-length': String(body.length) }
    const response = await send('POST', `${uploadTo('Trip')}&type=folder`, sent, body)
    return { status: response.statusCode, answer: await json(response) }
  }

  test('adds what is listed, with the bytes behind the list', async () => {
    const list = [
      [['a.txt'], 5],
      [['in', 'b.txt'], 0],
      [['empty'], null],
    ]
    const { status, answer } = await post(bodyOf(list, 'hello'))
    expect([status, answer]).toEqual([200, expect.objectContaining({ name: 'Trip', type: 'folder' })])
    expect(files.folders).toEqual([
      [{ path: ['a.txt'], sizeBytes: 5 }, { path: ['in', 'b.txt'], sizeBytes: 0 }, { path: ['empty'] }],
    ])
    expect([...files.contents.values()].at(-1)?.toString()).toBe('hello')
  })

  test.each([
    ['no list', Buffer.from('abc')],
    ['a list that is too long', Buffer.from([0x7f, 0, 0, 0])],
    ['less than the list', Buffer.from([0, 0, 0, 9, 0x5b])],
    ['no JSON', bodyOf('{\n')],
    ['no line', bodyOf('[["a"],1]')],
    ['no entry', bodyOf('{}\n')],
    ['more entries than a folder may have', bodyOf('[["a"],null]\n'.repeat(MAX_LISTED_ENTRIES + 1))],
    ['an entry that is none', bodyOf([['a', 1]])],
    ['a size that is none', bodyOf([[['a'], 'x']])],
    ['a name that is none', bodyOf([[[1], 1]])],
  ])('is refused for %s', async (_what, body) => {
    expect(await post(body)).toMatchObject({ status: 400, answer: { error: { code: 'bad-request' } } })
    expect(files.folders).toEqual([])
  })
})

describe('sending a file that is cancelled', () => {
  test('shares nothing, also where all of its bytes were here', async () => {
    const { calls } = await login()
    const { promise: isHere, resolve: here } = Promise.withResolvers<AbortSignal>()
    vi.spyOn(files, 'addBytes').mockImplementation(async (content, { signal }) => {
      await buffer(content)
      here(signal!)
      return new Promise((_resolve, reject) => {
        signal!.addEventListener('abort', () => reject(signal!.reason as Error))
      })
    })
    const outgoing = begin('POST', uploadTo('all'), { ...calls, ...BYTES, 'content-length': '3' })
    outgoing.on('error', () => undefined)
    outgoing.end('all')
    const signal = await isHere
    expect(signal.aborted).toBe(false)
    outgoing.destroy()
    await vi.waitFor(() => expect(signal.aborted).toBe(true))
    expect(signal.reason).toMatchObject({ code: 'broken-off' })
    expect(onInternalError).not.toHaveBeenCalled()
  })

  test('is not told of where the answer was given', async () => {
    const { calls } = await login()
    const add = vi.spyOn(files, 'addBytes')
    await text(await send('POST', uploadTo('one'), { ...calls, ...BYTES, 'content-length': '1' }, 'x'))
    await new Promise(setImmediate)
    expect(add.mock.calls[0]![1].signal!.aborted).toBe(false)
  })
})

describe('reading a file', () => {
  test('gives it as it is, to be saved, with nothing in it running', async () => {
    const { calls, loads } = await login()
    const content = Buffer.from('<!doctype html><script>alert(1)</script>')
    files.fill(`"a";\r\nx: y'ü.html`, content)
    const path = await linkTo('bafydocument1', calls)
    expect(path).toMatch(/^\/v1\/page\.file\/[\w-]{43}$/)
    const response = await send('GET', path, loads)
    expect(response.statusCode).toBe(200)
    expect(response.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': String(content.length),
      'content-disposition': `attachment; filename*=UTF-8''%22a%22%3B%0D%0Ax%3A%20y%27%C3%BC.html`,
      'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    expect(await buffer(response)).toEqual(content)
  })

  test('gives parts of it, as for films', async () => {
    const { calls, loads } = await login()
    files.fill('a', Buffer.from('0123456789'))
    const path = await linkTo('a', calls)
    for (const [range, status, content, header] of [
      ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
      ['bytes=7-', 206, '789', 'bytes 7-9/10'],
      ['bytes=-2', 206, '89', 'bytes 8-9/10'],
      ['bytes=0-99', 206, '0123456789', 'bytes 0-9/10'],
      ['bytes=10-', 416, '', 'bytes */10'],
      ['bytes=0-1,3-4', 200, '0123456789', undefined],
      ['lines=1-2', 200, '0123456789', undefined],
    ] as const) {
      const response = await send('GET', path, { ...loads, range })
      expect([response.statusCode, await text(response), response.headers['content-range']], range).toEqual([
        ...[status, content, header],
      ])
    }
  })

  test.each<[string, (loads: Headers) => Headers]>([
    ['without the cookie', () => ({})],
    ['with the cookie of another session', ({ cookie = '' }) => ({ cookie: `${cookie}x` })],
    ['for a page of another port', (loads) => ({ ...loads, 'sec-fetch-site': 'same-site' })],
    ['for another web page', (loads) => ({ ...loads, 'sec-fetch-site': 'cross-site' })],
    ['for another origin', (loads) => ({ ...loads, origin: 'http://127.0.0.1:1' })],
    ['under a name that was rebound', (loads) => ({ ...loads, host: 'evil.example' })],
  ])('is refused %s', async (_what, change) => {
    const { calls, loads } = await login()
    files.fill('a', Buffer.from('secret'))
    const path = await linkTo('a', calls)
    const response = await send('GET', path, change(loads))
    expect([401, 403]).toContain(response.statusCode)
    expect(response.headers.connection).toBe('close')
    expect(await text(response)).not.toContain('secret')
  })

  test('is refused to another browser that is logged in, and to this one once it is not', async () => {
    const [one, other] = [await login(), await login()]
    files.fill('a', Buffer.from('secret'))
    const path = await linkTo('a', one.calls)
    expect((await send('GET', path, other.loads)).statusCode).toBe(401)
    expect((await send('GET', path, one.loads)).statusCode).toBe(200)
    await send('POST', `${API_PREFIX}page.logout`, one.calls)
    expect((await send('GET', path, one.loads)).statusCode).toBe(401)
    expect((await send('GET', `${FILE_PATH}nonsense`, other.loads)).statusCode).toBe(401)
    expect((await send('GET', `${FILE_PATH}../api.json`, other.loads)).statusCode).not.toBe(200)
  })

  test('is refused for what is not here, and there is no link for programs', async () => {
    const { calls } = await login()
    files.put('far', { state: 'elsewhere' })
    expect(await call('files.link', calls, { room: 'Kitchen', file: 'far' })).toMatchObject({
      error: { code: 'not-here' },
    })
    const program = { authorization: `Bearer ${api.token}` }
    expect(await call('files.link', program, { room: 'Kitchen', file: 'far' })).toMatchObject({
      error: { code: 'forbidden' },
    })
  })

  test('makes room for others of its browser when one goes away', async () => {
    const [{ calls, loads }, other] = [await login(), await login()]
    files.fill('a', Buffer.alloc(2 ** 25))
    const path = await linkTo('a', calls)
    const open = await Promise.all(Array.from({ length: MAX_DOWNLOADS_EACH }, () => send('GET', path, loads)))
    expect((await send('GET', path, loads)).statusCode).toBe(429)
    const another = await send('GET', await linkTo('a', other.calls), other.loads)
    expect(another.statusCode).toBe(200)
    another.destroy()
    for (const each of open) each.destroy()
    await vi.waitFor(async () => {
      const again = await send('GET', path, loads)
      again.destroy()
      expect(again.statusCode).toBe(200)
    })
    expect(onInternalError).not.toHaveBeenCalled()
  })

  test('says as what a page may show it, by its content', async () => {
    const { calls, loads } = await login()
    files.fill('page.html', PNG)
    files.fill('picture.png', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'))
    const picture = await call('files.link', calls, { room: 'Kitchen', file: 'page.html' })
    expect(picture).toMatchObject({ type: 'image/png' })
    expect((await send('GET', picture.path as string, loads)).headers['content-type']).toBe('image/png')
    const drawing = await call('files.link', calls, { room: 'Kitchen', file: 'picture.png' })
    expect(drawing).toMatchObject({ type: null })
    expect((await send('GET', drawing.path as string, loads)).headers['content-type']).toBe('application/octet-stream')
  })
})

test.each([
  ['\xff\xd8\xff\xe0', 'image/jpeg'],
  ['GIF89a', 'image/gif'],
  ['RIFF\x01\x02\x03\x04WEBPVP8 ', 'image/webp'],
  ['RIFF\x01\x02\x03\x04WAVEfmt ', 'audio/wav'],
  ['\x00\x00\x00\x20ftypisom', 'video/mp4'],
  ['\x00\x00\x00\x20ftypavif', 'image/avif'],
  ['\x1a\x45\xdf\xa3', 'video/webm'],
  ['<svg xmlns="http://www.w3.org/2000/svg">', undefined],
  ['<html>', undefined],
  ['%PDF-1.7', undefined],
  ['GIF', undefined],
  ['', undefined],
])('what begins with %j is shown as %s', (head, type) => {
  expect(shownTypeOf(Buffer.from(head, 'latin1'))).toBe(type)
})

test.each([
  ['bytes=0-0', 10, { start: 0, end: 1 }],
  ['bytes=5-3', 10, undefined],
  ['bytes=-', 10, undefined],
  ['bytes=-0', 10, 'unsatisfiable'],
  ['bytes=-99', 10, { start: 0, end: 10 }],
  ['bytes=0-', 0, 'unsatisfiable'],
  ['bytes=0-9999999999999999', 10, undefined],
  [undefined, 10, undefined],
])('the range %j of %i bytes', (header, sizeBytes, range) => {
  expect(byteRange(header, sizeBytes)).toEqual(range)
})
