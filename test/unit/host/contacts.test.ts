import { beforeEach, expect, test } from 'vitest'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import {
  FORGET_AFTER_MS,
  LARGER_PEER_WAITS_MS,
  MAX_ADDRESSES_PER_PEER,
  MAX_BOOK_ROWS,
  MAX_CLAIMED_ADDRESSES,
  MAX_RETRY_MS,
  MAX_UNSEEN_CONTACTS,
  MAX_UNSEEN_FAILURES,
  RECENT_MS,
  RECENT_RETRY_MS,
} from '../../../src/host/constants.ts'
import { Contacts } from '../../../src/host/contacts.ts'
import type { Source } from '../../../src/host/hearsay.ts'
import type { AddressRow } from '../../../src/store/store.ts'
import { NO_LOG } from './logs.ts'
import { memoryAddressBook } from './memory-address-book.ts'
import { NOW_MS, TestClock } from './test-clock.ts'

const SELF = 'M' as PeerId
const SMALLER = 'A' as PeerId
const LARGER = 'Z' as PeerId
const ADDRESS = '/ip4/10.0.0.1/tcp/4001'
const MDNS: Source = { kind: 'mdns' }
const HOUR_MS = 3_600_000

let clock: TestClock

beforeEach(() => {
  clock = new TestClock()
})

function contactsOf(book = memoryAddressBook()): Contacts {
  return new Contacts({ self: SELF, book, log: NO_LOG, clock })
}

function row(peer: string, rest: Partial<AddressRow> = {}): AddressRow {
  const fields = { addresses: [ADDRESS], lastSeenMs: NOW_MS - 1_000, pinned: false, roommate: false }
  return { peer: peer as PeerId, ...fields, ...rest }
}

function duePeers(contacts: Contacts): string[] {
  return contacts.due().map(({ peer }) => peer)
}

/** How long after each failed dial the next is due. */
function pausesMs(contacts: Contacts, peer: PeerId, count: number): number[] {
  const contact = contacts.get(peer)
  if (contact === undefined) throw new Error('no such contact')
  return Array.from({ length: count }, () => {
    contacts.dialStarted(contact)
    contacts.dialFailed(contact)
    const pauseMs = contact.nextDialMs - clock.monotonicMs()
    clock.advance(pauseMs)
    return pauseMs
  })
}

test('the smaller peer id dials at once, the larger one waits for it', () => {
  const contacts = contactsOf()
  contacts.heard(SMALLER, [ADDRESS], MDNS)
  contacts.heard(LARGER, [ADDRESS], MDNS)
  expect(duePeers(contacts)).toEqual([LARGER])
  clock.advance(LARGER_PEER_WAITS_MS)
  expect(duePeers(contacts)).toEqual([SMALLER, LARGER])
})

test('a peer that the user named is dialled at once, because it may not know this node', () => {
  const contacts = contactsOf()
  contacts.pin(SMALLER, ADDRESS)
  expect(duePeers(contacts)).toEqual([SMALLER])
})

test('an address that the user names after a failed dial of others is dialled at once, but not again and again', () => {
  const contacts = contactsOf()
  contacts.pin(SMALLER, ADDRESS)
  const contact = contacts.get(SMALLER)!
  contacts.dialStarted(contact)
  contacts.dialFailed(contact)
  contacts.pin(SMALLER, ADDRESS)
  expect(duePeers(contacts)).toEqual([])
  contacts.pin(SMALLER, '/ip4/10.0.0.2/tcp/4001')
  expect(duePeers(contacts)).toEqual([SMALLER])
  contacts.dialStarted(contact)
  expect(duePeers(contacts)).toEqual([])
})

test('hearing of a peer again does not delay its dial', () => {
  const contacts = contactsOf()
  contacts.heard(SMALLER, [ADDRESS], MDNS)
  clock.advance(LARGER_PEER_WAITS_MS - 1)
  contacts.heard(SMALLER, [ADDRESS], MDNS)
  clock.advance(1)
  expect(duePeers(contacts)).toEqual([SMALLER])
})

test('a node never dials itself', () => {
  const contacts = contactsOf(memoryAddressBook([row(SELF)]))
  contacts.heard(SELF, [ADDRESS], MDNS)
  expect(contacts.all()).toEqual([])
})

