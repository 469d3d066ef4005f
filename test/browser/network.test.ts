/** The network of three nodes, as one of them shows it. */
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { POLL, useKith, type NodeProcess } from '../integration/kith-process.ts'
import { goTo, reasonForNoBrowser, useBrowser } from './chromium.ts'

describe.skipIf(reasonForNoBrowser() !== undefined)('the network', () => {
  const kith = useKith()
  const browser = useBrowser()
  let [anna, bob, carla]: NodeProcess[] = []
  let page: Page
  let room: string

  const neighbours = async (): Promise<number> => (await anna!.api.call('rooms.show', { room })).neighbours

  beforeAll(async () => {
    anna = await kith.start({ name: 'Anna' })
    const { id } = await anna.api.call('rooms.create', { name: 'Kitchen' })
    room = id
    bob = await kith.start({ name: 'Bob', peers: [anna.address] })
    await bob.api.call('rooms.join', { room })
    await vi.waitUntil(async () => (await neighbours()) === 1, POLL)
    carla = await kith.start({ name: 'Carla', peers: [anna.address] })
    await carla.api.call('rooms.join', { room })
    await vi.waitUntil(async () => (await neighbours()) === 2, POLL)
    page = await browser.enter(anna, { reducedMotion: 'reduce' })
    await goTo(page, '#/network')
  })

  test('is drawn, and told in words', async () => {
    await page.getByRole('img', { name: /connected to (Bob, Carla|Carla, Bob);/ }).waitFor()
    const row = page.getByRole('list', { name: 'Connected peers' }).getByRole('listitem').filter({ hasText: 'Bob' })
    await row.getByText(/On this machine · since .* · it called this node/).waitFor()
    await row.getByText('In Kitchen').waitFor()
    await page.getByRole('listitem').filter({ hasText: 'Kitchen' }).getByText('In step with 2 others').waitFor()
    expect(await page.locator('.edge-own').count()).toBe(2)
  })

  test('has the links between others that were told of', async () => {
    // Bob was there when Carla came, so each of them heard of the other, and Carla of what Bob is connected to.
    const heard = async (): Promise<string[]> => {
      const peers = await carla!.api.call('peers', {})
      return peers.flatMap(({ introduced }) => introduced.map(({ peer }) => peer))
    }
    await expect.poll(heard, POLL).toContain(bob!.peer)
    const carlas = await browser.enter(carla!, { reducedMotion: 'reduce' })
    await goTo(carlas, '#/network')
    await carlas.getByText('A dotted line is what somebody said').waitFor()
    expect(await carlas.locator('.edge-heard').count()).toBeGreaterThan(0)
    await carlas.context().close()
  })

  test('changes with who comes and goes', async () => {
    await carla!.stop()
    await page.getByRole('img', { name: /connected to Bob;/ }).waitFor()
    await page.getByText('One that is away').click()
    const away = page.getByRole('list', { name: 'Peers that are away' }).getByRole('listitem')
    await away
      .filter({ hasText: 'Carla' })
      .getByText(/^Seen /)
      .waitFor()
    await bob!.stop()
    await page
      .getByText('which is not connected to anybody')
      .or(page.getByText('Nobody else is connected now.'))
      .waitFor()
    await page.getByText('Nobody else of it is connected.').waitFor()
    expect(await page.locator('.edge-own').count()).toBe(0)
  })
})
