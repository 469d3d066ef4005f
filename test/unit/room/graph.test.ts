import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Document } from '../../../protocols/document/document.ts'
import type { DocumentId } from '../../../protocols/wire/ids.ts'
import { comparePositions } from '../../../protocols/wire/order.ts'
import { documentReader } from '../../../src/room/document-reader.ts'
import { RoomGraph } from '../../../src/room/graph.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import type { Store } from '../../../src/store/store.ts'
import {
  acceptableOf,
  ancestorIds,
  contentOf,
  deliveryOf,
  peerA,
  rootOf,
  stepsArbitrary,
  Writer,
  welcome,
  writeHistory,
  type Fault,
  type Signing,
} from './history.ts'

const root = rootOf()
const room = root.id
const SIGNINGS: Signing[] = ['signed', 'signed', 'unsigned', 'wrong']
const FAULTS: Fault[] = [
  'none',
  'none',
  'none',
  'none',
  'late-clock',
  'early-clock',
  'skipped-seq',
  'previous-of-other',
]

interface Received {
  store: Store
  graph: RoomGraph
  accepted: Document[]
  forks: string[]
}

/** Delivers until nothing is left that a peer would send again. */
function deliver(documents: readonly Document[], seed: number, restartEvery = Infinity): Received {
  const store = memoryStore()
  let graph = new RoomGraph(room, store)
  const accepted: Document[] = []
  const forks: string[] = []
  const durable = new Set<DocumentId>()
  let groups = 0
  for (let round = 0, before = -1; durable.size > before; round++) {
    before = durable.size
    const unacknowledged = documents.filter(({ id }) => !durable.has(id))
    for (const blocks of deliveryOf(unacknowledged, seed + round)) {
      if (++groups % restartEvery === 0) {
        store.commit()
        graph = new RoomGraph(room, store)
      }
      const intake = graph.receive(blocks, peerA, welcome)
      accepted.push(...intake.accepted)
      forks.push(...intake.forks.map(({ author, seq }) => `${author} ${seq}`))
      for (const id of intake.durable) durable.add(id)
    }
  }
  return { store, graph, accepted, forks: forks.sort() }
}

function expectAncestorsFirst(accepted: readonly Document[]): void {
  const seen = new Set<DocumentId>()
  for (const document of accepted) {
    expect(
      ancestorIds(document).every((id) => seen.has(id)),
      'an ancestor comes after its descendant',
    ).toBe(true)
    expect(seen.has(document.id), 'accepted twice').toBe(false)
    seen.add(document.id)
  }
}

/** The heads, by their definition. */
function headsOf(documents: readonly Document[]): { clock: number; id: DocumentId }[] {
  const named = new Set(documents.flatMap(ancestorIds))
  return documents
    .filter(({ id }) => !named.has(id))
    .toSorted(comparePositions)
    .map(({ clock, id }) => ({ clock, id }))
}

/** Every document beyond the first at its position in its author's chain. */
function forksOf(documents: readonly Document[]): string[] {
  const places = new Set<string>()
  return documents
    .flatMap(({ author, seq }) => {
      const place = `${author} ${seq}`
      if (places.has(place)) return [place]
      places.add(place)
      return []
    })
    .sort()
}

