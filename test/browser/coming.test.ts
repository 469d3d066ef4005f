/** Rooms of which not all is here yet, and those that one may read no more. */
import type { Locator, Page } from 'playwright-core'
import { describe, expect, test, vi } from 'vitest'
import { POLL, useKith } from '../integration/kith-process.ts'
import { writeLongHistory } from '../integration/long-history.ts'
import { startSlowLink } from '../integration/slow-link.ts'
import { goTo, reasonForNoBrowser, useBrowser } from './chromium.ts'

const MESSAGES = 1_500
/** Some seconds for the history. */
const SLOW_BYTES_PER_SECOND = 150_000

describe.skipIf(reasonForNoBrowser() !== undefined)('in the page', () => {
  const kith = useKith()
  const browser = useBrowser()
  const articles = (page: Page): Locator => page.getByRole('article')

  test('a private room shows its newest messages while its history comes, and then all of it', async () => {
    const history = { name: 'Attic', access: 'private', text: 'dust '.repeat(80) } as const
    const { dataDir, room } = await writeLongHistory(kith.folder(), MESSAGES, history)
    const anna = await kith.start({ dataDir, name: 'Anna' })
    const { line } = await anna.api.call('rooms.invite', { room })
    const [, port] = /tcp\/(\d+)/.exec(anna.address) ?? []
    const slow = await startSlowLink(Number(port), SLOW_BYTES_PER_SECOND)
    const bob = await kith.start({ name: 'Bob' })
    const page = await browser.enter(bob)
    // Without the other address, which is faster.
    const invite = line.replace(/&addr=.*/, `&addr=${slow.address}/p2p/${anna.peer}`)
    await bob.api.call('rooms.join', { room: invite })
    await vi.waitFor(() => expect(bob.events.map(({ event }) => event)).toContain('joined'), POLL)
    slow.setRate(0)
    await goTo(page, `#/room/${room}`)
    await page.getByText('Older messages are not here yet.').waitFor()
    expect(await articles(page).count()).toBe(100)
    await page.getByRole('progressbar', { name: /^Older messages are/ }).waitFor()
    await page.getByText('You can write here as soon as your invite has been accepted.').waitFor()

    const newest = await bob.api.call('messages.page', { room, limit: 60 })
    const older = await bob.api.call('messages.page', { room, limit: 60, before: newest.next! })
    expect([newest.messages.length, older.messages.length, older.next]).toEqual([60, 40, null])
    const after = await bob.api.call('messages.page', { room, after: newest.messages[57]!.id })
    expect(after).toEqual({ messages: newest.messages.slice(58), next: null })

    slow.setRate(Infinity)
    await page.getByRole('textbox', { name: /^Message to/ }).waitFor({ timeout: POLL.timeout })
    await expect.poll(() => page.getByText('Older messages are not here yet.').count(), POLL).toBe(0)
    await expect
      .poll(async () => {
        await page.getByRole('log').evaluate((log) => void (log.scrollTop = 0))
        return articles(page).count()
      }, POLL)
      .toBeGreaterThan(100)
    await page.context().close()
  })

  test('who was removed is told by whom, and has nothing to type in', async () => {
    const anna = await kith.start({ name: 'Anna' })
    const bob = await kith.start({ name: 'Bob', peers: [anna.address] })
    const page = await browser.enter(bob)
    for (const app of ['chat', 'map']) {
      const { id: room } = await anna.api.call('rooms.create', { name: `Few ${app}`, app, access: 'private' })
      const { line } = await anna.api.call('rooms.invite', { room })
      await bob.api.call('rooms.join', { room: line })
      const role = async (): Promise<unknown> => (await bob.api.call('rooms.show', { room })).role
      await expect.poll(role, POLL).toBe('writer')
      await goTo(page, `#/room/${room}`)
      const field = page.getByRole('textbox', { name: app === 'chat' ? /^Message to/ : 'Value' })
      await field.fill('half a sen')
      await anna.api.call('rooms.setRole', { room, member: bob.peer, role: 'none' })
      await page.getByRole('status').filter({ hasText: 'Anna removed you from this room' }).waitFor(POLL)
      await page.getByText('You can write here again when Anna, or another admin, invites you anew.').waitFor()
      await expect.poll(() => page.getByRole('textbox').count()).toBe(0)
      await page
        .getByRole('link', { name: `Few ${app}` })
        .filter({ hasText: 'You were removed' })
        .waitFor()
    }
    await page.context().close()
  })
})
