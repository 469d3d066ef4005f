/** Multiaddrs as Kith uses them: TCP or WebSockets over IP or a DNS name, in text form without the peer id. */
import { multiaddr } from '@multiformats/multiaddr'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { KithError } from '../kith.ts'
import { escaped } from '../names.ts'
import { pastedAddress } from '../pasted.ts'
import { holds, NOWHERE } from './ip-ranges.ts'
import { networkInterfaces } from './network-interfaces.ts'
import { readPeerId } from './peer-id.ts'

export const DIAL_EXAMPLE = '/ip4/192.168.1.20/tcp/4001'
const LISTEN_EXAMPLE = '/ip4/0.0.0.0/tcp/4001'
const IP_NAMES = ['ip4', 'ip6']
const HOST_NAMES = [...IP_NAMES, 'ip6zone', 'dns', 'dns4', 'dns6']

/** Characters of a wrong address that an error shows: as long as a valid one with a long DNS name. */
const MAX_SHOWN_LENGTH = 350

/** An address to dial: `address` is without the peer id, which is in `peer` if it was given. */
export interface DialAddress {
  address: string
  peer: PeerId | undefined
}

/** Parses an address that a user typed or pasted. Throws a KithError `bad-address` that shows a valid example. */
export function parseDialAddress(text: string): DialAddress {
  const parsed = readDialAddress(pastedAddress(text))
  if (parsed !== undefined) {
    if (!holds(NOWHERE, ipOf(parsed.address) ?? '')) return parsed
    const message = `"${shown(text)}" is an address that no machine has: ${ipOf(parsed.address)} is no place to connect to. One looks like ${DIAL_EXAMPLE}.`
    throw new KithError('bad-address', message)
  }
  const message = `"${shown(text)}" is not an address that Kith can dial. One looks like ${DIAL_EXAMPLE}, with or without /p2p/ and the peer id at the end.`
  throw new KithError('bad-address', message)
}

/** Parses an address from a peer or a stored row; undefined if Kith could not dial it. */
export function readDialAddress(text: string): DialAddress | undefined {
  const components = componentsOf(text)
  if (components === undefined) return undefined
  const last = components.at(-1)
  const peer = last?.name === 'p2p' ? readPeerId(last.value ?? '') : undefined
  if (last?.name === 'p2p' && peer === undefined) return undefined
  const transport = last?.name === 'p2p' ? components.slice(0, -1) : components
  if (!isTransport(transport.map(({ name }) => name)) || portOf(transport) === 0) return undefined
  const address = transport.map(({ name, value }) => (value === undefined ? `/${name}` : `/${name}/${value}`)).join('')
  return { address, peer }
}

/** Parses an address to listen on. Throws a KithError `bad-address`. */
export function parseListenAddress(text: string): Multiaddr {
  const components = componentsOf(text)
  const names = components?.map(({ name }) => name)
  if (names !== undefined && IP_NAMES.includes(names[0] ?? '') && isTransport(names)) return multiaddr(text)
  const message = `"${shown(text)}" is not an address to listen on. One looks like ${LISTEN_EXAMPLE}; port 0 means any free port, and /ws at the end means WebSockets.`
  throw new KithError('bad-address', message)
}

function shown(text: string): string {
  return text.length <= MAX_SHOWN_LENGTH ? escaped(text) : `${escaped(text.slice(0, MAX_SHOWN_LENGTH))}…`
}

/** Whether an address is for the WebSockets transport. */
export function isWebSockets(address: string): boolean {
  return /\/ws(\/|$)/.test(address)
}

/** Whether an address means this machine itself. */
export function isLoopback(address: string): boolean {
  return address.startsWith('/ip4/127.') || address.startsWith('/ip6/::1/')
}

/** The IP address in a multiaddr; undefined for DNS names. */
export function ipOf(address: string): string | undefined {
  const [, name, value] = address.split('/')
  return name !== undefined && IP_NAMES.includes(name) ? value : undefined
}

/** The multiaddr at which to dial a peer. With the peer id, the handshake fails if another peer answers there. */
export function dialTarget(address: string, peer: PeerId | undefined): Multiaddr {
  return multiaddr(peer === undefined ? address : `${address}/p2p/${peer}`)
}

/** `first` followed by the new ones of `others`, without duplicates and at most `limit`. */
export function mergeAddresses(first: readonly string[], others: readonly string[], limit: number): string[] {
  return [...new Set([...first, ...others])].slice(0, limit)
}

/**
 * The addresses at which others can reach this node: those of the listeners and, for wildcard listeners,
 * also the IPv4 link-local ones. js-libp2p leaves those out, although two machines on one cable have no
 * others.
 */
export function reachableAddresses(bound: readonly string[], listen: readonly string[]): string[] {
  if (!listen.some((address) => address.startsWith('/ip4/0.0.0.0/'))) return [...bound]
  const linkLocal = ipv4Addresses().filter((ip) => ip.startsWith('169.254.'))
  const loopback = bound.filter((address) => address.startsWith('/ip4/127.0.0.1/'))
  return [...bound, ...linkLocal.flatMap((ip) => loopback.map((address) => address.replace('127.0.0.1', ip)))]
}

function ipv4Addresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((infos) => infos ?? [])
    .filter(({ family }) => family === 'IPv4')
    .map(({ address }) => address)
}

interface Component {
  name: string
  value?: string
}

function componentsOf(text: string): Component[] | undefined {
  try {
    return multiaddr(text).getComponents()
  } catch {
    return undefined // not an address
  }
}

function isTransport(names: readonly string[]): boolean {
  const hosts = names[0] === 'ip6zone' ? names.slice(1) : names
  const [host, tcp, ws, ...rest] = hosts
  return HOST_NAMES.includes(host ?? '') && tcp === 'tcp' && (ws === undefined || ws === 'ws') && rest.length === 0
}

function portOf(components: readonly Component[]): number {
  return Number(components.find(({ name }) => name === 'tcp')?.value)
}
