/** The machine among others of its kind: who is asked for what, what they are given, and what becomes of it. */
import { beforeEach, describe, expect, it } from 'vitest'
import {
  GIVE_UP_MS,
  MAX_BAD_BLOCKS,
  MAX_RETRY_MS,
  RETRY_JITTER,
  RETRY_MS,
} from '../../../../protocols/ensure-map/constants.ts'
import type { EnsureMapRecord } from '../../../../protocols/ensure-map/records.ts'
import { topicKeyOf } from '../../../../protocols/wire/room-keys.ts'
import { anna, bob, carol, dave, kitchen, leaf, leaves, node, otherRoom, room, type Block } from './dags.ts'
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

const askedFor = (peer: TestNode, of = a): number => of.idsSentTo(peer.key, 'want').length

describe('a block', () => {
  it('is requested from a peer in the room, checked, and stored once', () => {
    b.held.hold(room, [page])
    world.connect(a, b)
    a.ensure(room, page)
    expect(untilEnded()).toBe(ROUND_TRIP_MS)
    expect(a.ended).toEqual(['complete'])
    expect(a.held.written).toEqual(new Map([[page.id, 1]]))
    world.pass(GIVE_UP_MS)
    expect(a.idsSentTo(bob, 'want')).toEqual([page.id])
  })

  it('that one peer does not have is requested from the next', () => {
    c.held.hold(room, [page])
    world.connect(a, b)
    world.connect(a, c)
    a.ensure(room, page)
    expect(untilEnded()).toBe(2 * ROUND_TRIP_MS)
    expect(a.faults).toEqual([])
  })

  it('that is here is requested from nobody', () => {
    world.connect(a, b)
    a.held.hold(room, [page])
    a.ensure(room, page)
    expect(a.ended).toEqual(['complete'])
    expect(askedFor(b)).toBe(0)
  })

  it('is not given to a peer that has not proved that it knows the room, or with whom the room is not shared', () => {
    b.held.hold(room, [page])
    world.meet(b, dave, [otherRoom])
    const want = (): void => b.hear(dave, a.sentTo(bob, 'want')[0]!)
    world.connect(a, b)
    a.ensure(room, page)
    want()
    expect(b.sent.filter(({ to }) => to === dave)).toEqual([])
    b.held.unshare(room, dave)
    b.command({ type: 'neighbour', room, peer: dave })
    expect(b.idsSentTo(dave, 'dont-have')).toEqual([page.id])
    expect(b.sentTo(dave, 'block')).toEqual([])
  })

  it('is found in any of the rooms shared with a peer', () => {
    b.held.hold(otherRoom, [page])
    world.connect(a, b, [room, otherRoom])
    a.ensure(undefined, page)
    expect(untilEnded()).toBe(2 * ROUND_TRIP_MS)
  })

  it('is found at peers of other rooms if those of its own do not have it', () => {
    c.held.hold(otherRoom, [page])
    world.connect(a, c, [otherRoom])
    world.connect(a, b)
    a.ensure(room, page)
    expect(a.askedFor(page)).toEqual([bob])
    expect(untilEnded()).toBe(2 * ROUND_TRIP_MS)
  })

  it('that is the root of an open room is requested only from peers that know the room, because its id is a secret', () => {
    world.connect(a, b, [otherRoom])
    a.ensure(undefined, { id: room, data: kitchen.block })
    world.pass(2 * MAX_RETRY_MS)
    expect(askedFor(b)).toBe(0)
    c.held.accept([kitchen])
    world.connect(a, c)
    expect(untilEnded()).toBe(ROUND_TRIP_MS)
  })

  it('that several rooms need is requested from one peer', () => {
    for (const each of [b, c]) {
      for (const where of [room, otherRoom]) each.held.hold(where, [page])
      world.connect(a, each, [room, otherRoom])
    }
    for (const scope of [room, otherRoom, undefined]) a.ensure(scope, page)
    expect(untilEnded(3)).toBe(ROUND_TRIP_MS)
    expect(askedFor(b) + askedFor(c)).toBe(1)
    expect(a.held.written).toEqual(new Map([[page.id, 1]]))
  })

  it('that several rooms need is found even if only one of them has it', () => {
    c.held.hold(otherRoom, [page])
    world.connect(a, b)
    world.connect(a, c, [otherRoom])
    for (const scope of [room, otherRoom]) a.ensure(scope, page)
    expect(untilEnded(2)).toBeLessThanOrEqual(3 * ROUND_TRIP_MS)
  })

  it('that another room needs no more is requested for the first one by itself, once its peer takes more', () => {
    const small = leaves(2)
    for (const [peer, where] of [
      [dave, room],
      [carol, otherRoom],
    ] as const) {
      world.meet(a, peer, [where])
    }
    for (const each of [...small, page]) a.ensure(room, each)
    expect(a.askedFor(page), 'its peer takes no more').toEqual([])
    a.ensure(otherRoom, page)
    expect(a.askedFor(page)).toEqual([carol])
    for (const { id, data } of small) a.hear(dave, { type: 'block', topic: topicKeyOf(room), id, data })
    expect(a.askedFor(page)).toEqual([carol])
    a.release(otherRoom, page)
    expect(a.askedFor(page)).toEqual([dave])
  })
})

