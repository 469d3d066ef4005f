/** What members with bad intentions, power cuts and lost connections do to whoever takes the base of others. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { HeadersRecord } from '../../../protocols/batch-sync/index.ts'
import { MAX_HEADERS } from '../../../protocols/batch-sync/constants.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../../protocols/wire/room-keys.ts'
import { signerOf } from '../room/history.ts'
import { inventedId } from './liar.ts'
import { Nodes, type TestNode } from './nodes.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import { LONG_MS, keep, writeMany } from './trimming.ts'

const KEPT = 50

let nodes: Nodes
let anna: TestNode
let bob: TestNode
let mallory: TestNode
let room: RoomId

/** Changes what one node says from now on. */
function corrupt(node: TestNode, change: (record: HeadersRecord) => HeadersRecord | undefined): void {
  const send = nodes.send.bind(nodes)
  nodes.send = (from, batch) => {
    const records = (batch.records as { type: string }[]).flatMap((record) =>
      from === node && record.type === 'headers' ? (change(record as HeadersRecord) ?? []) : record,
    )
    send(from, { ...batch, records } as typeof batch)
  }
}

const roomOf = (node: TestNode) => node.machine.rooms.require(room)
const baseOf = (node: TestNode) => roomOf(node).record.base
const requestsOf = (node: TestNode) =>
  nodes.sent.filter(({ from, record }) => from === node.peer && record.type === 'header-request').length

function newcomer(...others: TestNode[]): TestNode {
  const node = nodes.add('carl', 3)
  node.command({ type: 'join', room })
  for (const other of others) nodes.link(other, node)
  nodes.forgetSent()
  return node
}

beforeEach(() => {
  nodes = new Nodes()
  anna = nodes.add('anna', 1)
  bob = nodes.add('bob', 2)
  mallory = nodes.add('mallory', 5)
  room = anna.create()
  for (const node of [bob, mallory]) {
    node.command({ type: 'join', room })
    nodes.link(anna, node)
  }
  nodes.run(LONG_MS)
  writeMany(nodes, anna, room, 330)
  keep(bob, room, { documents: KEPT })
  keep(mallory, room, { documents: KEPT })
  nodes.unlink(anna, bob)
  nodes.unlink(anna, mallory)
})

const FORGERIES: [what: string, change: (record: HeadersRecord) => HeadersRecord][] = [
  ['an id that does not belong', (record) => ({ ...record, headers: record.headers.with(-1, forged(record)) })],
  [
    'another author',
    (record) => ({ ...record, headers: record.headers.map((header) => ({ ...header, author: signerOf(9).author })) }),
  ],
  ['a header less', (record) => ({ ...record, headers: record.headers.slice(1) })],
  ['no headers at all', (record) => ({ ...record, headers: [], isLast: true })],
  ['no headers without an end', (record) => ({ ...record, headers: [], isLast: false })],
  ['headers out of order', (record) => ({ ...record, headers: record.headers.toReversed() })],
  [
    'more than there are',
    (record) => ({ ...record, headers: [...record.headers, ...tooMany(record)].slice(0, MAX_HEADERS) }),
  ],
  ['the headers of a base that was not named', (record) => ({ ...record, base: inventedId(7) })],
]

function forged({ headers }: HeadersRecord) {
  const last = headers.at(-1)!
  return { ...last, id: inventedId(1) }
}

function tooMany({ headers }: HeadersRecord) {
  const last = headers.at(-1)!
  return Array.from({ length: MAX_HEADERS }, (_, i) => ({ ...last, id: inventedId(i), clock: last.clock + 1 }))
}

