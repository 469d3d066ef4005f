/** Every screen, in light and dark, on a desk and on a phone: it fits, and everybody can use it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { POLL, useKith, type NodeProcess } from '../integration/kith-process.ts'
import { goTo, reasonForNoBrowser, useBrowser } from './chromium.ts'
import { faultsOf } from './faults.ts'

const LONG = 'Donaudampfschifffahrtsgesellschaftskapitän'.repeat(20)
const LONG_NAME = 'Maximiliane-Theodora von Hohenstein-Wittgenstein'
const LONG_ROOM = 'W'.repeat(64)

describe.skipIf(reasonForNoBrowser() !== undefined)('each screen', () => {
  const kith = useKith()
  const browser = useBrowser()
  let node: NodeProcess
  const places: Record<string, string> = {
    home: '#/',
    enter: '#/enter',
    network: '#/network',
    settings: '#/settings',
    'no room': '#/room/x',
  }

  beforeAll(async () => {
    node = await kith.start({ name: 'Anna' })
    const other = await kith.start({ name: LONG_NAME, peers: [node.address] })
    const { api } = node
    const create = async (name: string, app = 'chat', access: 'open' | 'private' = 'open'): Promise<string> =>
      (await api.call('rooms.create', { name, app, access })).id
    const [chat, map, family] = [
      await create(LONG_ROOM),
      await create('Stock', 'map'),
      await create('F', 'chat', 'private'),
    ]
    const { line } = await api.call('rooms.invite', { room: family, uses: 5 })
    for (const room of [chat, line]) await other.api.call('rooms.join', { room })
    for (const room of [chat, family]) {
      // One by one: of two at once, the first may come too early, and the second not.
      for (const text of [LONG, 'see https://example.org']) await vi.waitFor(() => other.send(room, text), POLL)
      await vi.waitUntil(async () => (await node.read(room)).length === 2, POLL)
      await node.send(room, 'مرحبا، كيف الحال؟')
    }
    await node.do(map, 'put', { key: LONG, value: { of: LONG } })
    await node.do(map, 'put', { key: 'apples', value: 3 })
    const path = join(node.dataDir, 'shared.txt')
    writeFileSync(path, LONG)
    await api.run('files.add', { room: family, path, name: `${'Long'.repeat(40)}.txt` })
    const waiting = await api.call('rooms.join', { room: (await other.api.call('rooms.create', { name: 'Far' })).id })
    await other.stop()
    Object.assign(places, { chat: `#/room/${chat}`, empty: `#/room/${await create('🎸')}`, map: `#/room/${map}` })
    Object.assign(places, { people: `#/room/${chat}/people`, members: `#/room/${family}/people` })
    Object.assign(places, {
      files: `#/room/${family}/files`,
      'no files': `#/room/${map}/files`,
      family: `#/room/${family}`,
    })
    Object.assign(places, { waiting: `#/room/${waiting.id}` })
  })

  test.each([
    ['on a desk in light', { width: 1280, height: 800 }, 'light'],
    ['on a desk in dark', { width: 1280, height: 800 }, 'dark'],
    ['on a desk at 200 %', { width: 640, height: 400 }, 'light'],
    ['on a small phone in light', { width: 320, height: 640 }, 'light'],
    ['on a phone in dark', { width: 390, height: 780 }, 'dark'],
  ] as const)('%s', async (_name, viewport, colorScheme) => {
    const page = await browser.enter(node, { viewport, colorScheme, reducedMotion: 'reduce' })
    for (const [name, place] of Object.entries(places)) {
      await goTo(page, place)
      await page.locator('h1:visible').first().waitFor()
      if (name === 'chat') await page.getByText('كيف الحال').last().waitFor()
      if (name === 'files') await page.getByRole('link', { name: /^Save / }).waitFor()
      if (name === 'no files') await page.getByText('No files yet').waitFor()
      if (name === 'members') await page.getByText('Open invites').waitFor()
      expect(await faultsOf(page), name).toEqual([])
      const isTooWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
      expect(isTooWide, `${name} is wider than the screen`).toBe(false)
    }
  })

  test('of a browser that is not logged in', async () => {
    const page = await browser.open({ viewport: { width: 320, height: 640 } })
    await page.goto(new URL((await node.api.call('page.link', {})).url).origin)
    await page.getByText('kith open', { exact: true }).waitFor()
    expect(await faultsOf(page)).toEqual([])
  })

  test('a table has room for its values in a window of any width', async () => {
    const page = await browser.enter(node)
    await goTo(page, places['map']!)
    const value = page
      .getByRole('row', { name: /apples/ })
      .getByText('3', { exact: true })
      .locator('..')
    for (const width of [1280, 1000, 800, 721, 720, 360]) {
      await page.setViewportSize({ width, height: 700 })
      expect((await value.boundingBox())!.width, `${width}`).toBeGreaterThan(120)
    }
  })
})
