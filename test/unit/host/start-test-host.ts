import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Connection, PrivateKey } from '@libp2p/interface'
import { onTestFinished } from 'vitest'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import { createHost } from '../../../src/host/create-host.ts'
import type { AddressBook, Host, HostInit } from '../../../src/host/host.ts'
import { NO_LOGS } from './logs.ts'
import { memoryAddressBook } from './memory-address-book.ts'

/** A service that lets a test count the connections. */
interface Probe {
  getConnections(): Connection[]
}

export interface TestHost extends Host<{ probe: Probe }> {
  readonly privateKey: PrivateKey
  readonly addressBook: AddressBook
  /** Peers in the order of their events, as `+peer` and `-peer`. */
  readonly log: string[]
}

/** Starts a host on loopback that stops with the test. */
export async function startTestHost(options: Partial<HostInit<{ probe: Probe }>> = {}): Promise<TestHost> {
  const privateKey = options.privateKey ?? (await generateKeyPair('Ed25519'))
  const addressBook = options.addressBook ?? memoryAddressBook()
  const probe = ({ connectionManager }: { connectionManager: Probe }): Probe => connectionManager
  const host = await createHost<{ probe: Probe }>({
    listen: ['/ip4/127.0.0.1/tcp/0'],
    mdns: false,
    peers: [],
    protocols: { probe },
    services: {},
    logger: NO_LOGS,
    label: (peer) => peer,
    lastReceivedMs: () => -Infinity,
    ring: { needed: () => new Set(), spare: () => [] },
    ...options,
    privateKey,
    addressBook,
  })
  const log: string[] = []
  host.on('connected', (peer) => log.push(`+${peer}`))
  host.on('disconnected', (peer) => log.push(`-${peer}`))
  onTestFinished(() => host.stop())
  return Object.assign(host, { privateKey, addressBook, log })
}

export function addressOf(host: Host<Record<string, unknown>>): string {
  const [address] = host.addresses()
  if (address === undefined) throw new Error('the host has no address')
  return address
}

/** The address without the peer id. */
export function listenAddressOf(host: Host<Record<string, unknown>>): string {
  return addressOf(host).replace(/\/p2p\/.*/, '')
}

export function connectionsBetween(host: TestHost, peer: PeerId): Connection[] {
  const all = host.protocols.probe.getConnections()
  return all.filter(({ remotePeer, status }) => status === 'open' && remotePeer.toString() === peer)
}
