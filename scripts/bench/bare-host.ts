/**
 * A bare libp2p host with the transports and services of a node, as a floor for what a node takes when it does nothing.
 * Prints its address; connects to the one that it is given.
 */
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { kadDHT } from '@libp2p/kad-dht'
import { mdns } from '@libp2p/mdns'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'

const [discovery, peer] = process.argv.slice(2)
/** All interfaces, as others on a LAN are found there; the ports are free ones. */
const LISTEN = discovery === 'mdns' ? '/ip4/0.0.0.0/tcp/0' : '/ip4/127.0.0.1/tcp/0'
const TOPIC = 'kith-bench'

const host = await createLibp2p({
  addresses: { listen: [LISTEN] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  peerDiscovery: discovery === 'mdns' ? [mdns()] : [],
  services: { identify: identify(), ping: ping(), dht: kadDHT({ clientMode: false }), gossip: gossipsub() },
})
host.services.gossip.subscribe(TOPIC)
host.addEventListener('peer:discovery', ({ detail }) => void host.dial(detail.id).catch(() => undefined))
if (peer !== undefined) await host.dial(multiaddr(peer))
process.stdout.write(`${host.getMultiaddrs()[0]?.toString() ?? ''}\n`)
