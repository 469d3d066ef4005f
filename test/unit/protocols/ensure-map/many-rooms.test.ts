/** A node that wants a block in each of many rooms: an input for one of them costs nothing for the others. */
import { beforeEach, describe, expect, it } from 'vitest'
import { CREDIT_BYTES } from '../../../../protocols/ensure-map/constants.ts'
import { EnsureMapMachine } from '../../../../protocols/ensure-map/machine.ts'
import type { EnsureMapCommand, EnsureMapEffect, EnsureMapInput } from '../../../../protocols/ensure-map/ports.ts'
import type { EnsureMapRecord } from '../../../../protocols/ensure-map/records.ts'
import type { BlockId, DocumentId, PeerId, RoomId } from '../../../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../../../protocols/wire/room-keys.ts'
import { bob, carol, dave, documentAfter, leaf, leaves, roomOf, type Block } from './dags.ts'
import { HeldBlocks } from './held-blocks.ts'

const COUNT = 1_000
const rooms = Array.from({ length: COUNT }, (_, i) => roomOf(`room ${i}`))
const [first, second] = rooms.map(({ id }) => id) as [RoomId, RoomId]
const blocks = leaves(COUNT, 'page')
const [page, otherPage] = blocks as [Block, Block]

/** What one input may cost, in visits; a scan of all rooms or all wants takes a thousand. */
const MAX_VISITS = 60

let held: HeldBlocks
let machine: EnsureMapMachine
/** Reads of the store, and elements taken from any Map or Set that is iterated over. */
let visits: number
/** Blocks that each peer is asked for now. */
let asked: Map<PeerId, Set<BlockId>>

beforeEach(() => {
  held = new HeldBlocks()
  machine = new EnsureMapMachine({ ports: counted(held.ports), random: () => 0 })
  asked = new Map([bob, carol, dave].map((peer) => [peer, new Set()]))
  for (const { id } of rooms) command({ type: 'open', room: id })
})

/** Counts what the machine reads. */
function counted<Ports extends object>(ports: Ports): Ports {
  const entries = Object.entries(ports).map(([name, port]: [string, (...args: unknown[]) => unknown]) => {
    const count = (...args: unknown[]): unknown => {
      visits++
      return port(...args)
    }
    return [name, count]
  })
  return Object.fromEntries(entries) as Ports
}

const ITERATORS = [new Map().values(), new Set().values()].map(
  (iterator) => Object.getPrototypeOf(iterator) as { next: (this: unknown) => IteratorResult<unknown> },
)

/** Counts in `visits` whatever is done meanwhile. */
function counting<T>(work: () => T): T {
  const originals = ITERATORS.map(({ next }) => next)
  for (const [i, iterator] of ITERATORS.entries()) {
    const next = originals[i]!
    iterator.next = function () {
      const result = next.call(this)
      if (result.done !== true) visits++
      return result
    }
  }
  try {
    return work()
  } finally {
    for (const [i, iterator] of ITERATORS.entries()) iterator.next = originals[i]!
  }
}

/** `visits` are those of this input afterwards. */
function handle(input: EnsureMapInput): readonly EnsureMapEffect[] {
  visits = 0
  const effects = counting(() => machine.handle(input, 0))
  for (const effect of effects) if (effect.type === 'send') note(effect.to, effect.record)
  return effects
}

function note(to: PeerId, record: EnsureMapRecord): void {
  if (record.type === 'want') for (const id of record.ids) asked.get(to)!.add(id)
  if (record.type === 'cancel') for (const id of record.ids) asked.get(to)!.delete(id)
}

function command(given: EnsureMapCommand): readonly EnsureMapEffect[] {
  return handle({ type: 'command', command: given })
}

function hear(from: PeerId, record: EnsureMapRecord): void {
  if (record.type === 'block') asked.get(from)!.delete(record.id)
  if (record.type === 'dont-have') for (const id of record.ids) asked.get(from)!.delete(id)
  handle({ type: 'records', from, records: [record] })
}

const join = (peer: PeerId, room: RoomId): unknown => command({ type: 'neighbour', room, peer })
const up = (peer: PeerId): unknown => handle({ type: 'peer-up', peer, creditBytes: CREDIT_BYTES })
const ensure = (room: RoomId, { id }: Block): unknown =>
  command({ type: 'ensure', room, id, pinned: false, addedAtMs: 0 })
