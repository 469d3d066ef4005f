/** The system's Chromium, and pages in it that say what went wrong in them. */
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { findChromium } from '../../scripts/chromium.ts'
import type { NodeProcess } from '../integration/kith-process.ts'

/** Requests that the node refuses, or that fail while it is away, and addresses that are not of this machine. */
const EXPECTED = ['Failed to load resource', 'The Cross-Origin-Opener-Policy header has been ignored']

/** A name that leads here, as one does that somebody has rebound. */
export const REBOUND_HOST = 'rebound.example'

/** Why there is no browser on this machine, in a few words; undefined if there is one. */
export function reasonForNoBrowser(): string | undefined {
  return findChromium() === undefined ? 'there is no Chromium (Debian: apt-get install chromium)' : undefined
}

/** A browser for one test file, started with these arguments, too. What a page complains of fails the test in which it does. */
export function useBrowser(...moreArgs: string[]) {
  let browser: Browser
  const complaints: string[] = []

  beforeAll(async () => {
    const executablePath = findChromium()
    if (executablePath === undefined) return
    // As root it has no sandbox; it only loads pages of these tests.
    const args = ['--no-sandbox', `--host-resolver-rules=MAP ${REBOUND_HOST} 127.0.0.1`, ...moreArgs]
    // Elsewhere, names of downloads would have to be in ASCII.
    browser = await chromium.launch({ executablePath, args, env: { ...process.env, LANG: 'C.UTF-8' } })
  })

  afterEach(() => expect(complaints.splice(0)).toEqual([]))

  afterAll(() => browser?.close())

  return {
    /** A page of a browser of its own, with its own cookies. */
    async open(options: BrowserContextOptions = {}): Promise<Page> {
      const context = await browser.newContext(options)
      const page = await context.newPage()
      page.setDefaultTimeout(20_000)
      page.on('pageerror', (error) => complaints.push(String(error)))
      page.on('console', (message) => {
        const isExpected = EXPECTED.some((start) => message.text().startsWith(start))
        if (message.type() === 'error' && !isExpected) complaints.push(message.text())
      })
      return page
    },

    /** A page that is logged in to a node. */
    async enter(node: NodeProcess, options: BrowserContextOptions = {}): Promise<Page> {
      const page = await this.open(options)
      await page.goto((await node.api.call('page.link', {})).url)
      await page.getByRole('heading', { name: 'Rooms', exact: true }).waitFor()
      return page
    },
  }
}

/** Goes to a place in the page. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to
  }, hash)
}
