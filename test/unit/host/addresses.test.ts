import { peerIdFromString } from '@libp2p/peer-id'
import { expect, test } from 'vitest'
import {
  dialTarget,
  isLoopback,
  isWebSockets,
  mergeAddresses,
  parseDialAddress,
  parseListenAddress,
  reachableAddresses,
  readDialAddress,
} from '../../../src/host/addresses.ts'

const PEER = '12D3KooWHptNwADYj1XNwRisMi5C42TyF5J4C513PArhWQidkC5r'

test.each([
  '/ip4/10.0.0.1/tcp/4001',
  '/ip4/10.0.0.1/tcp/4001/ws',
  '/ip6/2001:db8::1/tcp/4001',
  '/dns4/kitchen.local/tcp/4001',
])('%s can be dialled, with and without a peer id', (address) => {
  expect(parseDialAddress(address)).toEqual({ address, peer: undefined })
  expect(parseDialAddress(`${address}/p2p/${PEER}`)).toEqual({ address, peer: PEER })
  const cid = peerIdFromString(PEER).toCID().toString()
  expect(parseDialAddress(`${address}/p2p/${cid}`)).toEqual({ address, peer: PEER })
})

test.each([' /ip4/10.0.0.1/tcp/4001\n', '</ip4/10.0.0.1/tcp/4001>', '\u201c/IP4/10.0.0.1/TCP/4001/\u201d.'])(
  '%j is dialled as it was meant',
  (pasted) => {
    expect(parseDialAddress(pasted)).toEqual({ address: '/ip4/10.0.0.1/tcp/4001', peer: undefined })
  },
)

test.each([
  '',
  'kitchen',
  '10.0.0.1:4001',
  '/ip4/10.0.0.1',
  '/ip4/10.0.0.1/tcp/0',
  '/ip4/10.0.0.1/udp/4001/quic-v1',
  '/ip4/10.0.0.300/tcp/4001',
  '/tcp/4001',
  '/ip4/10.0.0.1/tcp/4001/p2p/nonsense',
  `/p2p/${PEER}`,
  `/ip4/10.0.0.1/tcp/4001/p2p/${PEER}/p2p-circuit`,
  '/unix/tmp/socket',
])('"%s" cannot be dialled, and the error shows what can', (address) => {
  expect(readDialAddress(address)).toBeUndefined()
  expect(() => parseDialAddress(address)).toThrow(expect.objectContaining({ code: 'bad-address' }) as Error)
  expect(() => parseDialAddress(address)).toThrow(/"[^"]*" is not an address .* \/ip4\/192\.168\.1\.20\/tcp\/4001/)
})

test.each([
  '/ip4/0.0.0.0/tcp/4001',
  `/ip4/224.0.0.251/tcp/1/p2p/${PEER}`,
  '/ip4/255.255.255.255/tcp/1',
  '/ip6/::/tcp/1',
])('"%s", which no machine has, is refused before anybody waits for it', (address) => {
  expect(() => parseDialAddress(address)).toThrow(/"[^"]*" is an address that no machine has: /)
})

test.each([parseDialAddress, parseListenAddress])('the error for a long text is short, and comes at once', (parse) => {
  expect(() => parse('🧑'.repeat(50_000))).toThrow(/^"🧑{175}…" is not an address .{1,150}$/u)
})

test('addresses to listen on', () => {
  expect(parseListenAddress('/ip4/0.0.0.0/tcp/0').toString()).toBe('/ip4/0.0.0.0/tcp/0')
  expect(parseListenAddress('/ip6/::/tcp/4001/ws').toString()).toBe('/ip6/::/tcp/4001/ws')
  for (const bad of ['4001', '/dns4/host/tcp/1', '/ip4/0.0.0.0/udp/0', `/ip4/0.0.0.0/tcp/1/p2p/${PEER}`]) {
    expect(() => parseListenAddress(bad), bad).toThrow(expect.objectContaining({ code: 'bad-address' }) as Error)
  }
})

test('the dialled multiaddr names the peer if it is known', () => {
  expect(dialTarget('/ip4/10.0.0.1/tcp/1', undefined).toString()).toBe('/ip4/10.0.0.1/tcp/1')
  expect(dialTarget('/ip4/10.0.0.1/tcp/1', parseDialAddress(`/ip4/10.0.0.1/tcp/1/p2p/${PEER}`).peer).toString()).toBe(
    `/ip4/10.0.0.1/tcp/1/p2p/${PEER}`,
  )
})

test('kinds of addresses', () => {
  expect(isLoopback('/ip4/127.0.0.1/tcp/1')).toBe(true)
  expect(isLoopback('/ip6/::1/tcp/1')).toBe(true)
  expect(isLoopback('/ip4/10.0.0.1/tcp/1')).toBe(false)
  expect(isWebSockets('/ip4/10.0.0.1/tcp/1/ws')).toBe(true)
  expect(isWebSockets('/dns4/ws.example/tcp/1')).toBe(false)
})

test('merging keeps the order, and drops duplicates and addresses beyond the limit', () => {
  expect(mergeAddresses(['b', 'a'], ['a', 'c', 'd'], 3)).toEqual(['b', 'a', 'c'])
})

test('only a wildcard listener adds addresses to those it is bound to', () => {
  const bound = ['/ip4/127.0.0.1/tcp/4001']
  expect(reachableAddresses(bound, ['/ip4/127.0.0.1/tcp/4001'])).toEqual(bound)
  expect(reachableAddresses(bound, ['/ip4/0.0.0.0/tcp/4001'])).toEqual(expect.arrayContaining(bound))
})