const ensureAll = (): void => blocks.forEach((block, i) => ensure(rooms[i]!.id, block))
const lacks = (peer: PeerId, ids: BlockId[]): void => hear(peer, { type: 'dont-have', topic: topicKeyOf(first), ids })
const gives = (peer: PeerId, { id, data }: Block): void =>
  hear(peer, { type: 'block', topic: topicKeyOf(first), id, data })
const has = (peer: PeerId, { id }: Block): void => hear(peer, { type: 'have', topic: topicKeyOf(first), ids: [id] })
const isAsked = (peer: PeerId, { id }: Block): boolean => asked.get(peer)!.has(id)

/** What costs the same whatever state the wants are in. */
function expectOtherInputsAreCheap(): void {
  const news = documentAfter([rooms[0]!], 'news')
  held.accept([news])
  command({ type: 'stored', room: first, ids: [news.id] })
  expect(visits, 'a document is stored').toBeLessThan(MAX_VISITS)
  hear(bob, { type: 'want', topic: topicKeyOf(first), ids: [news.id], priority: 0 })
  expect(visits, 'a peer asks').toBeLessThan(MAX_VISITS)
  up(dave)
  expect(visits, 'a peer comes that shares no room').toBeLessThan(MAX_VISITS)
  handle({ type: 'peer-down', peer: dave })
  expect(visits, 'and goes').toBeLessThan(MAX_VISITS)
  const added = leaf('added')
  ensure(first, added)
  expect(visits, 'a block is wanted').toBeLessThan(MAX_VISITS)
  command({ type: 'added', ids: [added.id] })
  expect(visits, 'and arrives in another way').toBeLessThan(MAX_VISITS)
  command({ type: 'release', room: second, id: otherPage.id })
  expect(visits, 'a root is let go of').toBeLessThan(MAX_VISITS)
  command({ type: 'close', room: second })
  expect(visits, 'a room is closed').toBeLessThan(MAX_VISITS)
}

describe(`${COUNT} wants in ${COUNT} rooms`, () => {
  it('that nobody has cost no look when something happens in one room', () => {
    up(bob)
    join(bob, first)
    ensureAll()
    for (const ids = asked.get(bob)!; ids.size > 0;) lacks(bob, [...ids])
    has(bob, page)
    expect(isAsked(bob, page)).toBe(true)
    expect(visits, 'a peer has one').toBeLessThan(MAX_VISITS)
    lacks(bob, [page.id])
    expect(isAsked(bob, page)).toBe(false)
    expect(visits, 'and then has not').toBeLessThan(MAX_VISITS)
    expectOtherInputsAreCheap()
    command({ type: 'neighbour-left', room: first, peer: bob })
    expect(visits, 'a peer leaves a room').toBeLessThan(MAX_VISITS)
  })

  it('of a peer that takes no more cost no look until it does, and then one for each that it takes', () => {
    up(bob)
    for (const { id } of rooms) join(bob, id)
    ensureAll()
    expectOtherInputsAreCheap()
    gives(bob, page)
    expect(asked.get(bob)!.size).toBeGreaterThan(0)
    expect(visits, 'it gives one').toBeLessThan(MAX_VISITS)
  })

  it('of a peer that takes no more cost no look while another one takes more, but does not share these rooms', () => {
    const extra = roomOf('extra').id
    command({ type: 'open', room: extra })
    for (const peer of [bob, carol]) up(peer)
    for (const { id } of rooms) join(bob, id)
    join(carol, extra)
    ensureAll()
    expectOtherInputsAreCheap()
    has(bob, blocks.at(-1)!)
    expect(visits, 'it has one').toBeLessThan(MAX_VISITS)
    gives(bob, page)
    expect(visits, 'it gives one').toBeLessThan(MAX_VISITS)
    expect(asked.get(carol)!.size).toBe(0)
  })

  it('that wait for ancestors cost no look when a document is stored in another room', () => {
    up(bob)
    for (const { id } of rooms) join(bob, id)
    for (const room of rooms.slice(1)) {
      const [ancestor, missing] = ['ancestor', 'missing'].map((label) => documentAfter([room], label).id) as [
        DocumentId,
        DocumentId,
      ]
      command({ type: 'missing', room: room.id, ids: [missing], from: bob, isPatient: false })
      command({
        ...{ type: 'validated', room: room.id, from: bob },
        pending: [],
        refused: [missing],
        ancestors: [ancestor],
      })
    }
    const news: DocumentId = documentAfter([rooms[0]!], 'news').id
    command({ type: 'stored', room: first, ids: [news] })
    expect(visits).toBeLessThan(MAX_VISITS)
  })
})
