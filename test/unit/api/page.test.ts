/** What a browser gets of the API: the files of the page, a login, and what the page may call. */
import { once } from 'node:events'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { inputs } from '../../../src/api/contract.ts'
import { isForPage } from '../../../src/api/page-access.ts'
import { API_PREFIX, LINK_FRAGMENT, LOGIN_PATH, LOGOUT_PATH, PAGE_HEADER, UPLOAD_PATH } from '../../../src/api/paths.ts'
import { serveApi } from '../../../src/api/server.ts'
import type { ApiServer } from '../../../src/api/server.ts'
import { FakeNode } from './fake-node.ts'

let node: FakeNode
let dataDir: string
let page: string
let api: ApiServer

beforeEach(async () => {
  node = new FakeNode()
  dataDir = mkdtempSync(join(tmpdir(), 'kith-api-'))
  page = join(dataDir, 'web')
  mkdirSync(join(page, 'assets'), { recursive: true })
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>Kith</title>')
  writeFileSync(join(page, 'assets/main-abc.js'), 'export {}')
  await start()
})

afterEach(async () => {
  await api.close()
  rmSync(dataDir, { recursive: true })
})

async function start(port?: number): Promise<void> {
  const unused = { onStop: () => undefined, onInternalError: () => undefined }
  api = await serveApi(node, { dataDir, page, ...unused, ...(port !== undefined && { port }) })
}

type Headers = Record<string, string>

async function send(method: string, path: string, headers: Headers = {}, body?: string): Promise<IncomingMessage> {
  const outgoing = request(api.url + path, { method, agent: false, headers })
  outgoing.end(body)
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  return response
}

/** What a browser sends with what the page asks for. */
function ofPage(headers: Headers = {}): Headers {
  return { origin: api.url, ...headers }
}

async function post(name: string, headers: Headers, body: object = {}): Promise<{ status?: number; body: unknown }> {
  const json = { 'content-type': 'application/json', ...headers }
  const response = await send('POST', API_PREFIX + name, json, JSON.stringify(body))
  return { status: response.statusCode!, body: JSON.parse(await text(response)) }
}

function secretOf(url: string): string {
  return url.split(LINK_FRAGMENT)[1]!
}

async function loginWith(secret: string, headers: Headers = {}): Promise<IncomingMessage> {
  return send('POST', LOGIN_PATH, ofPage({ authorization: `Link ${secret}`, ...headers }))
}

/** The headers of a browser that is logged in. */
async function login(): Promise<{ cookie: string; [PAGE_HEADER]: string; origin: string }> {
  const response = await loginWith(secretOf(api.makeLink().url))
  const { key } = JSON.parse(await text(response)) as { key: string }
  const [cookie = ''] = response.headers['set-cookie']![0]!.split(';')
  return { cookie, [PAGE_HEADER]: key, origin: api.url }
}

describe('the files of the page', () => {
  test('are served without logging in, and nothing else is', async () => {
    const index = await send('GET', '/')
    expect(index.statusCode).toBe(200)
    expect(index.headers['content-type']).toMatch(/^text\/html/)
    expect(index.headers['cache-control']).toBe('no-cache')
    expect(await text(index)).toContain('<title>Kith</title>')
    const script = await send('GET', '/assets/main-abc.js')
    expect(script.headers['cache-control']).toContain('immutable')
    await text(script)
    for (const path of ['/api.json', '/../api.json', '/%2e%2e/api.json', '/assets/', '/web/index.html', '/v1/id']) {
      const answer = await send('GET', path)
      expect(answer.statusCode, path).toBe(401)
      await text(answer)
    }
  })

  test('run no scripts but their own, load nothing from elsewhere, and are shown in no frame', async () => {
    const { headers } = await send('GET', '/')
    const policy = headers['content-security-policy'] as string
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain('trusted-types kith-worker')
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:/)
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['referrer-policy']).toBe('no-referrer')
  })

  test('are kept from a name that was rebound to us', async () => {
    const answer = await send('GET', '/', { host: 'evil.example' })
    expect(answer.statusCode).toBe(403)
  })

  test('give their connection back, as it has shown no secret', async () => {
    expect((await send('GET', '/')).headers.connection).toBe('close')
  })

  test('may be missing', async () => {
    await api.close()
    rmSync(page, { recursive: true })
    await start()
    expect((await send('GET', '/')).statusCode).toBe(401)
    expect(api.hasPage).toBe(false)
    const { status } = await post('page.link', { authorization: `Bearer ${api.token}` })
    expect(status).toBe(404)
  })
})

