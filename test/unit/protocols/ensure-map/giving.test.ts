/** What one peer is given of what it asks for: in which order, how much at a time, and which ancestors come along. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Document } from '../../../../protocols/document/document.ts'
import {
  GIVE_STEPS,
  MAX_ANCESTOR_BYTES,
  MAX_ANCESTORS,
  MAX_BLOCK_BYTES,
  MAX_CREDIT_BYTES,
  MAX_IDS,
  MAX_INTERESTS,
  MAX_QUEUED_WANTS,
  MIN_CREDIT_BYTES,
  WANT_BURST,
  WANTS_PER_SECOND,
} from '../../../../protocols/ensure-map/constants.ts'
import { Giving } from '../../../../protocols/ensure-map/giving.ts'
import type { EnsureMapRecord, WantRecord } from '../../../../protocols/ensure-map/records.ts'
import type { BlockId, PeerId, RoomId } from '../../../../protocols/wire/ids.ts'
import { RateLimits } from '../../../../protocols/wire/rate-limits.ts'
import { topicKeyOf } from '../../../../protocols/wire/room-keys.ts'
import { bob, documentAfter, garden, historyAfter, kitchen, leaf, leaves, otherRoom, room, type Block } from './dags.ts'
import { HeldBlocks } from './held-blocks.ts'

const topic = topicKeyOf(room)
const MIB = 1024 * 1024

let held: HeldBlocks
/** Rooms that the peer has proved it knows. */
let proven: Set<RoomId>

beforeEach(() => {
  held = new HeldBlocks()
  proven = new Set([room])
})

function givingOf(creditBytes = MAX_CREDIT_BYTES): Giving {
  const limits = new RateLimits<PeerId>({ burst: WANT_BURST, perSecond: WANTS_PER_SECOND })
  const mayAsk = (count: number, nowMs: number): boolean => limits.take(bob, nowMs, count)
  return new Giving({
    ...{ peer: bob, session: 1, creditBytes, ports: held.ports, mayAsk },
    roomOf: (key) => [room, otherRoom].find((each) => topicKeyOf(each) === key),
    isNeighbour: (each) => proven.has(each),
  })
}

const want = (blocks: readonly { id: BlockId }[], more: Partial<WantRecord> = {}): WantRecord => {
  return { type: 'want', topic, ids: blocks.map(({ id }) => id), priority: 0, ...more }
}

/** Asks for a number of blocks, in as few records as possible; returns the last answer. */
function wantAll(giving: Giving, blocks: readonly Block[], nowMs = 0): string | undefined {
  let fault: string | undefined
  for (let start = 0; start < blocks.length; start += MAX_IDS) {
    fault = giving.want(want(blocks.slice(start, start + MAX_IDS)), nowMs)
  }
  return fault
}

const given = (records: readonly EnsureMapRecord[]): BlockId[] =>
  records.flatMap((record) => (record.type === 'block' ? [record.id] : []))

const absent = (records: readonly EnsureMapRecord[]): BlockId[] =>
  records.flatMap((record) => (record.type === 'dont-have' ? record.ids : []))

const idsOf = (blocks: readonly { id: BlockId }[]): BlockId[] => blocks.map(({ id }) => id)

