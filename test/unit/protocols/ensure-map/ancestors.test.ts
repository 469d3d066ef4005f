/** Documents that others wait for: when they are requested, how many round trips they take, and what becomes of them. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { Document } from '../../../../protocols/document/document.ts'
import {
  CONCURRENT_CLOCKS,
  MAX_ANCESTORS,
  MAX_MISSING,
  MAX_RETRY_MS,
  PATIENCE_MS,
  RETRY_MS,
} from '../../../../protocols/ensure-map/constants.ts'
import type { BlockId, DocumentId } from '../../../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../../../protocols/wire/room-keys.ts'
import { anna, bob, carol, dave, documentAfter, historyAfter, kitchen, leaves, room, type Block } from './dags.ts'
import type { TestNode } from './test-node.ts'
import { World } from './world.ts'

const ROUND_TRIP_MS = 100

let world: World
let a: TestNode
let b: TestNode

beforeEach(() => {
  world = new World()
  a = world.add(anna)
  b = world.add(bob)
})

const last = (documents: readonly Document[]): Document => documents.at(-1) ?? kitchen

/** Both have some documents in common; then Anna and Bob each wrote some more, and Bob's last one reaches her. */
function diverge(common: number, own: number, theirs: number, sizeBytes = 0): Document[] {
  const shared = [kitchen, ...historyAfter(kitchen, common, (i) => `shared ${i}`)]
  const history = historyAfter(last(shared), theirs, (i) => `Bob's ${i}`.padEnd(sizeBytes))
  a.held.accept([...shared, ...historyAfter(last(shared), own, (i) => `Anna's ${i}`)])
  b.held.accept([...shared, ...history])
  world.connect(a, b)
  a.receive(room, bob, history.slice(-1))
  return history
}

const untilHeld = (document: Document): number => world.passUntil(() => a.held.documents.has(document.id), MAX_RETRY_MS)

const wantsOf = (node: TestNode, to: TestNode): number => node.sentTo(to.key, 'want').length

describe('a document whose ancestors are missing gets them', () => {
  it('in one round trip, up to as many as fit with one of them', () => {
    expect(untilHeld(last(diverge(10, 0, MAX_ANCESTORS + 2)))).toBe(ROUND_TRIP_MS)
    expect(a.faults).toEqual([])
    expect(wantsOf(a, b)).toBe(1)
  })

  it.each([
    [2, 5, 5],
    [2, CONCURRENT_CLOCKS, CONCURRENT_CLOCKS],
    [3, 500, 300],
    [3, 2_000, MAX_ANCESTORS],
  ])('in %i round trips if %i documents were written here, and %i there', (trips, own, theirs) => {
    expect(untilHeld(last(diverge(10, own, theirs)))).toBeLessThanOrEqual(trips * ROUND_TRIP_MS)
    world.pass(MAX_RETRY_MS)
    expect(wantsOf(a, b)).toBeLessThanOrEqual(trips)
  })

  it('in more round trips if they are many, or large', () => {
    expect(untilHeld(last(diverge(10, 0, 1_600)))).toBe(4 * ROUND_TRIP_MS)
    world = new World()
    a = world.add(anna)
    b = world.add(bob)
    expect(untilHeld(last(diverge(10, 0, 40, 30_000)))).toBeLessThanOrEqual(6 * ROUND_TRIP_MS)
  })

  it('in one round trip if it is the first after many', () => {
    const branches = Array.from({ length: 32 }, (_, i) => historyAfter(kitchen, 10, (j) => `${i} ${j}`))
    const end = documentAfter(
      branches.map((branch) => last(branch)),
      'end',
    )
    a.held.accept([kitchen])
    b.held.accept([kitchen, ...branches.flat(), end])
    world.connect(a, b)
    a.receive(room, bob, [end])
    expect(untilHeld(end)).toBe(ROUND_TRIP_MS)
    expect(b.sentTo(anna, 'block')).toHaveLength(320)
  })

  it('even while a file is being fetched', () => {
    const pages = leaves(100, 'page', 200_000)
    b.held.hold(room, pages)
    world.connect(a, b)
    for (const page of pages) a.ensure(room, page)
    expect(untilHeld(last(diverge(10, 0, 5)))).toBe(ROUND_TRIP_MS)
  })

  it('without fetching what is known here, once that is clear again', () => {
    const history = diverge(100, 5, 5)
    untilHeld(last(history))
    const next = historyAfter(last(history), 5, (i) => `next ${i}`)
    b.held.accept(next)
    b.takeSent()
    a.receive(room, bob, next.slice(-1))
    expect(untilHeld(last(next))).toBe(ROUND_TRIP_MS)
    expect(b.sentTo(anna, 'block')).toHaveLength(next.length - 1)
  })

  it('from another peer than its sender, if the sender is gone', () => {
    const c = world.add(carol)
    const history = historyAfter(kitchen, 5, (i) => `${i}`)
    a.held.accept([kitchen])
    c.held.accept([kitchen, ...history])
    a.receive(room, bob, history.slice(-1))
    world.connect(a, c)
    expect(untilHeld(last(history))).toBe(ROUND_TRIP_MS)
  })

  it('first from its sender', () => {
    world.meet(a, carol)
    const history = diverge(1, 0, 3)
    world.meet(a, dave)
    expect(a.askedFor(history[1]!)).toEqual([bob])
  })
})

