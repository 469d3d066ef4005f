/** Addresses as the bench's proxy reads them: a multiaddr, and after it what else a peer has to know. */

export function addressOf(port: number, rest = ''): string {
  return `/ip4/127.0.0.1/tcp/${port}${rest}`
}

export function portOf(address: string): number {
  return Number(/\/tcp\/(\d+)/.exec(address)?.[1])
}
