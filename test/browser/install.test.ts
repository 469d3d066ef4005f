/** The page as an app of its own: it is installed, and opens while its node is away. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { POLL, useKith } from '../integration/kith-process.ts'
import { reasonForNoBrowser, useBrowser } from './chromium.ts'

const BUILT = fileURLToPath(new URL('../../dist/web', import.meta.url))
const TYPES: Record<string, string> = {
  ...{ '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png' },
  '.webmanifest': 'application/manifest+json',
}

interface Manifest {
  start_url: string
  display: string
  icons: { src: string; sizes: string; purpose?: string }[]
}

/** Waits until the browser keeps the page. */
const untilKept = (page: Page): Promise<unknown> =>
  page.evaluate(async () => {
    await navigator.serviceWorker.ready
    while ((await (await caches.open('kith-page')).match('/')) === undefined) {
      await new Promise((resolve) => requestAnimationFrame(resolve))
    }
  })

const keptPaths = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const requests = await (await caches.open('kith-page')).keys()
    return requests.map(({ url }) => new URL(url).pathname).sort()
  })

/** Width and height of a PNG. */
function sizeOf(png: Buffer): string {
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  return `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`
}

test('the manifest has icons of the sizes that it says', () => {
  const manifest = JSON.parse(readFileSync(join(BUILT, 'manifest.webmanifest'), 'utf8')) as Manifest
  expect(manifest).toMatchObject({ start_url: '/', display: 'standalone' })
  const pngs = manifest.icons.filter(({ src }) => src.endsWith('.png'))
  for (const { src, sizes } of pngs) expect(sizeOf(readFileSync(join(BUILT, src)))).toBe(sizes)
  expect(pngs.map(({ sizes }) => sizes)).toEqual(expect.arrayContaining(['192x192', '512x512']))
  expect(pngs.some(({ purpose }) => purpose === 'maskable')).toBe(true)
})

describe.skipIf(reasonForNoBrowser() !== undefined)('the page', () => {
  const kith = useKith()
  const browser = useBrowser()

  test('opens while the node is away, says so, and goes on by itself', async () => {
    const node = await kith.start({ name: 'Anna' })
    await node.api.call('rooms.create', { name: 'Kitchen' })
    const page = await browser.enter(node)
    await untilKept(page)
    await page.reload()
    await page.getByRole('link', { name: /Kitchen/ }).waitFor()
    await node.stop()
    await page.reload()
    await page.getByRole('heading', { name: 'The node is not running' }).waitFor()
    await kith.restart(node, { name: 'Anna' })
    await page.getByRole('link', { name: /Kitchen/ }).waitFor()
    // What the node says is never kept.
    expect((await keptPaths(page)).filter((path) => path.startsWith('/v1'))).toEqual([])
    expect(await page.evaluate(() => caches.keys())).toEqual(['kith-page'])
  })

  test('that is kept is that of the newest version, and of no other program', async () => {
    let html = readFileSync(join(BUILT, 'index.html'), 'utf8')
    const server = createServer((request, response) => {
      const path = request.url === '/' ? 'index.html' : (request.url ?? '')
      if (path.startsWith('/v1/')) return response.writeHead(503).end('{}')
      // Browsers look for it where a page names no icon.
      if (path === '/favicon.ico') return response.writeHead(404).end()
      const body = path === 'index.html' ? html : readFileSync(join(BUILT, path.replace('newer', 'icon')))
      return response.setHeader('content-type', TYPES[extname(path)] ?? 'text/html').end(body)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const page = await browser.open()
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    await page.goto(address)
    await untilKept(page)
    const before = await keptPaths(page)
    expect(before).toContain('/icon.svg')

    html = html.replace('href="/icon.svg"', 'href="/newer.svg"')
    await page.reload()
    await expect
      .poll(() => keptPaths(page), POLL)
      .toEqual(before.map((path) => path.replace('icon.svg', 'newer.svg')).sort())

    html = '<!doctype html><title>Another program</title>'
    await page.reload()
    expect(await page.title()).toBe('Another program')
    server.close()
    server.closeAllConnections()
    await page.reload()
    await expect.poll(() => page.title()).toMatch(/Kith$/)
  })

  test('is used by keyboard alone', async () => {
    const node = await kith.start({ name: 'Anna' })
    const page = await browser.enter(node)
    const tabTo = async (name: RegExp): Promise<void> => {
      const focused = (): Promise<string> =>
        page.evaluate(() => {
          const { activeElement: element } = document
          if (element === document.body) return ''
          const label = (element as HTMLInputElement | null)?.labels?.[0]?.textContent
          return `${element?.getAttribute('aria-label') ?? ''} ${label ?? ''} ${element?.textContent ?? ''}`
        })
      for (let i = 0; i < 40 && !name.test(await focused()); i++) await page.keyboard.press('Tab')
      expect(await focused()).toMatch(name)
    }
    await tabTo(/Create or join a room/)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Create a room', exact: true }).waitFor()
    await tabTo(/^ ?Name/)
    await page.keyboard.type('Kitchen')
    await tabTo(/^ *Create$/)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Kitchen' }).waitFor()
    expect((await node.api.call('rooms.list', {})).map(({ name }) => name)).toEqual(['Kitchen'])
  })
})