describe('what a peer asks for', () => {
  it('is given by priority, then in the order of the requests', () => {
    const blocks = leaves(4)
    held.hold(room, blocks)
    const giving = givingOf()
    const [a, b, c, d] = blocks as [Block, Block, Block, Block]
    giving.want(want([a]), 0)
    giving.want(want([b, c], { priority: 2 }), 0)
    giving.want(want([d], { priority: 1 }), 0)
    expect(given(giving.pump())).toEqual(idsOf([b, c, d, a]))
    expect(giving.pump()).toEqual([])
  })

  it('is refused if it is not here, or belongs to another room or to an unknown one', () => {
    const [a, b, c] = leaves(3) as [Block, Block, Block]
    held.hold(otherRoom, [a])
    const giving = givingOf()
    giving.want(want([a, b]), 0)
    giving.want(want([c], { topic: 'aa'.repeat(32) as never }), 0)
    const records = giving.pump()
    expect(absent(records)).toEqual(idsOf([a, b, c]))
    expect(given(records)).toEqual([])
  })

  it('is refused if it is not shared with the peer', () => {
    const blocks = leaves(1)
    held.hold(room, blocks)
    held.unshare(room, bob)
    const giving = givingOf()
    giving.want(want(blocks), 0)
    expect(absent(giving.pump())).toEqual(idsOf(blocks))
  })

  it('waits for the proof if the peer has not proved that it knows the room', () => {
    const blocks = leaves(2)
    held.hold(otherRoom, blocks)
    const giving = givingOf()
    giving.want(want(blocks, { topic: topicKeyOf(otherRoom) }), 0)
    expect(giving.pump()).toEqual([])
    giving.cancel(topicKeyOf(otherRoom), [blocks[0]!.id])
    proven.add(otherRoom)
    giving.proven()
    expect(given(giving.pump())).toEqual([blocks[1]!.id])
  })

  it('is not given if the peer no longer wants it', () => {
    const blocks = leaves(3)
    held.hold(room, blocks)
    const giving = givingOf()
    giving.want(want(blocks), 0)
    giving.cancel(topic, [blocks[1]!.id])
    expect(given(giving.pump())).toEqual([blocks[0]!.id, blocks[2]!.id])
  })

  it('is given a part at a time, however small the blocks, and its permission is looked up once for each part', () => {
    const blocks = leaves(GIVE_STEPS)
    held.hold(room, blocks)
    const isGiving = vi.spyOn(held.ports, 'isGiving')
    const giving = givingOf()
    giving.want(want(blocks), 0)
    expect(given(giving.pump())).toEqual(idsOf(blocks.slice(0, GIVE_STEPS / 2)))
    expect(given(giving.pump())).toEqual(idsOf(blocks.slice(GIVE_STEPS / 2)))
    expect(isGiving).toHaveBeenCalledTimes(2)
  })

  it('is given once if asked for twice, unless it was given already', () => {
    const blocks = leaves(1)
    held.hold(room, blocks)
    const giving = givingOf()
    giving.want(want(blocks), 0)
    giving.want(want(blocks, { priority: 1 }), 0)
    expect(given(giving.pump())).toHaveLength(1)
    giving.want(want(blocks), 0)
    expect(given(giving.pump())).toHaveLength(1)
  })
})

describe('a flood', () => {
  it(`of more than ${MAX_QUEUED_WANTS} ids that cannot be answered yet is refused`, () => {
    proven.clear()
    const giving = givingOf()
    const blocks = leaves(MAX_QUEUED_WANTS + 1)
    expect(wantAll(giving, blocks.slice(0, -1))).toBeUndefined()
    giving.pump()
    expect(wantAll(giving, blocks.slice(-1))).toBe('want-flood')
    proven.add(room)
    giving.proven()
    let answered = 0
    while (giving.canAnswer) {
      const ids = absent(giving.pump())
      expect(ids.length).toBeLessThanOrEqual(GIVE_STEPS)
      answered += ids.length
    }
    expect(answered).toBe(MAX_QUEUED_WANTS)
    expect(wantAll(giving, blocks.slice(-1))).toBeUndefined()
  })

  it('does not count what cannot be answered yet but is no longer wanted', () => {
    proven.clear()
    const giving = givingOf()
    for (let i = 0; i < 3; i++) {
      const blocks = leaves(MAX_QUEUED_WANTS, `${i}`)
      expect(wantAll(giving, blocks)).toBeUndefined()
      giving.pump()
      giving.cancel(topic, idsOf(blocks))
    }
  })

  it(`of more than ${WANT_BURST} ids at once, and then ${WANTS_PER_SECOND} a second, is refused`, () => {
    const giving = givingOf()
    const page = want(leaves(MAX_IDS))
    let taken = 0
    while (giving.want(page, 0) === undefined) {
      taken += MAX_IDS
      giving.pump()
    }
    expect(taken).toBe(Math.floor(WANT_BURST / MAX_IDS) * MAX_IDS)
    const perSecond = (): number => {
      let ids = 0
      for (let ms = 1_000; ms <= 10_000; ms += 50) {
        if (giving.want(page, ms) === undefined) ids += MAX_IDS
        giving.pump()
      }
      return ids / 10
    }
    expect(Math.abs(perSecond() - WANTS_PER_SECOND)).toBeLessThan(MAX_IDS)
  })
})

