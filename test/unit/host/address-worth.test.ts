import type { NetworkInterfaceInfo } from 'node:os'
import { expect, test } from 'vitest'
import { likeliestFirst } from '../../../src/host/address-worth.ts'

function card(...cidrs: string[]): NetworkInterfaceInfo[] {
  return cidrs.map((cidr) => ({ address: cidr.split('/')[0]!, cidr, family: 'IPv4' }) as NetworkInterfaceInfo)
}

const multiaddrs = (...addresses: string[]): string[] =>
  addresses.map((address) => `/${address.includes(':') ? 'ip6' : 'ip4'}/${address}/tcp/4001/p2p/12D3KooW`)

test('bridges of containers come after cards, and addresses of one link last', () => {
  const interfaces = {
    lo: card('127.0.0.1/8'),
    docker0: card('172.17.0.1/16'),
    vx1: card('172.21.0.1/16'),
    'br-12ab': card('192.168.97.1/24'),
    eth1: card('169.254.7.7/16', 'fe80::1/64'),
    eth0: card('10.77.0.1/24', '2001:db8::1/64'),
    wlan0: card('172.16.4.9/20'),
  }
  const given = multiaddrs(...Object.values(interfaces).flatMap((infos) => infos.map(({ address }) => address)))
  expect(likeliestFirst(given, interfaces)).toEqual(
    multiaddrs(
      ...['127.0.0.1', '10.77.0.1', '2001:db8::1', '172.16.4.9'],
      ...['172.17.0.1', '172.21.0.1', '192.168.97.1'],
      ...['169.254.7.7', 'fe80::1'],
    ),
  )
})

test('an address of no interface, such as one of a name, keeps its place among the usual ones', () => {
  const given = ['/ip4/172.17.0.1/tcp/1', '/dns4/kith.example/tcp/1', '/ip4/203.0.113.9/tcp/1']
  expect(likeliestFirst(given, { docker0: card('172.17.0.1/16') })).toEqual([...given.slice(1), given[0]])
})
