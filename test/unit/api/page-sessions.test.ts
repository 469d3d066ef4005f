import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  LINK_LIFETIME_MS,
  MAX_LINKS,
  MAX_SESSIONS,
  PageSessions,
  SESSION_LIFETIME_MS,
} from '../../../src/api/page-sessions.ts'
import type { SessionSecrets } from '../../../src/api/secrets.ts'

let dataDir: string
let nowMs: number
let sessions: PageSessions

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'kith-page-'))
  nowMs = 1_700_000_000_000
  sessions = start()
})

afterEach(() => rmSync(dataDir, { recursive: true }))

/** As after a restart of the node. */
function start(): PageSessions {
  return new PageSessions(dataDir, () => nowMs)
}

function login(): SessionSecrets {
  const session = sessions.login(sessions.makeLink().secret)
  if (session === undefined) throw new Error('a new link must do')
  return session
}

describe('a link', () => {
  it('logs in once', () => {
    const { secret, expiresMs } = sessions.makeLink()
    expect(expiresMs).toBe(nowMs + LINK_LIFETIME_MS)
    const session = sessions.login(secret)!
    expect(sessions.has(session)).toBe(true)
    expect(sessions.login(secret)).toBeUndefined()
    expect(sessions.has(session)).toBe(true)
  })

  it('logs in in time only', () => {
    const { secret } = sessions.makeLink()
    nowMs += LINK_LIFETIME_MS + 1
    expect(sessions.login(secret)).toBeUndefined()
  })

  it('gives way to newer ones', () => {
    const links = Array.from({ length: MAX_LINKS + 1 }, () => sessions.makeLink().secret)
    expect(sessions.login(links[0]!)).toBeUndefined()
    for (const link of links.slice(1)) expect(sessions.login(link)).toBeDefined()
  })

  it('that was invented does nothing', () => {
    sessions.makeLink()
    expect(sessions.login('')).toBeUndefined()
    expect(sessions.login('x'.repeat(43))).toBeUndefined()
    expect(existsSync(join(dataDir, 'page.json'))).toBe(false)
  })
})

describe('a session', () => {
  it('needs both secrets, and those of one session', () => {
    const [one, other] = [login(), login()]
    expect(sessions.has({ cookie: one.cookie, key: other.key })).toBe(false)
    expect(sessions.has({ cookie: one.cookie, key: '' })).toBe(false)
    expect(sessions.has({ cookie: one.key, key: one.cookie })).toBe(false)
  })

  it('holds after a restart, and the file says nothing with which one could come in', () => {
    const session = login()
    sessions = start()
    expect(sessions.has(session)).toBe(true)
    const path = join(dataDir, 'page.json')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const content = readFileSync(path, 'utf8')
    for (const secret of Object.values(session)) expect(content).not.toContain(secret)
  })

  it('ends when nobody has used it for long', () => {
    const [used, unused] = [login(), login()]
    nowMs += SESSION_LIFETIME_MS - 1
    expect(sessions.has(used)).toBe(true)
    nowMs += 1
    sessions = start()
    expect(sessions.has(used)).toBe(true)
    expect(sessions.has(unused)).toBe(false)
  })

  it('ends by logging out, alone or all at once', () => {
    const [one, other] = [login(), login()]
    sessions.logout(one)
    expect(sessions.has(one)).toBe(false)
    expect(sessions.has(other)).toBe(true)
    const { secret } = sessions.makeLink()
    sessions.logoutAll()
    sessions = start()
    expect(sessions.has(other)).toBe(false)
    expect(sessions.login(secret)).toBeUndefined()
  })

  it('that was used longest ago gives way', () => {
    const first = login()
    nowMs++
    const rest = Array.from({ length: MAX_SESSIONS }, login)
    expect(sessions.has(first)).toBe(false)
    for (const session of rest) expect(sessions.has(session)).toBe(true)
  })
})

it.each(['', '{', '[]', '{"sessions":[{"hash":1,"usedMs":2}]}', '{"port":70000,"sessions":[]}'])(
  'a damaged file, %j, is one without sessions',
  (content) => {
    writeFileSync(join(dataDir, 'page.json'), content)
    sessions = start()
    expect(sessions.port).toBeUndefined()
    expect(sessions.has(login())).toBe(true)
  },
)

it('the port of the last start is remembered', () => {
  sessions.notePort(4080)
  expect(start().port).toBe(4080)
})
