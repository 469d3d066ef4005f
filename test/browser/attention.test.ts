/** What one sets in the page, and what it tells of while one looks at something else; numbers of a table over time. */
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { POLL, useKith, type NodeProcess } from '../integration/kith-process.ts'
import { goTo, reasonForNoBrowser, useBrowser } from './chromium.ts'
import { faultsOf } from './faults.ts'

/** Notes what a page would show beside itself, and lets the test say whether it is in front. */
const WATCHED = `
  globalThis.told = []
  globalThis.isInFront = true
  globalThis.permission = 'default'
  class Told extends EventTarget {
    constructor(title, { body, tag }) {
      super()
      told.push({ title, body, tag })
      globalThis.lastTold = this
    }
    close() {}
    static requestPermission = async () => (Told.permission = globalThis.permission)
    static permission = 'default'
  }
  globalThis.Notification = Told
  document.hasFocus = () => globalThis.isInFront
`

interface Watched {
  told: { title: string; body: string; tag: string }[]
  isInFront: boolean
  permission: string
  lastTold: EventTarget
}

describe.skipIf(reasonForNoBrowser() !== undefined)('in the page', () => {
  const kith = useKith()
  const browser = useBrowser()
  let [anna, bob]: NodeProcess[] = []
  let page: Page
  let room = ''

  beforeAll(async () => {
    anna = await kith.start({ name: 'Anna' })
    bob = await kith.start({ name: 'Bob', peers: [anna.address] })
    room = (await anna.api.call('rooms.create', { name: 'Kitchen' })).id
    await bob.api.call('rooms.join', { room })
    await vi.waitFor(() => bob!.send(room, 'I am in'), POLL)
    page = await browser.open()
    await page.addInitScript(WATCHED)
    await page.goto((await anna.api.call('page.link', {})).url)
    await page.getByRole('heading', { name: 'Rooms', exact: true }).waitFor()
  })

  afterAll(() => page?.context().close())

  const watched = <Value>(read: (here: Watched) => Value): Promise<Value> =>
    page.evaluate(`(${String(read)})(globalThis)`) as Promise<Value>
  const told = (): Promise<Watched['told']> => watched((here) => here.told)

  test('a name is changed, in all rooms, and a bad one refused in words', async () => {
    await goTo(page, '#/settings')
    await page.getByRole('button', { name: 'Change name' }).click()
    const field = page.getByRole('textbox', { name: 'Your name' })
    await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true)
    await field.fill('x'.repeat(65))
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: 'must have 1 to 64 bytes' }).waitFor()
    await field.fill('مريم الزهراء')
    await page.getByRole('button', { name: 'Save name' }).click()
    await page.getByRole('main').getByText('مريم الزهراء').waitFor()
    await page.getByRole('navigation').getByText('مريم الزهراء').waitFor()
    const names = async (): Promise<string[]> =>
      (await bob!.api.call('rooms.members', { room })).map(({ name }) => name).toSorted()
    await expect.poll(names, POLL).toEqual(['Bob', 'مريم الزهراء'].toSorted())
    await page.getByRole('button', { name: 'Change name' }).click()
    await field.fill('never')
    await page.keyboard.press('Escape')
    await expect.poll(() => field.count()).toBe(0)
    await anna!.api.call('rename', { name: 'Anna' })
    await page.getByRole('navigation').getByText('Anna').waitFor()
    await expect.poll(names, POLL).toEqual(['Anna', 'Bob'])
  })

  test('nothing is told of unless one asks for it, never while the page is in front, and one click leads there', async () => {
    await goTo(page, '#/settings')
    const choice = (name: string): Locator => page.getByRole('radio', { name })
    expect(await choice('Nothing').isChecked()).toBe(true)
    await watched((here) => (here.isInFront = false))
    await bob!.send(room, '@Anna one')
    await expect.poll(() => page.title(), POLL).toMatch(/^\(\d+\) /)
    expect(await told()).toEqual([])

    // The browser does not allow it.
    await watched((here) => (here.permission = 'denied'))
    await choice('What is for me').click()
    await page.getByRole('alert').filter({ hasText: 'This browser does not allow it.' }).waitFor()
    expect(await choice('Nothing').isChecked()).toBe(true)

    await watched((here) => (here.permission = 'granted'))
    await choice('What is for me').click()
    await expect.poll(() => choice('What is for me').isChecked()).toBe(true)
    await bob!.send(room, 'two')
    await bob!.send(room, '@Anna <b>three</b>')
    await expect.poll(told, POLL).toEqual([{ title: 'Bob · Kitchen', body: '@Anna <b>three</b>', tag: room }])
    await watched((here) => (here.isInFront = true))
    await bob!.send(room, '@Anna four')
    await page.getByRole('navigation').getByText('@Anna four').waitFor()
    expect(await told()).toHaveLength(1)
    await watched((here) => (here.isInFront = false))
    await choice('Every message').click()
    await bob!.send(room, 'five')
    await anna!.send(room, 'of my own')
    await expect.poll(async () => (await told()).map(({ body }) => body), POLL).toEqual(['@Anna <b>three</b>', 'five'])
    await watched((here) => here.lastTold.dispatchEvent(new Event('click')))
    await expect.poll(() => page.url()).toContain(`#/room/${room}`)
    await page.reload()
    await goTo(page, '#/settings')
    expect(await choice('Every message').isChecked()).toBe(true)
    await choice('Nothing').click()
  })

  test('an entry of a table has a history with who and when, in which numbers are drawn', async () => {
    const { id: stock } = await anna!.api.call('rooms.create', { name: 'Stock', app: 'map' })
    for (const value of [3, 'none', 17, 5]) await anna!.do(stock, 'put', { key: 'apples', value })
    await anna!.do(stock, 'put', { key: 'owner', value: 'Anna' })
    await goTo(page, `#/room/${stock}`)
    await page.getByRole('row', { name: /owner/ }).waitFor()
    await page.getByRole('button', { name: 'Show owner over time' }).click()
    const ofOwner = page.getByRole('dialog', { name: '“owner” over time' })
    await ofOwner.getByRole('cell').first().waitFor()
    expect(await ofOwner.getByRole('cell').allTextContents()).toEqual([expect.stringMatching(/20\d\d/), 'Anna', 'Anna'])
    expect(await ofOwner.getByRole('img').count()).toBe(0)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Show apples over time' }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: '“apples” over time' })
    await dialog.getByRole('img', { name: /^“apples” went from 3 to 5 in 3 steps/ }).waitFor()
    const cells = await dialog.getByRole('cell').allTextContents()
    expect(cells.filter((_, index) => index % 3 === 1)).toEqual(['5', '17', 'none', '3'])
    expect(await faultsOf(page)).toEqual([])
    await page.keyboard.press('Escape')
    await expect.poll(() => dialog.count()).toBe(0)
  })
})