describe('logging in', () => {
  test('gives a cookie that no script reads and no other site sends', async () => {
    const response = await loginWith(secretOf(api.makeLink().url))
    expect(response.statusCode).toBe(200)
    const [cookie] = response.headers['set-cookie']!
    expect(cookie).toMatch(/^kith-\d+=[\w-]{43}; Max-Age=2592000; Path=\/v1\/; HttpOnly; SameSite=Strict$/)
    expect(response.headers['cache-control']).toBe('no-store')
    expect(JSON.parse(await text(response))).toEqual({ key: expect.stringMatching(/^[\w-]{43}$/) as string })
  })

  test('works once with a link', async () => {
    const secret = secretOf(api.makeLink().url)
    await loginWith(secret)
    const again = await loginWith(secret)
    expect(again.statusCode).toBe(401)
    expect(again.headers['set-cookie']).toBeUndefined()
    expect(JSON.parse(await text(again))).toMatchObject({ error: { message: expect.stringContaining('used already') } })
  })

  test.each([
    ['another web page', { origin: 'http://evil.example' }, 403],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }, 403],
    ['nobody says which page', { origin: '' }, 403],
    ['another scheme', { authorization: 'Bearer x' }, 401],
    ['no secret', { authorization: 'Link ' }, 401],
  ])('is refused to %s, and the link stays good', async (_what, headers, status) => {
    const secret = secretOf(api.makeLink().url)
    const given = { authorization: `Link ${secret}`, ...headers }
    const answer = await send('POST', LOGIN_PATH, ofPage(given as Headers))
    expect(answer.statusCode).toBe(status)
    expect(answer.headers.connection).toBe('close')
    expect((await loginWith(secret)).statusCode).toBe(200)
  })

  test('ends with logging out', async () => {
    const browser = await login()
    expect((await send('POST', LOGOUT_PATH, browser)).statusCode).toBe(200)
    expect((await post('rooms.members', browser)).status).toBe(401)
  })

  test('has ended also for what was asked before that, and for streams', async () => {
    const secrets = await login()
    const begin = (path: string, type: string, length: number) => {
      const headers = { ...secrets, 'content-type': type, 'content-length': length }
      return request(api.url + path, { method: 'POST', agent: false, headers })
    }
    const stream = await send(
      'POST',
      `${API_PREFIX}rooms.watch`,
      { ...secrets, 'content-type': 'application/json' },
      '{}',
    )
    expect(stream.statusCode).toBe(200)
    node.add('Kitchen', 'chat')
    const said = JSON.stringify({ room: 'Kitchen', command: 'send', args: { text: 'late' } })
    const json = 'application/json'
    const begun = [
      { outgoing: begin(`${API_PREFIX}rooms.do`, json, said.length), body: said },
      { outgoing: begin(`${API_PREFIX}rooms.watch`, json, 2), body: '{}' },
      { outgoing: begin(`${UPLOAD_PATH}?room=Kitchen&name=late`, 'application/octet-stream', 4), body: 'late' },
    ]
    const statuses = begun.map(async ({ outgoing }) => {
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
      response.destroy()
      return response.statusCode
    })
    for (const { outgoing, body } of begun) outgoing.write(body.slice(0, 1))
    // What was sent before has come in by then.
    expect((await post('files.list', secrets, { room: 'Kitchen' })).status).toBe(200)
    await send('POST', LOGOUT_PATH, secrets)
    // It ends.
    await text(stream)
    for (const { outgoing, body } of begun) outgoing.end(body.slice(1))
    expect(await Promise.all(statuses)).toEqual([401, 401, 401])
  })

  test('ends for all when a link is to be the only one', async () => {
    const browser = await login()
    const program = { authorization: `Bearer ${api.token}` }
    const { body } = await post('page.link', program, { only: true })
    expect((await post('rooms.members', browser)).status).toBe(401)
    expect((await loginWith(secretOf((body as { url: string }).url))).statusCode).toBe(200)
  })

  test('lasts over a restart, at the same address', async () => {
    node.add('Kitchen', 'chat')
    const browser = await login()
    const { url } = api
    await api.close()
    await start()
    expect(api.url).toBe(url)
    expect((await post('rooms.members', browser, { room: 'Kitchen' })).status).toBe(200)
  })

  test('an address that is taken meanwhile is replaced by another one', async () => {
    const port = Number(new URL(api.url).port)
    await api.close()
    const other = createServer().listen(port, '127.0.0.1')
    await once(other, 'listening')
    await start()
    expect((other.address() as AddressInfo).port).toBe(port)
    expect((await send('GET', '/')).statusCode).toBe(200)
    await new Promise((resolve) => other.close(resolve))
  })
})

