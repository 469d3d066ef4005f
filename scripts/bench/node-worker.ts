/** A process with one library node, driven by the bench. It runs the compiled library, as users do. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { KithNode, Room, RoomDetails } from '../../src/kith.ts'
import { sharedNowMs, until } from './clock.ts'
import { paced } from './paced.ts'
import { serve } from './rpc.ts'

// The flags that bin/kith.js sets for every node started by `kith start`.
setFlagsFromString('--semi-space-growth-factor=1')
setFlagsFromString('--external-memory-accounted-in-global-limit')
setFlagsFromString('--heap-growing-percent=92')

const LIBRARY = new URL('../../dist/src/node.js', import.meta.url)

/** Bytes of the text of every message: a sentence or two. */
const TEXT_BYTES = 200

const MEET_TIMEOUT_MS = 30_000
const SAMPLE_EVERY_MS = 50
const WANTED_AT_ONCE = 1_000

let node: KithNode | undefined
/** When each message text arrived, by `sharedNowMs`. */
const arrivals = new Map<string, number>()

const methods = {
  /** Starts a node on loopback and returns its address. */
  async start(dataDir: string): Promise<string> {
    const { createNode } = (await import(LIBRARY.href)) as typeof import('../../src/node.ts')
    node = await createNode({ dataDir, name: 'Bench', listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false })
    return node.addresses()[0] ?? ''
  },

  async create(): Promise<string> {
    return (await running().rooms.create({ name: 'Bench' })).id
  },

  details(room: string): RoomDetails {
    return roomOf(room).details()
  },

  /** Joins a room and records from now on when its messages arrive. */
  async join(id: string, peer: string): Promise<void> {
    const room = await running().rooms.join(id, { peers: [peer] })
    room.on('message', ({ text }) => void arrivals.set(text, sharedNowMs()))
  },

  /** Joins a room and waits until that many messages have arrived; returns the milliseconds since the call. */
  async catchUp(id: string, peer: string, messages: number): Promise<number> {
    const startedMs = sharedNowMs()
    const done = Promise.withResolvers<number>()
    let arrived = 0
    running().on('message', () => {
      if (++arrived === messages) done.resolve(sharedNowMs() - startedMs)
    })
    await running().rooms.join(id, { peers: [peer] })
    return done.promise
  },

  arrivals(): Map<string, number> {
    return arrivals
  },

  /** Sends messages at a steady pace; returns when each was sent, by its text. */
  async talk(id: string, count: number, perSecond: number): Promise<Map<string, number>> {
    const room = roomOf(id)
    const sent = new Map<string, number>()
    const sends: Promise<unknown>[] = []
    await paced(count, perSecond, () => {
      const text = textOf(`${id} ${sharedNowMs()}`)
      sent.set(text, sharedNowMs())
      sends.push(say(room, text))
    })
    await Promise.all(sends)
    return sent
  },

  /** Sends messages with that many in flight; returns the milliseconds until the last is durable. */
  async write(id: string, count: number, inFlight: number): Promise<number> {
    const room = roomOf(id)
    const startedMs = sharedNowMs()
    let next = 0
    const sendOneByOne = async (): Promise<void> => {
      while (next < count) await say(room, textOf(String(next++)))
    }
    await Promise.all(Array.from({ length: inFlight }, sendOneByOne))
    return sharedNowMs() - startedMs
  },

  /** Adds a file to a room and returns its CID. */
  async addFile(id: string, path: string): Promise<string> {
    return (await roomOf(id).files.add(path)).id
  },

  /** Joins a room and connects to peers; resolves once all of them are in the room. */
  async meet(id: string, peers: string[]): Promise<void> {
    const room = await running().rooms.join(id, { peers })
    await until(MEET_TIMEOUT_MS, 'all in the room', () => Promise.resolve(room.summary().neighbours >= peers.length))
  },

  /** Fetches a file's blocks into the store; returns the milliseconds, and how much the process's memory grew. */
  async fetch(id: string, file: string): Promise<{ elapsedMs: number; grownBytes: number }> {
    const startBytes = process.memoryUsage.rss()
    let mostBytes = startBytes
    const timer = setInterval(() => (mostBytes = Math.max(mostBytes, process.memoryUsage.rss())), SAMPLE_EVERY_MS)
    const startedMs = sharedNowMs()
    await running().ensure(file, { room: id }).done
    clearInterval(timer)
    return { elapsedMs: sharedNowMs() - startedMs, grownBytes: mostBytes - startBytes }
  },

  /** Asks for blocks that nobody has; returns the milliseconds until all wants are durable, and the heap they take. */
  async want(id: string, ids: string[]): Promise<{ elapsedMs: number; grownBytes: number }> {
    const startBytes = usedBytes()
    const startedMs = sharedNowMs()
    for (let done = 0; done < ids.length; done += WANTED_AT_ONCE) {
      const some = ids.slice(done, done + WANTED_AT_ONCE)
      await Promise.all(some.map((wanted) => running().ensure(wanted, { room: id }).noted))
    }
    return { elapsedMs: sharedNowMs() - startedMs, grownBytes: usedBytes() - startBytes }
  },
}

/** The methods of a node's process. */
export type NodeWorker = typeof methods

function running(): KithNode {
  if (node === undefined) throw new Error('the node has not been started')
  return node
}

function say(room: Room, text: string): Promise<unknown> {
  return room.do('send', { text })
}

function roomOf(id: string): Room {
  return running().rooms.get(id)
}

/** The heap and external memory, without garbage. */
function usedBytes(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function textOf(start: string): string {
  return start.padEnd(TEXT_BYTES, ' all of this is being said again')
}

serve(methods)
