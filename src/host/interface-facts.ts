/** The machine's addresses as a diagnosis shows them: which are announced, and which not and why. */
import type { InterfaceFacts, MulticastFacts } from '../kith.ts'
import { isVirtual } from './address-worth.ts'
import { ipOf } from './addresses.ts'
import { LINK_LOCAL, holds } from './ip-ranges.ts'
import { networkInterfaces, type Interfaces } from './network-interfaces.ts'

/** What a running node does with the machine's addresses. */
export interface Announcing {
  /** Without peer ids. */
  addresses: readonly string[]
  /** By the CIDR of the interface. */
  multicast: ReadonlyMap<string, MulticastFacts>
}

/** All addresses of this machine; `announcing` is undefined if no node runs. */
export function interfaceFacts(
  announcing: Announcing | undefined,
  interfaces: Interfaces = networkInterfaces(),
): InterfaceFacts[] {
  return Object.entries(interfaces).flatMap(([name, infos = []]) =>
    infos.map(({ address: ip, cidr, internal, family }) => {
      const kind = internal
        ? 'loopback'
        : isVirtual(name, cidr)
          ? 'virtual'
          : holds(LINK_LOCAL, ip)
            ? 'link-local'
            : 'network'
      const announced = internal ? undefined : announcing?.addresses.find((address) => ipOf(address) === ip)
      const why = announced === undefined ? reasonFor(kind, family, announcing) : null
      const multicast = announcing?.multicast.get(cidr ?? '') ?? null
      return { name, ip, kind, announced: announced ?? null, why, multicast } satisfies InterfaceFacts
    }),
  )
}

function reasonFor(kind: InterfaceFacts['kind'], family: string, announcing: Announcing | undefined): string {
  if (kind === 'loopback') return 'to every machine it means itself'
  if (announcing === undefined) return 'no node runs'
  const listens = announcing.addresses.some((address) => address.startsWith(family === 'IPv6' ? '/ip6/' : '/ip4/'))
  return listens ? 'the node does not listen on this address' : `the node does not listen on ${family}`
}
