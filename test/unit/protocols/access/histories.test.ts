/** What nodes keep of the histories of the vectors, and what counts of that, in whatever order the documents arrive. */
import { describe, expect, it } from 'vitest'
import { decodeDocument, type Document } from '../../../../protocols/document/document.ts'
import type { PeerId } from '../../../../protocols/wire/ids.ts'
import { ROLES } from '../../../../protocols/access/constants.ts'
import { seededRandom } from '../../../../src/simulate/random.ts'
import { deliverAll, type Grouping } from '../../room/access/delivery.ts'
import { shuffle } from '../../room/history.ts'
import { fromSpelled, readVectors, type Spelled } from '../vectors.ts'

interface HistoryVector {
  name: string
  documents: { name: string; block: Spelled }[]
  kept: string[]
  counting: string[]
  current: string | null
  stale: boolean
  ranks: { author: PeerId; rank: string }[]
}

const { histories } = readVectors<{ histories: HistoryVector[] }>('access/vectors/histories.json')

/** Deliveries. */
const RESTART_EVERY = 3

const RANKS = [...ROLES, 'owner']

const oneByOne = (documents: readonly Document[]): Uint8Array[][] => documents.map(({ block }) => [block])
const shuffled = (documents: readonly Document[], seed: number): Document[] => shuffle(documents, seededRandom(seed))

const ARRIVALS: Record<string, Grouping> = {
  'one by one, as the vector has them': (missing) => oneByOne(missing),
  'one by one, backwards': (missing) => oneByOne(missing.toReversed()),
  'all at once': (missing) => [missing.map(({ block }) => block)],
  'one by one, shuffled': (missing, round) => oneByOne(shuffled(missing, round)),
  'in two halves': (missing, round) => {
    const blocks = shuffled(missing, 100 + round).map(({ block }) => block)
    return [blocks.slice(0, blocks.length / 2), blocks.slice(blocks.length / 2)]
  },
}

describe.each(histories)('$name', ({ documents, kept, counting, current, stale, ranks }) => {
  const all = documents.map(({ block }) => decodeDocument(fromSpelled(block)))

  it.each(Object.entries(ARRIVALS))('%s', (_how, groupsOf) => {
    const { control, ...delivered } = deliverAll(all, groupsOf, RESTART_EVERY)
    expect(delivered).toMatchObject({ accepted: kept, counting })
    const epochs = { current: control.epochs?.current.key ?? null, stale: control.epochs?.isStale ?? false }
    expect(epochs).toEqual({ current, stale })
    expect(ranks.map(({ author }) => ({ author, rank: RANKS[control.rank(author)] }))).toEqual(ranks)
  })
})
