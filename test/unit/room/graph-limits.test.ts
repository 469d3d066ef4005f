import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeDocument, type Document } from '../../../protocols/document/document.ts'
import { MAX_DOCUMENT_BYTES } from '../../../protocols/document/constants.ts'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import {
  MAX_PENDING_BYTES_PER_PEER,
  MAX_PENDING_BYTES_PER_ROOM,
  MAX_PENDING_PER_PEER,
  MAX_PENDING_PER_ROOM,
} from '../../../src/room/constants.ts'
import { RoomGraph } from '../../../src/room/graph.ts'
import type { Intake } from '../../../src/room/intake.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import {
  NOW_MS,
  peerA,
  peerB,
  rootOf,
  shuffle,
  signed,
  signerOf,
  stepsArbitrary,
  welcome,
  Writer,
  writeHistory,
} from './history.ts'
import { seededRandom } from '../../../src/simulate/random.ts'

const root = rootOf()
const room = root.id

const setUp = () => {
  const store = memoryStore()
  return { store, graph: new RoomGraph(room, store), writer: new Writer(root) }
}

const ids = (documents: readonly Document[]) => documents.map(({ id }) => id)

/** Documents that wait for one that is not here, and cheap to make: their author is never checked. */
function orphans(count: number, body = new Uint8Array(0)): Document[] {
  const { author } = signerOf(9)
  const absent = rootOf('chat', 99).id
  return Array.from({ length: count }, (_, i) =>
    encodeDocument({
      ...{ room, author, seq: 1, previous: absent, parents: [], clock: 2, timeMs: NOW_MS + i },
      ...{ epoch: 0, kind: 'message', links: [], body },
    }),
  )
}

describe('a room graph refuses', () => {
  it('what is not a document of the room, and takes the rest of the batch', () => {
    fc.assert(
      fc.property(
        stepsArbitrary(8),
        fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 7 }),
        fc.nat(),
        (steps, garbage, seed) => {
          const { graph, store } = setUp()
          const documents = writeHistory(steps)
          const cut = documents.map(({ block }) => block.subarray(0, block.length - 1 - (seed % 60)))
          const blocks = shuffle([...documents.map(({ block }) => block), ...garbage, ...cut], seededRandom(seed))
          const intake = graph.receive(blocks, peerA, welcome)
          expect(new Set(ids(intake.accepted))).toEqual(new Set(ids(documents)))
          expect(intake.durable).toHaveLength(documents.length)
          expect(intake.rejected).toHaveLength(garbage.length + cut.length)
          expect(store.pending(room)).toEqual([])
        },
      ),
    )
  })

  it('a document with any byte changed, or keeps it pending as one that nobody proves', () => {
    const { graph, writer } = setUp()
    graph.receive([root.block], peerA, welcome)
    const { block } = writer.say(1, 'a')
    for (let i = 0; i < block.length; i++) {
      const changed = Uint8Array.from(block)
      changed[i]! ^= 1
      expect(graph.receive([changed], peerA, welcome).accepted, `byte ${i}`).toEqual([])
    }
    expect(graph.receive([block], peerA, welcome).accepted).toHaveLength(1)
  })

  it('documents and roots of other rooms', () => {
    const { graph } = setUp()
    const other = rootOf('map', 2)
    const elsewhere = new Writer(other).say(1, 'a')
    expect(graph.receive([other.block, elsewhere.block], peerA, welcome)).toMatchObject({
      accepted: [],
      durable: [],
      rejected: ['wrong-room', 'wrong-room'],
    })
  })

  it('a document that names one of another room', () => {
    const { graph, store } = setUp()
    const other = rootOf('map', 2)
    new RoomGraph(other.id, store).receive([other.block], peerA, welcome)
    graph.receive([root.block], peerA, welcome)
    const { author } = signerOf(1)
    const crossing = signed(
      {
        ...{ room, author, seq: 0, previous: null, parents: [other.id], clock: 2, timeMs: NOW_MS },
        ...{ epoch: 0, kind: 'message', links: [], body: new Uint8Array(0) },
      },
      signerOf(1),
    )
    expect(graph.receive([crossing.block], peerA, welcome)).toMatchObject({
      durable: [],
      rejected: ['ancestor-of-other-room'],
    })
  })

  it.each(['late-clock', 'early-clock', 'skipped-seq', 'previous-of-other'] as const)(
    'a document with a %s, drops what waited for it, and goes on',
    (fault) => {
      const { graph, store, writer } = setUp()
      const first = writer.say(1, 'a')
      const second = writer.say(2, 'b')
      const third = writer.say(2, 'c')
      const broken = writer.write({ author: 1, parents: [0], isFork: false, signing: 'signed', fault })
      const after = [writer.say(3, 'on top'), writer.say(3, 'of it')]
      graph.receive(
        [...after].reverse().map(({ block }) => block),
        peerA,
        welcome,
      )
      expect(graph.pendingCount).toBe(2)
      graph.receive(
        [root, first, second, third].map(({ block }) => block),
        peerA,
        welcome,
      )
      const intake = graph.receive([broken.block], peerA, welcome)
      expect(intake).toMatchObject({ accepted: [], durable: [], forks: [] })
      expect(intake.rejected).toEqual([fault.endsWith('clock') ? 'clock-not-after-ancestors' : 'previous-not-own'])
      expect(store.pending(room)).toEqual([])
      expect(graph.missing()).toEqual([])
      const sound = new Writer(root)
      expect(ids(graph.receive([sound.say(4, 'still here').block], peerA, welcome).accepted)).toHaveLength(1)
    },
  )

  it('a chain of invalid signatures with many ends, at the cost of one check each', () => {
    const { graph } = setUp()
    graph.receive([root.block], peerA, welcome)
    const writer = new Writer(root)
    const chain = Array.from({ length: 1000 }, (_, i) => writer.say(1, `a${i}`, 'wrong'))
    const { seq, clock, id } = chain.at(-1)!
    const ends = Array.from({ length: 1000 }, (_, i) =>
      signed(
        {
          ...{ room, author: signerOf(1).author, seq: seq + 1, previous: id, parents: [], clock: clock + 1 },
          ...{ timeMs: i, epoch: 0, kind: 'message', links: [], body: new Uint8Array(0) },
        },
        signerOf(1),
        'wrong',
      ),
    )
    // Checking the whole chain for each end would take a million checks.
    const intake = graph.receive(
      [...chain, ...ends].map(({ block }) => block),
      peerA,
      welcome,
    )
    expect(intake.rejected).toEqual(Array.from({ length: 2000 }, () => 'bad-signature'))
    expect(intake.accepted).toEqual([])
  })
})

