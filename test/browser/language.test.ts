/** The page in the language of who reads it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { useKith, type NodeProcess } from '../integration/kith-process.ts'
import { goTo, reasonForNoBrowser, useBrowser } from './chromium.ts'

describe.skipIf(reasonForNoBrowser() !== undefined)('the language of the page', () => {
  const kith = useKith()
  const browser = useBrowser()
  let node: NodeProcess | undefined

  beforeAll(async () => {
    node = await kith.start({ name: 'Anna' })
    await node.api.call('rooms.create', { name: 'Garten' })
  })

  afterAll(() => node?.stop())

  test('is that of the browser, until another one is chosen', async () => {
    const page = await browser.open({ locale: 'de-AT' })
    await page.goto((await node!.api.call('page.link', {})).url)
    await page.getByRole('heading', { name: 'Räume', exact: true }).waitFor()
    expect(await page.getAttribute('html', 'lang')).toBe('de')
    await page.getByText('Noch nichts gesagt').waitFor()

    await goTo(page, '#/settings')
    await page.getByRole('radio', { name: 'English' }).click()
    await page.getByRole('heading', { name: 'Settings', exact: true }).waitFor()
    expect(await page.getAttribute('html', 'lang')).toBe('en')
    await page.reload()
    await page.getByText('Nothing said yet').waitFor()

    await page.getByRole('radio', { name: 'As the browser' }).click()
    await page.getByRole('heading', { name: 'Einstellungen', exact: true }).waitFor()
  })

  test('is English where there is no catalogue', async () => {
    const page = await browser.enter(node!, { locale: 'sw' })
    expect(await page.getAttribute('html', 'lang')).toBe('en')
  })

  test('keeps what was typed when it changes', async () => {
    const page = await browser.enter(node!)
    await page.getByRole('link', { name: 'Garten' }).click()
    await page.getByRole('textbox', { name: 'Message to Garten' }).fill('half a sentence')
    await goTo(page, '#/settings')
    await page.getByRole('radio', { name: 'Deutsch' }).click()
    await page.getByRole('link', { name: 'Garten' }).click()
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Nachricht an Garten' }).inputValue())
      .toBe('half a sentence')
  })
})
