/** Files in the page: shared, seen, fetched and saved, and what is made to attack whoever looks at it. */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { deflateSync, crc32 } from 'node:zlib'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { POLL, useKith, type NodeProcess } from '../integration/kith-process.ts'
import { goTo, reasonForNoBrowser, useBrowser } from './chromium.ts'

/** A picture in one colour. */
function pngOf(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, sum])
  }
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0])
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(3 * width, '\x40\x90\x70', 'latin1')])
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)))
  const magic = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([magic, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))])
}

/** Silence. */
function wavOf(seconds: number): Buffer {
  const data = Buffer.alloc(8_000 * seconds, 128)
  const header = Buffer.from('RIFF    WAVEfmt                     data    ', 'latin1')
  header.writeUInt32LE(36 + data.length, 4)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(8_000, 24)
  header.writeUInt32LE(8_000, 28)
  header.writeUInt16LE(1, 32)
  header.writeUInt16LE(8, 34)
  header.writeUInt32LE(data.length, 40)
  return Buffer.concat([header, data])
}

interface Chosen {
  name: string
  mimeType: string
  buffer: Buffer
}

const fileOf = (name: string, content: Buffer | string, mimeType = ''): Chosen => ({
  ...{ name, mimeType, buffer: Buffer.from(content as string) },
})

