/** A process with many library nodes, driven by the bench: those that listen while one writes elsewhere. */
import type { KithNode } from '../../src/kith.ts'
import { sharedNowMs, until } from './clock.ts'
import { serve } from './rpc.ts'

/** The compiled library, as users run it. */
const LIBRARY = new URL('../../dist/src/node.js', import.meta.url)
const MEET_TIMEOUT_MS = 60_000
const ARRIVE_TIMEOUT_MS = 300_000

const nodes: KithNode[] = []
const received: number[] = []
let lastAtMs = 0

const methods = {
  /** A node in each folder; returns their addresses. */
  async start(folders: readonly string[]): Promise<string[]> {
    const { createNode } = (await import(LIBRARY.href)) as typeof import('../../src/node.ts')
    for (const [i, dataDir] of folders.entries()) {
      const node = await createNode({ dataDir, name: `Bench ${i}`, listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false })
      received.push(0)
      node.on('message', () => {
        received[i] = (received[i] ?? 0) + 1
        lastAtMs = sharedNowMs()
      })
      nodes.push(node)
    }
    return nodes.map((node) => node.addresses()[0] ?? '')
  },

  /** Connects each with the `links` before it, the first of which is a writer elsewhere; resolves once they are neighbours. */
  async meet(id: string, writer: string, links: number): Promise<void> {
    const addresses = [writer, ...nodes.map((node) => node.addresses()[0] ?? '')]
    for (const [i, node] of nodes.entries()) {
      const peers = addresses.slice(Math.max(0, i + 1 - links), i + 1)
      const room = await node.rooms.join(id, { peers })
      await until(MEET_TIMEOUT_MS, 'neighbours', () => room.summary().neighbours >= peers.length)
    }
  },

  /** When the last node had that many messages, by `sharedNowMs`; waits for it. */
  async allHaveAtMs(messages: number): Promise<number> {
    await until(ARRIVE_TIMEOUT_MS, 'all messages are everywhere', () => received.every((count) => count >= messages))
    return lastAtMs
  },
}

/** The methods of a process of many nodes. */
export type CrowdWorker = typeof methods

serve(methods)
