/** Range-based reconciliation between two sets of documents: what it finds, in how many turns, in how many bytes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrames } from '../../../../protocols/batch-sync/codec.ts'
import {
  LISTED_NEWEST,
  MAX_LISTED,
  MAX_PART_DOCUMENTS,
  MAX_PARTS,
  MAX_RANGES,
  MAX_RANGES_BYTES,
  MIN_RANGE_DOCUMENTS,
  RECENCY_STEPS,
  SALT_BYTES,
  SCAN_PAGE,
} from '../../../../protocols/batch-sync/constants.ts'
import {
  answerRanges,
  openingSizes,
  openRanges,
  type Reconciliation,
  type ReconcilePorts,
} from '../../../../protocols/batch-sync/reconcile.ts'
import type { RangesRecord } from '../../../../protocols/batch-sync/records.ts'
import { documentIdOfDigest, type DocumentId } from '../../../../protocols/wire/ids.ts'
import type { Random } from '../../../../protocols/wire/machine.ts'
import { comparePositions, type SortKey, type Position } from '../../../../protocols/wire/order.ts'
import { sha256 } from '../../../../protocols/wire/crypto.ts'
import { topicKeyOf } from '../../../../protocols/wire/room-keys.ts'
import { randomInteger, seededRandom } from '../../../../src/simulate/random.ts'
import { compareSortKeys, rangePorts, room } from './held-documents.ts'

const topic = topicKeyOf(room)

/** Well below the largest frame, so that the size of a record never resets a stream. */
const MAX_RECORD_BYTES = 2 * MAX_RANGES_BYTES

/** One of two sides that compare what they hold. */
interface Side {
  ports: ReconcilePorts
  /** Found to be held here and not by the other side, as often as it was found. */
  lacking: Position[]
  common: Position[]
}

interface Comparison {
  a: Side
  b: Side
  /** How often one side sent something, including the opening. */
  turns: number
  sizeBytes: number
}

function sideOf(sortKeys: readonly SortKey[]): Side {
  return { ports: rangePorts(sortKeys.toSorted(compareSortKeys)), lacking: [], common: [] }
}

/** Compares two sets until neither side sends anything more; every record goes over the wire. */
function compare(ofA: readonly SortKey[], ofB: readonly SortKey[], random: Random): Comparison {
  const comparison: Comparison = { a: sideOf(ofA), b: sideOf(ofB), turns: 0, sizeBytes: 0 }
  const salt = Uint8Array.from({ length: SALT_BYTES }, () => Math.floor(random() * 256))
  const work = (side: Side) => ({ ports: side.ports, room, topic, salt, historyFrom: 0 })
  let [teller, listener] = [comparison.a, comparison.b]
  let told = repliesOf(openRanges(work(teller)), teller)
  while (told.length > 0) {
    comparison.turns++
    expect(comparison.turns).toBeLessThan(50)
    const frames = told.map(frameOf)
    comparison.sizeBytes += frames.reduce((sum, { length }) => sum + length, 0)
    told = frames.flatMap((frame) => decodeFrame(frame) as RangesRecord[])
    ;[teller, listener] = [listener, teller]
    told = told.flatMap((record) => repliesOf(answerRanges(work(teller), record), teller))
  }
  return comparison
}

function repliesOf(reconciliation: Reconciliation, side: Side): RangesRecord[] {
  const replies: RangesRecord[] = []
  for (const { scanned, reply, lacking = [], wanted = [], common = [] } of reconciliation) {
    if (scanned > SCAN_PAGE) throw new Error(`${scanned} documents were looked at in one go`)
    if (lacking.some((each, index) => index > 0 && comparePositions(lacking[index - 1]!, each) >= 0)) {
      throw new Error('what the other lacks is not in order')
    }
    side.lacking.push(...lacking, ...wanted)
    side.common.push(...common)
    if (reply !== undefined) replies.push(reply)
  }
  return replies
}

/** The frame of a record, checked against the limits and against decoding. */
function frameOf(record: RangesRecord): Uint8Array {
  const frames = encodeFrames([record])
  expect(frames).toHaveLength(1)
  const [frame = new Uint8Array()] = frames
  expect(record.ranges.length).toBeGreaterThan(0)
  expect(record.ranges.length).toBeLessThanOrEqual(MAX_RANGES)
  expect(frame.length).toBeLessThan(MAX_RECORD_BYTES)
  expect(decodeFrame(frame)).toEqual([record])
  return frame
}

const idsOf = (sortKeys: readonly SortKey[]): Set<DocumentId> =>
  new Set(sortKeys.map((key) => documentIdOfDigest(key.digest)))
const found = (positions: readonly Position[]): DocumentId[] => positions.map(({ id }) => id)

