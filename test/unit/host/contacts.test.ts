import { expect, test } from 'vitest'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import {
  FORGET_AFTER_MS,
  LARGER_PEER_WAITS_MS,
  MAX_ADDRESSES_PER_PEER,
  MAX_BOOK_ROWS,
  MAX_RETRY_MS,
  MAX_UNSEEN_CONTACTS,
  MAX_UNSEEN_FAILURES,
  RECENT_MS,
  RECENT_RETRY_MS,
} from '../../../src/host/constants.ts'
import { Contacts } from '../../../src/host/contacts.ts'
import type { AddressRow } from '../../../src/store/store.ts'
import { memoryAddressBook } from './memory-address-book.ts'

const SELF = 'M' as PeerId
const SMALLER = 'A' as PeerId
const LARGER = 'Z' as PeerId
const ADDRESS = '/ip4/10.0.0.1/tcp/4001'
const NOW = 1_000_000_000_000

function row(peer: string, rest: Partial<AddressRow> = {}): AddressRow {
  const fields = { addresses: [ADDRESS], lastSeenMs: NOW - 1_000, pinned: false, roommate: false }
  return { peer: peer as PeerId, ...fields, ...rest }
}

function duePeers(contacts: Contacts, nowMs: number): string[] {
  return contacts.due(nowMs).map(({ peer }) => peer)
}

/** How long after each failed dial the next is due. */
function pausesMs(contacts: Contacts, peer: PeerId, startMs: number, count: number): number[] {
  const contact = contacts.get(peer)
  if (contact === undefined) throw new Error('no such contact')
  let nowMs = startMs
  return Array.from({ length: count }, () => {
    contacts.dialStarted(contact, nowMs)
    contacts.dialFailed(contact, nowMs)
    const pauseMs = contact.nextDialMs - nowMs
    nowMs = contact.nextDialMs
    return pauseMs
  })
}

test('the smaller peer id dials at once, the larger one waits for it', () => {
  const contacts = new Contacts(SELF, memoryAddressBook(), NOW)
  contacts.heard(SMALLER, [ADDRESS], NOW)
  contacts.heard(LARGER, [ADDRESS], NOW)
  expect(duePeers(contacts, NOW)).toEqual([LARGER])
  expect(duePeers(contacts, NOW + LARGER_PEER_WAITS_MS)).toEqual([SMALLER, LARGER])
})

test('a peer that the user named is dialled at once, as it may not know this node', () => {
  const contacts = new Contacts(SELF, memoryAddressBook(), NOW)
  contacts.pin(SMALLER, ADDRESS, NOW)
  expect(duePeers(contacts, NOW)).toEqual([SMALLER])
})

test('hearing of a peer again does not put its dial off', () => {
  const contacts = new Contacts(SELF, memoryAddressBook(), NOW)
  contacts.heard(SMALLER, [ADDRESS], NOW)
  contacts.heard(SMALLER, [ADDRESS], NOW + LARGER_PEER_WAITS_MS - 1)
  expect(duePeers(contacts, NOW + LARGER_PEER_WAITS_MS)).toEqual([SMALLER])
})

test('nobody dials itself, or what cannot be dialled', () => {
  const contacts = new Contacts(SELF, memoryAddressBook([row(SELF)]), NOW)
  contacts.heard(SELF, [ADDRESS], NOW)
  contacts.heard(LARGER, ['garbage', '/ip4/10.0.0.1/udp/4001'], NOW)
  expect(contacts.all()).toEqual([])
})

test('a peer seen lately is dialled about every second, for as long as it is recent', () => {
  const contacts = new Contacts(SELF, memoryAddressBook([row(LARGER)]), NOW)
  expect(pausesMs(contacts, LARGER, NOW, 100)).toEqual(Array(100).fill(RECENT_RETRY_MS))
})

test('an older peer is dialled less and less, but never given up', () => {
  const contacts = new Contacts(SELF, memoryAddressBook([row(LARGER, { lastSeenMs: NOW - RECENT_MS })]), NOW)
  const pauses = pausesMs(contacts, LARGER, NOW, 40)
  expect(pauses.slice(0, 3)).toEqual([2_000, 4_000, 8_000])
  expect(pauses.at(-1)).toBe(MAX_RETRY_MS)
  contacts.heard(LARGER, [ADDRESS], NOW + 10_000_000)
  expect(duePeers(contacts, NOW + 10_000_000)).toEqual([LARGER])
})

test('a peer never reached is given up until it is heard again, unless it is pinned', () => {
  const contacts = new Contacts(SELF, memoryAddressBook(), NOW)
  contacts.heard(LARGER, [ADDRESS], NOW)
  pausesMs(contacts, LARGER, NOW, MAX_UNSEEN_FAILURES)
  expect(contacts.get(LARGER)).toBeUndefined()
  contacts.pin(LARGER, ADDRESS, NOW)
  expect(Math.max(...pausesMs(contacts, LARGER, NOW, 50))).toBeLessThan(MAX_RETRY_MS)
  expect(contacts.get(LARGER)).toBeDefined()
})

test('a peer that accepts and closes is not dialled without a break', () => {
  const contacts = new Contacts(SELF, memoryAddressBook([row(LARGER)]), NOW)
  for (const contact of contacts.due(NOW)) contacts.dialStarted(contact, NOW)
  contacts.connected(LARGER, ADDRESS, [], NOW + 1)
  contacts.disconnected(LARGER, NOW + 2)
  expect(duePeers(contacts, NOW + 3)).toEqual([])
  expect(duePeers(contacts, NOW + RECENT_RETRY_MS)).toEqual([LARGER])
})

