import { expect, test } from 'vitest'
import { networkOf } from '../../../src/host/peer-list.ts'

test.each([
  ['/ip4/127.0.0.1/tcp/1', 'machine'],
  ['/ip6/::1/tcp/1', 'machine'],
  ['/ip4/203.0.113.9/tcp/1', 'machine'],
  ['/ip4/192.168.1.5/tcp/1', 'local'],
  ['/ip4/172.20.1.5/tcp/1/ws', 'local'],
  ['/ip4/100.100.1.5/tcp/1', 'local'],
  ['/ip6/fe80::1/tcp/1', 'local'],
  ['/ip6/fd00::1/tcp/1', 'local'],
  ['/ip4/203.0.113.5/tcp/1', 'internet'],
  ['/ip6/2001:db8::1/tcp/1', 'internet'],
])('%s is in the network: %s', (address, expected) => {
  expect(networkOf(address, new Set(['203.0.113.9']))).toBe(expected)
})