describe('a block that nobody has', () => {
  beforeEach(() => {
    world.connect(a, b)
    a.ensure(room, page)
    world.pass(1_000)
  })

  it('is reported as absent', () => {
    expect(a.events).toEqual([{ type: 'absent', room, id: page.id, missing: [page.id] }])
    expect(a.machine.progress(room, page.id, world.nowMs)).toMatchObject({ known: 1, have: 0, absentAt: 1, asked: 0 })
  })

  it('is reported with all that nobody has of its root', () => {
    const [here, ...gone] = leaves(3)
    const folder = node([here!, ...gone])
    b.held.hold(room, [folder, here!])
    a.ensure(room, folder)
    world.pass(1_000)
    expect(a.events.at(-1)).toEqual({ type: 'absent', room, id: folder.id, missing: gone.map(({ id }) => id) })
  })

  it('is requested at once when a peer connects', () => {
    c.held.hold(room, [page])
    world.connect(a, c)
    expect(untilEnded()).toBe(ROUND_TRIP_MS)
  })

  it('is requested at once when a peer reconnects, which may have got it', () => {
    world.disconnect(a, b)
    world.pass(1_000)
    b.held.hold(room, [page])
    world.connect(a, b)
    expect(untilEnded()).toBe(ROUND_TRIP_MS)
  })

  it(`is requested after ${RETRY_MS} ms, then with doubling delays up to ${MAX_RETRY_MS} ms`, () => {
    const times: number[] = []
    const asked = (): number => askedFor(b)
    while (world.nowMs < 10 * MAX_RETRY_MS) {
      const before = asked()
      world.passUntil(() => asked() > before, 2 * MAX_RETRY_MS)
      times.push(world.nowMs)
    }
    const waits = times.map((time, index) => time - (times[index - 1] ?? 0))
    const expected = [5, 10, 20, 40, 80, 160, 320, 600, 600].map((seconds) => seconds * 1_000)
    for (const [index, waitMs] of expected.entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(waitMs)
      expect(waits[index]).toBeLessThan(waitMs + 500)
    }
  })

  it('is requested in time, however often peers come and go meanwhile', () => {
    b.held.hold(room, [page])
    for (let i = 0; i < RETRY_MS / 500; i++) {
      world.disconnect(a, c)
      world.connect(a, c)
      world.pass(500)
    }
    expect(a.ended).toEqual(['complete'])
  })

  it('is reported as absent once per delay', () => {
    for (let i = 0; i < 5; i++) {
      world.connect(a, c)
      world.pass(200)
      world.disconnect(a, c)
    }
    expect(a.events).toHaveLength(1)
    world.pass(RETRY_MS * (1 + RETRY_JITTER))
    expect(a.events).toHaveLength(2)
  })

  it('is requested from a peer that says it got it from another', () => {
    c.held.hold(room, [page])
    world.connect(b, c)
    b.ensure(room, page)
    expect(untilEnded()).toBe(3.5 * ROUND_TRIP_MS)
    expect(b.idsSentTo(anna, 'have')).toEqual([page.id])
  })

  it('is requested from a peer whose user adds it', () => {
    b.held.blocks.set(page.id, page.data)
    b.command({ type: 'added', ids: [page.id] })
    b.ensure(room, page, { pinned: true })
    expect(untilEnded()).toBe(1.5 * ROUND_TRIP_MS)
  })

  it('is complete once the user adds it here', () => {
    a.held.blocks.set(page.id, page.data)
    a.command({ type: 'added', ids: [page.id] })
    expect(a.ended).toEqual(['complete'])
  })

  it('is announced to those that asked for it once it is added here', () => {
    b.ensure(room, page)
    world.pass(1_000)
    a.held.blocks.set(page.id, page.data)
    a.command({ type: 'added', ids: [page.id] })
    expect(a.idsSentTo(bob, 'have')).toEqual([page.id])
  })
})