test('a recently seen peer is dialled about every second, for as long as it is recent', () => {
  const contacts = contactsOf(memoryAddressBook([row(LARGER)]))
  expect(pausesMs(contacts, LARGER, 100)).toEqual(Array(100).fill(RECENT_RETRY_MS))
})

test('an older peer is dialled less and less, but never given up', () => {
  const contacts = contactsOf(memoryAddressBook([row(LARGER, { lastSeenMs: NOW_MS - RECENT_MS })]))
  const pauses = pausesMs(contacts, LARGER, 40)
  expect(pauses.slice(0, 3)).toEqual([2_000, 4_000, 8_000])
  expect(pauses.at(-1)).toBe(MAX_RETRY_MS)
  for (const contact of contacts.due()) {
    contacts.dialStarted(contact)
    contacts.dialFailed(contact)
  }
  clock.advance(RECENT_RETRY_MS)
  expect(duePeers(contacts)).toEqual([])
  contacts.heard(LARGER, [ADDRESS], MDNS)
  expect(duePeers(contacts)).toEqual([LARGER])
})

test('a peer that was never reached is given up until it is heard of again, unless it is pinned', () => {
  const contacts = contactsOf()
  contacts.heard(LARGER, [ADDRESS], MDNS)
  pausesMs(contacts, LARGER, MAX_UNSEEN_FAILURES)
  expect(contacts.get(LARGER)).toBeUndefined()
  contacts.pin(LARGER, ADDRESS)
  expect(Math.max(...pausesMs(contacts, LARGER, 50))).toBeLessThan(MAX_RETRY_MS)
  expect(contacts.get(LARGER)).toBeDefined()
})

test('a peer that accepts and closes is not dialled without a pause', () => {
  const contacts = contactsOf(memoryAddressBook([row(LARGER)]))
  for (const contact of contacts.due()) contacts.dialStarted(contact)
  contacts.connected(LARGER, ADDRESS)
  contacts.disconnected(LARGER)
  clock.advance(RECENT_RETRY_MS - 1)
  expect(duePeers(contacts)).toEqual([])
  clock.advance(1)
  expect(duePeers(contacts)).toEqual([LARGER])
})

test('setting the wall clock changes neither when a peer is dialled nor which peers are recent', () => {
  for (const setBackMs of [HOUR_MS, -2 * RECENT_MS]) {
    const contacts = contactsOf(memoryAddressBook([row(LARGER)]))
    for (const contact of contacts.due()) contacts.dialStarted(contact)
    clock.setBack(setBackMs)
    expect(duePeers(contacts)).toEqual([])
    clock.advance(RECENT_RETRY_MS)
    expect(duePeers(contacts)).toEqual([LARGER])
    expect(pausesMs(contacts, LARGER, 3)).toEqual(Array(3).fill(RECENT_RETRY_MS))
  }
})

test('after a restart with the wall clock set back, a peer counts as seen just now', () => {
  const book = memoryAddressBook([row(LARGER)])
  clock.setBack(HOUR_MS)
  const contacts = contactsOf(book)
  expect(duePeers(contacts)).toEqual([LARGER])
  expect(pausesMs(contacts, LARGER, 3)).toEqual(Array(3).fill(RECENT_RETRY_MS))
  contacts.connected(LARGER, ADDRESS)
  expect(book.list()).toMatchObject([{ lastSeenMs: clock.wallMs() }])
})

test('the row has only addresses where the peer was reached, the last one first', () => {
  const book = memoryAddressBook()
  const contacts = contactsOf(book)
  contacts.heard(LARGER, ['/ip4/10.0.0.7/tcp/1', '/ip4/10.0.0.8/tcp/1'], MDNS)
  contacts.connected(LARGER, undefined)
  expect(book.list()).toEqual([])
  contacts.connected(LARGER, '/ip4/10.0.0.8/tcp/1')
  contacts.connected(LARGER, '/ip4/10.0.0.7/tcp/1')
  contacts.identified(LARGER, ['/ip4/10.0.0.9/tcp/1'], ['/ip4/10.0.0.9/tcp/1'])
  const addresses = ['/ip4/10.0.0.7/tcp/1', '/ip4/10.0.0.8/tcp/1']
  expect(book.list()).toEqual([{ peer: LARGER, addresses, lastSeenMs: NOW_MS, pinned: false, roommate: false }])
  expect(contacts.get(LARGER)?.addresses).toEqual([...addresses, '/ip4/10.0.0.9/tcp/1'])
})

