import { beforeEach, describe, expect, it } from 'vitest'
import type { Standing } from '../../../protocols/room-state/index.ts'
import type { DocumentId, HeadsDigest, PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import { MAX_MISSING_SHOWN, MIN_MISSING_SHOWN, SILENT_CLAIM_MS } from '../../../src/machine/constants.ts'
import { HistoryProgress } from '../../../src/machine/room-state/history-progress.ts'
import { Pace } from '../../../src/machine/room-state/pace.ts'

const room = 'kitchen' as RoomId
const [anna, bob, carl] = ['anna', 'bob', 'carl'] as [PeerId, PeerId, PeerId]

/** A chain of documents of which the first ones are here, whose ids are their numbers. */
let have = 0
let knownDigests: string[] = []
let progress: HistoryProgress
let nowMs = 0

beforeEach(() => {
  ;[have, knownDigests, nowMs] = [0, [], 0]
  progress = new HistoryProgress({
    hasDocument: (id) => Number(id) <= have,
    hadHeads: (_room, digest) => knownDigests.includes(digest),
    documents: () => have,
  })
})

const standing = (documents: number, rest: Partial<Standing> = {}): Standing => ({
  ...{ frontier: [String(documents) as DocumentId], clock: documents, documents },
  ...{ refusesDocuments: false, isNewestFirst: false, ...rest },
})

/** Documents come from a peer that holds so many, after some time. */
function comes(count: number, peer: PeerId, has: Standing, afterMs = 100): boolean {
  nowMs += afterMs
  have += count
  return progress.accepted(room, { peer, standing: has }, count, nowMs)
}

const of = () => progress.of(room, nowMs)

describe('what is missing of a history', () => {
  it('is what a neighbour says it holds, until its newest document is here', () => {
    expect(comes(1_000, anna, standing(10_000))).toBe(true)
    expect(of()?.missing).toBe(9_000)
    expect(comes(8_999, anna, standing(10_000))).toBe(true)
    expect(of()?.missing).toBe(1)
    expect(comes(1, anna, standing(10_000))).toBe(true)
    expect(of()).toBeUndefined()
    expect(comes(1, anna, standing(10_001))).toBe(false)
  })

  it('grows with what the neighbour gets meanwhile', () => {
    comes(1_000, anna, standing(10_000))
    expect(progress.learned(room, anna, standing(12_000), nowMs)).toBe(true)
    expect(of()?.missing).toBe(11_000)
  })

  it('is not shown if it comes in an instant, as while everybody writes', () => {
    comes(1, anna, standing(MIN_MISSING_SHOWN))
    expect(of()).toBeUndefined()
    comes(1, anna, standing(have + 1 + MIN_MISSING_SHOWN))
    expect(of()?.missing).toBe(MIN_MISSING_SHOWN)
  })

  it('is at least as long as the longest chain, if a neighbour of an earlier version does not count', () => {
    comes(1_000, anna, standing(10_000, { documents: undefined, clock: 4_000 }))
    expect(of()?.missing).toBe(3_000)
    comes(5_000, anna, standing(10_000, { documents: undefined, clock: 4_000 }))
    expect(of()?.missing, 'its newest document is not here').toBe(1)
  })

  it('is told by a digest of more heads than are named', () => {
    const headsDigest = 'ab' as HeadsDigest
    const many = standing(10_000, { frontier: ['1' as DocumentId], headsDigest })
    comes(1_000, anna, many)
    expect(of()?.missing).toBe(9_000)
    knownDigests = ['ab']
    comes(10, anna, many)
    expect(of()).toBeUndefined()
  })

  it('ends with as many documents where digests differ, because both go on', () => {
    const many = standing(10_000, { frontier: ['1' as DocumentId], headsDigest: 'ab' as HeadsDigest })
    comes(1_000, anna, many)
    comes(9_000, anna, many)
    expect(of()).toBeUndefined()
  })

  it('is forgotten with the room', () => {
    comes(1_000, anna, standing(10_000))
    progress.closed(room)
    expect(of()).toBeUndefined()
  })
})

describe('a claim', () => {
  const liar = standing(Number.MAX_SAFE_INTEGER, { frontier: ['NaN' as DocumentId] })

  it('of somebody who sends nothing does not count', () => {
    expect(progress.learned(room, bob, liar, nowMs)).toBe(false)
    comes(1_000, anna, standing(10_000))
    progress.learned(room, bob, liar, nowMs)
    expect(of()?.missing).toBe(9_000)
    comes(9_000, anna, standing(10_000))
    expect(of()).toBeUndefined()
  })

  it('is bounded', () => {
    comes(1, bob, liar)
    expect(of()?.missing).toBe(MAX_MISSING_SHOWN)
  })

  it('gives way to others while its peer sends nothing', () => {
    comes(1, bob, liar)
    comes(1_000, anna, standing(10_000), SILENT_CLAIM_MS - 1)
    expect(of()?.missing).toBe(MAX_MISSING_SHOWN)
    comes(1_000, anna, standing(10_000), 1)
    expect(of()?.missing).toBe(10_000 - have)
    progress.learned(room, bob, liar, nowMs)
    expect(of()?.missing).toBe(10_000 - have)
  })

  it('is over once a neighbour holds no less than is here, and nothing else, while its peer sends nothing', () => {
    comes(1, bob, liar)
    expect(progress.learned(room, anna, standing(1), nowMs), 'it still sends').toBe(false)
    nowMs += SILENT_CLAIM_MS
    expect(progress.learned(room, anna, standing(0, { frontier: [] }), nowMs), 'a newcomer').toBe(false)
    expect(progress.learned(room, anna, standing(1), nowMs)).toBe(true)
    expect(of()).toBeUndefined()
  })

  it('stays when its peer leaves, unless somebody else knows better', () => {
    comes(4_000, anna, standing(10_000))
    progress.left(room, anna)
    expect(of()?.missing).toBe(6_000)
    progress.learned(room, bob, standing(8_000), nowMs)
    expect(of()?.missing).toBe(6_000)
    comes(10, bob, standing(8_000))
    expect(of()?.missing).toBe(8_000 - have)
    progress.left(room, bob)
    progress.learned(room, carl, standing(have), nowMs)
    expect(of()).toBeUndefined()
  })

  it('counts if it is the largest of those that send', () => {
    comes(1_000, anna, standing(10_000))
    comes(10, bob, standing(5_000))
    expect(of()?.missing).toBe(10_000 - have)
    comes(10, carl, standing(12_000))
    expect(of()?.missing).toBe(12_000 - have)
  })
})

describe('the pace', () => {
  it('is measured from the first documents on', () => {
    const pace = new Pace(0, 0)
    pace.add(500, 0)
    expect(pace.perSecond(0), 'over half a second at least').toBe(1_000)
    expect(pace.perSecond(1_000)).toBe(500)
  })

  it('is steady between batches, and follows a change', () => {
    const pace = new Pace(0, 0)
    for (let ms = 100; ms <= 20_000; ms += 100) pace.add(ms, ms)
    expect(pace.perSecond(20_000)).toBeCloseTo(1_000, 0)
    for (let ms = 100; ms <= 20_000; ms += 100) pace.add(20_000 + ms / 10, 20_000 + ms)
    expect(pace.perSecond(40_000)).toBeCloseTo(100, 0)
  })

  it('is 0 once nothing came for 10 s, and not before', () => {
    const pace = new Pace(0, 0)
    pace.add(100, 400)
    expect(pace.perSecond(10_399)).toBeGreaterThan(0)
    expect(pace.perSecond(10_400)).toBe(0)
    pace.add(200, 30_000)
    expect(pace.perSecond(30_500), 'whatever came before').toBe(200)
  })
})