describe('a room graph, whatever the order, duplicates and grouping of what arrives,', () => {
  it('accepts a history of signed documents, and reports the same about it', () => {
    fc.assert(
      fc.property(stepsArbitrary(24), fc.nat(), fc.nat(), (steps, seedA, seedB) => {
        const documents = writeHistory(steps)
        const a = deliver(documents, seedA)
        const b = deliver(documents, seedB)
        expectAncestorsFirst(a.accepted)
        expect(a.store.totals(room).documents).toBe(documents.length)
        expect(a.store.totals(room).sizeBytes).toBe(documents.reduce((sum, { block }) => sum + block.length, 0))
        expect(a.store.newestHeads(room, Infinity)).toEqual(headsOf(documents))
        expect(contentOf(a.store, room)).toEqual(contentOf(b.store, room))
        expect(a.forks).toEqual(forksOf(documents))
        expect(b.forks).toEqual(a.forks)
        expect(a.graph.pendingCount).toBe(0)
        expect(a.store.pending(room)).toEqual([])
      }),
      { numRuns: 150 },
    )
  })

  it('accepts what keeps the rules and is proven, even without a signature of its own, and nothing else', () => {
    fc.assert(
      fc.property(stepsArbitrary(20, SIGNINGS, FAULTS), fc.nat(), (steps, seed) => {
        const documents = writeHistory(steps)
        const { accepted, store } = deliver(documents, seed)
        const expected = acceptableOf(documents)
        expectAncestorsFirst(accepted)
        expect(store.documents(room, { limit: 100 }).map(({ id }) => id)).toEqual(expected.map(({ id }) => id))
        expect(store.newestHeads(room, Infinity)).toEqual(headsOf(expected))
      }),
      { numRuns: 400 },
    )
  })

  it('goes on after restarts with its pending documents', () => {
    fc.assert(
      fc.property(
        stepsArbitrary(16, SIGNINGS, FAULTS),
        fc.nat(),
        fc.integer({ min: 1, max: 4 }),
        (steps, seed, restartEvery) => {
          const documents = writeHistory(steps)
          const restarted = deliver(documents, seed, restartEvery)
          expect(contentOf(restarted.store, room)).toEqual(contentOf(deliver(documents, seed + 1).store, room))
          expectAncestorsFirst(restarted.accepted)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('accepts the rest if a part never arrives, and everything once it does', () => {
    fc.assert(
      fc.property(stepsArbitrary(20), fc.nat(), fc.nat(), (steps, seed, missing) => {
        const documents = writeHistory(steps)
        const withheld = documents[missing % documents.length]!
        const { store, graph } = deliver(
          documents.filter((document) => document !== withheld),
          seed,
        )
        const expected = acceptableOf(documents.filter((document) => document !== withheld))
        expect(store.documents(room, { limit: 100 }).map(({ id }) => id)).toEqual(expected.map(({ id }) => id))
        expect(graph.missing()).toEqual(expected.length === documents.length - 1 ? [] : [withheld.id])
        graph.receive([withheld.block], peerA, welcome)
        expect(store.totals(room).documents).toBe(documents.length)
        expect(graph.missing()).toEqual([])
      }),
      { numRuns: 150 },
    )
  })
})

describe('a proof', () => {
  const setUp = () => {
    const store = memoryStore()
    return { store, graph: new RoomGraph(room, store), writer: new Writer(root) }
  }

  it('by a later document lets an unsigned one in, but not earlier', () => {
    const { graph, writer } = setUp()
    const unsigned = writer.say(1, 'a', 'unsigned')
    const later = writer.say(1, 'b')
    const first = graph.receive([root.block, unsigned.block], peerA, welcome)
    expect(first.accepted.map(({ id }) => id)).toEqual([root.id])
    expect(first.durable).toContain(unsigned.id)
    expect(graph.receive([later.block], peerA, welcome).accepted.map(({ id }) => id)).toEqual([unsigned.id, later.id])
  })

  it('lets in a document with an invalid signature that arrives after it, and refuses one that arrives before', () => {
    const { graph, writer } = setUp()
    const wrong = writer.say(1, 'a', 'wrong')
    const later = writer.say(1, 'b')
    graph.receive([root.block], peerA, welcome)
    expect(graph.receive([wrong.block], peerA, welcome)).toMatchObject({ durable: [], rejected: ['bad-signature'] })
    expect(graph.receive([later.block], peerA, welcome).durable).toEqual([later.id])
    expect(graph.receive([wrong.block], peerA, welcome).accepted.map(({ id }) => id)).toEqual([wrong.id, later.id])
  })

  it('reaches back over a chain of invalid signatures that arrives newest first, even over a restart', () => {
    const { store, graph, writer } = setUp()
    const chain = [...Array.from({ length: 5 }, (_, i) => writer.say(1, `a${i}`, 'wrong')), writer.say(1, 'end')]
    graph.receive([root.block], peerA, welcome)
    for (const { block } of chain.slice(3).reverse())
      expect(graph.receive([block], peerA, welcome).rejected).toEqual([])
    store.commit()
    const restarted = new RoomGraph(room, store)
    for (const { block } of chain.slice(0, 3).reverse())
      expect(restarted.receive([block], peerA, welcome).rejected).toEqual([])
    expect(store.totals(room).documents).toBe(7)
  })

  it('is checked once for a chain that waits for its ancestors, and not again when they come', () => {
    const { store, writer } = setUp()
    const chain = Array.from({ length: 20 }, (_, i) => writer.say(1, `a${i}`))
    const isSignatureValid = vi.fn((document: Document) => documentReader.isSignatureValid(document))
    const graph = new RoomGraph(room, store, { ...documentReader, isSignatureValid })
    const blocks = chain.map(({ block }) => block)
    expect(graph.receive(blocks.slice(10), peerA, welcome).durable).toHaveLength(10)
    expect(isSignatureValid.mock.calls.map(([{ id }]) => id)).toEqual([chain.at(-1)?.id])
    expect(graph.receive([root.block, ...blocks.slice(0, 10)], peerA, welcome).accepted).toHaveLength(21)
    expect(new Set(isSignatureValid.mock.calls.map(([{ id }]) => id))).toEqual(new Set([chain.at(-1)?.id, root.id]))
  })

  it('that arrives between an unsigned document and an invalid signature before it applies to both', () => {
    const { graph, writer } = setUp()
    const wrong = writer.say(1, 'a', 'wrong')
    const unsigned = writer.say(1, 'b', 'unsigned')
    const proof = writer.say(1, 'c')
    for (const { id, block } of [unsigned, proof, wrong])
      expect(graph.receive([block], peerA, welcome).durable).toEqual([id])
    expect(graph.receive([root.block], peerA, welcome).accepted).toHaveLength(4)
  })

  it('counts only together with the document that gives it, so that others can be given both', () => {
    const { graph, writer } = setUp()
    const unsigned = writer.say(1, 'a', 'unsigned')
    const elsewhere = writer.say(2, 'b')
    const proof = writer.write({ author: 1, parents: [0], isFork: false, signing: 'signed' })
    graph.receive([root.block, unsigned.block, proof.block], peerA, welcome)
    expect(graph.pendingCount).toBe(2)
    expect(graph.receive([elsewhere.block], peerA, welcome).accepted).toHaveLength(3)
  })

  it('by another author is invalid', () => {
    const { graph, writer } = setUp()
    const unsigned = writer.say(1, 'a', 'unsigned')
    const answer = writer.say(2, 'b')
    graph.receive([root.block, unsigned.block, answer.block], peerA, welcome)
    expect(graph.pendingCount).toBe(2)
  })

  it('that breaks the rules is invalid', () => {
    const { graph, writer } = setUp()
    const unsigned = writer.say(1, 'a', 'unsigned')
    const broken = writer.write({ author: 1, parents: [0], isFork: false, signing: 'signed', fault: 'late-clock' })
    const intake = graph.receive([root.block, unsigned.block, broken.block], peerA, welcome)
    expect(intake.accepted.map(({ id }) => id)).toEqual([root.id])
    expect(graph.pendingCount).toBe(2)
  })
})