test('a peer of a room that was never reached has what it says itself in its row, where it came from', () => {
  const book = memoryAddressBook()
  const contacts = contactsOf(book)
  const here = Array.from({ length: 10 }, (_, index) => `/ip4/10.0.0.9/tcp/${index + 1}`)
  contacts.connected(LARGER, undefined)
  contacts.identified(LARGER, ['/ip4/10.0.0.7/tcp/1', ...here], here)
  expect(book.list()).toEqual([])
  contacts.markRoommate(LARGER)
  expect(book.list()).toMatchObject([{ addresses: here.slice(0, MAX_CLAIMED_ADDRESSES) }])
})

test('only discovery makes a known address due again at once', () => {
  const contacts = contactsOf(memoryAddressBook([row(LARGER, { lastSeenMs: NOW_MS - RECENT_MS })]))
  pausesMs(contacts, LARGER, 10)
  for (const contact of contacts.due()) {
    contacts.dialStarted(contact)
    contacts.dialFailed(contact)
  }
  clock.advance(RECENT_RETRY_MS)
  contacts.heard(LARGER, [ADDRESS], { kind: 'suggestion', peer: SMALLER })
  expect(duePeers(contacts)).toEqual([])
  contacts.heard(LARGER, ['/ip4/10.0.0.2/tcp/1'], { kind: 'suggestion', peer: SMALLER })
  expect(duePeers(contacts)).toEqual([LARGER])
})

test('a stranger whose connections end soon is dialled less and less, even if it is heard of', () => {
  const contacts = contactsOf(memoryAddressBook([row(LARGER)]))
  for (let i = 0; i < 4; i++) {
    contacts.connected(LARGER, ADDRESS)
    contacts.disconnected(LARGER, 1)
  }
  contacts.heard(LARGER, [ADDRESS], MDNS)
  clock.advance(2 ** 4 * RECENT_RETRY_MS - 1)
  expect(duePeers(contacts)).toEqual([])
  clock.advance(1)
  expect(duePeers(contacts)).toEqual([LARGER])
  contacts.putOff(LARGER)
  contacts.heard(LARGER, [ADDRESS], MDNS)
  expect(duePeers(contacts)).toEqual([])
  contacts.markRoommate(LARGER)
  contacts.heard(LARGER, [ADDRESS], MDNS)
  expect(duePeers(contacts)).toEqual([LARGER])
})

test('a peer that nobody needs is not dialled, whoever dials whom meanwhile, until there is news or it is wanted', () => {
  const contacts = contactsOf(memoryAddressBook([row(LARGER)]))
  const leave = (): void => {
    contacts.connected(LARGER, undefined)
    contacts.letGo(LARGER)
    contacts.disconnected(LARGER)
    contacts.connected(LARGER, undefined)
    contacts.disconnected(LARGER)
    clock.advance(HOUR_MS)
    expect(duePeers(contacts)).toEqual([])
  }
  leave()
  contacts.heard(LARGER, [ADDRESS], { kind: 'suggestion', peer: SMALLER })
  expect(duePeers(contacts)).toEqual([])
  contacts.heard(LARGER, [ADDRESS], MDNS)
  clock.advance(LARGER_PEER_WAITS_MS)
  expect(duePeers(contacts)).toEqual([LARGER])
  leave()
  contacts.markRoommate(LARGER)
  expect(duePeers(contacts)).toEqual([LARGER])
  leave()
  contacts.pin(LARGER, undefined)
  expect(duePeers(contacts)).toEqual([LARGER])
})

test('a peer that is wanted is dialled soon, whatever pause it had', () => {
  const contacts = contactsOf(memoryAddressBook([row(SMALLER)]))
  contacts.putOff(SMALLER)
  pausesMs(contacts, SMALLER, 3)
  contacts.putOff(SMALLER)
  contacts.letGo(SMALLER)
  contacts.want(SMALLER)
  clock.advance(LARGER_PEER_WAITS_MS)
  expect(duePeers(contacts)).toEqual([SMALLER])
})

test('a stranger that left only hearsay behind is given up', () => {
  const contacts = contactsOf()
  contacts.connected(LARGER, undefined)
  contacts.identified(LARGER, [ADDRESS], [])
  contacts.disconnected(LARGER)
  pausesMs(contacts, LARGER, MAX_UNSEEN_FAILURES)
  expect(contacts.get(LARGER)).toBeUndefined()
})

