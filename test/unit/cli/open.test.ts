import { beforeEach, expect, test } from 'vitest'
import { LINK_FRAGMENT, LOGIN_PATH } from '../../../src/api/paths.ts'
import { serveFakeNode, type ServedNode } from './served-node.ts'

let api: ServedNode['api']
let run: ServedNode['run']

beforeEach(async () => {
  const served = await serveFakeNode()
  ;({ api, run } = served)
  return served.close
})

/** Opens a link as a browser does; whether that logs it in. */
async function opens(link: string): Promise<boolean> {
  const [, secret = ''] = link.trim().split(LINK_FRAGMENT)
  const headers = { origin: api.url, authorization: `Link ${secret}` }
  return (await fetch(api.url + LOGIN_PATH, { method: 'POST', headers })).ok
}

test('open prints a link that works once, and says until when', async () => {
  const { out, err } = await run(['open'])
  expect(out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#link=[\w-]{43}\n$/)
  expect(err).toMatch(/^It works once, until \d\d:\d\d\.\n$/)
  expect(await opens(out)).toBe(true)
  expect(await opens(out)).toBe(false)
})

test('open --json prints the link with its end', async () => {
  const { out, err } = await run(['open', '--json'])
  const link = JSON.parse(out) as { url: string; expiresMs: number }
  expect(link).toEqual({ url: expect.stringContaining(api.url) as string, expiresMs: expect.any(Number) as number })
  expect(err).toBe('')
  expect(await opens(link.url)).toBe(true)
})

test('open --only makes earlier links useless', async () => {
  const before = (await run(['open'])).out
  const { out } = await run(['open', '--only'])
  expect(await opens(before)).toBe(false)
  expect(await opens(out)).toBe(true)
})
