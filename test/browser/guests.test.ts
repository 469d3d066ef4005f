/** Guests in their browsers, mostly phones, and the owner who lets them in. */
import type { Locator, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { useKith, type NodeProcess } from '../integration/kith-process.ts'
import { goTo, reasonForNoBrowser, useBrowser } from './chromium.ts'
import { faultsOf, isTooWide } from './faults.ts'

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, reducedMotion: 'reduce' } as const

/** Whether nothing of a text is cut off. */
function isWhole(text: Locator): Promise<boolean> {
  return text.evaluate(({ clientWidth, scrollWidth }) => scrollWidth <= clientWidth)
}

describe.skipIf(reasonForNoBrowser() !== undefined)('a guest', () => {
  const kith = useKith()
  const browser = useBrowser()
  let node: NodeProcess
  let kitchen: string

  beforeAll(async () => {
    node = await kith.start({ name: 'Anna', flags: ['--web', '127.0.0.1:0'] })
    kitchen = (await node.api.call('rooms.create', { name: 'Kitchen', app: 'chat' })).id
    await node.send(kitchen, 'hello')
  })

  test('comes in by a link of the owner’s page, says its name, and talks', async () => {
    const owner = await browser.enter(node, { viewport: { width: 1100, height: 900 } })
    await goTo(owner, '#/settings')
    const card = owner.locator('section', { has: owner.getByRole('heading', { name: 'Guests', exact: true }) })
    await card.getByLabel(/^Room[^s]/).selectOption('Kitchen')
    await card.getByLabel(/^Shares/).selectOption('files up to 20 MiB')
    await owner.getByRole('button', { name: 'Make a link' }).click()
    const link = await owner.getByLabel('Link for guests').inputValue()
    expect(await faultsOf(owner)).toEqual([])

    const phone = await browser.open({ ...PHONE, colorScheme: 'dark' })
    await phone.goto(link)
    expect(await faultsOf(phone)).toEqual([])
    await phone.getByLabel('What is your name?').fill('Anna\u202e')
    await phone.getByRole('button', { name: 'Come in' }).click()
    await phone.getByText('invisible character').waitFor()
    await phone.getByLabel('What is your name?').fill('Kimberley Wilhelmina Montgomery')
    await phone.getByRole('button', { name: 'Come in' }).click()
    await phone.getByText('Guest of Anna', { exact: true }).waitFor()
    expect(phone.url()).not.toContain('link')
    expect(await faultsOf(phone)).toEqual([])
    await phone.getByRole('link', { name: /Kitchen/ }).click()
    await phone.getByRole('log').getByText('hello').waitFor()
    await phone.getByLabel('Message to Kitchen').fill('I am on my phone')
    await phone.getByRole('button', { name: 'Send' }).click()
    await phone.getByRole('log').getByText('Kimberley Wilhelmina Montgomery (guest of Anna)').waitFor()
    const said = phone.getByRole('log').getByText('Kimberley Wilhelmina Montgomery (guest of Anna)').first()
    expect(await isWhole(said)).toBe(true)
    await phone.getByLabel('Files to share').setInputFiles({
      name: 'list.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('milk'),
    })
    await phone.getByRole('link', { name: 'Save list.txt' }).waitFor()
    expect(await faultsOf(phone)).toEqual([])
    expect(await isTooWide(phone)).toBe(false)
    for (const hidden of ['Create or join a room', 'People and invites']) {
      expect(await phone.getByLabel(hidden).count(), hidden).toBe(0)
    }

    await goTo(owner, `#/room/${kitchen}`)
    await owner.getByRole('log').getByText('I am on my phone').waitFor()
    await owner.getByRole('log').getByText('Kimberley Wilhelmina Montgomery (guest of Anna)').first().waitFor()
    // It is not the owner who said that.
    const message = owner.locator('article', { hasText: 'I am on my phone' })
    expect(await message.locator('.held-mark').count()).toBe(0)
  })

  test('waits until a room is open to it, reads only what it may, and is out when it is removed', async () => {
    const { urls } = await node.api.call('guests.invite', {})
    const phone = await browser.open(PHONE)
    await phone.goto(urls[0]!)
    await phone.getByLabel('What is your name?').fill('Lea')
    await phone.getByRole('button', { name: 'Come in' }).click()
    await phone.getByText('Guest of Anna', { exact: true }).waitFor()
    await phone.getByText('No room is open to you yet.').first().waitFor()
    expect(await faultsOf(phone)).toEqual([])
    const owner = await browser.enter(node)
    await goTo(owner, '#/settings')
    const row = owner.locator('.guest', { hasText: 'Lea' })
    await row.getByLabel('Open another room').selectOption('Kitchen')
    await phone.getByRole('link', { name: /Kitchen/ }).click()
    await phone.getByLabel('Message to Kitchen').waitFor()
    await row.getByLabel('Kitchen').selectOption('read')
    await phone.getByText('You can read this room.').waitFor()
    await row.getByRole('button', { name: 'Remove' }).click()
    await owner.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await phone.getByText('no guest here').waitFor()
    expect(await faultsOf(phone)).toEqual([])
  })

  test.each([
    ['a phone', { ...PHONE, colorScheme: 'dark' } as const],
    ['a computer', { viewport: { width: 1100, height: 800 }, reducedMotion: 'reduce', colorScheme: 'light' } as const],
  ])('changes a table on %s, as a member does, and only where it may', async (device, options) => {
    const name = `Stock on ${device}`
    const { id: stock } = await node.api.call('rooms.create', { name, app: 'map' })
    await node.do(stock, 'put', { key: 'apples', value: 3 })
    const { urls } = await node.api.call('guests.invite', { write: [stock] })
    const page = await browser.open(options)
    await page.goto(urls[0]!)
    const guest = `Maximiliane on ${device}`
    await page.getByLabel('What is your name?').fill(guest)
    await page.getByRole('button', { name: 'Come in' }).click()
    await page.getByRole('link', { name }).click()
    const row = (key: string) => page.getByRole('row', { name: new RegExp(`^${key}`) })
    const shown = `${guest} (guest of Anna)`
    await row('apples').getByText('Anna', { exact: true }).waitFor()

    await page.getByLabel('Name', { exact: true }).fill('pears')
    await page.getByLabel('Value', { exact: true }).fill('5')
    await page.getByRole('button', { name: 'Add' }).click()
    await row('pears').getByText(shown).waitFor()
    await page.getByRole('button', { name: 'Change apples' }).click()
    await page.getByLabel('New value of apples').fill('12')
    expect(await faultsOf(page)).toEqual([])
    expect(await isTooWide(page)).toBe(false)
    await page.getByRole('button', { name: 'Save' }).click()
    await row('apples').getByText(shown).waitFor()
    await page.getByRole('button', { name: 'Delete pears' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await row('pears').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Show apples over time' }).click()
    await page.getByRole('dialog').getByRole('cell', { name: shown }).waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()

    const owner = await browser.enter(node)
    await goTo(owner, `#/room/${stock}`)
    await owner
      .getByRole('row', { name: /^apples/ })
      .getByText(shown)
      .waitFor()
    // It is shown with a picture of its own, which is not that of the owner.
    await node.do(stock, 'put', { key: 'plums', value: 1 })
    const picture = (key: string) => page.getByRole('row', { name: new RegExp(`^${key}`) }).locator('svg.avatar')
    await picture('plums').waitFor()
    // All of its name can be seen, with whose guest it is.
    expect(await isWhole(row('apples').locator('.by bdi'))).toBe(true)
    expect(await picture('apples').getAttribute('style')).not.toBe(await picture('plums').getAttribute('style'))

    await node.api.call('guests.allow', { guest, room: stock, right: 'read' })
    await page.getByText('You can read this room.').waitFor()
    expect(await page.getByRole('button', { name: 'Change apples' }).count()).toBe(0)
    expect(await faultsOf(page)).toEqual([])
  })

  test('sees how much is new to it, and each guest by itself', async () => {
    const { id: garden } = await node.api.call('rooms.create', { name: 'Garden', app: 'chat' })
    await node.send(garden, 'said before anybody came')
    const { id: attic } = await node.api.call('rooms.create', { name: 'Attic', app: 'chat' })
    const enter = async (name: string) => {
      const { urls } = await node.api.call('guests.invite', { write: [garden, kitchen, attic] })
      const page = await browser.open({ viewport: { width: 1000, height: 700 }, reducedMotion: 'reduce' })
      await page.goto(urls[0]!)
      await page.getByLabel('What is your name?').fill(name)
      await page.getByRole('button', { name: 'Come in' }).click()
      await page.getByRole('link', { name: /Kitchen/ }).click()
      await page.getByLabel('Message to Kitchen').waitFor()
      return page
    }
    const [ada, ben] = [await enter('Ada'), await enter('Ben')]
    const badge = (page: Page, room = /Garden/) => page.getByRole('link', { name: room }).getByLabel(/new$/)
    expect(await badge(ada).count()).toBe(0)
    await node.send(garden, 'first', 'second')
    for (const page of [ada, ben]) await expect.poll(() => badge(page).textContent()).toBe('2')
    // Also the first message of all, and after the page was loaded again.
    await node.send(attic, 'first of all')
    await expect.poll(() => badge(ada, /Attic/).textContent()).toBe('1')
    await ada.reload()
    await expect.poll(() => badge(ada, /Attic/).textContent()).toBe('1')
    await expect.poll(() => badge(ada).textContent()).toBe('2')
    await ada.getByRole('link', { name: /Garden/ }).click()
    await ada.getByRole('log').getByText('New', { exact: true }).waitFor()
    await expect.poll(() => badge(ada).count()).toBe(0)
    expect(await badge(ben).textContent()).toBe('2')
    // What it says itself is not new to it.
    await ben.getByRole('link', { name: /Garden/ }).click()
    await ben.getByLabel('Message to Garden').fill('thanks')
    await ben.getByRole('button', { name: 'Send' }).click()
    await ben.getByRole('log').getByText('thanks').waitFor()
    await expect.poll(() => badge(ben).count()).toBe(0)
  })

  test('without a link is told how to get one', async () => {
    const { addresses } = await node.api.call('guests.list', {})
    const phone = await browser.open(PHONE)
    await phone.goto(addresses[0]!)
    await phone.getByText('ask whoever runs this node').waitFor()
    expect(await faultsOf(phone)).toEqual([])
  })
})
