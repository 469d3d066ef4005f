/** Public pages in a browser that runs no scripts: in light and dark, on a desk, on a phone and on paper. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { useKith } from '../integration/kith-process.ts'
import { reasonForNoBrowser, useBrowser } from './chromium.ts'
import { faultsOf, isTooWide } from './faults.ts'

const LONG = 'Donaudampfschifffahrtsgesellschaftskapitän'.repeat(20)
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

describe.skipIf(reasonForNoBrowser() !== undefined)('public pages', () => {
  const kith = useKith()
  const browser = useBrowser()
  let url: string

  beforeAll(async () => {
    const dataDir = kith.folder()
    const node = await kith.start({ dataDir, name: 'Anna' })
    const { id: news } = await node.api.call('rooms.create', { name: 'News', app: 'chat' })
    const { id: stock } = await node.api.call('rooms.create', { name: LONG.slice(0, 60), app: 'map' })
    for (let i = 1; i <= 60; i++) await node.send(news, `number ${i}`)
    await node.send(news, LONG, 'مرحبا، كيف الحال؟', '<b>not bold</b>\n\nsecond line')
    writeFileSync(join(dataDir, 'a.png'), PNG)
    await node.api.run('files.add', { room: news, path: join(dataDir, 'a.png') })
    await node.do(stock, 'put', { key: LONG, value: { of: LONG } })
    await node.stop()
    const flags = ['--public', news, '--public', stock, '--public-web', '127.0.0.1:0']
    const open = await kith.start({ dataDir, flags })
    url = (open.started as unknown as { public: string }).public
  })

  /** Without scripts, axe cannot run either: it looks at the same page with scripts. */
  async function look(page: Page, withScripts: Page): Promise<void> {
    await withScripts.goto(page.url())
    expect(await faultsOf(withScripts), page.url()).toEqual([])
    expect(await isTooWide(withScripts), page.url()).toBe(false)
  }

  test.each([
    ['on a desk in light', { width: 1280, height: 800 }, 'light'],
    ['on a phone in dark', { width: 360, height: 740 }, 'dark'],
  ] as const)('are read %s', async (_name, viewport, colorScheme) => {
    const page = await browser.open({ viewport, colorScheme, javaScriptEnabled: false })
    // axe is put into the page, whose policy allows no script.
    const withScripts = await browser.open({ viewport, colorScheme, bypassCSP: true })
    await page.goto(url)
    await look(page, withScripts)
    await page.getByRole('link', { name: 'News' }).click()
    await page.getByText('<b>not bold</b>').waitFor()
    expect(await page.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1)
    await look(page, withScripts)
    await page.getByRole('link', { name: 'Older messages' }).click()
    await page.getByText('number 1', { exact: true }).waitFor()
    await look(page, withScripts)
    await page.locator('article', { hasText: 'number 7' }).first().getByRole('link').click()
    expect(page.url()).toMatch(/\/message\/bafyrei\w+#bafyrei\w+$/)
    await look(page, withScripts)
    await page.getByRole('link', { name: 'All rooms' }).click()
    await page.getByRole('link', { name: /^Donau/ }).click()
    await page.getByRole('table').waitFor()
    await look(page, withScripts)
    expect(await page.context().cookies()).toEqual([])
    const answer = await page.goto(`${url}nothing/`)
    expect(answer?.status()).toBe(404)
    await look(page, withScripts)
  })

  test('are printed without what is of use on a screen only', async () => {
    const page = await browser.open({ javaScriptEnabled: false })
    await page.goto(url)
    await page.getByRole('link', { name: 'News' }).click()
    await page.emulateMedia({ media: 'print' })
    expect(await page.getByRole('link', { name: 'Older messages' }).isVisible()).toBe(false)
    expect(await page.getByText('number 60').isVisible()).toBe(true)
  })
})
