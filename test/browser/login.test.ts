/** Who gets into the page: whoever has a link that was not used, in that browser, from the page itself. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { useKith } from '../integration/kith-process.ts'
import { reasonForNoBrowser, REBOUND_HOST, useBrowser } from './chromium.ts'

describe.skipIf(reasonForNoBrowser() !== undefined)('a browser', () => {
  const kith = useKith()
  const browser = useBrowser()

  test('gets in by a link, stays in, and the link is of no more use', async () => {
    const node = await kith.start({ name: 'Anna' })
    const { url } = await node.api.call('page.link', {})
    const page = await browser.open()
    await page.goto(url)
    await page.getByRole('heading', { name: 'Rooms', exact: true }).waitFor()
    expect(page.url()).not.toContain('link')
    await page.reload()
    await page.getByText('Anna', { exact: true }).waitFor()
    const [cookie] = await page.context().cookies()
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/v1/' })
    expect(await page.evaluate(() => document.cookie)).toBe('')

    const thief = await browser.open()
    await thief.goto(url)
    await thief.getByText('This link was used already, or is too old').waitFor()
    await thief.getByText('kith open', { exact: true }).waitFor()
    // Whoever is in already is not thrown out by an old link.
    await page.goto(url)
    await page.getByText('Anna', { exact: true }).waitFor()
  })

  test('logs out, by itself and with all others', async () => {
    const node = await kith.start()
    const page = await browser.enter(node)
    const other = await browser.enter(node)
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.getByText('This browser is logged out.').waitFor()
    await page.reload()
    await page.getByText('open the link that it prints').waitFor()
    await node.api.call('page.link', { only: true })
    await other.reload()
    await expect.poll(() => other.getByText('This browser is not logged in').isVisible()).toBe(true)
  })

  test('is not used by another page, even of the same machine', async () => {
    const node = await kith.start()
    const page = await browser.enter(node)
    const { origin } = new URL(page.url())
    const foreign = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>Foreign</title>')
    }).listen(0, '127.0.0.1')
    await once(foreign, 'listening')
    onTestFinished(() => void foreign.close())
    const attacker = await page.context().newPage()
    await attacker.goto(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`)
    const outcomes = await attacker.evaluate(async (target) => {
      const create = async (init: RequestInit): Promise<string> => {
        const body = JSON.stringify({ name: 'Stolen' })
        const request = { method: 'POST', body, credentials: 'include', ...init } as const
        return fetch(`${target}/v1/rooms.create`, request).then(
          ({ type, status }) => `${type} ${status}`,
          () => 'refused',
        )
      }
      const json = { 'content-type': 'application/json' }
      return [
        await create({ headers: json }),
        await create({ mode: 'no-cors', headers: { 'content-type': 'text/plain' } }),
        await create({ headers: { ...json, 'x-kith-page': 'x' } }),
      ]
    }, origin)
    expect(outcomes).toEqual(['refused', 'refused', 'refused'])
    expect(await node.api.call('rooms.list', {})).toEqual([])
    // Nor is it shown inside another page.
    const isEmpty = await attacker.evaluate(async (target) => {
      const frame = document.createElement('iframe')
      frame.src = target
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve))
      document.body.append(frame)
      await loaded
      return frame.contentDocument === null
    }, origin)
    expect(isEmpty).toBe(true)
  })

  test('gets nothing by a name that was rebound to this machine', async () => {
    const node = await kith.start()
    const { url } = await node.api.call('page.link', {})
    const page = await browser.open()
    const response = await page.goto(url.replace('127.0.0.1', REBOUND_HOST))
    expect(response?.status()).toBe(403)
    expect(await page.content()).toContain('The Host header must be')
  })
})