describe('a browser that is logged in', () => {
  test('may use what the page needs', async () => {
    node.add('Kitchen', 'chat')
    const browser = await login()
    expect((await post('rooms.members', browser, { room: 'Kitchen' })).status).toBe(200)
    const watch = await send(
      'POST',
      `${API_PREFIX}rooms.watch`,
      { ...browser, 'content-type': 'application/json' },
      '{}',
    )
    expect(watch.statusCode).toBe(200)
    expect(watch.headers['x-content-type-options']).toBe('nosniff')
    expect(watch.headers['cache-control']).toBe('no-store')
    watch.destroy()
  })

  test.each(Object.keys(inputs).filter((name) => !isForPage(name)))('may not use %s', async (name) => {
    const { status, body } = await post(name, await login())
    expect(status).toBe(403)
    expect(body).toMatchObject({ error: { code: 'forbidden' } })
  })

  test('may use nothing that the page does not', () => {
    const root = new URL('../../../src/web/', import.meta.url)
    const page = globSync('**/*.{ts,tsx}', { cwd: root }).map((name) => readFileSync(new URL(name, root), 'utf8'))
    const unused = Object.keys(inputs).filter(
      (name) => isForPage(name) && !page.some((code) => code.includes(`'${name}'`)),
    )
    expect(unused).toEqual([])
  })

  test('has no way to files of the machine, other browsers or the process', () => {
    for (const name of ['files.add', 'files.save', 'page.link', 'stop', 'events', 'devices.add']) {
      expect(isForPage(name), name).toBe(false)
    }
  })

  test.each([
    ['without the header that other pages cannot send', { [PAGE_HEADER]: '' }],
    ['with the key of another session', { [PAGE_HEADER]: 'x'.repeat(43) }],
    ['without the cookie', { cookie: '' }],
    ['with the cookie of another node', { cookie: 'kith-1=x' }],
  ])('is not believed %s', async (_what, headers) => {
    node.add('Kitchen', 'chat')
    const browser = { ...(await login()), ...headers }
    const { status, body } = await post('rooms.members', browser, { room: 'Kitchen' })
    expect(status).toBe(401)
    expect(body).toMatchObject({ error: { message: expect.stringContaining('kith open') } })
  })

  test.each(['http://evil.example', 'http://127.0.0.1:1', 'null', 'https://127.0.0.1'])(
    'is not asked by a page of %s, and gets no CORS',
    async (origin) => {
      const answer = await send('POST', `${API_PREFIX}rooms.members`, { ...(await login()), origin }, '{}')
      expect(answer.statusCode).toBe(403)
      const allowed = Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))
      expect(allowed).toEqual([])
      const preflight = await send('OPTIONS', `${API_PREFIX}rooms.members`, { origin })
      expect(preflight.statusCode).toBe(403)
    },
  )

  test('is as if it had no origin without one: a program without the token', async () => {
    const { origin: _, ...browser } = await login()
    expect((await post('rooms.members', browser)).status).toBe(401)
  })

  test('reaches the page by each name of this machine, under its own address only', async () => {
    node.add('Kitchen', 'chat')
    const host = `localhost:${new URL(api.url).port}`
    const browser = { ...(await login()), host }
    expect((await post('rooms.members', browser, { room: 'Kitchen' })).status).toBe(403)
    const own = { ...browser, origin: `http://${host}` }
    await vi.waitFor(async () => expect((await post('rooms.members', own, { room: 'Kitchen' })).status).toBe(200))
  })
})
