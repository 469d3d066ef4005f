/** Threads and rooms below others in the page: to start, open, follow and leave one, by mouse and by keyboard. */
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { POLL, useKith, type NodeProcess } from '../integration/kith-process.ts'
import { goTo, reasonForNoBrowser, useBrowser } from './chromium.ts'

describe.skipIf(reasonForNoBrowser() !== undefined)('in the page', () => {
  const kith = useKith()
  const browser = useBrowser()
  let [anna, bob]: NodeProcess[] = []
  let [a, b]: Page[] = []
  let room = ''

  beforeAll(async () => {
    anna = await kith.start({ name: 'Anna' })
    bob = await kith.start({ name: 'Bob', peers: [anna.address] })
    room = (await anna.api.call('rooms.create', { name: 'Kitchen' })).id
    await bob.api.call('rooms.join', { room })
    await vi.waitFor(() => bob!.send(room, 'Is the soup ready?'), POLL)
    await vi.waitFor(async () => {
      if ((await anna!.read(room)).length !== 1) throw new Error('not here yet')
    }, POLL)
    ;[a, b] = [await browser.enter(anna), await browser.enter(bob, { viewport: { width: 390, height: 780 } })]
    for (const page of [a, b]) await goTo(page, `#/room/${room}`)
  })

  afterAll(async () => {
    for (const page of [a, b]) await page?.context().close()
  })

  const message = (page: Page, text: string): Locator => page.getByRole('article').filter({ hasText: text })
  const side = (page: Page): Locator => page.getByRole('navigation', { name: 'Rooms' })

  test('a thread is started by keyboard, followed by another one, and says what is new and for whom', async () => {
    await message(a!, 'the soup').getByRole('button', { name: 'Thread about Bob: Is the soup ready?' }).focus()
    await a!.keyboard.press('Enter')
    await a!.getByText('Thread in Kitchen').waitFor()
    await a!.getByRole('heading', { name: 'Is the soup ready?' }).waitFor()
    await side(a!)
      .getByRole('link', { name: /^Is the soup ready\?.*below Kitchen/ })
      .waitFor()
    await a!.getByRole('textbox', { name: /^Message to/ }).fill('With @Bob or without?')
    await a!.keyboard.press('Enter')
    await message(a!, 'or without?').waitFor()

    const threads = message(b!, 'the soup').getByRole('list', { name: 'Threads about this message' })
    await threads.getByRole('button', { name: /by Anna Follow/ }).click()
    await message(b!, 'or without?').waitFor()
    await b!.getByRole('link', { name: 'Kitchen' }).click()
    await anna!.api.call('rooms.do', {
      ...{ room: 'Kitchen/Is the soup ready?', app: 'chat', command: 'send', args: { text: '@Bob well?' } },
    })
    const link = threads.getByRole('link', { name: /Anna: @Bob well\?/ })
    await link.getByLabel('One is for you').waitFor()
    await link.getByLabel('1 new', { exact: true }).waitFor()
    expect(await b!.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false)
    const { x = 0, width = 0 } = (await link.boundingBox()) ?? {}
    expect(x + width).toBeLessThan(390)
    await link.click()
    await b!.getByRole('button', { name: 'Follow no more' }).click()
    await b!.getByRole('button', { name: 'Follow Is the soup ready?' }).waitFor()
    expect((await bob!.api.call('rooms.list', {})).map(({ name }) => name)).toEqual(['Kitchen'])
  })

  test('a room is put below another one, and is there for the others to follow', async () => {
    await goTo(a!, `#/room/${room}/below`)
    await a!.getByRole('textbox', { name: 'Name' }).fill('Recipes')
    await a!.keyboard.press('Enter')
    await a!.getByText('Room below Kitchen').waitFor()
    await goTo(b!, `#/room/${room}/below`)
    await b!.getByRole('button', { name: 'Follow Recipes' }).click()
    await b!.getByText('Room below Kitchen').waitFor()
    await goTo(b!, '#/')
    await side(b!)
      .getByRole('link', { name: /^Recipes.*below Kitchen/ })
      .waitFor()
    expect((await bob!.api.call('rooms.list', {})).map(({ name }) => name).toSorted()).toEqual(['Kitchen', 'Recipes'])
  })
})
