/** Ranges of IP addresses. */
import { BlockList, isIPv4 } from 'node:net'

export function rangesOf(...subnets: string[]): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [network = '', prefix] = subnet.split('/')
    list.addSubnet(network, Number(prefix), isIPv4(network) ? 'ipv4' : 'ipv6')
  }
  return list
}

export function holds(ranges: BlockList, ip: string): boolean {
  return ip !== '' && ranges.check(ip, isIPv4(ip) ? 'ipv4' : 'ipv6')
}

/** What no machine has: placeholders, groups, and what is reserved. */
export const NOWHERE = rangesOf('0.0.0.0/8', '224.0.0.0/3', '::/128', 'ff00::/8')

export const LOOPBACK = rangesOf('127.0.0.0/8', '::1/128')
export const LINK_LOCAL = rangesOf('169.254.0.0/16', 'fe80::/10')
/** What routers of the internet do not pass on; `100.64.0.0/10` is what providers and private networks over the internet use. */
export const PRIVATE = rangesOf('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7')
