/** What a member keeps of a room's history, and what others get from it. */
import { beforeEach, describe, expect, it } from 'vitest'
import { CHECKPOINT_DOCUMENTS } from '../../../protocols/room/constants.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { ADOPT_AFTER_MS } from '../../../src/machine/constants.ts'
import { documentReader } from '../../../src/room/document-reader.ts'
import { statesOf } from '../../../src/store/store.ts'
import { Nodes, type TestNode } from './nodes.ts'
import { LONG_MS, keep, passADay, trim, writeMany } from './trimming.ts'

const DAY_MS = 86_400_000
const KEPT = 300

let nodes: Nodes
let anna: TestNode
let bob: TestNode
let room: RoomId

beforeEach(() => {
  nodes = new Nodes()
  anna = nodes.add('anna', 1)
  bob = nodes.add('bob', 2)
  room = anna.create()
  bob.command({ type: 'join', room })
  nodes.link(anna, bob)
  nodes.run(LONG_MS)
})

const roomOf = (node: TestNode) => node.machine.rooms.require(room)
const here = (node: TestNode) => node.store.documents(room, { limit: Infinity })
const texts = (node: TestNode) => here(node).map(({ block }) => documentReader.decode(block).id)
const state = (node: TestNode) => roomOf(node).view.hash()

/** Carl has been here, and lacks what Anna writes then. */
function carlLeaves(): TestNode {
  const carl = nodes.add('carl', 3)
  nodes.link(carl, bob)
  carl.command({ type: 'join', room })
  nodes.run(LONG_MS)
  nodes.unlink(carl, bob)
  writeMany(nodes, anna, room, 700)
  return carl
}

describe('a member that keeps the last documents', () => {
  it('drops what is before a checkpoint, and has the same state as before and after a restart', () => {
    writeMany(nodes, anna, room, 1_000)
    const before = { state: state(bob), totals: bob.store.totals(room), all: here(bob).length }
    const dropped = keep(bob, room, { documents: KEPT })
    expect(dropped).toBeGreaterThan(300)
    expect(here(bob).length).toBe(before.all - dropped)
    expect(here(bob).length).toBeGreaterThanOrEqual(KEPT)
    expect(here(bob).length).toBeLessThan(KEPT + 2 * CHECKPOINT_DOCUMENTS)
    expect(bob.store.totals(room).documents).toBe(before.totals.documents)
    expect(bob.store.totals(room).sizeBytes).toBeLessThan(before.totals.sizeBytes)
    expect(bob.store.document(room)).toBeDefined()
    expect(state(bob)).toBe(before.state)
    bob.restart()
    expect(state(bob)).toBe(before.state)
    bob.store.apply({ type: 'delete-state', room })
    bob.restart()
    expect(state(bob)).toBe(before.state)
    for (const root of statesOf(roomOf(bob).record)) expect(bob.store.ensured(room, root)?.state).toBe('complete')
  })

  it('goes on with the others, and drops more in time', () => {
    writeMany(nodes, anna, room, 700)
    keep(bob, room, { documents: KEPT })
    nodes.unlink(anna, bob)
    writeMany(nodes, anna, room, 100)
    for (let i = 0; i < 100; i++) bob.say(room, `mine ${i}`)
    nodes.link(anna, bob)
    nodes.run(LONG_MS)
    expect(state(bob)).toBe(state(anna))
    expect(bob.store.newestHeads(room, 9)).toEqual(anna.store.newestHeads(room, 9))
    writeMany(nodes, bob, room, 600)
    expect(trim(bob, room)).toBeGreaterThan(0)
    expect(here(bob).length).toBeLessThan(KEPT + 3 * CHECKPOINT_DOCUMENTS)
    expect(state(bob)).toBe(state(anna))
    expect(here(anna).length).toBe(anna.store.totals(room).documents)
  })

  it('keeps for a day what somebody lacks who left', () => {
    carlLeaves()
    expect(keep(bob, room, { documents: KEPT })).toBe(0)
    bob.restart()
    expect(trim(bob, room)).toBe(0)
    passADay(bob)
    expect(trim(bob, room)).toBeGreaterThan(0)
  })

  it('drops what somebody lacked once that one has it', () => {
    const carl = carlLeaves()
    expect(keep(bob, room, { documents: KEPT })).toBe(0)
    nodes.link(carl, bob)
    nodes.run(LONG_MS)
    expect(trim(bob, room)).toBeGreaterThan(0)
    expect(state(carl)).toBe(state(bob))
  })

  it('is sent nothing that it dropped, and costs nothing when nothing is new', () => {
    writeMany(nodes, anna, room, 800)
    keep(bob, room, { documents: KEPT })
    nodes.unlink(anna, bob)
    anna.say(room, 'one')
    bob.say(room, 'other')
    nodes.forgetSent()
    nodes.link(anna, bob)
    nodes.run(LONG_MS)
    expect(nodes.documentsTo(bob).length).toBeLessThan(5)
    expect(nodes.documentsTo(anna).length).toBeLessThan(5)
    nodes.forgetSent()
    nodes.run(10 * LONG_MS)
    expect(nodes.sent).toEqual([])
  })

  it('drops nothing that only it has', () => {
    nodes.unlink(anna, bob)
    writeMany(nodes, bob, room, 1_000)
    expect(keep(bob, room, { documents: KEPT })).toBe(0)
    nodes.link(anna, bob)
    nodes.run(LONG_MS)
    expect(trim(bob, room)).toBeGreaterThan(300)
    expect(state(bob)).toBe(state(anna))
  })

  it('drops what peers have whose newest document is their own', () => {
    writeMany(nodes, anna, room, 700)
    bob.say(room, 'mine is the last')
    nodes.run(LONG_MS)
    const [row] = anna.store.peerFrontiers(room)
    const last = here(anna).at(-1)!
    expect(last.author).not.toBe(roomOf(anna).owner)
    anna.store.apply({ type: 'put-peer-frontier', room, row: { ...row!, frontier: [last.id] } })
    expect(keep(anna, room, { documents: 100 })).toBeGreaterThan(200)
  })

  it('drops what neighbours have by what they said last, whatever the store has of that', () => {
    writeMany(nodes, anna, room, 700)
    const [row] = anna.store.peerFrontiers(room)
    anna.store.apply({ type: 'put-peer-frontier', room, row: { ...row!, frontier: [] } })
    expect(keep(anna, room, { documents: 100 })).toBeGreaterThan(200)
  })

  it('drops nothing any more once all is to be kept', () => {
    writeMany(nodes, anna, room, 700)
    const dropped = keep(bob, room, { documents: KEPT })
    bob.command({ type: 'retain', room })
    writeMany(nodes, anna, room, 600)
    expect(trim(bob, room)).toBe(0)
    expect(here(bob).length).toBe(bob.store.totals(room).documents - dropped)
  })

  it('drops what is before checkpoints that others wrote beside', () => {
    for (let i = 0; i < 900; i++) {
      for (const node of [anna, bob]) node.say(room, `${i} `.padEnd(1_000, '.'))
      if (i % 20 === 0) nodes.run(1_000)
    }
    nodes.run(LONG_MS)
    const before = here(bob).length
    expect(keep(bob, room, { documents: KEPT })).toBeGreaterThan(500)
    expect(here(bob).length).toBeLessThan(before - 500)
    expect(state(bob)).toBe(state(anna))
    bob.store.apply({ type: 'delete-state', room })
    bob.restart()
    expect(state(bob)).toBe(state(anna))
    writeMany(nodes, anna, room, 300)
    trim(bob, room)
    expect(state(bob)).toBe(state(anna))
    expect(bob.events.filter(({ type }) => type === 'refuted')).toEqual([])
  })

  it('takes a document that comes late, from long before', () => {
    const carl = nodes.add('carl', 3)
    carl.command({ type: 'join', room })
    nodes.link(anna, carl)
    nodes.run(LONG_MS)
    nodes.unlink(anna, carl)
    carl.say(room, 'written on a journey')
    writeMany(nodes, anna, room, 1_000)
    keep(bob, room, { documents: KEPT })
    nodes.link(bob, carl)
    nodes.link(anna, carl)
    nodes.run(LONG_MS)
    expect(state(bob)).toBe(state(anna))
    const late = texts(carl).filter(
      (id) => bob.store.document(id) !== undefined && anna.store.document(id) !== undefined,
    )
    expect(late.length).toBeGreaterThan(KEPT)
    bob.store.apply({ type: 'delete-state', room })
    bob.restart()
    expect(state(bob)).toBe(state(anna))
  })
})

