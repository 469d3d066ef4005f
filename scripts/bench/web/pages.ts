/** Pages of nodes in headless Chromium, for the bench. */
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { requireChromium } from '../../chromium.ts'
import type { KithProcess, Processes } from '../processes.ts'

const LISTEN = ['--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0']

/** How fast a machine and its network are. */
export interface Profile {
  name: string
  /** How many times as slow as this one. */
  cpuSlowdown: number
  /** Undefined: as fast as it goes. */
  bitsPerSecond?: number
  roundTripMs?: number
}

export const HERE: Profile = { name: 'on loopback', cpuSlowdown: 1 }
/** A phone of some years ago in a Wi-Fi at home. */
export const PHONE: Profile = { name: 'on a phone', cpuSlowdown: 4, bitsPerSecond: 20e6, roundTripMs: 10 }

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: requireChromium(), args: ['--no-sandbox'] })
}

/** A node of the terminal, whose page is measured. */
export function startNode(processes: Processes, folder?: string, ...argv: string[]): Promise<KithProcess> {
  return processes.startKith({ argv: [...LISTEN, ...argv], ...(folder !== undefined && { folder }) })
}

/** A browser that is logged in, with its page. */
export async function logIn(browser: Browser, node: KithProcess): Promise<{ context: BrowserContext; page: Page }> {
  // What a worker keeps would be served in place of the node's.
  const context = await browser.newContext({ serviceWorkers: 'block' })
  const page = await context.newPage()
  await page.goto((await node.command<{ url: string }>('open')).url)
  await page.locator('.room').first().waitFor()
  return { context, page }
}

/** Makes a page as slow as the profile says. */
export async function slowDown(page: Page, { cpuSlowdown, bitsPerSecond, roundTripMs = 0 }: Profile): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.enable')
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true })
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: cpuSlowdown })
  if (bitsPerSecond === undefined) return
  const bytesPerSecond = bitsPerSecond / 8
  const speeds = { downloadThroughput: bytesPerSecond, uploadThroughput: bytesPerSecond }
  await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: roundTripMs, ...speeds })
}

/** Goes to a place of the page; resolves with the milliseconds until something is painted that the selector names. */
export function timeToShow(page: Page, hash: string, selector: string): Promise<number> {
  return page.evaluate(
    async ([to, wanted]) => {
      const startMs = performance.now()
      location.hash = to
      while (document.querySelector(wanted) === null) await new Promise(requestAnimationFrame)
      await new Promise(requestAnimationFrame)
      return performance.now() - startMs
    },
    [hash, selector] as const,
  )
}
