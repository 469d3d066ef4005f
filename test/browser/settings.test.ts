/** What a node takes and keeps of its rooms, set in the page. */
import type { Locator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { POLL, useKith } from '../integration/kith-process.ts'
import { goTo, reasonForNoBrowser, useBrowser } from './chromium.ts'

const MIB = 1024 ** 2
const DAY_MS = 24 * 3_600_000

describe.skipIf(reasonForNoBrowser() !== undefined)('the settings', () => {
  const kith = useKith()
  const browser = useBrowser()
  const choice = (page: Page, name: string): Locator => page.getByRole('combobox', { name })

  test('bound what is kept of a room', async () => {
    const node = await kith.start({ name: 'Anna' })
    const { id: room } = await node.api.call('rooms.create', { name: 'Kitchen' })
    await node.api.call('files.setLimits', { room, bytesMax: 7 * MIB })
    const page = await browser.enter(node)
    await goTo(page, '#/settings')
    await expect.poll(() => choice(page, 'Keep of all its files').inputValue()).toBe(String(7 * MIB))
    await choice(page, 'Keep of its history').selectOption('The last 90 days')
    await expect
      .poll(async () => (await node.api.call('rooms.keep', { room })).keep, POLL)
      .toEqual({ ageMs: 90 * DAY_MS })
    await choice(page, 'Take from others').selectOption('500 MiB')
    await expect.poll(async () => (await node.api.call('rooms.limit', { room })).maxBytes, POLL).toBe(500 * MIB)
    await choice(page, 'Fetch files').selectOption('Up to 20 MiB each')
    await expect
      .poll(async () => (await node.api.call('files.limits', { room })).autoFetchBytesMax, POLL)
      .toBe(20 * MIB)
    await choice(page, 'Keep of its history').selectOption('All of it')
    await expect.poll(async () => (await node.api.call('rooms.keep', { room })).keep, POLL).toBe('all')
    await page.getByText(node.dataDir).waitFor()
    await page.context().close()
  })

  test('have rooms carried for others', async () => {
    const node = await kith.start({ name: 'Anna' })
    const other = await kith.start({ name: 'Bob', peers: [node.address] })
    const { id } = await other.api.call('rooms.create', { name: 'Kitchen' })
    const page = await browser.enter(node)
    await goTo(page, '#/settings')
    const field = page.getByRole('textbox', { name: 'Its invite or id' })
    await field.fill('nonsense')
    await page.getByRole('button', { name: 'Carry it' }).click()
    await page.getByRole('alert').filter({ hasText: 'not a room id' }).waitFor()
    await field.fill(id)
    await page.getByRole('button', { name: 'Carry it' }).click()
    await choice(page, 'Keep at most').selectOption('2 GiB')
    const carried = async () => (await node.api.call('rooms.show', { room: id })).carried
    await expect.poll(carried, POLL).toEqual({ maxBytes: 2048 * MIB, isQuotaReached: false })
    await page.context().close()
  })
})