test('news of a peer does not push out the address that worked', () => {
  const contacts = contactsOf(memoryAddressBook([row(LARGER)]))
  const news = Array.from({ length: 100 }, (_, index) => `/ip4/10.1.0.${index}/tcp/1`)
  contacts.heard(LARGER, news, MDNS)
  const { addresses } = contacts.get(LARGER) ?? { addresses: [] }
  expect(addresses).toHaveLength(MAX_ADDRESSES_PER_PEER)
  expect(addresses.slice(0, 2)).toEqual([ADDRESS, '/ip4/10.1.0.0/tcp/1'])
})

test('peers that were only heard of are few and not in the book', () => {
  const book = memoryAddressBook()
  const contacts = contactsOf(book)
  for (let i = 0; i < MAX_UNSEEN_CONTACTS + 10; i++) contacts.heard(`P${i}` as PeerId, [ADDRESS], MDNS)
  expect(contacts.all()).toHaveLength(MAX_UNSEEN_CONTACTS)
  expect(contacts.get('P0' as PeerId)).toBeUndefined()
  expect(book.list()).toEqual([])
})

test('rows not seen for long are dropped, pinned ones stay', () => {
  const lastSeenMs = NOW_MS - FORGET_AFTER_MS - 1
  const book = memoryAddressBook([row('B', { lastSeenMs }), row('C', { lastSeenMs, pinned: true }), row('D')])
  const contacts = contactsOf(book)
  expect(book.list().map(({ peer }) => peer)).toEqual(['C', 'D'])
  expect(contacts.all()).toHaveLength(2)
})

test('the book is bounded: the oldest unpinned row goes', () => {
  const rows = Array.from({ length: MAX_BOOK_ROWS }, (_, i) =>
    row(`P${i}`, { lastSeenMs: NOW_MS - i, pinned: i > 500 }),
  )
  const book = memoryAddressBook(rows)
  const contacts = contactsOf(book)
  contacts.connected('new' as PeerId, ADDRESS)
  const peers = book.list().map(({ peer }) => peer)
  expect(peers).toHaveLength(MAX_BOOK_ROWS)
  expect(peers).toContain('new')
  expect(peers).not.toContain('P500')
})

test('strangers push out other strangers, but no peer of a room, however long it was away', () => {
  const book = memoryAddressBook([row('friend', { lastSeenMs: NOW_MS - 1_000_000, roommate: true })])
  const contacts = contactsOf(book)
  contacts.connected('met now' as PeerId, ADDRESS)
  contacts.markRoommate('met now' as PeerId)
  for (let i = 1; i <= MAX_BOOK_ROWS; i++) {
    clock.advance(1)
    contacts.connected(`stranger ${i}` as PeerId, ADDRESS)
  }
  const peers = book.list().map(({ peer }) => peer)
  expect(peers).toHaveLength(MAX_BOOK_ROWS)
  expect(peers).toEqual(expect.arrayContaining(['friend', 'met now', `stranger ${MAX_BOOK_ROWS}`]))
  expect(peers).not.toContain('stranger 2')
  const again = contactsOf(book)
  expect(again.get('met now' as PeerId)).toMatchObject({ roommate: true })
})

test('peers of a room are dialled before strangers seen later, and those the user named before them', () => {
  const book = memoryAddressBook([
    row('stranger', { lastSeenMs: NOW_MS }),
    row('roommate', { lastSeenMs: NOW_MS - 2_000, roommate: true }),
    row('named', { lastSeenMs: NOW_MS - 3_000, pinned: true }),
  ])
  expect(duePeers(contactsOf(book))).toEqual(['named', 'roommate', 'stranger'])
})

test('a book full of peers of rooms drops the one not seen for longest', () => {
  const rows = Array.from({ length: MAX_BOOK_ROWS }, (_, i) => row(`P${i}`, { lastSeenMs: NOW_MS - i, roommate: true }))
  const book = memoryAddressBook(rows)
  const contacts = contactsOf(book)
  contacts.connected('new' as PeerId, ADDRESS)
  expect(book.list().map(({ peer }) => peer)).not.toContain('new')
  contacts.markRoommate('new' as PeerId)
  const peers = book.list().map(({ peer }) => peer)
  expect(peers).toHaveLength(MAX_BOOK_ROWS)
  expect(peers).toContain('new')
  expect(peers).not.toContain(`P${MAX_BOOK_ROWS - 1}`)
})
