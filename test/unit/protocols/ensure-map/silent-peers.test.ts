/** The machine among peers that do not answer. */
import { beforeEach, describe, expect, it } from 'vitest'
import { GIVE_UP_MS, RETRY_MS, SILENT_MS } from '../../../../protocols/ensure-map/constants.ts'
import type { EnsureMapRecord } from '../../../../protocols/ensure-map/records.ts'
import { anna, bob, carol, dave, leaf, otherRoom, room } from './dags.ts'
import type { TestNode } from './test-node.ts'
import { World } from './world.ts'

/** A round trip. */
const ROUND_TRIP_MS = 100

let world: World
let a: TestNode
let b: TestNode
let c: TestNode

beforeEach(() => {
  world = new World()
  a = world.add(anna, [room, otherRoom])
  b = world.add(bob, [room, otherRoom])
  c = world.add(carol, [room, otherRoom])
})

const page = leaf('page')

/** Time until everything that was ensured has ended. */
const untilEnded = (count = 1): number => world.passUntil(() => a.ended.length >= count, 3_600_000)

/** What becomes of a peer's blocks on their way. */
function tamperBlocks(by: TestNode, change: (record: EnsureMapRecord & { type: 'block' }) => EnsureMapRecord[]): void {
  by.tamper = (_to, record) => (record.type === 'block' ? change(record) : [record])
}

describe('a peer that is silent', () => {
  beforeEach(() => {
    for (const each of [b, c]) each.held.hold(room, [page])
    tamperBlocks(b, () => [])
    world.connect(a, b)
    world.connect(a, c)
    a.ensure(room, page)
  })

  it('is asked first, and another peer too after a while', () => {
    expect(a.askedFor(page)).toEqual([bob])
    world.pass(SILENT_MS)
    expect(a.askedFor(page)).toEqual([bob, carol])
    expect(untilEnded()).toBe(ROUND_TRIP_MS)
  })

  it('gets a cancel once another peer has sent the block', () => {
    untilEnded()
    expect(a.idsSentTo(bob, 'cancel')).toEqual([page.id])
    expect(a.askedFor(page)).toEqual([])
  })

  it('is given up, and asked again after a while, because it may have been busy', () => {
    world.disconnect(a, c)
    world.pass(GIVE_UP_MS + SILENT_MS)
    expect(a.faults).toEqual([{ peer: bob, code: 'asked-in-vain' }])
    expect(a.idsSentTo(bob, 'cancel')).toEqual([page.id])
    tamperBlocks(b, (record) => [record])
    expect(untilEnded()).toBeLessThanOrEqual(RETRY_MS + ROUND_TRIP_MS)
  })

  it('is not waited for when another peer connects', () => {
    world.disconnect(a, c)
    world.pass(SILENT_MS)
    world.connect(a, c)
    expect(a.askedFor(page)).toEqual([bob, carol])
    expect(untilEnded()).toBe(ROUND_TRIP_MS)
  })

  it('is not waited for when another peer got the block', () => {
    const late = leaf('late')
    b.held.hold(room, [late])
    a.ensure(room, late)
    world.pass(SILENT_MS + ROUND_TRIP_MS)
    expect(a.askedFor(late)).toEqual([bob])
    c.held.blocks.set(late.id, late.data)
    c.ensure(room, late)
    world.pass(ROUND_TRIP_MS / 2)
    expect(a.askedFor(late)).toEqual([bob, carol])
  })

  it('and is gone leaves one that is asked and may answer: a new peer is not asked as well', () => {
    tamperBlocks(c, () => [])
    world.pass(SILENT_MS)
    expect(a.askedFor(page)).toEqual([bob, carol])
    world.disconnect(a, b)
    world.meet(a, dave)
    expect(a.askedFor(page)).toEqual([carol])
    world.pass(SILENT_MS)
    expect(a.askedFor(page)).toEqual([carol, dave])
  })

  it('is never the third to be asked', () => {
    const d = world.add(dave)
    d.held.hold(room, [page])
    tamperBlocks(c, () => [])
    world.connect(a, d)
    world.pass(GIVE_UP_MS - 1)
    expect(a.askedFor(page), 'two at a time').toEqual([bob, carol])
    expect(untilEnded()).toBe(1 + ROUND_TRIP_MS)
  })
})

describe('a peer that says it got a block, and never sends it', () => {
  it('keeps nobody from getting it', () => {
    world.meet(a, dave)
    a.ensure(room, page)
    a.hear(dave, { type: 'have', topic: a.sentTo(dave, 'want')[0]!.topic, ids: [page.id] })
    c.held.hold(room, [page])
    world.connect(a, c)
    expect(untilEnded()).toBe(SILENT_MS + ROUND_TRIP_MS)
  })
})
