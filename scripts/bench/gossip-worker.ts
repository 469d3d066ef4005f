/** A process with bare gossipsub nodes: signed messages and nothing else, as the floor of what spreads among many. */
import { setTimeout as sleep } from 'node:timers/promises'
import { gossipsub } from '@libp2p/gossipsub'
import type { GossipSub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { sharedNowMs, until } from './clock.ts'
import { serve } from './rpc.ts'

const TOPIC = 'bench'
const MEET_TIMEOUT_MS = 60_000
const ARRIVE_TIMEOUT_MS = 120_000
/** Gossipsub forms its mesh at its heartbeats, of which there is one a second. */
const MESH_MS = 3_000

type Node = Libp2p<{ pubsub: GossipSub }>

const nodes: Node[] = []
const received: number[] = []
let lastAtMs = 0

const methods = {
  /** That many nodes; returns their addresses. */
  async start(count: number): Promise<string[]> {
    for (let i = 0; i < count; i++) {
      const node = await createLibp2p({
        addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
        transports: [tcp()],
        connectionEncrypters: [noise()],
        streamMuxers: [yamux()],
        // All come from one address, which its score would count against them.
        services: { identify: identify(), pubsub: gossipsub({ scoreParams: { IPColocationFactorWeight: 0 } }) },
      })
      received.push(0)
      node.services.pubsub.addEventListener('message', () => {
        received[i] = (received[i] ?? 0) + 1
        lastAtMs = sharedNowMs()
      })
      node.services.pubsub.subscribe(TOPIC)
      nodes.push(node)
    }
    return nodes.map((node) => node.getMultiaddrs()[0]?.toString() ?? '')
  },

  /** Connects each with the `links` before it, the first of which is a writer elsewhere; resolves once there is a mesh. */
  async meet(writer: string, links: number): Promise<void> {
    const addresses = [writer, ...nodes.map((node) => node.getMultiaddrs()[0]?.toString() ?? '')]
    for (const [i, node] of nodes.entries()) {
      for (const address of addresses.slice(Math.max(0, i + 1 - links), i + 1)) await node.dial(multiaddr(address))
    }
    const areKnown = (): boolean =>
      nodes.every(({ services }, i) => services.pubsub.getSubscribers(TOPIC).length >= Math.min(links, i + 1))
    await until(MEET_TIMEOUT_MS, 'all know of subscribers', areKnown)
    await sleep(MESH_MS)
  },

  async publish(count: number, sizeBytes: number): Promise<void> {
    for (let i = 0; i < count; i++) await nodes[0]?.services.pubsub.publish(TOPIC, new Uint8Array(sizeBytes))
  },

  /** When the last node had that many messages, by `sharedNowMs`; waits for it. */
  async allHaveAtMs(messages: number): Promise<number> {
    await until(ARRIVE_TIMEOUT_MS, 'all messages are everywhere', () => received.every((count) => count >= messages))
    return lastAtMs
  },
}

/** The methods of a process of gossipsub nodes. */
export type GossipWorker = typeof methods

serve(methods)
