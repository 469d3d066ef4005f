import { expect, test } from 'vitest'
import { ipv4Interfaces, isOnNetwork } from '../../../src/host/network-interfaces.ts'

test('which addresses are on the network of an interface', () => {
  const each = { address: '10.1.2.3', cidr: '10.1.2.3/23', loopback: false }
  expect(isOnNetwork('10.1.2.255', each)).toBe(true)
  expect(isOnNetwork('10.1.3.1', each)).toBe(true)
  expect(isOnNetwork('10.1.4.1', each)).toBe(false)
  expect(isOnNetwork('210.1.2.3', { ...each, address: '210.1.2.3', cidr: '210.1.2.3/32' })).toBe(true)
})

test('the loopback interface is found', () => {
  expect(ipv4Interfaces()).toContainEqual({ address: '127.0.0.1', cidr: '127.0.0.1/8', loopback: true })
})
