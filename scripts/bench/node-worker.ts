/** A process with one library node, driven by the bench. It runs the compiled library, as users do. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { KithNode, Room, RoomDetails } from '../../src/kith.ts'
import { watchBlocking } from './blocking.ts'
import { sharedNowMs, until } from './clock.ts'
import { serve } from './rpc.ts'
import { talkMethods } from './talk.ts'

// The flags that bin/kith.js sets for every node started by `kith start`.
setFlagsFromString('--semi-space-growth-factor=1')
setFlagsFromString('--external-memory-accounted-in-global-limit')
setFlagsFromString('--heap-growing-percent=92')

const LIBRARY = new URL('../../dist/src/node.js', import.meta.url)

const MEET_TIMEOUT_MS = 30_000
const SAMPLE_EVERY_MS = 50
const WANTED_AT_ONCE = 1_000

let node: KithNode | undefined

const methods = {
  ...talkMethods({
    async start(dataDir) {
      const { createNode } = (await import(LIBRARY.href)) as typeof import('../../src/node.ts')
      node = await createNode({ dataDir, name: 'Bench', listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false })
      return node.addresses()[0] ?? ''
    },

    create: async () => (await running().rooms.create({ name: 'Bench' })).id,

    say: (room, text) => roomOf(room).do('send', { text }),

    follow(id, onMessage) {
      running().on('message', ({ room, text }) => {
        if (room === id) onMessage(text)
      })
      return Promise.resolve()
    },

    async connect(id, peer) {
      await running().rooms.join(id, { peers: [peer] })
    },

    usable: (id) =>
      new Promise<void>((resolve) => {
        running().on('joined', (room) => {
          if (room.id === id) resolve()
        })
      }),

    newest(id) {
      const room = roomOf(id)
      const state = room.status === 'open' ? (room.stateJson() as { recent: { text: string }[] }) : undefined
      return Promise.resolve(state?.recent.at(-1)?.text)
    },

    heldBytes: (id) => roomOf(id).summary().sizeBytes,
  }),

  details(room: string): RoomDetails {
    return roomOf(room).details()
  },

  watchBlocking,

  /** Creates a room; returns its id, and what others join it with. */
  async createWith(access: 'open' | 'private'): Promise<{ room: string; line: string }> {
    const room = await running().rooms.create({ name: 'Bench', access })
    const line = access === 'open' ? room.id : (await room.invite({ uses: 2 })).line
    return { room: room.id, line }
  },

  /** Joins a room by its id or by an invite. */
  async enter(line: string, peer: string): Promise<void> {
    await running().rooms.join(line, { peers: [peer] })
  },

  /** Adds a file or folder to a room; returns its CID, and the milliseconds. */
  async addFile(id: string, path: string): Promise<{ file: string; elapsedMs: number }> {
    const startedMs = sharedNowMs()
    const { id: file } = await roomOf(id).files.add(path)
    return { file, elapsedMs: sharedNowMs() - startedMs }
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

  /** Describes a lock on which so many connected nodes decide. */
  async createLock(id: string, name: string, electors: number): Promise<void> {
    await roomOf(id).locks.create(name, { electors })
  },

  /** Waits until the lock is known here, and all who decide about it are connected. */
  async knowsLock(id: string, name: string): Promise<void> {
    const isThere = (): boolean =>
      roomOf(id)
        .locks.list()
        .some((lock) => lock.name === name && lock.electors.every(({ isConnected }) => isConnected))
    await until(MEET_TIMEOUT_MS, 'the lock and its electors', () => Promise.resolve(isThere()))
  },

  /**
   * So many at a time take and release a lock again and again; returns how long each waited for it, and how long all took.
   */
  async takeLock(
    id: string,
    name: string,
    takers: number,
    rounds: number,
  ): Promise<{ waitsMs: number[]; tookMs: number }> {
    const lock = roomOf(id).lock(name)
    const waitsMs: number[] = []
    const startedMs = sharedNowMs()
    const take = async (): Promise<void> => {
      for (let round = 0; round < rounds; round++) {
        const wantedMs = sharedNowMs()
        const held = await lock.acquire()
        waitsMs.push(sharedNowMs() - wantedMs)
        await held.release()
      }
    }
    await Promise.all(Array.from({ length: takers }, take))
    return { waitsMs, tookMs: sharedNowMs() - startedMs }
  },

  /** Says something until as many others have acknowledged it; returns the milliseconds of each. */
  async sayUntilHeld(id: string, others: number, count: number): Promise<number[]> {
    const room = roomOf(id)
    const tookMs: number[] = []
    for (let each = 0; each < count; each++) {
      const startedMs = sharedNowMs()
      const { id: document } = (await room.do('send', { text: `${each}` })) as { id: string }
      const isHeld = (): boolean => (room.sync(document).newest[0]?.heldBy.length ?? 0) >= others
      while (!isHeld()) await new Promise((resolve) => setImmediate(resolve))
      tookMs.push(sharedNowMs() - startedMs)
    }
    return tookMs
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

serve(methods, async () => node?.stop())