describe('a peer that sends wrong bytes', () => {
  beforeEach(() => {
    tamperBlocks(b, (record) => [{ ...record, data: Buffer.from('something else') }])
    world.connect(a, b)
  })

  it('is counted, and the next peer is asked at once', () => {
    for (const each of [b, c]) each.held.hold(room, [page])
    world.connect(a, c)
    a.ensure(room, page)
    expect(untilEnded()).toBe(2 * ROUND_TRIP_MS)
    expect(a.faults).toEqual([{ peer: bob, code: 'bad-block' }])
    expect(a.held.blocks.get(page.id)).toEqual(page.data)
  })

  it(`${MAX_BAD_BLOCKS} times is asked no more until it reconnects`, () => {
    const pages = leaves(MAX_BAD_BLOCKS + 3)
    b.held.hold(room, pages)
    for (const each of pages.slice(0, MAX_BAD_BLOCKS)) {
      a.ensure(room, each)
      world.pass(ROUND_TRIP_MS)
    }
    expect(a.faults).toHaveLength(MAX_BAD_BLOCKS)
    a.ensure(room, pages.at(-1)!)
    world.pass(2 * MAX_RETRY_MS)
    expect(askedFor(b)).toBe(MAX_BAD_BLOCKS)
    tamperBlocks(b, (record) => [record])
    world.disconnect(a, b)
    world.connect(a, b)
    expect(untilEnded(MAX_BAD_BLOCKS + 1)).toBeLessThan(1_000)
  })
})

describe('a peer that disconnects', () => {
  it('is not waited for', () => {
    for (const each of [b, c]) each.held.hold(room, [page])
    world.connect(a, b)
    world.connect(a, c)
    a.ensure(room, page)
    world.disconnect(a, b)
    expect(untilEnded()).toBe(ROUND_TRIP_MS)
  })
})

describe('an unrequested block', () => {
  it('is not kept', () => {
    world.meet(a, dave)
    a.hear(dave, { type: 'block', topic: 'aa'.repeat(32) as never, id: page.id, data: page.data })
    expect(a.held.blocks.size).toBe(0)
    expect(a.faults).toEqual([{ peer: dave, code: 'unasked-block' }])
  })
})

describe('pausing', () => {
  it('requests nothing until it ends', () => {
    b.held.hold(room, [page])
    world.connect(a, b)
    a.command({ type: 'pause', isPaused: true })
    a.ensure(room, page)
    world.pass(MAX_RETRY_MS)
    expect(askedFor(b)).toBe(0)
    a.command({ type: 'pause', isPaused: false })
    expect(untilEnded()).toBe(ROUND_TRIP_MS)
  })
})

describe('a restart', () => {
  const parts = leaves(20)
  const tree: Block = node(parts)

  it('goes on with what was being fetched', () => {
    b.held.hold(room, [tree, ...parts])
    world.connect(a, b)
    a.ensure(room, tree, { job: 'export' })
    world.passUntil(() => a.held.written.size > 5, 1_000)
    const { held } = a
    world.disconnect(a, b)
    a = world.add(anna, [room], held)
    expect(a.machine.searching).toBe(1)
    world.connect(a, b)
    untilEnded()
    expect(held.row(room, tree)).toMatchObject({ state: 'complete', blocks: 21, jobs: ['export'] })
    expect([...held.written.values()].every((times) => times === 1)).toBe(true)
  })

  it('or a closed room that is opened again goes on', () => {
    b.held.hold(room, [tree, ...parts])
    world.connect(a, b)
    a.ensure(room, tree)
    world.passUntil(() => a.held.written.size > 5, 1_000)
    a.command({ type: 'close', room })
    expect(a.machine.searching).toBe(0)
    expect(a.askedOf(bob)).toBe(0)
    world.pass(MAX_RETRY_MS)
    expect(a.ended).toEqual([])
    a.command({ type: 'open', room })
    a.command({ type: 'neighbour', room, peer: bob })
    untilEnded()
    expect(a.ended).toEqual(['complete'])
  })
})
