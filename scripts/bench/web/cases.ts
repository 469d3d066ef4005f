/** What is measured of the page in the browser. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import type { RoomDetails } from '../../../src/kith.ts'
import type { Bench } from '../bench.ts'
import { conversation } from '../conversation.ts'
import { IN_FLIGHT } from '../history.ts'
import { residentBytes } from '../proc.ts'
import type { KithProcess } from '../processes.ts'
import { rowOf, type Row } from '../row.ts'
import { percentile } from '../statistics.ts'
import { KITH } from '../system.ts'
import { HERE, logIn, PHONE, slowDown, startBrowser, startNode, timeToShow } from './pages.ts'

const ROOMS = 20
const FEW = 100
const MANY = 100_000
const MAX_PAINT_MS = { here: 300, phone: 1_000 }
const MAX_TIMES_AS_LONG = 1.2
const MAX_TASK_MS = 50
const FRAMES_MS = 2 * (1000 / 60)
const MAX_PAGE_BYTES = 10e6
const MESSAGES = 20
const PER_SECOND = 20
const WARM_UP_MESSAGES = 20
const SCROLLS = 40
/** For what a start, a page or a join leaves to be done. */
const SETTLE_MS = 3_000
const MEMORY_SAMPLES = 10
const MB = 1e6

type WebCase = (bench: Bench, browser: Browser) => Promise<Row[]>

/** From the request for the page until the rooms are painted, with nothing in the browser's cache. */
const paint: WebCase = async (bench, browser) => {
  const node = await startNode(bench.processes)
  for (let i = 0; i < ROOMS; i++) await node.command('room', 'create', `Room ${i}`)
  const { context, page: first } = await logIn(browser, node)
  const { origin } = new URL(first.url())
  const rows: Row[] = []
  for (const [profile, atMost] of [
    [HERE, MAX_PAINT_MS.here],
    [PHONE, MAX_PAINT_MS.phone],
  ] as const) {
    const values: number[] = []
    for (let run = 0; run < bench.runs; run++) {
      bench.progress(`first useful paint ${profile.name} ${run + 1}/${bench.runs}`)
      const page = await context.newPage()
      await slowDown(page, profile)
      await page.addInitScript(() => {
        const look = (): void => {
          if (document.querySelector('.room') === null) requestAnimationFrame(look)
          else requestAnimationFrame(() => Object.assign(globalThis, { paintedMs: performance.now() }))
        }
        look()
      })
      await page.goto(origin)
      await page.waitForFunction(() => 'paintedMs' in globalThis)
      values.push(await page.evaluate(() => (globalThis as unknown as { paintedMs: number }).paintedMs))
      await page.close()
    }
    rows.push(rowOf(`first useful paint ${profile.name}`, 'ms', { values, target: { atMost }, n: ROOMS }))
  }
  await context.close()
  await node.end()
  return rows
}

/** A room with many messages beside one with few, and scrolling back in the former. */
const length: WebCase = async (bench, browser) => {
  const writer = bench.processes.forkNode()
  const folder = bench.processes.folder()
  await writer.call.start(folder)
  const [few, many] = [await writer.call.create(), await writer.call.create()]
  bench.progress(`${MANY} messages are written`)
  await writer.call.write(few, FEW, IN_FLIGHT)
  await writer.call.write(many, MANY, IN_FLIGHT)
  await writer.end()
  const node = await startNode(bench.processes, folder)
  const { context, page } = await logIn(browser, node)
  const opened = async (room: string): Promise<number> => {
    const valueMs = await timeToShow(page, `#/room/${room}`, 'article')
    await timeToShow(page, '#/', '.empty')
    await sleep(SETTLE_MS / 10)
    return valueMs
  }
  const times: { few: number[]; many: number[] } = { few: [], many: [] }
  // Code is slow when it runs for the first time.
  for (const room of [few, many]) await opened(room)
  for (let run = 0; run < bench.runs; run++) {
    bench.progress(`opening rooms ${run + 1}/${bench.runs}`)
    times.few.push(await opened(few))
    times.many.push(await opened(many))
  }
  await timeToShow(page, `#/room/${many}`, 'article')
  const tasks: number[] = []
  for (let run = 0; run < bench.runs; run++) {
    bench.progress(`scrolling ${run + 1}/${bench.runs}`)
    tasks.push(await longestTaskWhileScrolling(page))
  }
  await context.close()
  await node.end()
  const atMost = MAX_TIMES_AS_LONG * percentile(times.few, 50)
  const floor = { name: `with ${FEW} messages`, values: times.few }
  return [
    rowOf('a long room opens', 'ms', { values: times.many, target: { atMost }, floor, n: MANY }),
    rowOf('longest task while scrolling back', 'ms', { values: tasks, target: { atMost: MAX_TASK_MS }, n: MANY }),
  ]
}

