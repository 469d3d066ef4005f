import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Document } from '../../../../protocols/document/document.ts'
import type { DocumentId, PeerId } from '../../../../protocols/wire/ids.ts'
import { comparePositions } from '../../../../protocols/wire/order.ts'
import { seededRandom } from '../../../../src/simulate/random.ts'
import { ancestorIds, deliveryOf, signerOf } from '../history.ts'
import { deliverAll, type Grouping } from './delivery.ts'
import { NaiveAccess } from './naive.ts'
import { randomMembers } from './random-members.ts'

/** So few that random rooms have too many. */
vi.mock(import('../../../../protocols/access/constants.ts'), async (original) => ({
  ...(await original()),
  MAX_ACCEPTANCES: 2 as 32,
  MAX_DEVICES: 2 as 32,
}))

/** KITH_SEEDS=N runs N of them. */
const RUNS = Number(process.env['KITH_SEEDS'] ?? 60)

interface Outcome {
  accepted: DocumentId[]
  counting: DocumentId[]
  heads: DocumentId[]
  authorHeads: [PeerId, number][]
  ranks: number[]
}

const AUTHORS = Array.from({ length: 6 }, (_, index) => signerOf(index).author)

/** Delivers everything in random groups. */
function deliver(documents: readonly Document[], seed: number, restartEvery = Infinity): Outcome {
  const groupsOf: Grouping = (missing, round) => deliveryOf(missing, seed + round)
  const { control, ...delivered } = deliverAll(documents, groupsOf, restartEvery)
  return { ...delivered, ranks: AUTHORS.map((author) => control.rank(author)) }
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
  const histories = fc.record({
    seed: fc.integer(),
    steps: fc.integer({ min: 1, max: 40 }),
    deviceShare: fc.constantFrom(0.1, 0.4, 0.8),
  })

  it('keeps what the specification says, whatever the order of arrival and however often it restarts', () => {
    fc.assert(
      fc.property(histories, fc.integer({ min: 1, max: 5 }), ({ seed, steps, deviceShare }, restartEvery) => {
        const { documents } = randomMembers(seededRandom(seed), steps, deviceShare)
        const wanted = expected(documents)
        expect(deliver(documents, seed)).toEqual(wanted)
        expect(deliver(documents.toReversed(), seed + 1_000, restartEvery)).toEqual(wanted)
      }),
      { numRuns: RUNS },
    )
  })
})