describe('the pending documents', () => {
  it('hold a room without its root, and are all released when it arrives', () => {
    const { graph, writer } = setUp()
    const documents = Array.from({ length: 20 }, (_, i) => writer.say(i % 3, `text ${i}`))
    for (const { block } of documents.toReversed()) graph.receive([block], peerA, welcome)
    expect(graph.missing()).toEqual([room])
    expect(ids(graph.receive([root.block], peerB, welcome).accepted)).toEqual(ids([root, ...documents]))
    expect(graph.pendingCount).toBe(0)
  })

  it(`take ${MAX_PENDING_PER_PEER} documents from a peer, and those refused once there is space again`, () => {
    const { graph, writer } = setUp()
    const waiting = Array.from({ length: MAX_PENDING_PER_PEER + 3 }, (_, i) => writer.say(1, `text ${i}`))
    const intake = graph.receive(
      waiting.map(({ block }) => block),
      peerA,
      welcome,
    )
    expect(intake.durable).toEqual(ids(waiting.slice(0, MAX_PENDING_PER_PEER)))
    expect(intake.rejected).toEqual(['pending-full', 'pending-full', 'pending-full'])
    expect(intake.deferred, 'welcome later').toEqual(ids(waiting.slice(MAX_PENDING_PER_PEER)))
    expect(intake.awaited).toEqual([room])
    expect(intake.awaitedByDeferred, 'all before them is here').toEqual([])
    const late = waiting.at(-1)!
    expect(graph.receive([late.block], peerB, welcome).durable, 'another peer has a share of its own').toEqual([
      late.id,
    ])
    expect(graph.receive([root.block], peerA, welcome).accepted).toHaveLength(1 + MAX_PENDING_PER_PEER)
    const again = graph.receive(
      waiting.slice(MAX_PENDING_PER_PEER).map(({ block }) => block),
      peerA,
      welcome,
    )
    expect(ids(again.accepted)).toEqual(ids(waiting.slice(MAX_PENDING_PER_PEER)))
  })

  it('still show, when full, what is missing before documents that have no space', () => {
    const { graph, writer } = setUp()
    const [first, ...others] = Array.from({ length: MAX_PENDING_PER_PEER + 4 }, (_, i) => writer.say(1, `text ${i}`))
    const receive = (some: readonly Document[]): Intake =>
      graph.receive(
        some.map(({ block }) => block),
        peerA,
        welcome,
      )
    const newest = others.slice(-MAX_PENDING_PER_PEER)
    expect(receive(newest)).toMatchObject({ awaited: [others[2]!.id], awaitedByDeferred: [], deferred: [] })
    const before = others.slice(0, 3)
    expect(receive(before)).toMatchObject({ awaited: [], awaitedByDeferred: [first!.id], deferred: ids(before) })
  })

  it('show, when full, only what the first of those that have no space waits for: it is before the others, too', () => {
    const { graph, writer } = setUp()
    const documents = Array.from({ length: MAX_PENDING_PER_PEER + 6 }, (_, i) => writer.say(1 + (i % 3), `text ${i}`))
    const receive = (some: readonly Document[]): Intake =>
      graph.receive(
        some.map(({ block }) => block),
        peerA,
        welcome,
      )
    receive(documents.slice(6))
    const { deferred, awaitedByDeferred } = receive(documents.slice(3, 6))
    expect(deferred).toHaveLength(3)
    expect(awaitedByDeferred.toSorted()).toEqual(ids([documents[0]!, documents[2]!]).toSorted())
  })

  it(`take ${MAX_PENDING_BYTES_PER_PEER} bytes from a peer`, () => {
    const { graph, store } = setUp()
    const large = orphans(140, new Uint8Array(60_000))
    const intake = graph.receive(
      large.map(({ block }) => block),
      peerA,
      welcome,
    )
    const kept = store.pending(room).reduce((sum, { block }) => sum + block.length, 0)
    expect(kept).toBeLessThanOrEqual(MAX_PENDING_BYTES_PER_PEER)
    expect(kept + large[0]!.block.length).toBeGreaterThan(MAX_PENDING_BYTES_PER_PEER)
    expect(intake.durable).toHaveLength(graph.pendingCount)
    expect(graph.receive([orphans(1)[0]!.block], peerA, welcome).rejected).toEqual([])
  })

  it(`take ${MAX_PENDING_PER_ROOM} documents of a room, even over a restart`, () => {
    const { graph, store } = setUp()
    const many = orphans(MAX_PENDING_PER_ROOM + 5)
    for (let i = 0; i < many.length; i += MAX_PENDING_PER_PEER) {
      const blocks = many.slice(i, i + MAX_PENDING_PER_PEER).map(({ block }) => block)
      graph.receive(blocks, `peer ${i}` as PeerId, welcome)
    }
    expect(graph.pendingCount).toBe(MAX_PENDING_PER_ROOM)
    store.commit()
    const restarted = new RoomGraph(room, store)
    expect(restarted.receive([many.at(-1)!.block], 'new' as PeerId, welcome)).toMatchObject({
      durable: [many.at(-1)!.id],
      rejected: [],
    })
    expect(restarted.pendingCount, 'others gave way').toBe(MAX_PENDING_PER_ROOM)
    expect(store.pending(room)).toHaveLength(MAX_PENDING_PER_ROOM)
    expect(restarted.receive([root.block], peerA, welcome).accepted).toHaveLength(1)
  })

  it(`take ${MAX_PENDING_BYTES_PER_ROOM} bytes of a room`, () => {
    const { graph, store } = setUp()
    const perPeer = Math.floor(MAX_PENDING_BYTES_PER_PEER / MAX_DOCUMENT_BYTES)
    const peers = MAX_PENDING_BYTES_PER_ROOM / MAX_PENDING_BYTES_PER_PEER + 1
    const many = orphans(perPeer * peers, new Uint8Array(MAX_DOCUMENT_BYTES - 1_024))
    const taken = many.filter(({ block }, i) => {
      return graph.receive([block], `peer ${Math.floor(i / perPeer)}` as PeerId, welcome).durable.length === 1
    })
    const pendingBytes = store.pending(room).reduce((sum, { block }) => sum + block.length, 0)
    expect(graph.pendingCount).toBeLessThan(taken.length)
    expect(pendingBytes).toBeLessThanOrEqual(MAX_PENDING_BYTES_PER_ROOM)
    expect(pendingBytes).toBeGreaterThan(MAX_PENDING_BYTES_PER_ROOM - MAX_DOCUMENT_BYTES)
  })

  it('do not keep out, when full, the proof that they wait for', () => {
    const { graph, writer } = setUp()
    graph.receive([root.block], peerA, welcome)
    const chain = Array.from({ length: MAX_PENDING_PER_PEER }, (_, i) => writer.say(1, `text ${i}`, 'unsigned'))
    graph.receive(
      chain.map(({ block }) => block),
      peerA,
      welcome,
    )
    expect(graph.pendingCount).toBe(MAX_PENDING_PER_PEER)
    const proof = writer.say(1, 'proof')
    expect(ids(graph.receive([proof.block], peerA, welcome).accepted)).toEqual(ids([...chain, proof]))
    expect(graph.pendingCount).toBe(0)
  })

  it('count a repeated document as durable, and keep it once', () => {
    const { graph, store, writer } = setUp()
    const { id, block } = writer.say(1, 'a')
    expect(graph.receive([block, block], peerA, welcome).durable).toEqual([id])
    expect(graph.receive([block], peerB, welcome).durable).toEqual([id])
    expect(store.pending(room)).toHaveLength(1)
  })
})