describe('what a peer takes unreported', () => {
  const large = leaves(20, 'large', MIB / 2)

  /** Bytes that are sent without a report. */
  function sentAtOnce(creditBytes: number): number {
    held.hold(room, large)
    const giving = givingOf(creditBytes)
    giving.want(want(large), 0)
    return given(giving.pump()).length * (MIB / 2)
  }

  it.each([
    ['as it says', 2 * MIB, 2 * MIB],
    ['one block of the largest size at least', 0, MIN_CREDIT_BYTES],
    ['4 MiB at most', Number.MAX_SAFE_INTEGER, MAX_CREDIT_BYTES],
  ])('is %s, exceeded by at most one block', (_name, creditBytes, expected) => {
    const bytes = sentAtOnce(creditBytes)
    expect(bytes).toBeGreaterThanOrEqual(expected)
    expect(bytes).toBeLessThan(expected + MAX_BLOCK_BYTES)
  })

  it('grows with what it reports', () => {
    held.hold(room, large)
    const giving = givingOf(2 * MIB)
    giving.want(want(large), 0)
    expect(given(giving.pump())).toHaveLength(4)
    expect(giving.pump()).toEqual([])
    expect(giving.received(MIB)).toBe(true)
    expect(given(giving.pump())).toHaveLength(2)
    expect(giving.received(MIB), 'an old report').toBe(true)
    expect(giving.pump()).toEqual([])
  })

  it('cannot be more than was sent', () => {
    held.hold(room, large)
    const giving = givingOf(2 * MIB)
    giving.want(want(large), 0)
    giving.pump()
    expect(giving.received(2 * MIB + 1)).toBe(false)
    expect(giving.pump()).toEqual([])
  })

  it('is forgotten if no report arrives for long', () => {
    held.hold(room, large)
    const giving = givingOf(2 * MIB)
    giving.want(want(large), 0)
    expect(giving.holdsBack()).toBe(false)
    giving.pump()
    expect(giving.holdsBack()).toBe(true)
    expect(giving.holdsBack(), 'one timer is enough').toBe(false)
    giving.unreported()
    expect(given(giving.pump())).toHaveLength(4)
  })

  it('is not forgotten if something was reported meanwhile', () => {
    held.hold(room, large)
    const giving = givingOf(2 * MIB)
    giving.want(want(large), 0)
    giving.pump()
    giving.holdsBack()
    giving.received(MIB / 2)
    expect(given(giving.pump())).toHaveLength(1)
    giving.unreported()
    expect(giving.pump()).toEqual([])
    expect(giving.holdsBack()).toBe(true)
  })
})

describe('a block that was not here', () => {
  it('is remembered, so that the peer is told once it is here', () => {
    const blocks = leaves(3)
    const giving = givingOf()
    expect(giving.isWaiting).toBe(false)
    giving.want(want(blocks), 0)
    giving.pump()
    expect(giving.isWaiting).toBe(true)
    giving.cancel(topic, [blocks[2]!.id])
    expect(giving.awaited(topicKeyOf(otherRoom), idsOf(blocks))).toEqual([])
    expect(giving.awaited(topic, idsOf([leaf('other'), ...blocks]))).toEqual(idsOf(blocks.slice(0, 2)))
    expect(giving.awaited(topic, idsOf(blocks)), 'once').toEqual([])
    expect(giving.isWaiting).toBe(false)
  })

  it(`is remembered for the last ${MAX_INTERESTS} blocks`, () => {
    const blocks = leaves(MAX_INTERESTS + 3)
    const giving = givingOf()
    for (const block of blocks) {
      giving.want(want([block]), 0)
      giving.pump()
    }
    expect(giving.awaited(topic, idsOf(blocks))).toEqual(idsOf(blocks.slice(3)))
  })
})

