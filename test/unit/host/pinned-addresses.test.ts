import { expect, test } from 'vitest'
import type { PeerKey } from '../../../protocols/wire/ids.ts'
import { MAX_PINNED_ADDRESSES, MAX_PINNED_RETRY_MS } from '../../../src/host/constants.ts'
import { PinnedAddresses } from '../../../src/host/pinned-addresses.ts'

const ADDRESS = '/ip4/10.0.0.1/tcp/4001'
const PEER = 'peer' as PeerKey

test('an address is dialled with growing pauses until somebody answers, and again when that peer is gone', () => {
  const addresses = new PinnedAddresses()
  addresses.add(ADDRESS)
  const due = (nowMs: number, connected: boolean) => addresses.due(nowMs, () => connected)
  const pauses: number[] = []
  let nowMs = 0
  for (let i = 0; i < 10; i++) {
    const [target] = due(nowMs, false)
    if (target === undefined) throw new Error('the address is not due')
    addresses.failed(target, nowMs)
    pauses.push(target.nextDialMs - nowMs)
    nowMs = target.nextDialMs
  }
  expect(pauses.slice(0, 2)).toEqual([2_000, 4_000])
  expect(pauses.at(-1)).toBe(MAX_PINNED_RETRY_MS)

  addresses.reached(ADDRESS, PEER)
  expect(due(nowMs, true)).toEqual([])
  expect(due(nowMs + MAX_PINNED_RETRY_MS - 1, false)).toEqual([])
  expect(due(nowMs + MAX_PINNED_RETRY_MS, false)).toMatchObject([{ address: ADDRESS, peer: PEER }])
})

test('an address is kept once, and the number of them is bounded', () => {
  const addresses = new PinnedAddresses()
  for (let i = 0; i <= MAX_PINNED_ADDRESSES; i++) addresses.add(`/ip4/10.0.0.1/tcp/${i}`)
  addresses.add(`/ip4/10.0.0.1/tcp/${MAX_PINNED_ADDRESSES}`)
  const due = addresses.due(0, () => false).map(({ address }) => address)
  expect(due).toHaveLength(MAX_PINNED_ADDRESSES)
  expect(new Set(due).size).toBe(MAX_PINNED_ADDRESSES)
  expect(due).not.toContain('/ip4/10.0.0.1/tcp/0')
})
