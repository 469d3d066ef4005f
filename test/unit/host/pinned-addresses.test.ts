import { beforeEach, expect, test } from 'vitest'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import { MAX_PINNED_ADDRESSES, MAX_PINNED_RETRY_MS } from '../../../src/host/constants.ts'
import { PinnedAddresses } from '../../../src/host/pinned-addresses.ts'
import { memoryAddressBook } from './memory-address-book.ts'
import { NOW_MS, TestClock } from './test-clock.ts'

const ADDRESS = '/ip4/10.0.0.1/tcp/4001'
const PEER = 'peer' as PeerId

let clock: TestClock

beforeEach(() => {
  clock = new TestClock()
})

function dueOf(addresses: PinnedAddresses, connected?: PeerId): string[] {
  return addresses.due((peer) => peer === connected).map(({ address }) => address)
}

test('an address is dialled with growing pauses until someone answers, and again when that peer is gone', () => {
  const addresses = new PinnedAddresses(memoryAddressBook(), clock)
  addresses.add(ADDRESS, undefined)
  const pauses: number[] = []
  for (let i = 0; i < 10; i++) {
    const [target] = addresses.due(() => false)
    if (target === undefined) throw new Error('the address is not due')
    addresses.failed(target)
    const pauseMs = target.nextDialMs - clock.monotonicMs()
    pauses.push(pauseMs)
    clock.advance(pauseMs)
  }
  expect(pauses.slice(0, 2)).toEqual([2_000, 4_000])
  expect(pauses.at(-1)).toBe(MAX_PINNED_RETRY_MS)

  addresses.reached(ADDRESS, PEER)
  expect(dueOf(addresses, PEER)).toEqual([])
  clock.advance(MAX_PINNED_RETRY_MS - 1)
  expect(dueOf(addresses)).toEqual([])
  clock.advance(1)
  expect(dueOf(addresses)).toEqual([ADDRESS])
})

test('an address is kept over restarts, with who answered there last', () => {
  const book = memoryAddressBook()
  new PinnedAddresses(book, clock).add(ADDRESS, undefined)
  const second = new PinnedAddresses(book, clock)
  expect(dueOf(second)).toEqual([ADDRESS])
  second.reached(ADDRESS, 'another' as PeerId)
  second.reached(ADDRESS, PEER)
  expect(book.pinnedAddresses()).toEqual([{ address: ADDRESS, namedAtMs: NOW_MS, peer: PEER }])

  // The contact of that peer is dialled first.
  const third = new PinnedAddresses(book, clock)
  expect(dueOf(third)).toEqual([])
  clock.advance(MAX_PINNED_RETRY_MS)
  expect(dueOf(third)).toEqual([ADDRESS])
  expect(dueOf(third, PEER)).toEqual([])
})

test('the peer known to be at an address is not forgotten when the address is named again', () => {
  const book = memoryAddressBook()
  const addresses = new PinnedAddresses(book, clock)
  addresses.add(ADDRESS, PEER)
  clock.advance(1)
  addresses.add(ADDRESS, undefined)
  expect(book.pinnedAddresses()).toEqual([{ address: ADDRESS, namedAtMs: NOW_MS + 1, peer: PEER }])
})

test('an answer at an address that was forgotten meanwhile changes nothing', () => {
  const book = memoryAddressBook()
  new PinnedAddresses(book, clock).reached(ADDRESS, PEER)
  expect(book.pinnedAddresses()).toEqual([])
})

test('a wall clock that was set back does not stop the dials', () => {
  const addresses = new PinnedAddresses(memoryAddressBook(), clock)
  addresses.add(ADDRESS, undefined)
  const [target] = addresses.due(() => false)
  if (target === undefined) throw new Error('the address is not due')
  addresses.failed(target)
  clock.setBack(3_600_000)
  expect(dueOf(addresses)).toEqual([])
  clock.advance(MAX_PINNED_RETRY_MS)
  expect(dueOf(addresses)).toEqual([ADDRESS])
})

test('beyond the limit the address named first is forgotten, also in the book', () => {
  const addressOf = (port: number) => `/ip4/10.0.0.1/tcp/${port}`
  const rows = Array.from({ length: MAX_PINNED_ADDRESSES }, (_, i) => ({
    ...{ address: addressOf(i), namedAtMs: NOW_MS + i, peer: undefined },
  }))
  const book = memoryAddressBook([], rows)
  // Even with the clock set back, the new one is the newest.
  clock.setBack(1)
  const addresses = new PinnedAddresses(book, clock)
  addresses.add(addressOf(0), undefined)
  addresses.add(addressOf(MAX_PINNED_ADDRESSES), undefined)
  const kept = new Set(rows.map(({ address }) => address)).add(addressOf(MAX_PINNED_ADDRESSES))
  kept.delete(addressOf(1))
  expect(new Set(dueOf(addresses))).toEqual(kept)
  expect(new Set(book.pinnedAddresses().map(({ address }) => address))).toEqual(kept)
})
