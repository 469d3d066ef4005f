import { expect, test } from 'vitest'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import { MAX_PINNED_ADDRESSES, MAX_PINNED_RETRY_MS } from '../../../src/host/constants.ts'
import { PinnedAddresses } from '../../../src/host/pinned-addresses.ts'
import { memoryAddressBook } from './memory-address-book.ts'

const ADDRESS = '/ip4/10.0.0.1/tcp/4001'
const PEER = 'peer' as PeerId
const NOW = 1_000_000_000_000

function dueOf(addresses: PinnedAddresses, nowMs: number, connected?: PeerId): string[] {
  return addresses.due(nowMs, (peer) => peer === connected).map(({ address }) => address)
}

test('an address is dialled with growing pauses until somebody answers, and again when that peer is gone', () => {
  const addresses = new PinnedAddresses(memoryAddressBook(), NOW)
  addresses.add(ADDRESS, undefined, NOW)
  const pauses: number[] = []
  let nowMs = NOW
  for (let i = 0; i < 10; i++) {
    const [target] = addresses.due(nowMs, () => false)
    if (target === undefined) throw new Error('the address is not due')
    addresses.failed(target, nowMs)
    pauses.push(target.nextDialMs - nowMs)
    nowMs = target.nextDialMs
  }
  expect(pauses.slice(0, 2)).toEqual([2_000, 4_000])
  expect(pauses.at(-1)).toBe(MAX_PINNED_RETRY_MS)

  addresses.reached(ADDRESS, PEER)
  expect(dueOf(addresses, nowMs, PEER)).toEqual([])
  expect(dueOf(addresses, nowMs + MAX_PINNED_RETRY_MS - 1)).toEqual([])
  expect(dueOf(addresses, nowMs + MAX_PINNED_RETRY_MS)).toEqual([ADDRESS])
})

test('an address is kept over restarts, with who answered there last', () => {
  const book = memoryAddressBook()
  new PinnedAddresses(book, NOW).add(ADDRESS, undefined, NOW)
  const second = new PinnedAddresses(book, NOW + 1)
  expect(dueOf(second, NOW + 1)).toEqual([ADDRESS])
  second.reached(ADDRESS, 'another' as PeerId)
  second.reached(ADDRESS, PEER)
  expect(book.pinnedAddresses()).toEqual([{ address: ADDRESS, namedAtMs: NOW, peer: PEER }])

  // The contact of that peer is dialled first.
  const third = new PinnedAddresses(book, NOW + 2)
  expect(dueOf(third, NOW + 2)).toEqual([])
  expect(dueOf(third, NOW + 2 + MAX_PINNED_RETRY_MS)).toEqual([ADDRESS])
  expect(dueOf(third, NOW + 2 + MAX_PINNED_RETRY_MS, PEER)).toEqual([])
})

test('the peer that is known to be at an address is not forgotten when the address is named again', () => {
  const book = memoryAddressBook()
  const addresses = new PinnedAddresses(book, NOW)
  addresses.add(ADDRESS, PEER, NOW)
  addresses.add(ADDRESS, undefined, NOW + 1)
  expect(book.pinnedAddresses()).toEqual([{ address: ADDRESS, namedAtMs: NOW + 1, peer: PEER }])
})

test('what answers at an address that was forgotten meanwhile changes nothing', () => {
  const book = memoryAddressBook()
  new PinnedAddresses(book, NOW).reached(ADDRESS, PEER)
  expect(book.pinnedAddresses()).toEqual([])
})

test('a clock that was set back does not stop the dials', () => {
  const addresses = new PinnedAddresses(memoryAddressBook(), NOW)
  addresses.add(ADDRESS, undefined, NOW)
  expect(dueOf(addresses, NOW - 24 * 3_600_000)).toEqual([ADDRESS])
})

test('past the limit the address named first is forgotten, also from the book', () => {
  const addressOf = (port: number) => `/ip4/10.0.0.1/tcp/${port}`
  const rows = Array.from({ length: MAX_PINNED_ADDRESSES }, (_, i) => ({
    ...{ address: addressOf(i), namedAtMs: NOW + i, peer: undefined },
  }))
  const book = memoryAddressBook([], rows)
  // A clock set back: the new one is the newest all the same.
  const addresses = new PinnedAddresses(book, NOW - 1)
  addresses.add(addressOf(0), undefined, NOW - 1)
  addresses.add(addressOf(MAX_PINNED_ADDRESSES), undefined, NOW - 1)
  const kept = new Set(rows.map(({ address }) => address)).add(addressOf(MAX_PINNED_ADDRESSES))
  kept.delete(addressOf(1))
  expect(new Set(dueOf(addresses, NOW + MAX_PINNED_ADDRESSES))).toEqual(kept)
  expect(new Set(book.pinnedAddresses().map(({ address }) => address))).toEqual(kept)
})
