/** Rooms that are served in public: what can be read there, and that nothing else can be done. */
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeAll, describe, expect, test } from 'vitest'
import { inputs } from '../../src/api/contract.ts'
import { useKith, type NodeProcess } from './kith-process.ts'

const HOSTILE = '<img src=x onerror="alert(1)">&amp;</p><script>alert(2)</script>'
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

const kith = useKith()
let node: NodeProcess
let url: string
let news: string
let stock: string
let diary: string
let newsPath: string

beforeAll(async () => {
  const dataDir = kith.folder()
  const before = await kith.start({ dataDir, name: HOSTILE.slice(0, 40) })
  const create = async (name: string, app: string, access: 'open' | 'private' = 'open'): Promise<string> =>
    (await before.api.call('rooms.create', { name, app, access })).id
  news = await create('News <b>', 'chat')
  stock = await create('Stock', 'map')
  diary = await create('Diary', 'chat', 'private')
  await create('Other', 'chat')
  for (let i = 1; i <= 120; i++) await before.send(news, `number ${i}`)
  await before.send(news, HOSTILE)
  writeFileSync(join(dataDir, 'a.png'), PNG)
  writeFileSync(join(dataDir, 'a.html'), HOSTILE)
  for (const name of ['a.png', 'a.html']) await before.api.run('files.add', { room: news, path: join(dataDir, name) })
  for (let i = 0; i < 250; i++)
    await before.do(stock, 'put', { key: `key ${String(i).padStart(3, '0')}`, value: HOSTILE })
  await before.stop()
  node = await kith.start({ dataDir, flags: ['--public', 'News', '--public', stock, '--public-web', '127.0.0.1:0'] })
  url = (node.started as unknown as { public: string }).public
  newsPath = await roomPath('News')
})

interface Answer {
  status: number
  headers: IncomingMessage['headers']
  body: string
}

async function send(path: string, { method = 'GET', headers = {} } = {}): Promise<Answer> {
  const outgoing = request(new URL(path, url), { method, headers, agent: false })
  outgoing.end()
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  return { status: response.statusCode!, headers: response.headers, body: await text(response) }
}

/** The addresses that a page leads to. */
function linksIn({ body }: Answer): string[] {
  return [...body.matchAll(/href="([^"]*)"/g)].map(([, href]) => href!)
}

async function roomPath(name: string): Promise<string> {
  const index = await send('/')
  const found = new RegExp(`href="(/[0-9a-f]{24}/)"[^>]*>${name}`).exec(index.body)
  return found![1]!
}

