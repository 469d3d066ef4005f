/** Which of a node's addresses other machines are likely to reach, for places where only a few fit. */
import { networkInterfaces, type Interfaces } from './network-interfaces.ts'

/** Interfaces that containers and virtual machines add; a LAN card never has such a name. */
const VIRTUAL = /^(docker|br-|veth|virbr|vnet|cni|flannel|cali|podman|lxc|lxd|vboxnet|vmnet|zt|utun)/

/** The pools from which container systems take networks, in which this machine is the gateway, `….0.1`. */
const BRIDGE = /^(172\.(1[6-9]|2\d|3[01])\.0\.1\/16|10\.88\.0\.1\/16|192\.168\.\d+\.1\/20)$/

const LINK_LOCAL = /^(169\.254\.|fe80:)/i

/** The least likely to be reached is the smallest. */
const WORTH = { linkLocal: 0, virtual: 1, usual: 2 }

/** The same multiaddrs, those that other machines are most likely to reach first; otherwise in their order. */
export function likeliestFirst(addresses: readonly string[], interfaces: Interfaces = networkInterfaces()): string[] {
  const worths = new Map<string, number>()
  for (const [name, infos = []] of Object.entries(interfaces)) {
    for (const { address, cidr } of infos) worths.set(address, worthOf(name, address, cidr))
  }
  const worth = (multiaddr: string): number => worths.get(multiaddr.split('/')[2] ?? '') ?? WORTH.usual
  return addresses.toSorted((a, b) => worth(b) - worth(a))
}

function worthOf(name: string, address: string, cidr: string | null): number {
  if (LINK_LOCAL.test(address)) return WORTH.linkLocal
  return isVirtual(name, cidr) ? WORTH.virtual : WORTH.usual
}

/** Whether an interface is one that containers or virtual machines add. */
export function isVirtual(name: string, cidr: string | null): boolean {
  return VIRTUAL.test(name) || (cidr !== null && BRIDGE.test(cidr))
}