describe('with a document', () => {
  function ask(document: Document, afterClock: number | undefined, giving = givingOf()): BlockId[] {
    giving.want(want([document], { priority: 2, ...(afterClock !== undefined && { afterClock }) }), 0)
    return given(giving.pump())
  }

  it('come its ancestors that are later than the peer says, the newest first', () => {
    const history = historyAfter(kitchen, 10, (i) => `${i}`)
    held.accept([kitchen, ...history])
    expect(ask(history[9]!, 6)).toEqual(idsOf(history.slice(5).toReversed()))
    expect(ask(history[9]!, 0)).toEqual(idsOf([kitchen, ...history].toReversed()))
  })

  it('come those of all branches, each once', () => {
    const base = documentAfter([kitchen], 'base')
    const branches = ['left', 'right'].map((side) => documentAfter([base], side))
    const end = documentAfter(branches, 'end')
    held.accept([kitchen, base, ...branches, end])
    const ids = ask(end, 1)
    expect(ids[0]).toBe(end.id)
    expect(ids.slice(1, 3).toSorted()).toEqual(idsOf(branches).toSorted())
    expect(ids.slice(3)).toEqual([base.id])
  })

  it('come the ancestors of several documents, each once', () => {
    const history = historyAfter(kitchen, 20, (i) => `${i}`)
    const ends = ['a', 'b', 'c'].map((name) => documentAfter(history.slice(-1), name))
    held.accept([kitchen, ...history, ...ends])
    const giving = givingOf()
    giving.want(want([...ends, history[5]!], { priority: 2, afterClock: 1 }), 0)
    const ids = given(giving.pump())
    expect(ids.toSorted()).toEqual(idsOf([...history, ...ends]).toSorted())
    expect(giving.pump()).toEqual([])
  })

  it('come none if they are not welcome, or no document is requested', () => {
    const history = historyAfter(kitchen, 10, (i) => `${i}`)
    held.accept([kitchen, ...history])
    expect(ask(history[9]!, undefined)).toEqual([history[9]!.id])
    const page = leaf('page')
    held.hold(room, [page])
    const giving = givingOf()
    giving.want(want([page], { afterClock: 0 }), 0)
    expect(given(giving.pump())).toEqual([page.id])
  })

  it(`come at most ${MAX_ANCESTORS} ancestors`, () => {
    const history = historyAfter(kitchen, MAX_ANCESTORS + 2, (i) => `${i}`)
    held.accept([kitchen, ...history])
    expect(ask(history.at(-1)!, 0)).toEqual(idsOf(history.slice(1).toReversed()))
  })

  it(`come at most ${MAX_ANCESTOR_BYTES} bytes of ancestors`, () => {
    const history = historyAfter(kitchen, 12, (i) => `${i}`.padEnd(30_000))
    held.accept([kitchen, ...history])
    const ids = ask(history.at(-1)!, 0)
    const sizeBytes = history
      .filter(({ id }) => ids.slice(1).includes(id))
      .reduce((sum, { block }) => sum + block.length, 0)
    expect(sizeBytes).toBeLessThanOrEqual(MAX_ANCESTOR_BYTES)
    expect(sizeBytes).toBeGreaterThan(MAX_ANCESTOR_BYTES - 31_000)
  })

  it('come ancestors that count towards the credit', () => {
    const history = historyAfter(kitchen, 100, (i) => `${i}`.padEnd(30_000))
    held.accept([kitchen, ...history])
    const giving = givingOf(MIN_CREDIT_BYTES)
    giving.want(want(history.slice(50), { priority: 2, afterClock: 0 }), 0)
    const bytes = given(giving.pump()).length * 30_000
    expect(bytes).toBeGreaterThan(MIN_CREDIT_BYTES - 60_000)
    expect(bytes).toBeLessThan(MIN_CREDIT_BYTES + 31_000 + MAX_ANCESTOR_BYTES)
  })

  it('comes nothing of another room', () => {
    held.accept([garden])
    const giving = givingOf()
    giving.want(want([garden], { afterClock: 0 }), 0)
    expect(absent(giving.pump())).toEqual([garden.id])
  })
})