it('only documents may come unrequested with a requested one', () => {
  const history = historyAfter(kitchen, 2, (i) => `${i}`)
  const [other] = leaves(1) as [Block]
  a.held.accept([kitchen])
  world.meet(a, bob)
  a.receive(room, bob, history.slice(-1))
  const { topic } = a.sentTo(bob, 'want')[0]!
  a.hear(bob, { type: 'block', topic, id: other.id, data: other.data })
  expect(a.faults).toEqual([{ peer: bob, code: 'unasked-block' }])
  expect(a.held.written.size).toBe(0)
})

describe('a document that may be on its way', () => {
  const history = historyAfter(kitchen, 3, (i) => `${i}`)

  beforeEach(() => {
    a.held.accept([kitchen])
    b.held.accept([kitchen, ...history])
    world.connect(a, b)
    a.receive(room, bob, history.slice(-1), true)
  })

  it(`is requested after ${PATIENCE_MS} ms`, () => {
    world.pass(PATIENCE_MS - 1)
    expect(wantsOf(a, b)).toBe(0)
    expect(untilHeld(last(history))).toBe(1 + ROUND_TRIP_MS)
  })

  it('is not requested while others arrive in its room', () => {
    let document = kitchen
    for (let i = 0; i < 5; i++) {
      world.pass(PATIENCE_MS - 1)
      document = documentAfter([document], `other ${i}`)
      a.receive(room, bob, [document])
    }
    world.pass(PATIENCE_MS - 1)
    expect(wantsOf(a, b)).toBe(0)
    expect(untilHeld(last(history))).toBe(1 + 2 * ROUND_TRIP_MS)
  })

  it('is not requested once it has arrived', () => {
    a.receive(room, bob, history)
    world.pass(MAX_RETRY_MS)
    expect(wantsOf(a, b)).toBe(0)
    expect(world.isAtRest).toBe(true)
  })
})

describe('an ancestor that nobody has', () => {
  const history = historyAfter(kitchen, 3, (i) => `${i}`)

  it('is requested again later, and when a peer connects', () => {
    a.held.accept([kitchen])
    world.connect(a, b)
    a.receive(room, bob, history.slice(-1))
    world.pass(RETRY_MS + ROUND_TRIP_MS)
    expect(wantsOf(a, b)).toBe(2)
    const c = world.add(carol)
    c.held.accept([kitchen, ...history])
    world.connect(a, c)
    expect(untilHeld(last(history))).toBe(ROUND_TRIP_MS)
    world.pass(MAX_RETRY_MS)
    expect(world.isAtRest).toBe(true)
  })

  it('is requested from a peer that says it has got it', () => {
    a.held.accept([kitchen])
    world.connect(a, b)
    a.receive(room, bob, history.slice(-1))
    world.pass(ROUND_TRIP_MS)
    b.receive(room, anna, [kitchen, ...history])
    expect(untilHeld(last(history))).toBe(1.5 * ROUND_TRIP_MS)
  })

  it(`is one of at most ${MAX_MISSING} of a room; the oldest gives way, once it was requested in vain`, () => {
    const ids = leaves(MAX_MISSING + 1, 'no document').map(({ id }) => id as BlockId as DocumentId)
    const missing = (some: readonly DocumentId[]): void =>
      a.command({ type: 'missing', room, ids: some, from: undefined, isPatient: false })
    world.connect(a, b)
    missing(ids.slice(0, MAX_MISSING))
    missing(ids.slice(-1))
    world.pass(2 * ROUND_TRIP_MS)
    expect(new Set(a.idsSentTo(bob, 'want'))).toEqual(new Set(ids.slice(0, MAX_MISSING)))
    missing(ids.slice(-1))
    world.pass(ROUND_TRIP_MS)
    expect(a.idsSentTo(bob, 'want')).toHaveLength(MAX_MISSING + 1)
    a.takeSent()
    world.pass(RETRY_MS)
    const again = new Set(a.idsSentTo(bob, 'want'))
    expect(again.size).toBe(MAX_MISSING)
    expect(again.has(ids[0]!)).toBe(false)
  })
})

