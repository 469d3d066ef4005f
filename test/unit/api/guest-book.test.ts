/** Who may come in as a guest, and what one costs. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Account, AddressAccounts, MAX_COUNTED_ADDRESSES } from '../../../src/api/accounts.ts'
import {
  DEFAULT_LINK_MS,
  GUEST_LIFETIME_MS,
  GuestBook,
  MAX_GUEST_LINKS,
  MAX_GUEST_ROOMS,
  MAX_GUESTS,
  MAX_LINK_MS,
  MAX_LINK_USES,
} from '../../../src/api/guests/guest-book.ts'
import { GuestHosts } from '../../../src/api/guests/guest-hosts.ts'

const NONE = { rooms: {}, maxFileBytes: 0 }

let dataDir: string
let nowMs: number
let book: GuestBook

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'kith-guests-'))
  nowMs = 1_000_000
  book = open()
})

afterEach(() => rmSync(dataDir, { recursive: true }))

function open(): GuestBook {
  return new GuestBook(dataDir, () => nowMs)
}

function enter(name: string) {
  return book.enter(book.invite(NONE).secret, name, '192.0.2.7')
}

describe('the guests of a node', () => {
  it('are kept with hashes of their secrets only, for the eyes of the owner', () => {
    const { secret } = book.invite({ rooms: { r: 'write' }, maxFileBytes: 5, uses: 2 })
    const session = book.enter(secret, 'Kim', '192.0.2.7')!
    const file = join(dataDir, 'guests.json')
    const content = readFileSync(file, 'utf8')
    for (const each of [secret, session.cookie, session.key]) expect(content).not.toContain(each)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const name = book.roomName('r')
    book = open()
    expect(book.guestOf(session)).toMatchObject({ name: 'Kim', rooms: { r: 'write' }, maxFileBytes: 5 })
    expect(book.roomName('r')).toBe(name)
    expect(book.enter(secret, 'Lea', '192.0.2.8')).toBeDefined()
    expect(book.enter(secret, 'Mia', '192.0.2.8')).toBeUndefined()
  })

  it('are none if the file is damaged, or says what none may', () => {
    enter('Kim')
    const content = JSON.parse(readFileSync(join(dataDir, 'guests.json'), 'utf8')) as { guests: object[] }
    const damages: unknown[] = [
      '{',
      { ...content, secret: 1 },
      { ...content, guests: [{ ...content.guests[0], rooms: { r: 'own' } }] },
      { ...content, guests: [{ ...content.guests[0], name: '\n' }] },
      { ...content, links: [{ id: 'x' }] },
    ]
    for (const damage of damages) {
      writeFileSync(join(dataDir, 'guests.json'), typeof damage === 'string' ? damage : JSON.stringify(damage))
      expect(open().guests(), JSON.stringify(damage)).toEqual([])
    }
  })

  it(`are at most ${MAX_GUESTS}, and who has not been here for long gives way`, () => {
    for (let i = 0; i < MAX_GUESTS; i++) enter(`Guest ${i}`)
    const { secret } = book.invite(NONE)
    expect(() => book.enter(secret, 'One more', '192.0.2.7')).toThrow(expect.objectContaining({ code: 'too-many' }))
    book.remove(book.find('Guest 3'))
    expect(book.enter(secret, 'One more', '192.0.2.7')).toBeDefined()
    nowMs += GUEST_LIFETIME_MS
    expect(book.guests()).toEqual([])
  })

  it('stay as long as they are here now and then', () => {
    const session = enter('Kim')!
    for (let i = 0; i < 3; i++) {
      nowMs += GUEST_LIFETIME_MS - 1
      expect(book.guestOf(session)).toMatchObject({ name: 'Kim' })
      book = open()
    }
    nowMs += GUEST_LIFETIME_MS
    expect(book.guestOf(session)).toBeUndefined()
  })

  it(`are let into at most ${MAX_GUEST_ROOMS} rooms`, () => {
    enter('Kim')
    const rooms = Object.fromEntries(Array.from({ length: MAX_GUEST_ROOMS + 1 }, (_, i) => [`r${i}`, 'read' as const]))
    expect(() => book.invite({ rooms, maxFileBytes: 0 })).toThrow(expect.objectContaining({ code: 'too-many' }))
    for (let i = 0; i < MAX_GUEST_ROOMS; i++) book.allow(book.find('Kim'), { room: `r${i}`, right: 'read' })
    expect(() => book.allow(book.find('Kim'), { room: 'x', right: 'read' })).toThrow('at most')
    book.allow(book.find('Kim'), { room: 'r1', right: 'none' })
    expect(book.allow(book.find('Kim'), { room: 'x', right: 'write' }).rooms).toMatchObject({ x: 'write' })
  })
})

describe('links for guests', () => {
  it('end by themselves', () => {
    const { secret } = book.invite(NONE)
    nowMs += DEFAULT_LINK_MS
    expect(book.enter(secret, 'Kim', '192.0.2.7')).toBeUndefined()
  })

  it.each([
    ['for more browsers than one lets in', { uses: MAX_LINK_USES + 1 }],
    ['for no browser', { uses: 0 }],
    ['for longer than one waits', { expiresInMs: MAX_LINK_MS + 1 }],
    ['for no time', { expiresInMs: 0 }],
  ])('are not made %s', (_what, options) => {
    expect(() => book.invite({ ...NONE, ...options })).toThrow(expect.objectContaining({ code: 'bad-value' }))
  })

  it(`are at most ${MAX_GUEST_LINKS}: the oldest gives way`, () => {
    const first = book.invite(NONE)
    for (let i = 0; i < MAX_GUEST_LINKS; i++) book.invite(NONE)
    expect(book.links()).toHaveLength(MAX_GUEST_LINKS)
    expect(book.enter(first.secret, 'Kim', '192.0.2.7')).toBeUndefined()
  })
})

describe('what somebody may cost', () => {
  it('comes back with time, and a debt is paid off before', () => {
    const account = new Account<'x'>({ x: { burst: 10, perSecond: 2 } })
    account.spend('x', 15, 0)
    expect(account.left('x', 0)).toBe(-5)
    expect(account.left('x', 2_500)).toBe(0)
    expect(account.left('x', 60_000)).toBe(10)
    // A clock that goes back gives nothing.
    account.spend('x', 10, 60_000)
    expect(account.left('x', 0)).toBe(0)
  })

  it('is kept for an address, and for a network of IPv6', () => {
    const accounts = new AddressAccounts<'x'>({ x: { burst: 10, perSecond: 0 } })
    accounts.of('192.0.2.1').spend('x', 10, 0)
    expect(accounts.of('192.0.2.1').left('x', 0)).toBe(0)
    expect(accounts.of('192.0.2.2').left('x', 0)).toBe(10)
    accounts.of('2001:db8:1:2:3::4').spend('x', 4, 0)
    expect(accounts.of('2001:db8:1:2::9').left('x', 0)).toBe(6)
    expect(accounts.of('2001:db8:1:3::9').left('x', 0)).toBe(10)
    for (let i = 0; i < MAX_COUNTED_ADDRESSES; i++) accounts.of(`10.0.${i >> 8}.${i & 255}`)
    expect(accounts.of('192.0.2.1').left('x', 0)).toBe(10)
  })
})

describe('the names that a page for guests answers to', () => {
  const hosts = new GuestHosts(['Home.example'])
  const check = (host: string | undefined, port = 4081, isTls = false): boolean => {
    try {
      hosts.check(host, port, isTls, 0)
      return true
    } catch {
      return false
    }
  }

  it('are those of its machine, with its port', () => {
    for (const host of ['127.0.0.1:4081', 'LOCALHOST:4081', 'home.example:4081']) expect(check(host), host).toBe(true)
    const others = [
      undefined,
      '',
      'evil.example',
      'evil.example:4081',
      '127.0.0.1',
      '127.0.0.1:4082',
      'home.example.evil:4081',
    ]
    for (const host of others) expect(check(host), host).toBe(false)
    expect(check('home.example', 80)).toBe(true)
    expect(check('home.example', 443)).toBe(false)
    expect(check('home.example', 443, true)).toBe(true)
  })

  it('are named in links, those that were given first', () => {
    const [first, ...others] = hosts.reachable('0.0.0.0', 0)
    expect(first).toBe('home.example')
    expect(others.length).toBeGreaterThan(0)
    expect(hosts.reachable('192.0.2.9', 0)).toEqual(['home.example', '192.0.2.9'])
    expect(hosts.reachable('2001:db8::1', 0)).toEqual(['home.example', '[2001:db8::1]'])
  })
})