describe.skipIf(reasonForNoBrowser() !== undefined)('files in the page', () => {
  const kith = useKith()
  const browser = useBrowser()
  let [anna, bob]: NodeProcess[] = []
  let [a, b]: Page[] = []
  let room = ''

  beforeAll(async () => {
    anna = await kith.start({ name: 'Anna' })
    bob = await kith.start({ name: 'Bob', peers: [anna.address] })
    room = (await anna.api.call('rooms.create', { name: 'Photos', access: 'private' })).id
    const { line } = await anna.api.call('rooms.invite', { room })
    await bob.api.call('rooms.join', { room: line })
    await vi.waitFor(() => bob!.send(room, 'I am in'), POLL)
    ;[a, b] = [await browser.enter(anna), await browser.enter(bob)]
    for (const page of [a, b]) await goTo(page, `#/room/${room}`)
  })

  afterAll(async () => {
    for (const page of [a, b]) await page?.context().close()
  })

  const choose = (page: Page, ...files: Chosen[]): Promise<void> =>
    page.getByLabel('Files to share').setInputFiles(files)
  const shared = (page: Page, name: string): Locator => page.getByRole('article').filter({ hasText: name })

  async function saved(page: Page, name: string): Promise<Buffer> {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: `Save ${name}` }).click(),
    ])
    expect(download.suggestedFilename()).toBe(name)
    return readFile(await download.path())
  }

  test('several are chosen; the other sees the picture and saves the rest', async () => {
    await choose(a!, fileOf('Garden.png', pngOf(400, 300), 'image/png'), fileOf('Étude №1 %20.txt', 'hello'))
    const picture = shared(b!, 'Garden.png').getByRole('img', { name: 'Picture Garden.png' })
    await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth), POLL).toBe(400)
    expect((await saved(b!, 'Étude №1 %20.txt')).toString()).toBe('hello')
    await expect.poll(() => a!.getByRole('list', { name: 'Files being shared' }).count()).toBe(0)
    await shared(b!, 'Garden.png').getByRole('button', { name: 'Show Garden.png large' }).click()
    await b!.getByRole('dialog').getByRole('img').waitFor()
    await b!.keyboard.press('Escape')
    await expect.poll(() => b!.getByRole('dialog').count()).toBe(0)
  })

  test('a large one is fetched when one asks for it, and is as it was', async () => {
    const content = randomBytes(3 * 2 ** 20 + 17)
    await choose(a!, fileOf('film.bin', content))
    await shared(b!, 'film.bin').getByRole('button', { name: 'Get film.bin' }).click()
    await shared(b!, 'film.bin').getByRole('link', { name: 'Save film.bin' }).waitFor()
    expect((await saved(b!, 'film.bin')).equals(content)).toBe(true)
    await goTo(b!, `#/room/${room}/files`)
    const row = b!.getByRole('main').getByRole('listitem').filter({ hasText: 'film.bin' })
    await row.filter({ hasText: 'Anna' }).filter({ hasText: '3 MiB' }).getByRole('link').waitFor()
    await goTo(b!, `#/room/${room}`)
  })

  test('are dropped and pasted', async () => {
    await a!.evaluate(
      (png) => {
        const bytes = Uint8Array.from(png)
        const give = (name: string): DataTransfer => {
          const data = new DataTransfer()
          data.items.add(new File([bytes], name, { type: 'image/png' }))
          return data
        }
        dispatchEvent(new DragEvent('dragover', { dataTransfer: give('dropped.png'), cancelable: true }))
        dispatchEvent(new DragEvent('drop', { dataTransfer: give('dropped.png'), cancelable: true }))
        dispatchEvent(new ClipboardEvent('paste', { clipboardData: give('image.png') }))
      },
      [...pngOf(8, 8)],
    )
    await shared(b!, 'dropped.png').getByRole('img', { name: 'Picture dropped.png' }).waitFor()
    const pasted = shared(b!, 'Picture 2').getByRole('button', { name: /^Show Picture \d{4}-\d\d-\d\d .*\.png large/ })
    await expect.poll(() => pasted.count(), POLL).toBe(1)
  })

  test('sound is played from wherever one likes', async () => {
    await choose(a!, fileOf('silence.wav', wavOf(20), 'audio/wav'))
    const requests: string[] = []
    b!.on('request', (request) => requests.push(request.headers()['range'] ?? ''))
    await shared(b!, 'silence.wav').getByRole('button', { name: 'Play silence.wav' }).click()
    const audio = b!.locator('audio')
    await expect.poll(() => audio.evaluate((element: HTMLAudioElement) => Math.round(element.duration))).toBe(20)
    await audio.evaluate((element: HTMLAudioElement) => void (element.currentTime = 15))
    await expect.poll(() => audio.evaluate((element: HTMLAudioElement) => element.currentTime)).toBeGreaterThan(14)
    expect(requests.some((range) => range.startsWith('bytes='))).toBe(true)
    await audio.evaluate((element: HTMLAudioElement) => element.pause())
  })

  test('what could run does not, whatever it is called', async () => {
    const title = '<script>document.title="run"</script>'
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="document.title=1"><text>x</text></svg>'
    const evil = [fileOf('evil.html', `<!doctype html>${title}`, 'text/html'), fileOf('evil.png', svg, 'image/png')]
    await choose(a!, ...evil, fileOf('evil.svg', svg, 'image/svg+xml'))
    for (const name of ['evil.html', 'evil.png', 'evil.svg']) {
      const link = shared(b!, name).getByRole('link', { name: `Save ${name}` })
      const path = await link.getAttribute('href')
      expect(await shared(b!, name).locator('img, video, audio, iframe, object, embed').count(), name).toBe(0)
      // Opened as a page of its own it is saved as well.
      const [download] = await Promise.all([
        b!.waitForEvent('download'),
        b!.evaluate((to) => location.assign(to), path!),
      ])
      expect(download.suggestedFilename()).toBe(name)
      const headers = await b!.evaluate(async (from) => {
        const response = await fetch(from)
        return [response.headers.get('content-type'), response.headers.get('content-security-policy')]
      }, path!)
      expect(headers).toEqual(['application/octet-stream', expect.stringContaining('sandbox')])
    }
    expect(await b!.title()).toMatch(/Kith$/)
    expect(b!.url()).toContain(`#/room/${room}`)
  })

  test('a name that is markup is text, and is refused in words', async () => {
    const name = '<img src=x onerror=alert(1)>.png'
    await choose(a!, fileOf(name, pngOf(2, 2)))
    const row = a!.getByRole('list', { name: 'Files being shared' }).getByRole('listitem').filter({ hasText: name })
    await row.getByRole('alert').filter({ hasText: 'which Windows does not allow' }).waitFor()
    expect(await row.locator('img').count()).toBe(0)
    await row.getByRole('button', { name: `Do not share ${name}` }).click()
    await expect.poll(() => row.count()).toBe(0)
  })

  test('what is too large is refused before it is sent, in words', async () => {
    const small = (await anna!.api.call('rooms.create', { name: 'Small' })).id
    await anna!.api.call('files.setLimits', { room: small, bytesMax: 100_000 })
    await goTo(a!, `#/room/${small}`)
    const sent: string[] = []
    a!.on('request', (request) => sent.push(request.url()))
    await choose(a!, fileOf('huge.bin', Buffer.alloc(200_000)))
    const alert = a!.getByRole('alert').filter({ hasText: 'Not shared.' })
    await alert.filter({ hasText: '100,000' }).waitFor()
    expect(sent.filter((url) => url.includes('page.upload'))).toEqual([])
    await anna!.api.call('files.setLimits', { room: small, bytesMax: 1_000_000 })
    await alert.getByRole('button', { name: 'Try again' }).click()
    await shared(a!, 'huge.bin').waitFor()
    await goTo(a!, `#/room/${room}`)
  })

  test('one that is being sent can be cancelled, and nothing stays of it', async () => {
    await a!.route('**/v1/page.upload*', () => undefined)
    await choose(a!, fileOf('never.bin', Buffer.alloc(50_000)))
    await a!.getByRole('progressbar', { name: 'Sharing never.bin' }).waitFor()
    const ended = a!.waitForEvent('requestfailed', (request) => request.url().includes('page.upload'))
    await a!.getByRole('button', { name: 'Do not share never.bin' }).click()
    await ended
    await expect.poll(() => a!.getByText('never.bin').count()).toBe(0)
    await a!.unroute('**/v1/page.upload*')
    // Those behind it have their turn.
    await choose(a!, fileOf('next.txt', 'next'))
    await shared(b!, 'next.txt').waitFor()
    const names = (await anna!.api.call('files.list', { room })).map(({ name }) => name)
    expect(names).toContain('next.txt')
    expect(names).not.toContain('never.bin')
  })
})