/** A few examples of what was found but should not have been, and the other way round. */
function errorsIn(ids: readonly DocumentId[], expected: ReadonlySet<DocumentId>): object {
  const distinct = new Set(ids)
  const wrong = [...distinct].filter((id) => !expected.has(id)).slice(0, 3)
  const missing = [...expected].filter((id) => !distinct.has(id)).slice(0, 3)
  return { wrong, missing, repeated: ids.length - distinct.size }
}

const NO_ERRORS = { wrong: [], missing: [], repeated: 0 }

interface Sets {
  common: SortKey[]
  onlyA: SortKey[]
  onlyB: SortKey[]
}

/** Compares two sets, and checks that each side found exactly what the other lacks. */
function reconcile({ common, onlyA, onlyB }: Sets, random: Random): Comparison {
  const comparison = compare([...common, ...onlyA], [...common, ...onlyB], random)
  expect(errorsIn(found(comparison.a.lacking), idsOf(onlyA))).toEqual(NO_ERRORS)
  expect(errorsIn(found(comparison.b.lacking), idsOf(onlyB))).toEqual(NO_ERRORS)
  const shared = idsOf(common)
  for (const { id } of [...comparison.a.common, ...comparison.b.common]) expect(shared.has(id)).toBe(true)
  const count = common.length + Math.max(onlyA.length, onlyB.length)
  expect(comparison.turns).toBeLessThanOrEqual(maxTurns(count))
  return comparison
}

/** The opening, finer ranges where there are too many documents to list, short ids, and what is wanted. */
function maxTurns(count: number): number {
  // A part of which the other side has more than twice as much is cut once more.
  return count > MAX_LISTED ? 5 : 3
}

type DigestOf = (random: Random, index: number) => Uint8Array

/** A random number alone would come twice among so many. */
const anyDigest: DigestOf = (random, index) => sha256(Buffer.from(`${index} ${random()}`))

/** Chosen digests: equal up to their last bytes, so that no short bound lies between them. */
const chosenDigest: DigestOf = (_random, index) => {
  const digest = Buffer.alloc(32, 0xab)
  digest.writeUInt32BE(index, 28)
  return digest
}

/** `count` sort keys with random clocks from `first` to `last`. */
function sortKeysOf(count: number, clocks: { first: number; last: number }, random: Random, digestOf = anyDigest) {
  return Array.from({ length: count }, (_, index): SortKey => ({
    clock: randomInteger(random, clocks.first, clocks.last),
    digest: digestOf(random, index),
  }))
}

/** Splits a list of sort keys at random into what both hold and what only one of them holds. */
function split(sortKeys: readonly SortKey[], onlyA: number, onlyB: number, random: Random): Sets {
  const shuffled = sortKeys.map((key) => ({ key, order: random() })).sort((a, b) => a.order - b.order)
  const all = shuffled.map(({ key }) => key)
  return { onlyA: all.slice(0, onlyA), onlyB: all.slice(onlyA, onlyA + onlyB), common: all.slice(onlyA + onlyB) }
}

const HISTORY = 100_000

/** A room of 100,000 documents with a few concurrent ones at most clocks. */
const history = sortKeysOf(HISTORY, { first: 1, last: HISTORY / 2 }, seededRandom(99))

describe('reconciliation of two random sets', () => {
  it('finds exactly what each lacks of the other, within a few turns', () => {
    const size = fc.oneof(fc.nat(3), fc.nat(300), fc.nat(2_000))
    const sizes = fc.record({ common: size, onlyA: size, onlyB: size })
    const seed = fc.nat(2 ** 31)
    const clocks = fc.constantFrom(1, 2, 10, 1_000, 1_000_000)
    const firstDifference = fc.constantFrom(0, 0.5, 0.99)
    fc.assert(
      fc.property(sizes, seed, clocks, firstDifference, ({ common, onlyA, onlyB }, from, newest, part) => {
        const random = seededRandom(from)
        const recent = { first: Math.max(1, Math.floor(part * newest)), last: newest }
        const differing = sortKeysOf(onlyA + onlyB, recent, random)
        const sets = { onlyA: differing.slice(0, onlyA), onlyB: differing.slice(onlyA) }
        const shared = sortKeysOf(common, { first: 1, last: newest }, random)
        // A side that holds nothing has no opening.
        if (common + onlyA === 0) reconcile({ onlyA: sets.onlyB, onlyB: [], common: [] }, random)
        else reconcile({ ...sets, common: shared }, random)
      }),
      { numRuns: 40 },
    )
  })

  it('sends only the opening if both hold the same', () => {
    const random = seededRandom(1)
    for (const count of [0, 1, MIN_RANGE_DOCUMENTS + 1, 5_000]) {
      const common = sortKeysOf(count, { first: 1, last: 1 + count / 4 }, random)
      const { turns } = reconcile({ common, onlyA: [], onlyB: [] }, random)
      expect(turns).toBe(count === 0 ? 0 : 1)
    }
  })
})

