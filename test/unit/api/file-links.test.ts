/** Addresses by which a page reads files. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { FileLinks, MAX_SESSION_FILE_LINKS } from '../../../src/api/file-links.ts'
import { PageSessions } from '../../../src/api/page-sessions.ts'

test('links of a session end with it, and others do not keep it alive', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'kith-page-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true }))
  let nowMs = 1_700_000_000_000
  const sessions = new PageSessions(dataDir, () => nowMs)
  const login = () => sessions.login(sessions.makeLink().secret)!
  const idle = login()
  const links = new FileLinks({ sessions, scheme: 'http', cookieName: (port) => `kith-${port}` })
  const secret = links.make(idle, { room: 'r', document: 'd', type: null })
  for (let day = 0; day < 40; day++) {
    nowMs += 24 * 3_600_000
    const other = login()
    links.make(other, { room: 'r', document: 'd', type: null })
    sessions.logout(other)
  }
  const asking = { headers: { host: '127.0.0.1:1' }, cookies: { 'kith-1': idle.cookie } }
  expect(() => links.open({ secret }, asking, 1)).toThrow('too old')
  expect(sessions.isKnown(idle)).toBe(false)
})

test('a session has few links: the one that it used longest ago gives way, and none of another', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'kith-page-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true }))
  const sessions = new PageSessions(dataDir)
  const login = () => sessions.login(sessions.makeLink().secret)!
  const [session, other] = [login(), login()]
  const links = new FileLinks({ sessions, scheme: 'http', cookieName: (port) => `kith-${port}` })
  const make = (number: number, by = session): string =>
    links.make(by, { room: 'r', document: `d${number}`, type: null })
  const ofOther = make(0, other)
  const [first, second] = [make(0), make(1)]
  for (let i = 2; i < MAX_SESSION_FILE_LINKS; i++) make(i)
  expect(make(0)).toBe(first)
  make(MAX_SESSION_FILE_LINKS)
  const asking = (by = session) => ({ headers: { host: '127.0.0.1:1' }, cookies: { 'kith-1': by.cookie } })
  expect(links.open({ secret: first }, asking(), 1)).toMatchObject({ document: 'd0' })
  expect(() => links.open({ secret: second }, asking(), 1)).toThrow('too old')
  expect(links.open({ secret: ofOther }, asking(other), 1)).toMatchObject({ document: 'd0' })
  expect(() => links.open({ secret: ofOther }, asking(), 1)).toThrow('of another browser')
})
