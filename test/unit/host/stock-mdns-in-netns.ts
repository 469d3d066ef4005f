/**
 * Runs a Kith host beside a libp2p node with the stock @libp2p/mdns, and prints what each sees of the
 * other. Meant for a network namespace that has only loopback.
 */
import { once } from 'node:events'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import { mdns } from '@libp2p/mdns'
import type { MulticastDNSComponents } from '@libp2p/mdns'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { createHost } from '../../../src/host/create-host.ts'
import { NO_LOGS } from './logs.ts'
import { memoryAddressBook } from './memory-address-book.ts'

const DEADLINE_MS = 20_000

const host = await createHost({
  privateKey: await generateKeyPair('Ed25519'),
  listen: ['/ip4/127.0.0.1/tcp/0'],
  mdns: true,
  peers: [],
  addressBook: memoryAddressBook(),
  protocols: {},
  services: {},
  logger: NO_LOGS,
  label: (peer) => peer,
  lastReceivedMs: () => -Infinity,
  ring: { needed: () => new Set(), spare: () => [] },
})
const discovered = new EventTarget()
const stock = await createLibp2p({
  start: false,
  addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  peerDiscovery: [
    (components: MulticastDNSComponents) => {
      const discovery = mdns()(components)
      // The module's own event: libp2p's could also come from identify.
      discovery.addEventListener('peer', ({ detail }) => {
        if (detail.id.toString() === host.peer) discovered.dispatchEvent(new Event('kith'))
      })
      return discovery
    },
  ],
  services: { identify: identify() },
})
const signal = AbortSignal.timeout(DEADLINE_MS)
const connected = new EventTarget()
host.on('connected', (peer) => {
  if (peer === stock.peerId.toString()) connected.dispatchEvent(new Event('stock'))
})
const both = Promise.all([
  once(connected, 'stock', { signal }).then(() => process.stdout.write('kith connected to stock\n')),
  once(discovered, 'kith', { signal }).then(() => process.stdout.write('stock discovered kith\n')),
])
process.stdout.write('started\n')
await stock.start()
try {
  await both
} finally {
  await Promise.all([host.stop(), stock.stop()])
}
