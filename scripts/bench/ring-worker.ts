/** A process with one library node of a ring. It runs the compiled library, as users do. */
import { randomBytes } from 'node:crypto'
import type { KithNode } from '../../src/kith.ts'
import { sharedNowMs } from './clock.ts'
import { paced } from './paced.ts'
import { serve } from './rpc.ts'

const LIBRARY = new URL('../../dist/src/node.js', import.meta.url)

let node: KithNode | undefined

const methods = {
  /** Listens on loopback and returns the address. */
  async start(dataDir: string, hasRing: boolean): Promise<string> {
    const { createNode } = (await import(LIBRARY.href)) as typeof import('../../src/node.ts')
    const ring = hasRing ? {} : (false as const)
    node = await createNode({ dataDir, name: 'Bench', listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false, ring })
    return node.addresses()[0] ?? ''
  },

  async connect(address: string): Promise<void> {
    await running().connect(address)
  },

  /** How many peers are connected, and how many nodes of the ring. */
  counts(): { peers: number; ring: number } {
    const peers = running()
      .peers()
      .filter(({ connected }) => connected).length
    return { peers, ring: running().ring.status().connected }
  },

  /** Puts random items at a steady pace; returns their keys, and each one's milliseconds. */
  async put(count: number, perSecond: number, sizeBytes: number): Promise<{ key: string; elapsedMs: number }[]> {
    const puts: Promise<{ key: string; elapsedMs: number }>[] = []
    const put = async () => {
      const startedMs = sharedNowMs()
      const { key } = await running().ring.put(randomBytes(sizeBytes))
      return { key, elapsedMs: sharedNowMs() - startedMs }
    }
    await paced(count, perSecond, () => puts.push(put()))
    return Promise.all(puts)
  },

  /** How many hops it is to the first place of each item. */
  async hops(keys: string[]): Promise<number[]> {
    const places = await Promise.all(keys.map((key) => running().ring.where(key, { copies: 1 })))
    return places.map(([place]) => place?.hops ?? 0)
  },

  /** Gets items at a steady pace; returns each one's milliseconds. */
  async get(keys: string[], perSecond: number): Promise<number[]> {
    const gets: Promise<number>[] = []
    const left = [...keys]
    const get = async (key: string) => {
      const startedMs = sharedNowMs()
      const item = await running().ring.get(key)
      if (item === undefined) throw new Error(`${key} is not found`)
      return sharedNowMs() - startedMs
    }
    await paced(keys.length, perSecond, () => gets.push(get(left.shift() ?? '')))
    return Promise.all(gets)
  },
}

/** The methods of such a process. */
export type RingWorker = typeof methods

function running(): KithNode {
  if (node === undefined) throw new Error('the node has not been started')
  return node
}

serve(methods, async () => node?.stop())