test('a clock that was set back does not stop the dials', () => {
  const contacts = new Contacts(SELF, memoryAddressBook([row(LARGER)]), NOW)
  for (const contact of contacts.due(NOW)) contacts.dialStarted(contact, NOW)
  expect(duePeers(contacts, NOW - 24 * 3_600_000)).toEqual([LARGER])
})

test('the row has the address that worked first, then what identify told', () => {
  const book = memoryAddressBook()
  const contacts = new Contacts(SELF, book, NOW)
  contacts.heard(LARGER, ['/ip4/10.0.0.7/tcp/1', '/ip4/10.0.0.8/tcp/1'], NOW)
  contacts.connected(LARGER, '/ip4/10.0.0.8/tcp/1', [], NOW)
  contacts.connected(LARGER, undefined, [`/ip4/10.0.0.9/tcp/1/p2p/${LARGER}`, '/ip4/10.0.0.10/tcp/1'], NOW)
  expect(book.list()).toEqual([
    {
      peer: LARGER,
      addresses: ['/ip4/10.0.0.8/tcp/1', '/ip4/10.0.0.10/tcp/1', '/ip4/10.0.0.7/tcp/1'],
      lastSeenMs: NOW,
      pinned: false,
      roommate: false,
    },
  ])
})

test('news of a peer does not push out the address that worked', () => {
  const contacts = new Contacts(SELF, memoryAddressBook([row(LARGER)]), NOW)
  const news = Array.from({ length: 100 }, (_, index) => `/ip4/10.1.0.${index}/tcp/1`)
  contacts.heard(LARGER, news, NOW)
  const { addresses } = contacts.get(LARGER) ?? { addresses: [] }
  expect(addresses).toHaveLength(MAX_ADDRESSES_PER_PEER)
  expect(addresses.slice(0, 2)).toEqual([ADDRESS, '/ip4/10.1.0.0/tcp/1'])
})

test('peers only heard of are few and not in the book', () => {
  const book = memoryAddressBook()
  const contacts = new Contacts(SELF, book, NOW)
  for (let i = 0; i < MAX_UNSEEN_CONTACTS + 10; i++) contacts.heard(`P${i}` as PeerId, [ADDRESS], NOW)
  expect(contacts.all()).toHaveLength(MAX_UNSEEN_CONTACTS)
  expect(contacts.get('P0' as PeerId)).toBeUndefined()
  expect(book.list()).toEqual([])
})

test('rows long unseen are dropped, pinned ones stay', () => {
  const lastSeenMs = NOW - FORGET_AFTER_MS - 1
  const book = memoryAddressBook([row('B', { lastSeenMs }), row('C', { lastSeenMs, pinned: true }), row('D')])
  const contacts = new Contacts(SELF, book, NOW)
  expect(book.list().map(({ peer }) => peer)).toEqual(['C', 'D'])
  expect(contacts.all()).toHaveLength(2)
})

test('the book is bounded: the oldest unpinned row goes', () => {
  const rows = Array.from({ length: MAX_BOOK_ROWS }, (_, i) => row(`P${i}`, { lastSeenMs: NOW - i, pinned: i > 500 }))
  const book = memoryAddressBook(rows)
  const contacts = new Contacts(SELF, book, NOW)
  contacts.connected('new' as PeerId, ADDRESS, [], NOW)
  const peers = book.list().map(({ peer }) => peer)
  expect(peers).toHaveLength(MAX_BOOK_ROWS)
  expect(peers).toContain('new')
  expect(peers).not.toContain('P500')
})

test('strangers push out other strangers, and no peer of a room, however long that was away', () => {
  const book = memoryAddressBook([row('friend', { lastSeenMs: NOW - 1_000_000, roommate: true })])
  const contacts = new Contacts(SELF, book, NOW)
  contacts.connected('met now' as PeerId, ADDRESS, [], NOW)
  contacts.markRoommate('met now' as PeerId, NOW)
  for (let i = 1; i <= MAX_BOOK_ROWS; i++) contacts.connected(`stranger ${i}` as PeerId, ADDRESS, [], NOW + i)
  const peers = book.list().map(({ peer }) => peer)
  expect(peers).toHaveLength(MAX_BOOK_ROWS)
  expect(peers).toEqual(expect.arrayContaining(['friend', 'met now', `stranger ${MAX_BOOK_ROWS}`]))
  expect(peers).not.toContain('stranger 2')
  const again = new Contacts(SELF, book, NOW + 2_000)
  expect(again.get('met now' as PeerId)).toMatchObject({ roommate: true })
})

test('peers of a room are dialled before strangers seen later, and those the user named before them', () => {
  const book = memoryAddressBook([
    row('stranger', { lastSeenMs: NOW }),
    row('roommate', { lastSeenMs: NOW - 2_000, roommate: true }),
    row('named', { lastSeenMs: NOW - 3_000, pinned: true }),
  ])
  expect(duePeers(new Contacts(SELF, book, NOW), NOW)).toEqual(['named', 'roommate', 'stranger'])
})

test('a full book of peers of rooms takes one more for the one longest unseen', () => {
  const rows = Array.from({ length: MAX_BOOK_ROWS }, (_, i) => row(`P${i}`, { lastSeenMs: NOW - i, roommate: true }))
  const book = memoryAddressBook(rows)
  const contacts = new Contacts(SELF, book, NOW)
  contacts.connected('new' as PeerId, ADDRESS, [], NOW)
  expect(book.list().map(({ peer }) => peer)).not.toContain('new')
  contacts.markRoommate('new' as PeerId, NOW)
  const peers = book.list().map(({ peer }) => peer)
  expect(peers).toHaveLength(MAX_BOOK_ROWS)
  expect(peers).toContain('new')
  expect(peers).not.toContain(`P${MAX_BOOK_ROWS - 1}`)
})