/** Browsers tell of tasks of 50 ms and more only; 0 stands for none. */
function longestTaskWhileScrolling(page: Page): Promise<number> {
  return page.evaluate(async (scrolls) => {
    let longestMs = 0
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longestMs = Math.max(longestMs, duration)
    })
    observer.observe({ type: 'longtask' })
    const log = document.querySelector('.messages')
    for (let i = 0; i < scrolls; i++) {
      if (log !== null) log.scrollTop = 0
      for (let frame = 0; frame < 6; frame++) await new Promise(requestAnimationFrame)
    }
    observer.disconnect()
    return longestMs
  }, SCROLLS)
}

/** From Enter in one browser until the message is painted in another one, of a second node. */
const latency: WebCase = async (bench, browser) => {
  bench.progress('a conversation of the library')
  const talk = await conversation(bench.processes, KITH)
  await talk.run(WARM_UP_MESSAGES, PER_SECOND)
  const library = await talk.run(bench.runs * MESSAGES, PER_SECOND)
  await talk.end()

  const speaker = await startNode(bench.processes)
  const { id } = await speaker.command<RoomDetails>('room', 'create', 'Bench')
  const listener = await startNode(bench.processes, undefined, '--peer', speaker.address)
  await listener.command('join', id)
  const [from, to] = [await logIn(browser, speaker), await logIn(browser, listener)]
  for (const { page } of [from, to]) await page.goto(`${new URL(page.url()).origin}/#/room/${id}`)
  await from.page.locator('textarea').waitFor()
  await sleep(SETTLE_MS)
  const values: number[] = []
  for (let i = -WARM_UP_MESSAGES; i < bench.runs * MESSAGES; i++) {
    if (i % MESSAGES === 0) bench.progress(`messages from browser to browser ${i}`)
    const valueMs = await said(from.page, to.page, `message ${i} of the bench`)
    if (i >= 0) values.push(valueMs)
  }
  await Promise.all([from, to].map(({ context }) => context.close()))
  await Promise.all([speaker, listener].map((node) => node.end()))
  const libraryMs = percentile(library, 50)
  return [
    rowOf('message from browser to browser', 'ms', {
      values,
      target: { atMost: 2 * libraryMs + FRAMES_MS },
      floor: { name: 'library, call to event', values: library },
      n: values.length,
    }),
  ]
}

/** Both pages tell the time of one clock. */
async function said(from: Page, to: Page, text: string): Promise<number> {
  const shown = to.evaluate(async (wanted) => {
    const isThere = (): boolean =>
      [...document.querySelectorAll('article')].slice(-3).some((each) => each.textContent.includes(wanted))
    while (!isThere()) await new Promise(requestAnimationFrame)
    return performance.timeOrigin + performance.now()
  }, text)
  await from.locator('textarea').fill(text)
  const typedMs = await from.evaluate(() => {
    const nowMs = performance.timeOrigin + performance.now()
    document.querySelector<HTMLFormElement>('form.composer')?.requestSubmit()
    return nowMs
  })
  return (await shown) - typedMs
}

/** What a node's process grows by with a page that shows a chat. */
const memory: WebCase = async (bench, browser) => {
  const values: number[] = []
  for (let run = 0; run < bench.runs; run++) {
    bench.progress(`memory ${run + 1}/${bench.runs}`)
    const node = await startNode(bench.processes)
    const { id } = await node.command<RoomDetails>('room', 'create', 'Bench')
    for (let i = 0; i < MESSAGES; i++) await node.command('send', id, `message ${i}`)
    const before = await mostResidentBytes(node)
    const open = await pageOf(browser, node, id)
    values.push(((await mostResidentBytes(node)) - before) / MB)
    await open.close()
    await node.end()
  }
  return [rowOf('what an open page costs its node', 'MB', { values, target: { atMost: MAX_PAGE_BYTES / MB } })]
}

/**
 * The most that a node takes while it is asked for something now and then: what it takes goes up and down by the space for
 * what is short-lived, whatever asks.
 */
async function mostResidentBytes(node: KithProcess): Promise<number> {
  let most = 0
  for (let i = 0; i < MEMORY_SAMPLES; i++) {
    await node.command('status')
    await sleep(SETTLE_MS / MEMORY_SAMPLES)
    most = Math.max(most, residentBytes(node.pid))
  }
  return most
}

async function pageOf(browser: Browser, node: KithProcess, room: string): Promise<{ close(): Promise<void> }> {
  const { context, page } = await logIn(browser, node)
  await timeToShow(page, `#/room/${room}`, 'article')
  return context
}

const CASES: Readonly<Record<string, WebCase>> = { paint, length, latency, memory }

export const webCaseNames: readonly string[] = Object.keys(CASES)

/** The rows of some cases, by their names. */
export async function measureWeb(bench: Bench, names: readonly string[]): Promise<Map<string, Row[]>> {
  const browser = await startBrowser()
  try {
    const rows = new Map<string, Row[]>()
    for (const name of names) {
      const measure = CASES[name]
      if (measure !== undefined) rows.set(name, await measure(bench, browser))
    }
    return rows
  } finally {
    await browser.close()
  }
}
