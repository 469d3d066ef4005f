/**
 * Takes the pictures of the page that the README shows, in the system's Chromium, of three nodes that talk: on a desk in
 * light, and on a phone in dark. To be run, after a build, when the page looks different: node scripts/take-pictures.ts
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { RoomDetails } from '../src/kith.ts'
import { until } from './bench/clock.ts'
import { Processes, type KithProcess } from './bench/processes.ts'
import { startBrowser, startNode } from './bench/web/pages.ts'

const FOLDER = join(import.meta.dirname, '../docs/pictures')
const TIMEOUT_MS = 30_000

/** Who says what, in the room that is shown. */
const TALK = [
  ['Bob', 'Good morning! Has anybody seen the big pot?'],
  ['Carla', 'It is in the garden, with the tomatoes 🍅'],
  ['Anna', 'I need it for the soup tonight.\nSix of us, or seven?'],
  ['Bob', 'Seven, and bring a spoon.'],
] as const

/** Drawn for this: a garden in the morning. */
const GARDEN = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360" viewBox="0 0 640 360">
  <rect width="640" height="360" fill="#cfe8f2" /><circle cx="520" cy="80" r="42" fill="#f7d774" />
  <path d="M0 210Q160 150 320 200T640 190V360H0z" fill="#8fbf7f" /><path d="M0 270Q200 220 420 262T640 250V360H0z" fill="#5f9a5c" />
  ${[90, 170, 250, 330, 410].map((x, i) => `<path d="M${x} 330V${235 + (i % 2) * 14}" stroke="#3f6b3d" stroke-width="6" /><circle cx="${x - 12}" cy="${262 + (i % 2) * 10}" r="13" fill="#d9533f" /><circle cx="${x + 13}" cy="${288 - (i % 2) * 8}" r="12" fill="#e36b4f" />`).join('')}
  <path d="M500 250h90l-12 62h-66z" fill="#8b8f98" /><path d="M492 242h106v12H492z" fill="#6d717a" />
</svg>`

async function picture(browser: Browser): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: 640, height: 360 } })
  await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${GARDEN}`)
  const png = await page.screenshot()
  await page.close()
  return png
}

async function open(browser: Browser, node: KithProcess, room: string, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce', serviceWorkers: 'block' })
  const page = await context.newPage()
  await page.goto((await node.command<{ url: string }>('open')).url)
  await page.locator('.room').first().waitFor()
  await page.evaluate((id) => void (location.hash = `#/room/${id}`), room)
  await page.getByRole('article').first().waitFor()
  return page
}

/** Says something there once the room is open. */
async function say(node: KithProcess, room: string, text: string): Promise<void> {
  await until(TIMEOUT_MS, 'the room is open', async () => {
    const said = await node.command('send', room, text).catch(() => undefined)
    return said !== undefined
  })
}

/** Waits until a node has so many documents of a room. */
const untilHas = (node: KithProcess, room: string, documents: number): Promise<void> =>
  until(TIMEOUT_MS, 'all have the same', async () => {
    return (await node.command<RoomDetails>('room', 'show', room)).documents >= documents
  })

const processes = new Processes()
const browser = await startBrowser()
try {
  mkdirSync(FOLDER, { recursive: true })
  const anna = await startNode(processes, undefined, '--name', 'Anna')
  const peers = ['--peer', anna.address]
  const nodes = {
    Anna: anna,
    Bob: await startNode(processes, undefined, '--name', 'Bob', ...peers),
    Carla: await startNode(processes, undefined, '--name', 'Carla', ...peers),
  }
  const { Bob: bob, Carla: carla } = nodes
  for (const [name, ...words] of [['Stock', '--app', 'map'], ['Repairs in the yard'], ['Street party']] as const) {
    const { id, app } = await anna.command<RoomDetails>('room', 'create', name, ...words)
    await bob.command('join', id)
    if (app === 'map') await anna.command('put', id, 'apples', '12')
    else await say(bob, id, name === 'Street party' ? 'Who brings the lamps?' : 'The gate closes again.')
  }
  const { id: room } = await anna.command<RoomDetails>('room', 'create', 'Kitchen')
  for (const node of [bob, carla]) await node.command('join', room)
  for (const node of [bob, carla]) await untilHas(node, room, 4)
  for (const [index, [who, text]] of TALK.entries()) {
    await say(nodes[who], room, text)
    for (const node of Object.values(nodes)) await untilHas(node, room, 5 + index)
  }
  const carlas = await open(browser, carla, room, {})
  const png = await picture(browser)
  await carlas
    .getByLabel('Files to share')
    .setInputFiles({ name: 'The garden.png', mimeType: 'image/png', buffer: png })
  for (const node of Object.values(nodes)) await untilHas(node, room, 5 + TALK.length)
  for (const [name, options] of [
    ['desk', { viewport: { width: 1120, height: 760 }, colorScheme: 'light' }],
    ['phone', { viewport: { width: 390, height: 760 }, colorScheme: 'dark', isMobile: true, hasTouch: true }],
  ] as const) {
    const page = await open(browser, anna, room, options)
    await page.locator('article img').last().waitFor()
    await page
      .getByRole('button', { name: /^Held by/ })
      .first()
      .waitFor()
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    await page.waitForTimeout(500)
    await page.screenshot({ path: join(FOLDER, `${name}.png`) })
  }
} finally {
  await browser.close()
  await processes.end()
}
