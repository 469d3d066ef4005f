import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Document } from '../../../../protocols/document/document.ts'
import type { DocumentId, PeerId } from '../../../../protocols/wire/ids.ts'
import { comparePositions } from '../../../../protocols/wire/order.ts'
import { RoomGraph } from '../../../../src/room/graph.ts'
import { seededRandom } from '../../../../src/simulate/random.ts'
import { memoryStore } from '../../../../src/store/memory.ts'
import { ancestorIds, deliveryOf, peerA, signerOf, welcome } from '../history.ts'
import { NaiveAccess } from './naive.ts'
import { randomMembers } from './random-members.ts'

interface Outcome {
  accepted: DocumentId[]
  counting: DocumentId[]
  heads: DocumentId[]
  authorHeads: [PeerId, number][]
  ranks: number[]
}

/** What nobody may write waits or is refused by turns, as it comes with what follows it or before. */
const MAX_IDLE_ROUNDS = 4

const AUTHORS = Array.from({ length: 6 }, (_, index) => signerOf(index).author)

/** Delivers everything that is not here, and what that waits for, again and again, until that changes nothing. */
function deliver(documents: readonly Document[], seed: number, restartEvery = Infinity): Outcome {
  const room = documents.find((document) => document.room === null)!.id
  const store = memoryStore()
  let graph = new RoomGraph(room, store)
  let groups = 0
  for (let round = 0, before = 0, idleRounds = 0; ; round++) {
    const missing = documents.filter(({ id }) => !store.hasDocument(id) && !graph.isPending(id))
    for (const blocks of deliveryOf(missing, seed + round)) {
      graph.receive(blocks, peerA, welcome)
      if (++groups % restartEvery !== 0) continue
      store.commit()
      graph = new RoomGraph(room, store)
    }
    for (let asked = graph.missing(); asked.length > 0; asked = graph.missing()) {
      const blocks = documents.filter(({ id }) => asked.includes(id)).map(({ block }) => block)
      graph.receive(blocks, peerA, welcome)
    }
    const now = store.documents(room, { limit: 10_000 }).length
    idleRounds = now === before ? idleRounds + 1 : 0
    if (idleRounds === MAX_IDLE_ROUNDS) break
    before = now
  }
  const accepted = documents.filter(({ id }) => store.hasDocument(id)).sort(comparePositions)
  return {
    accepted: accepted.map(({ id }) => id),
    counting: accepted.filter((document) => graph.gate.counts(document)).map(({ id }) => id),
    heads: store.newestHeads(room, 1_000).map(({ id }) => id),
    authorHeads: store.authorHeads(room).map(({ author, seq }) => [author, seq]),
    ranks: AUTHORS.map((author) => graph.gate.control!.rank(author)),
  }
}

/** What the specification says. */
function expected(documents: readonly Document[]): Outcome {
  const naive = new NaiveAccess(documents)
  const kept = naive.kept()
  const accepted = documents.filter(({ id }) => kept.has(id)).sort(comparePositions)
  const named = new Set(accepted.flatMap((document) => ancestorIds(document)))
  const authors = [...new Set(accepted.map(({ author }) => author))].sort()
  const counting = naive.counting()
  return {
    accepted: accepted.map(({ id }) => id),
    counting: accepted.filter(({ id }) => counting.has(id)).map(({ id }) => id),
    heads: accepted.filter(({ id }) => !named.has(id)).map(({ id }) => id),
    authorHeads: authors.map((author) => [
      author,
      Math.max(...accepted.filter((document) => document.author === author).map(({ seq }) => seq)),
    ]),
    ranks: AUTHORS.map((author) => naive.rankAtEnd(author)),
  }
}

describe('a room with members', () => {
  const histories = fc.record({ seed: fc.integer(), steps: fc.integer({ min: 1, max: 40 }) })

  it('keeps what the specification says, whatever the order of arrival and however often it restarts', () => {
    fc.assert(
      fc.property(histories, fc.integer({ min: 1, max: 5 }), ({ seed, steps }, restartEvery) => {
        const { documents } = randomMembers(seededRandom(seed), steps)
        const wanted = expected(documents)
        expect(deliver(documents, seed)).toEqual(wanted)
        expect(deliver(documents.toReversed(), seed + 1_000, restartEvery)).toEqual(wanted)
      }),
      { numRuns: 40 },
    )
  })
})
