/** Who gets space for documents that have to wait, and whose give way. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Document } from '../../../protocols/document/document.ts'
import { documentIdOfDigest, type PeerId } from '../../../protocols/wire/ids.ts'
import { sha256 } from '../../../protocols/wire/crypto.ts'
import { encodeText } from '../../../src/apps/body.ts'
import { MAX_PENDING_PER_PEER, MAX_PENDING_PER_ROOM } from '../../../src/room/constants.ts'
import { RoomGraph } from '../../../src/room/graph.ts'
import { bytesInMemory } from '../../../src/room/waiting-loads.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import type { Store } from '../../../src/store/store.ts'
import { NOW_MS, rootOf, signed, signerOf, welcome } from './history.ts'

// So few that their signatures take no time.
vi.mock('../../../src/room/constants.ts', async (importOriginal) => ({
  ...(await importOriginal<typeof import('../../../src/room/constants.ts')>()),
  MAX_PENDING_PER_ROOM: 256,
  MAX_PENDING_PER_PEER: 32,
}))

const root = rootOf()
const room = root.id
const KNOWN = 0
const STRANGER = 5
const peer = (index: number): PeerId => `peer ${index}` as PeerId

let store: Store
let graph: RoomGraph
let freeBytes: number
let made = 0

beforeEach(() => {
  store = memoryStore()
  freeBytes = Infinity
  graph = new RoomGraph(room, store, undefined, () => freeBytes)
  graph.receive([root.block], peer(0), welcome)
})

/** Documents after one that nobody has. */
function orphans(count: number, author: number): Document[] {
  return Array.from({ length: count }, () =>
    signed(
      {
        ...{ room, author: signerOf(author).author, seq: 0, previous: null, clock: 9, timeMs: NOW_MS + made++ },
        ...{ parents: [documentIdOfDigest(sha256(encodeText(`nowhere ${made}`)))], epoch: 0, kind: 'message' },
        ...{ links: [], body: encodeText('waiting') },
      },
      signerOf(author),
    ),
  )
}

function park(from: number, count: number, author: number): string[] {
  const documents = orphans(count, author)
  return graph.receive(
    documents.map(({ block }) => block),
    peer(from),
    welcome,
  ).durable
}

function parkedBy(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { from } of store.pending(room)) counts[from] = (counts[from] ?? 0) + 1
  return counts
}

const FILLING = MAX_PENDING_PER_ROOM / MAX_PENDING_PER_PEER

function fill(author: number): void {
  for (let index = 1; index <= FILLING; index++) {
    graph.setPresent(peer(index), true)
    park(index, MAX_PENDING_PER_PEER, author)
  }
  expect(graph.pendingCount).toBe(MAX_PENDING_PER_ROOM)
}

describe('when the space for waiting documents is used up', () => {
  it('the shares of the peers with most shrink, until all have equally much', () => {
    fill(KNOWN)
    const newcomer = FILLING + 1
    graph.setPresent(peer(newcomer), true)
    const taken = park(newcomer, MAX_PENDING_PER_PEER, KNOWN).length
    const fair = MAX_PENDING_PER_ROOM / (FILLING + 1)
    expect(Math.abs(taken - fair)).toBeLessThan(2)
    for (const count of Object.values(parkedBy())) expect(Math.abs(count - fair)).toBeLessThan(2)
    expect(graph.pendingCount).toBe(MAX_PENDING_PER_ROOM)
  })

  it('what peers sent that left goes first, even if others have more', () => {
    fill(KNOWN)
    graph.setPresent(peer(3), false)
    graph.setPresent(peer(99), true)
    expect(park(99, 30, KNOWN)).toHaveLength(30)
    expect(parkedBy()).toMatchObject({ [peer(3)]: 2, [peer(99)]: 30, [peer(1)]: MAX_PENDING_PER_PEER })
  })

  it('what strangers wrote gives way to what authors of the room wrote, until they are known', () => {
    fill(STRANGER)
    const newcomer = FILLING + 1
    graph.setPresent(peer(newcomer), true)
    expect(park(newcomer, MAX_PENDING_PER_PEER, KNOWN)).toHaveLength(MAX_PENDING_PER_PEER)
    const own = signed(
      {
        ...{ room, author: signerOf(STRANGER).author, seq: 0, previous: null, parents: [room], clock: 2 },
        ...{ timeMs: NOW_MS, epoch: 0, kind: 'message', links: [], body: encodeText('hello') },
      },
      signerOf(STRANGER),
    )
    expect(graph.receive([own.block], peer(1), welcome).accepted).toHaveLength(1)
    graph.setPresent(peer(98), true)
    expect(park(98, MAX_PENDING_PER_PEER, KNOWN).length, 'only a fair share').toBeLessThan(MAX_PENDING_PER_PEER)
  })

  it('who has most is told to wait', () => {
    fill(KNOWN)
    const [more] = orphans(1, KNOWN)
    expect(graph.receive([more!.block], peer(1), welcome)).toMatchObject({ durable: [], deferred: [more!.id] })
  })
})

it('waiting documents count against what the room may take, and give way to accepted ones', () => {
  const waiting = orphans(20, KNOWN)
  const sizeBytes = bytesInMemory(waiting[0]!)
  freeBytes = 10.5 * sizeBytes
  graph.receive(
    waiting.map(({ block }) => block),
    peer(1),
    welcome,
  )
  expect(graph.pendingCount).toBe(10)
  const accepted = Array.from({ length: 4 }, (_, i) =>
    signed(
      {
        ...{ room, author: signerOf(1).author, seq: 0, previous: null, parents: [room], clock: 2 },
        ...{ timeMs: NOW_MS + i, epoch: 0, kind: 'message', links: [], body: encodeText('hello!!') },
      },
      signerOf(1),
    ),
  )
  const bytes = accepted.reduce((sum, { block }) => sum + block.length, 0)
  expect(
    graph.receive(
      accepted.map(({ block }) => block),
      peer(2),
      welcome,
    ).accepted,
  ).toHaveLength(4)
  const pendingBytes = store.pending(room).reduce((sum, { block }) => sum + block.length, 0)
  expect(pendingBytes).toBeLessThanOrEqual(freeBytes - bytes)
  expect(graph.pendingCount).toBeGreaterThan(3)
})

it('a document that gave way is taken again, and takes its place once its ancestors come', () => {
  const [first] = orphans(1, KNOWN)
  graph.receive([first!.block], peer(1), welcome)
  freeBytes = 10
  graph.receive([root.block], peer(1), welcome)
  expect(graph.isPending(first!.id)).toBe(false)
  freeBytes = Infinity
  expect(graph.receive([first!.block], peer(1), welcome).durable).toEqual([first!.id])
})