describe('reconciliation of 100,000 documents', () => {
  it('with 100 new ones on each side takes three messages and 5 kB', () => {
    const random = seededRandom(2)
    const newest = { first: HISTORY / 2 + 1, last: HISTORY / 2 + 100 }
    const sets = { common: history, onlyA: sortKeysOf(100, newest, random), onlyB: sortKeysOf(100, newest, random) }
    const { turns, sizeBytes } = reconcile(sets, random)
    expect(turns).toBe(3)
    expect(sizeBytes).toBeLessThanOrEqual(5_000)
  })

  it('with one new on either side takes one round trip and 1 kB', () => {
    const random = seededRandom(12)
    const newest = sortKeysOf(1, { first: HISTORY / 2 + 1, last: HISTORY / 2 + 1 }, random)
    for (const sets of [
      { common: history, onlyA: newest, onlyB: [] },
      { common: history, onlyA: [], onlyB: newest },
    ]) {
      const { turns, sizeBytes } = reconcile(sets, random)
      expect(turns).toBeLessThanOrEqual(2)
      expect(sizeBytes).toBeLessThanOrEqual(1_000)
    }
  })

  it.each([
    [1, 0, 8_500],
    [10, 0, 31_000],
    [100, 100, 150_000],
    [500, 500, 400_000],
    // Hardly more than the short ids of all.
    [5_000, 5_000, 950_000],
  ])(
    'with %i and %i differences on the sides, anywhere, takes four messages and at most %i bytes',
    (onlyA, onlyB, bytes) => {
      const random = seededRandom(3)
      const { turns, sizeBytes } = reconcile(split(history, onlyA, onlyB, random), random)
      expect(turns).toBeLessThanOrEqual(4)
      expect(sizeBytes).toBeLessThanOrEqual(bytes)
    },
  )

  it.each([
    ['the one that opens', 0, 200],
    ['the one that answers', 200, 0],
  ])('with 200 that only %s lacks takes at most four messages', (_who, onlyA, onlyB) => {
    const random = seededRandom(5)
    expect(reconcile(split(history, onlyA, onlyB, random), random).turns).toBeLessThanOrEqual(4)
  })

  it('needs no short ids if the other side holds nothing, and no opening from it', () => {
    const random = seededRandom(6)
    const all = sortKeysOf(5_000, { first: 1, last: 99 }, random)
    const { turns, sizeBytes } = reconcile({ common: [], onlyA: all, onlyB: [] }, random)
    expect(turns).toBe(2)
    expect(sizeBytes).toBeLessThan(20_000)
    expect(compare([], all, random).turns).toBe(0)
  })
})

describe('reconciliation with a side that has little', () => {
  it.each([
    ['opens', 10, 40_000],
    ['answers', 40_000, 10],
  ])('and %s finds all the same', (_who, ofA, ofB) => {
    const random = seededRandom(11)
    const sortKeys = sortKeysOf(40_010, { first: 1, last: 20_000 }, random)
    const common = sortKeys.slice(0, 5)
    const [onlyA, onlyB] = [sortKeys.slice(5, ofA), sortKeys.slice(ofA, ofA + ofB)]
    const { turns } = reconcile({ common, onlyA, onlyB }, random)
    expect(turns).toBeLessThanOrEqual(4)
  })
})

describe('chosen documents', () => {
  it.each([
    ['any ids', anyDigest],
    ['ids that differ in their last bytes alone', chosenDigest],
  ])('all at one clock, with %s, are found', (_name, digestOf) => {
    const random = seededRandom(7)
    const sortKeys = sortKeysOf(20_000, { first: 7, last: 7 }, random, digestOf)
    const { turns, sizeBytes } = reconcile(split(sortKeys, 50, 50, random), random)
    expect(turns).toBe(4)
    expect(sizeBytes).toBeLessThan(200_000)
  })

  it('at the highest clock, with the highest and the lowest id, are found', () => {
    const last = Number.MAX_SAFE_INTEGER
    const highest = { clock: last, digest: new Uint8Array(32).fill(0xff) }
    const lowest = { clock: last, digest: new Uint8Array(32) }
    const lowestOfAll = { clock: 1, digest: Uint8Array.of(...new Uint8Array(31), 1) }
    const random = seededRandom(8)
    const common = sortKeysOf(300, { first: last - 3, last }, random)
    const sets = { common, onlyA: [highest], onlyB: [lowest, lowestOfAll] }
    expect(reconcile(sets, random).turns).toBe(3)
    expect(reconcile({ common: [...common, lowest, highest], onlyA: [lowestOfAll], onlyB: [] }, random).turns).toBe(2)
  })
})