describe('a member that keeps the documents of the last days', () => {
  it('drops what is older', () => {
    anna.clockOffsetMs = -30 * DAY_MS
    writeMany(nodes, anna, room, 600)
    anna.clockOffsetMs = 0
    writeMany(nodes, anna, room, 300)
    expect(keep(bob, room, { ageMs: 60 * DAY_MS })).toBe(0)
    expect(keep(bob, room, { ageMs: 10 * DAY_MS })).toBeGreaterThan(250)
    expect(here(bob).length).toBeGreaterThan(300)
    expect(state(bob)).toBe(state(anna))
  })
})

it('a carrier is told what it keeps in another way', () => {
  const carl = nodes.add('carl', 3)
  carl.command({ type: 'carry', room, maxBytes: 1_000_000 })
  expect(() => carl.command({ type: 'retain', room, retention: { documents: 1 } })).toThrow(
    expect.objectContaining({ code: 'carried' }) as Error,
  )
})

describe('a newcomer among members that dropped the history, before it has their base', () => {
  const SOON_MS = ADOPT_AFTER_MS / 4
  let carl: TestNode

  beforeEach(() => {
    writeMany(nodes, anna, room, 900)
    keep(bob, room, { documents: KEPT })
    nodes.unlink(anna, bob)
    carl = nodes.add('carl', 3)
    carl.command({ type: 'join', room })
    nodes.link(bob, carl)
    nodes.run(SOON_MS)
  })

  it('begins with the state, and is sent nothing before it', () => {
    expect(roomOf(carl).isPreview).toBe(true)
    expect(state(carl)).toBe(state(bob))
    const { position } = roomOf(bob).record.base!
    const waiting = roomOf(carl)
      .graph.pending()
      .filter(({ clock }) => clock < position.clock)
    expect(waiting).toEqual([])
  })

  it('writes behind what the others have, and reads what they write', () => {
    carl.say(room, 'hello')
    nodes.run(SOON_MS)
    const newest = here(bob).at(-1)
    expect(newest?.author).toBe(carl.signer.author)
    bob.say(room, 'welcome')
    nodes.run(SOON_MS)
    expect(state(carl)).toBe(state(bob))
    expect(roomOf(carl).preview?.shown.at(-1)?.id).toBe(here(bob).at(-1)?.id)
  })

  it('has all once somebody comes who kept all', () => {
    carl.say(room, 'hello')
    nodes.run(SOON_MS)
    nodes.link(anna, carl)
    nodes.run(LONG_MS)
    expect(roomOf(carl).isPreview).toBe(false)
    expect(here(carl).length).toBe(anna.store.totals(room).documents)
    expect(here(carl).length).toBe(bob.store.totals(room).documents)
    expect([state(carl), state(bob)]).toEqual([state(anna), state(anna)])
  })
})
