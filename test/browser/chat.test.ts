/** Two people with two nodes and two browsers: rooms, invites, and a conversation. */
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { POLL, useKith, type NodeProcess } from '../integration/kith-process.ts'
import { goTo, reasonForNoBrowser, useBrowser } from './chromium.ts'

describe.skipIf(reasonForNoBrowser() !== undefined)('in the page', () => {
  const kith = useKith()
  const browser = useBrowser()
  let [anna, bob]: NodeProcess[] = []
  let [annas, bobs]: Page[] = []

  beforeAll(async () => {
    anna = await kith.start({ name: 'Anna' })
    bob = await kith.start({ name: 'Bob', peers: [anna.address] })
    ;[annas, bobs] = [await browser.enter(anna), await browser.enter(bob)]
  })

  afterAll(async () => {
    for (const page of [annas, bobs]) await page?.context().close()
  })

  const field = (page: Page): Locator => page.getByRole('textbox', { name: /^Message to/ })
  const message = (page: Page, text: string): Locator => page.getByRole('article').filter({ hasText: text })

  async function say(page: Page, text: string): Promise<void> {
    await field(page).fill(text)
    await field(page).press('Enter')
  }

  test('one makes a private room, the other joins with the invite, and both talk', async () => {
    const [a, b] = [annas!, bobs!]
    await a.getByRole('link', { name: 'Create or join' }).first().click()
    await a.getByRole('textbox', { name: 'Name' }).fill('Kitchen')
    await a.getByRole('button', { name: 'Create', exact: true }).click()
    await a.getByRole('button', { name: 'Make an invite' }).click()
    const invite = await a.getByRole('textbox', { name: 'Invite' }).inputValue()
    await a.getByRole('img', { name: /QR code/ }).waitFor()
    await a.getByText('Open invites').waitFor()

    await goTo(b, '#/enter')
    await b.getByRole('textbox', { name: 'The invite' }).fill('nonsense')
    await b.getByRole('button', { name: 'Join' }).click()
    await b.getByRole('alert').filter({ hasText: /./ }).waitFor()
    await b.getByRole('textbox', { name: 'The invite' }).fill(invite)
    await b.getByRole('button', { name: 'Join' }).click()
    await field(b).waitFor()

    await a.getByRole('link', { name: 'Back' }).click()
    await say(a, 'Has anybody seen\nthe big pot?')
    await message(b, 'the big pot?').waitFor()
    await say(b, 'In the garden.')
    await message(a, 'In the garden.').waitFor()
    await expect.poll(() => field(a).inputValue()).toBe('')
    // The other one has it, and the page says so.
    const mark = message(a, 'the big pot?').getByRole('button', { name: 'Held by 1 of 1 other.' })
    await mark.click()
    await a.getByRole('status').filter({ hasText: 'Held by 1 of 1 other.' }).waitFor()
  })

  test('what others wrote is text, and links lead to web pages only', async () => {
    const room = await anna!.api.call('rooms.create', { name: 'Texts' })
    await anna!.send(room.id, '<img src=x onerror="document.title=1"><b>bold</b>', 'see https://example.org/a?b=1.')
    await anna!.send(room.id, 'javascript:document.title=1 and data:text/html,x', 'x'.repeat(16_000))
    await goTo(annas!, `#/room/${room.id}`)
    await message(annas!, '<b>bold</b>').waitFor()
    const links = await annas!
      .getByRole('log')
      .getByRole('link')
      .evaluateAll((all) => all.map((a) => a.outerHTML))
    expect(links).toHaveLength(1)
    expect(links[0]).toContain('href="https://example.org/a?b=1"')
    expect(links[0]).toContain('noopener')
    await annas!.getByRole('button', { name: 'Show all of it' }).waitFor()
    expect(await annas!.title()).toMatch(/Kith$/)
    const isWide = await annas!.evaluate(() => document.documentElement.scrollWidth > innerWidth)
    expect(isWide).toBe(false)
  })

  test('whoever sends something sees it, however long it is and wherever one reads', async () => {
    const page = annas!
    const room = await anna!.api.call('rooms.create', { name: 'Sent' })
    await anna!.send(room.id, ...Array.from({ length: 40 }, (_, i) => `line ${i}`))
    await goTo(page, `#/room/${room.id}`)
    const log = page.getByRole('log')
    const belowPx = (): Promise<number> =>
      log.evaluate(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)
    for (const isAtTop of [false, true]) {
      if (isAtTop) {
        await log.evaluate((element) => void (element.scrollTop = 0))
        await page.getByRole('button', { name: 'Newest' }).waitFor()
      }
      // As high as the field gets: it is low again when that is sent.
      const text = Array.from({ length: 20 }, (_, i) => `sent ${isAtTop} ${i}`).join('\n')
      await page.getByLabel('Message to Sent').fill(text)
      await page.getByRole('button', { name: 'Send' }).click()
      await message(page, `sent ${isAtTop} 19`).waitFor()
      await expect.poll(belowPx).toBeLessThan(2)
    }
  })

  test('history comes as one scrolls, and what one reads stays where it is', async () => {
    const page = annas!
    const room = await bob!.api.call('rooms.create', { name: 'Long' })
    const count = 520
    await bob!.send(room.id, ...Array.from({ length: count }, (_, i) => `line ${i} of many`))
    // They were sent at once, so in an order of their own.
    const lines = (await bob!.read(room.id)).map(({ text }) => text)
    const [first = '', last = ''] = [lines[0], lines.at(-1)]
    await anna!.api.call('rooms.join', { room: room.id })
    await expect.poll(async () => (await anna!.read(room.id)).length, POLL).toBe(count)
    await goTo(page, '#/')
    await goTo(page, `#/room/${room.id}`)
    await message(page, last).waitFor()
    const log = page.getByRole('log')
    const shown = (): Promise<number> => page.getByRole('article').count()
    expect(await shown()).toBeLessThan(200)

    const scrollTo = (top: number): Promise<void> => log.evaluate((element, to) => void (element.scrollTop = to), top)
    for (let i = 0; i < 40 && !(await message(page, first).isVisible()); i++) {
      const before = await page.getByRole('article').first().getAttribute('id')
      await scrollTo(0)
      await expect
        .poll(
          async () =>
            (await page.getByText('This is the beginning.').count()) > 0 ||
            (await page.getByRole('article').first().getAttribute('id')) !== before,
        )
        .toBe(true)
      expect(await shown()).toBeLessThanOrEqual(400)
    }
    await message(page, first).waitFor()

    await scrollTo(1_500)
    await page.getByRole('button', { name: 'Newest' }).waitFor()
    const read = message(page, lines[60] ?? '')
    const before = await read.boundingBox()
    await bob!.send(room.id, 'something new')
    await page.getByRole('button', { name: '1 new' }).waitFor()
    expect(await read.boundingBox()).toEqual(before)
    await page.getByRole('button', { name: '1 new' }).click()
    await message(page, 'something new').waitFor()
    await expect.poll(() => page.getByRole('button', { name: 'Newest' }).count()).toBe(0)

    // The same where the end is loaded, and where older ones are put in front.
    const near = message(page, lines.at(-30) ?? '')
    await near.scrollIntoViewIfNeeded()
    await page.getByRole('button', { name: 'Newest' }).waitFor()
    const place = await near.boundingBox()
    await bob!.send(room.id, 'one more')
    await message(page, 'one more').waitFor({ state: 'attached' })
    expect(await near.boundingBox()).toEqual(place)
    const top = message(page, lines.at(-95) ?? '')
    const shownBefore = await shown()
    await top.scrollIntoViewIfNeeded()
    await expect.poll(shown).toBeGreaterThan(shownBefore)
    const { y = -1 } = (await top.boundingBox()) ?? {}
    expect(y).toBeGreaterThan(0)
    expect(y).toBeLessThan(page.viewportSize()!.height)
  })

  test('a room whose history is still to come says how much of it is here', async () => {
    const { id } = await anna!.api.call('rooms.create', { name: 'Old' })
    const [room, node] = [await anna!.api.call('rooms.show', { room: id }), await anna!.api.call('status', {})]
    const progress = { room: id, name: 'Old', what: 'history', known: 5_000, have: 1_234, missing: 3_766, perSecond: 9 }
    const told = [
      ...[{ event: 'node', node }, { event: 'room', room: { ...room, last: null } }, { event: 'listed' }],
      { event: 'progress', progress: { ...progress, remainingMs: null } },
    ]
    const page = await browser.open()
    const body = told.map((record) => `${JSON.stringify(record)}\n`).join('')
    await page.route('**/v1/rooms.watch', (route) => route.fulfill({ body, contentType: 'application/x-ndjson' }))
    await page.goto((await anna!.api.call('page.link', {})).url)
    await goTo(page, `#/room/${id}`)
    const bar = page.getByRole('progressbar', { name: 'Older messages are coming: 1,234 of 5,000' })
    await expect.poll(() => bar.getAttribute('value')).toBe('1234')
    await page.context().close()
  })

  test('a table is changed by both', async () => {
    const [a, b] = [annas!, bobs!]
    const room = await anna!.api.call('rooms.create', { name: 'Stock', app: 'map' })
    await bob!.api.call('rooms.join', { room: room.id })
    for (const page of [a, b]) await goTo(page, `#/room/${room.id}`)
    await a.getByRole('textbox', { name: 'Name' }).fill('apples')
    await a.getByRole('textbox', { name: 'Value' }).fill('3')
    await a.getByRole('button', { name: 'Add' }).click()
    const row = (page: Page): Locator => page.getByRole('row', { name: /apples/ })
    await row(b).filter({ hasText: 'Anna' }).waitFor()

    await b.getByRole('button', { name: 'Change apples' }).click()
    await b.getByRole('textbox', { name: 'New value of apples' }).fill('9007199254740993')
    await b.getByRole('button', { name: 'Save' }).click()
    await row(b).getByRole('alert').filter({ hasText: 'cannot be kept exactly' }).waitFor()
    await b.getByRole('textbox', { name: 'New value of apples' }).fill('{"red": 2}')
    await b.getByRole('textbox', { name: 'New value of apples' }).press('Enter')
    await row(a).filter({ hasText: '{"red":2}' }).filter({ hasText: 'Bob' }).waitFor()
    expect((await anna!.do(room.id, 'get', { key: 'apples' })).value).toEqual({ red: 2 })

    await a.getByRole('button', { name: 'Delete apples' }).click()
    await a.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await expect.poll(() => row(b).count()).toBe(0)
  })

  test('a member is removed, and a room left', async () => {
    const page = annas!
    const room = await anna!.api.call('rooms.create', { name: 'Few', access: 'public-read' })
    const { line } = await anna!.api.call('rooms.invite', { room: room.id })
    await bob!.api.call('rooms.join', { room: line })
    await expect.poll(() => bob!.send(room.id, 'hello').then(() => 'sent', String), POLL).toBe('sent')
    await goTo(page, `#/room/${room.id}/people`)
    await page.getByRole('main').getByRole('listitem').filter({ hasText: 'Bob' }).waitFor()
    await page.getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('dialog').getByText('cannot be taken back').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page
      .getByRole('main')
      .getByRole('listitem')
      .filter({ hasText: 'Bob' })
      .filter({ hasText: 'Removed' })
      .waitFor()
    await page.getByRole('button', { name: 'Leave this room' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click()
    await expect.poll(() => page.getByRole('link', { name: /Few/ }).count()).toBe(0)
    expect((await anna!.api.call('rooms.list', {})).map(({ name }) => name)).not.toContain('Few')
  })

  test('a node that stops and starts again loses nothing that was typed, and the page goes on', async () => {
    const page = annas!
    const room = await anna!.api.call('rooms.create', { name: 'Restart' })
    await bob!.api.call('rooms.join', { room: room.id })
    await goTo(page, `#/room/${room.id}`)
    await say(page, 'before')
    await message(page, 'before').waitFor()
    await anna!.stop()
    await page.getByText('The node does not answer. This page goes on by itself').waitFor()
    await say(page, 'meanwhile')
    await message(page, 'meanwhile').filter({ hasText: 'Waits for the node.' }).waitFor()
    await field(page).fill('half a sen')
    await bob!.send(room.id, 'while you were away')
    anna = await kith.restart(anna!, { name: 'Anna' })
    await page.getByText('The node does not answer.').waitFor({ state: 'detached' })
    for (const text of ['before', 'meanwhile', 'while you were away']) {
      await expect.poll(() => message(page, text).count(), POLL).toBe(1)
    }
    expect((await anna!.read(room.id)).map(({ text }) => text).toSorted()).toEqual(
      ['before', 'meanwhile', 'while you were away'].toSorted(),
    )
    expect(await field(page).inputValue()).toBe('half a sen')
    await bob!.send(room.id, 'welcome back')
    await message(page, 'welcome back').waitFor()
    await page.reload()
    await field(page).waitFor()
    await expect.poll(() => field(page).inputValue()).toBe('half a sen')
  })
})
