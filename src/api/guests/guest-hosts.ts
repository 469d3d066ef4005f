/**
 * The names by which the page for guests is asked for: addresses of this machine, and names that its user gave. A page of
 * another site whose name was rebound to this machine would ask by that name, and gets nothing.
 */
import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { ApiError } from '../errors.ts'

/** Addresses change when somebody plugs in a cable; reading them for each request would cost more than the request. */
const READ_EVERY_MS = 5_000

/** Addresses that other machines in a home or office use, the likeliest first. */
const LIKELY: readonly RegExp[] = [/^192\.168\./, /^10\./, /^172\.(1[6-9]|2\d|3[01])\./, /^[1-9]/, /^f[cd]/, /./]

export class GuestHosts {
  readonly #names: readonly string[]
  #addresses: readonly string[] = []
  #readMs = -Infinity

  /** `names` count besides the addresses of this machine. */
  constructor(names: readonly string[] = []) {
    this.#names = names.map((name) => name.toLowerCase())
  }

  /** Throws an ApiError unless the Host header is one of this machine, with the port. */
  check(host: string | undefined, port: number, isTls: boolean, nowMs: number): void {
    const allowed = ['localhost', ...this.#names, ...this.#current(nowMs)].flatMap((name) => {
      // A browser leaves the usual port out.
      const isUsual = port === (isTls ? 443 : 80)
      return isUsual ? [name, `${name}:${port}`] : [`${name}:${port}`]
    })
    if (host !== undefined && allowed.includes(host.toLowerCase())) return
    throw new ApiError(
      'forbidden',
      'This page is served by the addresses of its machine only, and by names that kith start --web-name gives.',
    )
  }

  /** Where others on the network reach what listens on an address. */
  reachable(listened: string, nowMs: number): string[] {
    const isAll = listened === '0.0.0.0' || listened === '::'
    const addresses = this.#current(nowMs).filter((address) => listened === '::' || !address.startsWith('['))
    const others = addresses.filter((address) => !isLoopback(address))
    const own = isAll ? inOrder(others.length > 0 ? others : addresses) : [spelled(listened)]
    return [...this.#names, ...own]
  }

  #current(nowMs: number): readonly string[] {
    if (nowMs - this.#readMs >= READ_EVERY_MS || nowMs < this.#readMs) {
      const found = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
      // Those that hold on one cable only need its name, which no browser takes.
      this.#addresses = found
        .map(({ address }) => address)
        .filter((address) => !/^fe80:/i.test(address))
        .map(spelled)
      this.#readMs = nowMs
    }
    return this.#addresses
  }
}

/** As it stands in an address of a page. */
function spelled(address: string): string {
  return isIPv6(address) ? `[${address.toLowerCase()}]` : address
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '[::1]'
}

function inOrder(addresses: readonly string[]): string[] {
  const rank = (address: string): number => LIKELY.findIndex((pattern) => pattern.test(address.replace('[', '')))
  return addresses.toSorted((a, b) => rank(a) - rank(b))
}
