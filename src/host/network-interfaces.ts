/** The machine's network interfaces. */
import { networkInterfaces as askSystem, type NetworkInterfaceInfo } from 'node:os'
import { lastKnown } from './last-known.ts'

/** By name. */
export type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>

export const networkInterfaces = lastKnown<Interfaces>(askSystem, {})

export interface NetworkInterface {
  address: string
  /** Address and prefix length, as in `192.168.1.20/24`. */
  cidr: string
  loopback: boolean
}

/** All IP addresses of this machine. */
export function ipAddresses(): ReadonlySet<string> {
  return new Set(Object.values(networkInterfaces()).flatMap((infos = []) => infos.map(({ address }) => address)))
}

/** The first IPv4 address of every interface that is up. */
export function ipv4Interfaces(): NetworkInterface[] {
  return Object.values(networkInterfaces()).flatMap((infos) => {
    const info = infos?.find(({ family }) => family === 'IPv4')
    return info?.cidr ? [{ address: info.address, cidr: info.cidr, loopback: info.internal }] : []
  })
}

/** Whether an IPv4 address is on the network of an interface. */
export function isOnNetwork(address: string, { cidr }: NetworkInterface): boolean {
  const [network = '', prefix] = cidr.split('/')
  const size = 2 ** (32 - Number(prefix))
  return Math.floor(numberOf(address) / size) === Math.floor(numberOf(network) / size)
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0)
}
