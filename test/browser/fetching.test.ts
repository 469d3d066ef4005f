/** Files that come slowly, and those of which the page shows a part only or nothing. */
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { describe, expect, test, vi } from 'vitest'
import { POLL, useKith, type NodeProcess } from '../integration/kith-process.ts'
import { startSlowLink } from '../integration/slow-link.ts'
import { goTo, reasonForNoBrowser, useBrowser } from './chromium.ts'

describe.skipIf(reasonForNoBrowser() !== undefined)('a file in the page', () => {
  const kith = useKith()
  const browser = useBrowser()
  const shared = (page: Page, name: string): Locator => page.getByRole('article').filter({ hasText: name })
  const choose = (page: Page, name: string, buffer: Buffer): Promise<void> =>
    page.getByLabel('Files to share').setInputFiles([{ name, mimeType: '', buffer }])

  async function roomOf(node: NodeProcess): Promise<{ page: Page; room: string }> {
    const { id: room } = await node.api.call('rooms.create', { name: 'Photos' })
    const page = await browser.enter(node)
    await goTo(page, `#/room/${room}`)
    return { page, room }
  }

  test('comes from somebody, is paused, and goes on', async () => {
    const anna = await kith.start({ name: 'Anna' })
    const { page: a, room } = await roomOf(anna)
    const [, port] = /tcp\/(\d+)/.exec(anna.address) ?? []
    const slow = await startSlowLink(Number(port), 400_000)
    const bob = await kith.start({ name: 'Bob', peers: [`${slow.address}/p2p/${anna.peer}`] })
    await bob.api.call('rooms.join', { room })
    await vi.waitFor(() => bob.send(room, 'I am in'), POLL)
    const b = await browser.enter(bob)
    await goTo(b, `#/room/${room}`)
    await choose(a, 'film.bin', randomBytes(6 * 2 ** 20))
    const film = shared(b, 'film.bin')
    await film.getByRole('button', { name: 'Get film.bin' }).click()
    await film.getByRole('progressbar', { name: /of 6 MiB, .*\/s, from Anna$/ }).waitFor({ timeout: POLL.timeout })
    await film.getByRole('button', { name: 'Pause fetching film.bin' }).click()
    await film.getByText(/paused at [\d.]+ [KM]iB/).waitFor()
    expect((await bob.api.call('files.list', { room }))[0]!.state).toBe('elsewhere')
    // Also for who comes back later.
    await b.reload()
    slow.setRate(Infinity)
    await film.getByRole('button', { name: 'Go on fetching film.bin' }).click()
    await film.getByRole('link', { name: 'Save film.bin' }).waitFor({ timeout: POLL.timeout })
    for (const page of [a, b]) await page.context().close()
  })

  test('that is text is shown as text only, and a long one from its beginning', async () => {
    const anna = await kith.start({ name: 'Anna' })
    const { page } = await roomOf(anna)
    const markup = '<img src=x onerror="document.title=1"><script>document.title=2</script> مرحبا\n'
    await choose(page, 'notes.html', Buffer.from(markup + 'é'.repeat(60_000)))
    const notes = shared(page, 'notes.html')
    await notes.getByRole('button', { name: 'Show the text of notes.html' }).click()
    const text = notes.getByRole('region', { name: 'Text of notes.html' })
    await text.waitFor()
    const shown = (await text.textContent()) ?? ''
    expect(shown.startsWith(markup)).toBe(true)
    expect(shown).not.toContain('\ufffd')
    expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(64 * 1024)
    expect(await text.locator('*').count()).toBe(0)
    await notes.getByText('This is the beginning.').waitFor()
    expect(await page.title()).toMatch(/Kith$/)
    await notes.getByRole('button', { name: 'Hide the text' }).click()
    await expect.poll(() => text.count()).toBe(0)
    await page.context().close()
  })

  test('comes in a folder that is dropped, with all that is in it', async () => {
    const anna = await kith.start({ name: 'Anna' })
    const { page, room } = await roomOf(anna)
    // What is dragged is taken as soon as the page says so.
    const drag = async (): Promise<boolean> => {
      await page.evaluate(() => {
        const event = new Event('dragover', { cancelable: true })
        dispatchEvent(Object.assign(event, { dataTransfer: { types: ['Files'] } }))
      })
      return page.getByText('Drop to share in Photos').isVisible()
    }
    await expect.poll(drag).toBe(true)
    await page.evaluate(() => {
      const file = (name: string, text: string) => ({
        ...{ name, isDirectory: false },
        file: (give: (content: File) => void) => give(new File([text], name)),
      })
      const folder = (name: string, ...inside: object[]) => ({
        ...{ name, isDirectory: true },
        createReader() {
          // As browsers do: one at a time, and then none.
          const left = [...inside]
          return { readEntries: (give: (entries: object[]) => void) => give(left.splice(0, 1)) }
        },
      })
      const trip = folder('Trip', file('a.txt', 'hello'), folder('in', file('b.txt', 'world')), folder('empty'))
      const item = { kind: 'file', webkitGetAsEntry: () => trip, getAsFile: () => null }
      const event = new Event('drop', { cancelable: true })
      Object.assign(event, { dataTransfer: { items: [item] } })
      dispatchEvent(event)
    })
    await shared(page, 'Trip').getByText('10 bytes · folder').waitFor()
    const [shown] = await anna.api.call('files.list', { room })
    expect(shown).toMatchObject({ name: 'Trip', type: 'folder', sizeBytes: 10 })
    const out = join(kith.folder(), 'out')
    await anna.api.run('files.save', { room, file: 'Trip', path: out })
    expect(readFileSync(join(out, 'in', 'b.txt'), 'utf8')).toBe('world')
    expect(readdirSync(out).toSorted()).toEqual(['a.txt', 'empty', 'in'])
    await page.context().close()
  })

  test('that would be drawn very large is only saved', async () => {
    const anna = await kith.start({ name: 'Anna' })
    const { page } = await roomOf(anna)
    // The beginning of a picture of 30,000 by 30,000 pixels, and nothing more.
    const head = Buffer.from('89504e470d0a1a0a0000000d494844520000753000007530080600000000000000', 'hex')
    await choose(page, 'huge.png', head)
    const huge = shared(page, 'huge.png')
    await huge.getByText('This picture would be drawn 30,000 by 30,000 pixels large. Save it to see it.').waitFor()
    await huge.getByRole('link', { name: 'Save huge.png' }).waitFor()
    expect(await huge.locator('img').count()).toBe(0)
    await page.context().close()
  })
})