describe('public pages', () => {
  test('list the chosen rooms and no others', async () => {
    const { status, body, headers } = await send('/')
    expect(status).toBe(200)
    expect(body).toContain('News &lt;b>')
    expect(body).toContain('Stock')
    for (const hidden of ['Diary', 'Other']) expect(body).not.toContain(hidden)
    expect(headers['set-cookie']).toBeUndefined()
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'self'; img-src 'self'/)
  })

  test('never have the id of a room, or what one could join it by', async () => {
    const path = await roomPath('News')
    for (const each of ['/', path, `${path}feed.atom`, `${path}feed.json`]) {
      const { body } = await send(each)
      for (const secret of [news, stock, diary, 'kith:bafy', node.peer, '/ip4/'])
        expect(body.includes(secret)).toBe(false)
    }
  })

  test('show what was said as text, whatever it is', async () => {
    const { body } = await send(await roomPath('News'))
    expect(body).not.toMatch(/<script|<img src=x|<b>/)
    expect(body).toContain('&lt;img src=x onerror=&quot;alert(1)')
    expect(body).not.toContain(' style=')
    const table = await send(await roomPath('Stock'))
    expect(table.body).not.toMatch(/<script|<img/)
  })

  test('lead through the whole history, with an address for each message that stays', async () => {
    const path = await roomPath('News')
    const seen: string[] = []
    let at = path
    for (let pages = 0; pages < 10; pages++) {
      const page = await send(at)
      expect(page.status, at).toBe(200)
      seen.unshift(...[...page.body.matchAll(/>(number \d+)</g)].map(([, said]) => said!))
      const older = linksIn(page).find((href) => href.includes('/before/'))
      if (older === undefined) break
      at = older
    }
    expect(seen).toEqual(Array.from({ length: 120 }, (_, index) => `number ${index + 1}`))
    for (const page of [await send(path), await send(at)]) {
      const link = linksIn(page).find((href) => href.includes('/message/'))!
      const [place, id] = link.split('#')
      const alone = await send(place!)
      expect(alone.status).toBe(200)
      expect(alone.body).toContain(`<article id="${id}" class="message chosen">`)
    }
    // Forward again, to the end.
    let next: string | undefined = at
    let turns = 0
    while (next !== undefined && turns++ < 10) {
      next = linksIn(await send(next)).find((href) => href.includes('/after/'))
    }
    expect(turns).toBeLessThan(6)
  })

  test('show a table page by page', async () => {
    const path = await roomPath('Stock')
    const first = await send(path)
    expect(first.body).toContain('key 000')
    const second = await send(`${path}page/2`)
    expect(second.body).toContain('key 249')
    for (const number of ['0', '3', '-1', '1e3', 'x'])
      expect((await send(`${path}page/${number}`)).status, number).toBe(404)
  })

  test('have feeds that readers understand', async () => {
    const path = await roomPath('News')
    const atom = await send(`${path}feed.atom`)
    expect(atom.headers['content-type']).toBe('application/atom+xml; charset=utf-8')
    expect(atom.body).toMatch(
      /^<\?xml version="1.0" encoding="utf-8"\?>\n<feed xmlns="http:\/\/www.w3.org\/2005\/Atom">/,
    )
    expect(atom.body.match(/<entry>/g)).toHaveLength(50)
    expect(atom.body).toContain('&lt;script')
    expect(atom.body).not.toContain('<script')
    const json = JSON.parse((await send(`${path}feed.json`)).body) as { version: string; items: { url: string }[] }
    expect(json.version).toBe('https://jsonfeed.org/version/1.1')
    expect(json.items).toHaveLength(50)
    expect((await send(json.items[0]!.url.split('#')[0]!)).status).toBe(200)
    expect(linksIn(await send(path))).toEqual(expect.arrayContaining([`${path}feed.atom`, `${path}feed.json`]))
  })

  test('give files to save only, and show pictures', async () => {
    const page = await send(await roomPath('News'))
    const files = linksIn(page).filter((href) => href.includes('/file/'))
    expect(files).toHaveLength(2)
    const got = await Promise.all(files.map((href) => send(href)))
    for (const { status, headers } of got) {
      expect(status).toBe(200)
      expect(headers['content-disposition']).toMatch(/^attachment; filename\*=UTF-8''a\./)
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['content-security-policy']).toContain('sandbox')
    }
    expect(got.map(({ headers }) => headers['content-type'])).toEqual(['image/png', 'application/octet-stream'])
    expect(page.body.match(/<img /g)).toHaveLength(1)
    const part = await send(files[0]!, { headers: { range: 'bytes=0-3' } })
    expect(part).toMatchObject({ status: 206, headers: { 'content-length': '4' } })
    // By nothing but the document that shares it.
    for (const name of ['a.png', 'a']) expect((await send(files[0]!.replace(/[^/]*$/, name))).status).toBe(404)
  })

  test('are not sent again to whoever has them', async () => {
    const path = await roomPath('News')
    for (const each of ['/', '/style.css', '/robots.txt', path, `${path}feed.atom`]) {
      const { headers } = await send(each)
      expect(headers['cache-control'], each).toMatch(/^public, max-age=\d+/)
      const again = await send(each, { headers: { 'if-none-match': headers['etag']! } })
      expect(again).toMatchObject({ status: 304, body: '' })
    }
    const before = await send(path)
    await node.send(news, 'something new')
    const after = await send(path, { headers: { 'if-none-match': before.headers['etag']! } })
    expect(after.status).toBe(200)
    expect(after.body).toContain('something new')
  })

  test('take nothing, and lead to nothing else of the node', async () => {
    const path = await roomPath('News')
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      expect((await send('/', { method })).status, method).toBe(404)
    }
    expect((await send('/', { method: 'HEAD' })).status).toBe(200)
    for (const name of Object.keys(inputs).slice(0, 20))
      expect((await send(`/v1/${name}`, { method: 'POST' })).status).toBe(404)
    for (const wrong of [
      '/api.json',
      '/index.html',
      `/${news}/`,
      `/${diary}/`,
      `${path}x`,
      '/?x=1',
      `${path}message/x`,
      `${path}before/${diary}`,
      '/%2e%2e/api.json',
      '/constructor/',
    ]) {
      const answer = await send(wrong)
      expect(answer.status, wrong).toBe(404)
      expect(answer.body).toContain('Not found')
    }
  })

  test('have the same addresses after a restart', async () => {
    const path = newsPath
    await node.stop()
    const flags = ['--public', 'News', '--public', stock, '--public-web', new URL(url).host]
    node = await kith.restart(node, { flags })
    expect((await send(path)).status).toBe(200)
  })

  test('are given to one address only so fast', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 200; i++) statuses.push((await send('/robots.txt')).status)
    expect(statuses.at(-1)).toBe(429)
    const { headers, body } = await send('/')
    expect(headers['retry-after']).toBe('10')
    expect(body).toContain('Too many requests')
  })
})

test('a private room is never shown in public', async () => {
  await node.stop()
  const { exitCode, err } = await kith.run(node.dataDir, 'start', '--no-mdns', '--public', 'Diary')
  expect(exitCode).not.toBe(0)
  expect(err).toContain('private room')
})

test.each([
  ['a room that is not here', ['--public', 'Nowhere'], 'Nowhere'],
  ['an address without rooms', ['--public-web', '127.0.0.1:0'], 'needs a room'],
])('%s is refused', async (_what, flags, message) => {
  const { exitCode, err } = await kith.run(kith.folder(), 'start', '--no-mdns', '--name', 'X', ...flags)
  expect(exitCode).not.toBe(0)
  expect(err).toContain(message)
})
