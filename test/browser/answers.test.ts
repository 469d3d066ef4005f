/** Answers and mentions in the page: by keyboard, with long names, and names from right to left. */
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { POLL, useKith, type NodeProcess } from '../integration/kith-process.ts'
import { goTo, reasonForNoBrowser, useBrowser } from './chromium.ts'

const LONG_NAME = 'Maximiliane-Theodora von Hohenstein-Wittgenstein'
const ARABIC_NAME = 'مريم الزهراء'

describe.skipIf(reasonForNoBrowser() !== undefined)('in the page', () => {
  const kith = useKith()
  const browser = useBrowser()
  let [anna, bob]: NodeProcess[] = []
  let [a, b]: Page[] = []
  let room = ''

  beforeAll(async () => {
    anna = await kith.start({ name: LONG_NAME })
    bob = await kith.start({ name: ARABIC_NAME, peers: [anna.address] })
    room = (await anna.api.call('rooms.create', { name: 'Kitchen' })).id
    await bob.api.call('rooms.join', { room })
    await vi.waitFor(() => bob!.send(room, 'I am in'), POLL)
    ;[a, b] = [await browser.enter(anna), await browser.enter(bob)]
    for (const page of [a, b]) await goTo(page, `#/room/${room}`)
  })

  afterAll(async () => {
    for (const page of [a, b]) await page?.context().close()
  })

  const field = (page: Page): Locator => page.getByRole('textbox', { name: /^Message to/ })
  const message = (page: Page, text: string): Locator => page.getByRole('article').filter({ hasText: text })

  test('a message is answered, the answer quotes it, and leads to it', async () => {
    await anna!.send(room, 'Has anybody <b>seen</b> the big pot?')
    const asked = message(b!, 'the big pot?')
    await asked.hover()
    await asked.getByRole('button', { name: `Answer ${LONG_NAME}: Has anybody <b>seen</b> the big pot?` }).click()
    await expect.poll(() => field(b!).evaluate((element) => element === document.activeElement)).toBe(true)
    await b!.getByText('You answer this message:').waitFor({ state: 'attached' })
    // What is answered is kept like what is typed.
    await field(b!).fill('In the garden.')
    await b!.reload()
    await b!.getByText('You answer this message:').waitFor({ state: 'attached' })
    await field(b!).press('Enter')
    await expect.poll(() => b!.getByText('You answer this message:').count()).toBe(0)
    const answer = message(a!, 'In the garden.')
    const quote = answer.getByRole('button', { name: `Answers ${LONG_NAME}: Has anybody <b>seen</b> the big pot?` })
    await quote.waitFor()
    await answer.getByText('This is for you.').waitFor({ state: 'attached' })
    const before = await a!.evaluate(() => document.documentElement.scrollWidth > innerWidth)
    expect(before).toBe(false)

    // So far up that it has to be loaded.
    const many = Array.from({ length: 300 }, (_, i) => `line ${i}`)
    await anna!.send(room, ...many)
    // The answer comes last only if its author has them all.
    const all = await anna!.read(room)
    await expect.poll(async () => (await bob!.read(room)).length, POLL).toBe(all.length)
    const { id } = all.find(({ text }) => text === 'In the garden.')!
    await bob!.do(room, 'send', { text: 'as I said', replyTo: id })
    await goTo(a!, '#/')
    await goTo(a!, `#/room/${room}`)
    const last = message(a!, 'as I said')
    await last.waitFor()
    expect(await message(a!, 'the big pot?').count()).toBe(0)
    await last.getByRole('button', { name: /^Answers / }).click()
    const found = a!
      .getByRole('article')
      .filter({ has: a!.getByText('In the garden.', { exact: true }) })
      .first()
    await expect.poll(() => found.evaluate((element) => element === document.activeElement)).toBe(true)
    const { y = -1 } = (await found.boundingBox()) ?? {}
    expect(y).toBeGreaterThan(0)
    expect(y).toBeLessThan(a!.viewportSize()!.height)
    await a!.getByRole('button', { name: 'Newest' }).click()
    await last.waitFor()
  })

  test('Escape ends answering, and keeps what is typed', async () => {
    await message(a!, 'as I said')
      .getByRole('button', { name: /^Answer / })
      .focus()
    await a!.keyboard.press('Enter')
    await a!.keyboard.type('never mind')
    await a!.getByRole('button', { name: 'Do not answer it' }).waitFor()
    await a!.keyboard.press('Escape')
    await expect.poll(() => a!.getByRole('button', { name: 'Do not answer it' }).count()).toBe(0)
    expect(await field(a!).inputValue()).toBe('never mind')
    await field(a!).fill('')
  })

  test('people are found behind an @ by keyboard, and highlighted for whom it concerns', async () => {
    await field(b!).fill('')
    await field(b!).pressSequentially('look, @hohen')
    const list = b!.getByRole('listbox', { name: 'People to mention' })
    await list.getByRole('option', { name: LONG_NAME, selected: true }).waitFor()
    const chosen = await field(b!).getAttribute('aria-activedescendant')
    expect(await b!.locator(`#${chosen}`).textContent()).toContain(LONG_NAME)
    await b!.keyboard.press('Enter')
    await expect.poll(() => field(b!).inputValue()).toBe(`look, @${LONG_NAME} `)
    expect(await list.count()).toBe(0)
    await b!.keyboard.type('here')
    await b!.keyboard.press('Enter')
    const shown = message(a!, 'look,')
    await shown.locator('.mention-self', { hasText: `@${LONG_NAME}` }).waitFor()
    await message(b!, 'look,')
      .locator('.mention', { hasText: `@${LONG_NAME}` })
      .waitFor()
    expect(await message(b!, 'look,').locator('.mention-self').count()).toBe(0)

    await field(a!).pressSequentially(`@${ARABIC_NAME.slice(0, 3)}`)
    await a!.getByRole('option', { name: ARABIC_NAME }).click()
    await a!.keyboard.type('thank you')
    await a!.keyboard.press('Enter')
    await message(b!, 'thank you').locator('.mention-self', { hasText: ARABIC_NAME }).waitFor()
    // An address is none, and Escape leaves what is typed.
    await field(a!).pressSequentially('mail x@')
    expect(await a!.getByRole('listbox').count()).toBe(0)
    await field(a!).fill('')
  })

  test('the list of rooms counts apart what is for the user', async () => {
    const left = async (): Promise<unknown> => (await anna!.api.call('rooms.show', { room })).newMessages
    await expect.poll(left, POLL).toBe(0)
    await goTo(a!, '#/settings')
    await bob!.send(room, 'one', `@${LONG_NAME} two`, `@${LONG_NAME} three`)
    const item = a!.getByRole('link', { name: /Kitchen/ })
    await item.getByLabel('2 are for you').waitFor()
    await item.getByLabel('3 new').waitFor()
    await goTo(a!, `#/room/${room}`)
    await expect.poll(() => item.locator('.badge').count(), POLL).toBe(0)
  })
})
