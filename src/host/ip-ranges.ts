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