describe('a document that arrived and was not accepted', () => {
  const history = historyAfter(kitchen, 3, (i) => `${i}`)

  /** Bob sends what is requested; the room does not react to it. */
  function fetch(): void {
    world.meet(a, bob)
    a.isValidating = false
    a.command({ type: 'missing', room, ids: [history[1]!.id], from: bob, isPatient: false })
    const { topic } = a.sentTo(bob, 'want')[0]!
    a.held.pending.set(history[1]!.id, history[1]!)
    a.hear(bob, { type: 'block', topic, id: history[1]!.id, data: history[1]!.block })
  }

  it('because it came too fast is requested from others, and later from the same peer', () => {
    fetch()
    const c = world.add(carol)
    world.connect(a, c)
    a.command({ type: 'validated', room, from: bob, pending: [], refused: [history[1]!.id] })
    expect(a.idsSentTo(carol, 'want')).toEqual([history[1]!.id])
    world.pass(2 * RETRY_MS)
    expect(a.idsSentTo(bob, 'want')).toEqual([history[1]!.id, history[1]!.id])
  })

  it('because it is invalid is requested later, but not forever', () => {
    fetch()
    a.command({ type: 'validated', room, from: bob, pending: [], refused: [] })
    world.pass(RETRY_MS)
    expect(a.idsSentTo(bob, 'want')).toHaveLength(2)
  })

  it('because its own ancestors are missing is requested no more', () => {
    fetch()
    a.command({ type: 'validated', room, from: bob, pending: [history[1]!.id], refused: [] })
    world.pass(2 * MAX_RETRY_MS)
    expect(a.idsSentTo(bob, 'want')).toHaveLength(1)
    expect(world.isAtRest).toBe(true)
  })
})

describe('a document that arrived and had no space to be pending', () => {
  const [first, second, third] = historyAfter(kitchen, 3, (i) => `${i}`) as [Document, Document, Document]

  /** The third document arrived, and can be kept once the second is here. */
  beforeEach(() => {
    a.held.accept([kitchen])
    world.meet(a, bob)
    a.isValidating = false
    a.command({ type: 'missing', room, ids: [third.id], from: bob, isPatient: false })
    a.hear(bob, blockOf(third))
    a.command({ type: 'validated', room, from: bob, pending: [], refused: [third.id], ancestors: [second.id] })
  })

  const blockOf = ({ id, block }: Document) => ({ type: 'block', topic: topicKeyOf(room), id, data: block }) as const

  const accept = (document: Document): void => {
    a.held.accept([document])
    a.command({ type: 'stored', room, ids: [document.id] })
  }

  it('is requested again once its ancestors are here, which are requested at once', () => {
    expect(a.idsSentTo(bob, 'want')).toEqual([third.id, second.id])
    a.hear(bob, blockOf(second))
    a.command({ type: 'validated', room, from: bob, pending: [], refused: [second.id], ancestors: [first.id] })
    a.hear(bob, blockOf(first))
    accept(first)
    expect(a.idsSentTo(bob, 'want').slice(2)).toEqual([first.id, second.id])
    a.hear(bob, blockOf(second))
    accept(second)
    expect(a.idsSentTo(bob, 'want').slice(4)).toEqual([third.id])
  })

  it('is requested a while after its ancestors arrived by themselves, since it may do so too', () => {
    accept(second)
    expect(a.idsSentTo(bob, 'want').slice(2)).toEqual([])
    world.pass(PATIENCE_MS)
    expect(a.idsSentTo(bob, 'want').slice(2)).toEqual([third.id])
  })

  it('is not requested earlier, whoever connects, but eventually', () => {
    a.hear(bob, { type: 'dont-have', topic: topicKeyOf(room), ids: [second.id] })
    world.meet(a, carol)
    expect(a.idsSentTo(carol, 'want')).toEqual([second.id])
    world.pass(MAX_RETRY_MS)
    expect(a.idsSentTo(bob, 'want').filter((id) => id === third.id)).toHaveLength(2)
  })
})

describe('a document that a user asked for', () => {
  const parts = leaves(3)
  const before = documentAfter([kitchen], 'before')
  const document = documentAfter([before], 'look', parts)

  beforeEach(() => {
    a.held.accept([kitchen])
    b.held.accept([kitchen, before, document])
    b.held.hold(room, parts)
    world.connect(a, b)
  })

  it.each([[room], [undefined]])('is complete once its room has it, and what it links to is here: %s', (scope) => {
    a.ensure(scope, { id: document.id, data: document.block })
    world.passUntil(() => a.ended.length > 0, MAX_RETRY_MS)
    expect(a.ended).toEqual(['complete'])
    expect(a.held.documents.has(document.id)).toBe(true)
    expect(new Set(a.held.written.keys())).toEqual(new Set(parts.map(({ id }) => id)))
  })

  it('is still requested after the user cancels, if others wait for it', () => {
    const after = documentAfter([document], 'after')
    world.disconnect(a, b)
    a.ensure(room, { id: document.id, data: document.block })
    a.receive(room, bob, [after])
    a.release(room, { id: document.id, data: document.block })
    world.connect(a, b)
    untilHeld(after)
    expect(a.ended).toEqual([])
  })

  it('of a room that is not open here is a block like any other', () => {
    const other = world.add(carol, [])
    other.command({ type: 'neighbour', room, peer: bob })
    world.connect(other, b, [])
    b.command({ type: 'neighbour', room, peer: carol })
    other.ensure(undefined, { id: document.id, data: document.block })
    world.passUntil(() => other.ended.length > 0, MAX_RETRY_MS)
    expect(other.held.written.size).toBe(4)
  })
})