describe('a liar that gives headers', () => {
  it.each(FORGERIES)('is believed by nobody beside an honest member: %s', (_what, change) => {
    corrupt(mallory, change)
    const carl = newcomer(mallory, bob)
    nodes.run(2 * LONG_MS)
    // Two say different things, and nobody knows who is right.
    expect(baseOf(carl)).toBeUndefined()
    expect(carl.store.droppedHeaders(room, undefined, 9)).toEqual([])
    expect(carl.stateHash(room)).toBe(bob.stateHash(room))
    expect(requestsOf(carl)).toBeLessThan(20)
    nodes.unlink(carl, mallory)
    nodes.run(2 * LONG_MS)
    expect(baseOf(carl)).toEqual(baseOf(bob))
    expect(carl.store.droppedHeaders(room, undefined, Infinity)).toEqual(
      bob.store.droppedHeaders(room, undefined, Infinity),
    )
    expect(carl.stateHash(room)).toBe(bob.stateHash(room))
  })

  it.each(FORGERIES)('alone harms nobody who would notice: %s', (_what, change) => {
    corrupt(mallory, change)
    const carl = newcomer(mallory)
    nodes.run(LONG_MS)
    expect(carl.stateHash(room)).toBe(mallory.stateHash(room))
    carl.say(room, 'hello')
    nodes.run(LONG_MS)
    expect(requestsOf(carl)).toBeLessThan(20)
  })

  it('is outvoted by two', () => {
    corrupt(mallory, (record) => FORGERIES[0]![1](record))
    const dora = nodes.add('dora', 4)
    dora.command({ type: 'join', room })
    nodes.link(bob, dora)
    nodes.run(LONG_MS)
    expect(baseOf(dora)).toEqual(baseOf(bob))
    const carl = newcomer(mallory, bob, dora)
    nodes.run(2 * LONG_MS)
    expect(carl.store.droppedHeaders(room, undefined, Infinity)).toEqual(
      bob.store.droppedHeaders(room, undefined, Infinity),
    )
  })

  it('that sends headers which nobody asked for is counted, and changes nothing', () => {
    const carl = newcomer(bob, mallory)
    nodes.run(LONG_MS)
    const before = carl.store.droppedHeaders(room, undefined, Infinity)
    const header = { id: inventedId(1), clock: 2, author: signerOf(9).author, seq: 0 }
    const base = baseOf(bob)!.position.id
    const record = { type: 'headers', topic: topicKeyOf(room), base, headers: [header], isLast: true } as const
    nodes.send(mallory, { protocol: 'batch-sync', to: carl.peer, records: [record] })
    nodes.run(LONG_MS)
    expect(carl.faultCodes()).toContain('headers-unasked')
    expect(carl.store.droppedHeaders(room, undefined, Infinity)).toEqual(before)
  })

  it('that says nothing holds nobody up for long', () => {
    corrupt(mallory, () => undefined)
    const dora = nodes.add('dora', 4)
    dora.command({ type: 'join', room })
    nodes.link(bob, dora)
    nodes.run(LONG_MS)
    const carl = newcomer(mallory, bob, dora)
    nodes.run(LONG_MS)
    expect(baseOf(carl)).toEqual(baseOf(bob))
  })
})

describe('members with different bases', () => {
  it('confirm each other, and who comes takes the one of who kept more', () => {
    nodes.link(anna, mallory)
    writeMany(nodes, anna, room, 330)
    keep(mallory, room, { documents: KEPT })
    nodes.link(anna, bob)
    nodes.run(LONG_MS)
    nodes.unlink(anna, bob)
    nodes.unlink(anna, mallory)
    expect(baseOf(bob)!.position.clock).toBeLessThan(baseOf(mallory)!.position.clock)
    const carl = newcomer(bob, mallory)
    nodes.run(2 * LONG_MS)
    expect(baseOf(carl)).toEqual(baseOf(bob))
    expect(carl.store.totals(room)).toEqual(bob.store.totals(room))
    expect(carl.stateHash(room)).toBe(mallory.stateHash(room))
  })

  it('one that drops more meanwhile is asked for what it has now', () => {
    let isFirst = true
    corrupt(bob, (record) => {
      if (!isFirst) return record
      isFirst = false
      return { ...record, base: undefined, headers: [] }
    })
    const carl = newcomer(bob)
    nodes.run(LONG_MS)
    expect(baseOf(carl)).toBeUndefined()
    nodes.run(LONG_MS)
    expect(baseOf(carl)).toEqual(baseOf(bob))
  })
})

describe('a newcomer', () => {
  /** Runs until its base is here, and calls `between` after each step. */
  function untilAdopted(carl: TestNode, between: () => void): number {
    let steps = 0
    for (; baseOf(carl) === undefined && steps < 400; steps++) {
      between()
      nodes.run(steps < 300 ? 100 : LONG_MS)
    }
    return steps
  }

  it('goes on after its connection was lost again and again', () => {
    const carl = newcomer(bob)
    untilAdopted(carl, () => {
      if (nodes.sent.filter(({ record }) => record.type === 'headers').length % 2 === 0) return
      nodes.unlink(bob, carl)
      nodes.run(500)
      nodes.link(bob, carl)
      nodes.forgetSent()
    })
    nodes.run(LONG_MS)
    expect(baseOf(carl)).toEqual(baseOf(bob))
    expect(carl.stateHash(room)).toBe(bob.stateHash(room))
  })

  it.each([1, 3, 8])('goes on after a power cut at every step, %i00 ms apart', (every) => {
    const store = memoryStore()
    const carl = nodes.add('carl', 3, store)
    carl.command({ type: 'join', room })
    nodes.link(bob, carl)
    for (let cuts = 0; cuts < 12; cuts++) {
      nodes.run(9_000 + every * 100 * cuts)
      store.losePower()
      carl.restart(() => store)
      expect(carl.stateHash(room)).toBeDefined()
    }
    nodes.run(LONG_MS)
    expect(baseOf(carl)).toEqual(baseOf(bob))
    expect(carl.store.totals(room)).toEqual(bob.store.totals(room))
    expect(carl.stateHash(room)).toBe(bob.stateHash(room))
  })

  it('takes the history after all if somebody comes who kept it before it has the base', () => {
    corrupt(bob, () => undefined)
    const carl = newcomer(bob)
    nodes.run(30_000)
    nodes.link(anna, carl)
    nodes.run(LONG_MS)
    expect(baseOf(carl)).toBeUndefined()
    expect(roomOf(carl).isPreview).toBe(false)
    expect(carl.store.totals(room)).toEqual(anna.store.totals(room))
    expect(carl.stateHash(room)).toBe(anna.stateHash(room))
  })
})
