/** Ways into a room without typing an invite: what others on this network offer. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { POLL, useKith, type NodeProcess } from '../integration/kith-process.ts'
import { goTo, reasonForNoBrowser, useBrowser } from './chromium.ts'

describe.skipIf(reasonForNoBrowser() !== undefined)('rooms on this network', () => {
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

  test.each([
    ['an open room', 'open', 'Party', /can read and write here/],
    ['a private room', 'private', 'Family', /can become a member/],
  ] as const)('%s is offered, found and joined, and then offered no longer', async (_what, access, name, warning) => {
    const [a, b] = [annas!, bobs!]
    const { id } = await anna!.api.call('rooms.create', { name, access })
    await goTo(b, '#/enter')
    await goTo(a, `#/room/${id}/people`)
    await a.getByRole('button', { name: 'Offer it on this network' }).click()
    await a.getByRole('dialog').getByText(warning).waitFor()
    await a.getByRole('dialog').getByRole('button', { name: 'Offer it' }).click()
    await a.getByText('Whoever is on this network sees this room').waitFor()

    const offered = b
      .getByRole('list', { name: 'Rooms on this network' })
      .getByRole('listitem')
      .filter({ hasText: name })
    await offered.getByText('Offered by Anna').waitFor()
    await offered.getByRole('button', { name: 'Join' }).click()
    await expect.poll(() => bob!.send(id, 'here I am').then(() => 'sent', String), POLL).toBe('sent')
    await expect.poll(async () => (await anna!.read(id)).map(({ text }) => text), POLL).toEqual(['here I am'])
    await goTo(b, '#/enter')
    await offered.getByRole('link', { name: 'Open' }).waitFor()

    await a.getByRole('button', { name: 'Offer it no longer' }).click()
    await expect.poll(() => offered.count(), POLL).toBe(0)
  })
})