describe('an opening', () => {
  it('has a range for each document but the newest, none with more than its share of those that are newer', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(3_000), fc.nat(10_000_000)), (count) => {
        const sizes = openingSizes(count)
        let newer = Math.min(count, LISTED_NEWEST)
        for (const size of sizes.toReversed()) {
          expect(size).toBeLessThanOrEqual(Math.max(MIN_RANGE_DOCUMENTS, newer / RECENCY_STEPS))
          expect(size).toBeGreaterThan(0)
          newer += size
        }
        expect(newer).toBe(count)
        expect(sizes.length).toBeLessThan(70)
      }),
      { numRuns: 50 },
    )
  })

  it(`lists the newest ${LISTED_NEWEST} documents, or has a fingerprint of them if far more came meanwhile`, () => {
    const all = sortKeysOf(2_000, { first: 1, last: 500 }, seededRandom(15)).toSorted(compareSortKeys)
    const newestOf = (counted: number) => {
      const side = sideOf(all)
      const ports = { ...side.ports, count: () => counted }
      const work = { ports, room, topic, salt: new Uint8Array(SALT_BYTES), historyFrom: 0 }
      const [opening] = repliesOf(openRanges(work), side)
      return opening?.ranges.at(-1)
    }
    expect(newestOf(2_000)?.content).toMatchObject({ type: 'held', ids: { length: LISTED_NEWEST } })
    expect(newestOf(1_900)?.content).toMatchObject({ type: 'held', ids: { length: LISTED_NEWEST + 100 } })
    expect(newestOf(1_000)).toMatchObject({ upper: undefined, content: { type: 'fingerprint' } })
  })
})

describe('a range that differs', () => {
  /** The answer of a side with `count` documents, for a range of all of them whose fingerprint differs. */
  const answerTo = (count: number): RangesRecord[] => {
    const random = seededRandom(9)
    const side = sideOf(sortKeysOf(count, { first: 1, last: 50 }, random))
    const lower = { clock: 0, digest: new Uint8Array(32) }
    const content = { type: 'fingerprint', fingerprint: '00'.repeat(8) } as const
    const work = { ports: side.ports, room, topic, salt: new Uint8Array(SALT_BYTES), historyFrom: 0 }
    const asked: RangesRecord = {
      type: 'ranges',
      topic,
      salt: work.salt,
      lower,
      ranges: [{ upper: undefined, content }],
    }
    return repliesOf(answerRanges(work, asked), side)
  }

  it(`is answered with up to ${MAX_LISTED} short ids, and beyond that with finer ranges`, () => {
    const [listed] = answerTo(MAX_LISTED)
    expect(listed?.ranges.map(({ content }) => content.type)).toEqual(['held'])
    const [finer] = answerTo(MAX_LISTED + 1)
    expect(finer?.ranges.map(({ content }) => content.type)).toEqual(Array(10).fill('fingerprint'))
  })

  it(`is cut into parts of up to ${MAX_PART_DOCUMENTS} documents while that makes at most ${MAX_PARTS} parts`, () => {
    const partsOf = (count: number): number => answerTo(count).reduce((sum, { ranges }) => sum + ranges.length, 0)
    expect(partsOf(20_000)).toBe(Math.ceil(20_000 / MAX_PART_DOCUMENTS))
    expect(partsOf(MAX_PARTS * MAX_PART_DOCUMENTS)).toBe(MAX_PARTS)
    expect(partsOf(2 * MAX_PARTS * MAX_PART_DOCUMENTS)).toBe(MAX_PARTS)
  })
})

describe('an answer', () => {
  it(`is cut into records of ${MAX_RANGES} ranges`, () => {
    const side = sideOf(history)
    const work = { ports: side.ports, room, topic, salt: new Uint8Array(SALT_BYTES), historyFrom: 0 }
    const content = { type: 'fingerprint', fingerprint: '00'.repeat(8) } as const
    const lower = { clock: 0, digest: new Uint8Array(32) }
    const asked: RangesRecord = {
      type: 'ranges',
      topic,
      salt: work.salt,
      lower,
      ranges: [{ upper: undefined, content }],
    }
    const counts = repliesOf(answerRanges(work, asked), side).map(({ ranges }) => ranges.length)
    expect(counts.length).toBeGreaterThan(1)
    expect(counts.slice(0, -1)).toEqual(counts.slice(0, -1).map(() => MAX_RANGES))
  })

  it(`is cut into records of about ${MAX_RANGES_BYTES} bytes, and nothing is lost`, () => {
    const random = seededRandom(10)
    const sortKeys = sortKeysOf(20_000, { first: 1, last: 10_000 }, random)
    const { sizeBytes } = reconcile(split(sortKeys, 4_000, 4_000, random), random)
    // Every range differs: short ids for several records.
    expect(sizeBytes).toBeGreaterThan(3 * MAX_RANGES_BYTES)
  })
})
