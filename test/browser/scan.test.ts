/** Joining by a QR code: with a camera, which sees a code that the test has drawn, and with a picture. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { encode } from 'uqr'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { useKith, type NodeProcess } from '../integration/kith-process.ts'
import { goTo, reasonForNoBrowser, useBrowser } from './chromium.ts'

const SEEN = 'kith:bafyreicqce73yghabuitgs6euh4hdrhj5n3642mkejygeqrcgg6ylgvam4'

/** A film of one picture, with a code in it, for the camera of Chromium. */
function filmOf(text: string): Buffer {
  const { data, size } = encode(text, { ecc: 'L', border: 4 })
  const scale = Math.ceil(240 / size)
  const side = size * scale + ((size * scale) % 2)
  const luma = Buffer.alloc(side * side, 235)
  for (let y = 0; y < size * scale; y++) {
    for (let x = 0; x < size * scale; x++) {
      if (data[Math.floor(y / scale)]?.[Math.floor(x / scale)] === true) luma[y * side + x] = 16
    }
  }
  const chroma = Buffer.alloc((side / 2) ** 2 * 2, 128)
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${side} H${side} F5:1 Ip A1:1 C420jpeg\nFRAME\n`), luma, chroma])
}

describe.skipIf(reasonForNoBrowser() !== undefined)('a code', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kith-camera-'))
  const film = join(folder, 'code.y4m')
  writeFileSync(film, filmOf(SEEN))
  const kith = useKith()
  const browser = useBrowser('--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`)
  let node: NodeProcess

  beforeAll(async () => {
    node = await kith.start({ name: 'Anna' })
  })

  afterAll(() => rmSync(folder, { recursive: true }))

  const invite = (page: Page): Locator => page.getByRole('textbox', { name: 'The invite' })

  async function scanning(mayUseCamera: boolean): Promise<Page> {
    const page = await browser.enter(node, { permissions: mayUseCamera ? ['camera'] : [] })
    await goTo(page, '#/enter')
    return page
  }

  const begin = (page: Page): Promise<void> => page.getByRole('button', { name: 'Scan a code' }).click()

  test('that the camera sees is the invite, and the camera is off then', async () => {
    const page = await scanning(true)
    await page.evaluate(() => {
      const { mediaDevices } = navigator
      const original = mediaDevices.getUserMedia.bind(mediaDevices)
      mediaDevices.getUserMedia = async (wanted) => {
        const stream = await original(wanted)
        Object.assign(globalThis, { stream })
        return stream
      }
    })
    await begin(page)
    await expect.poll(() => invite(page).inputValue()).toBe(SEEN)
    expect(await page.getByRole('dialog').count()).toBe(0)
    const states = await page.evaluate(() => {
      const { stream } = globalThis as unknown as { stream: MediaStream }
      return stream.getTracks().map(({ readyState }) => readyState)
    })
    expect(states).toEqual(['ended'])
    await page.context().close()
  })

  test('in a picture is the invite; without one, that is said', async () => {
    const page = await scanning(false)
    const { id } = await node.api.call('rooms.create', { name: 'Kitchen' })
    await goTo(page, `#/room/${id}/people`)
    const shown = page.getByRole('img', { name: /QR code/ })
    const picture = await shown.screenshot()
    const line = await page.getByRole('textbox', { name: 'Invite' }).inputValue()
    await goTo(page, '#/enter')
    await begin(page)
    const picker = page.getByLabel('Picture of a code')
    const file = (buffer: Buffer) => ({ name: 'code.png', mimeType: 'image/png', buffer })
    await picker.setInputFiles(file(Buffer.from('no picture')))
    await page.getByRole('alert').filter({ hasText: 'no picture that the browser can show' }).waitFor()
    await picker.setInputFiles(
      file(await page.getByRole('heading', { name: 'Create a room', exact: true }).screenshot()),
    )
    await page.getByRole('alert').filter({ hasText: 'no QR code in this picture' }).waitFor()
    await picker.setInputFiles(file(picture))
    await expect.poll(() => invite(page).inputValue()).toBe(line)
    await page.context().close()
  })

  test('without a camera is asked for as a picture, with the reason', async () => {
    const page = await scanning(false)
    await begin(page)
    await page.getByRole('alert').filter({ hasText: 'The browser may not use the camera.' }).waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('none', 'NotFoundError'))
    })
    await begin(page)
    await page.getByRole('alert').filter({ hasText: 'There is no camera here.' }).waitFor()
    expect(await page.getByLabel('What the camera sees').count()).toBe(0)
    await page.context().close()
  })
})
