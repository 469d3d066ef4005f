/** Rooms of which nobody kept the history: who comes, or comes back, takes the base of the others. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { MAX_PENDING_PER_PEER } from '../../../src/room/constants.ts'
import { Nodes, type TestNode } from './nodes.ts'
import { LONG_MS, keep, passADay, trim, writeMany } from './trimming.ts'

const KEPT = 300
const MANY = MAX_PENDING_PER_PEER + 200

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

function join(name: string, index: number, ...others: TestNode[]): TestNode {
  const node = nodes.add(name, index)
  node.command({ type: 'join', room })
  for (const other of others) nodes.link(other, node)
  nodes.run(LONG_MS)
  return node
}

function expectAsIfDropped(node: TestNode, other: TestNode): void {
  expect(roomOf(node).isPreview).toBe(false)
  expect(roomOf(node).record.base).toEqual(roomOf(other).record.base)
  expect(node.stateHash(room)).toBe(other.stateHash(room))
  expect(node.store.totals(room)).toEqual(other.store.totals(room))
  expect(node.documents(room)).toEqual(other.documents(room))
  expect(node.store.newestHeads(room, 9)).toEqual(other.store.newestHeads(room, 9))
  expect(node.store.authorHeads(room)).toEqual(other.store.authorHeads(room))
  expect(node.store.droppedHeaders(room, undefined, Infinity)).toEqual(
    other.store.droppedHeaders(room, undefined, Infinity),
  )
}

describe('a newcomer among members that all dropped the history', () => {
  let carl: TestNode

  beforeEach(() => {
    writeMany(nodes, anna, room, 900)
    keep(bob, room, { documents: KEPT })
    nodes.unlink(anna, bob)
    carl = join('carl', 3, bob)
  })

  it('is one of them', () => {
    expectAsIfDropped(carl, bob)
    carl.restart()
    expectAsIfDropped(carl, bob)
    carl.store.apply({ type: 'delete-state', room })
    carl.restart()
    nodes.run(LONG_MS)
    expectAsIfDropped(carl, bob)
    nodes.forgetSent()
    nodes.run(6 * LONG_MS)
    expect(nodes.sent).toEqual([])
  })

  it('writes, and follows more than a peer may have waiting', () => {
    carl.say(room, 'hello')
    writeMany(nodes, bob, room, MANY)
    expectAsIfDropped(carl, bob)
    expect(carl.faultCodes()).toEqual([])
  })

  it('gives the next newcomer what it has', () => {
    nodes.unlink(bob, carl)
    const dora = join('dora', 4, carl)
    expectAsIfDropped(dora, carl)
    dora.say(room, 'hello')
    nodes.run(LONG_MS)
    expectAsIfDropped(carl, dora)
  })

  it('drops more in time, and stays with its base when somebody comes who kept all', () => {
    carl.say(room, 'hello')
    writeMany(nodes, bob, room, 700)
    expect(keep(carl, room, { documents: KEPT })).toBeGreaterThan(300)
    expect(carl.stateHash(room)).toBe(bob.stateHash(room))
    nodes.link(anna, carl)
    nodes.link(anna, bob)
    nodes.run(LONG_MS)
    expect(carl.stateHash(room)).toBe(anna.stateHash(room))
    expect(bob.stateHash(room)).toBe(anna.stateHash(room))
    expect(here(anna).length).toBe(carl.store.totals(room).documents)
    expect(here(carl).length).toBeLessThan(KEPT + 600)
    expect(trim(carl, room)).toBe(0)
  })
})

describe('a member that was away while all others dropped what it lacks', () => {
  let carl: TestNode

  beforeEach(() => {
    carl = join('carl', 3, bob)
    carl.say(room, 'before the journey')
    nodes.run(LONG_MS)
    nodes.unlink(bob, carl)
  })

  /** The owner's checkpoints are believed. */
  function comesBack(): void {
    writeMany(nodes, anna, room, 1_200)
    passADay(anna, bob, carl)
    keep(bob, room, { documents: KEPT })
    keep(anna, room, { documents: KEPT })
    nodes.link(bob, carl)
    nodes.run(LONG_MS)
  }

  it('takes their base, and goes on', () => {
    comesBack()
    expectAsIfDropped(carl, bob)
    carl.say(room, 'back again')
    nodes.run(LONG_MS)
    expectAsIfDropped(bob, carl)
    expect(carl.events.filter(({ type }) => type === 'fork')).toEqual([])
  })

  it('keeps what only it has, and gives it to them', () => {
    const alone = carl.say(room, 'on the journey')
    comesBack()
    expect(roomOf(carl).record.base).toBeDefined()
    for (const node of [bob, carl]) expect(node.store.document(alone)).toBeDefined()
    nodes.link(anna, carl)
    nodes.run(LONG_MS)
    expect(roomOf(carl).isPreview).toBe(false)
    expect(carl.stateHash(room)).toBe(bob.stateHash(room))
    expect(carl.stateHash(room)).toBe(anna.stateHash(room))
    carl.say(room, 'back again')
    nodes.run(LONG_MS)
    expect(carl.stateHash(room)).toBe(bob.stateHash(room))
    expect(carl.events.filter(({ type }) => type === 'fork')).toEqual([])
  })

  it('takes a later base in place of its own', () => {
    nodes.link(bob, carl)
    writeMany(nodes, anna, room, 700)
    expect(keep(carl, room, { documents: KEPT })).toBeGreaterThan(0)
    nodes.unlink(bob, carl)
    const before = roomOf(carl).record.base
    carl.command({ type: 'retain', room })
    comesBack()
    expect(roomOf(carl).record.base).not.toEqual(before)
    expectAsIfDropped(carl, bob)
  })

  it('needs none if it has as much as they kept', () => {
    nodes.link(bob, carl)
    writeMany(nodes, anna, room, 900)
    nodes.unlink(bob, carl)
    keep(bob, room, { documents: KEPT + 300 })
    keep(anna, room, { documents: KEPT + 300 })
    writeMany(nodes, anna, room, 20)
    nodes.link(bob, carl)
    nodes.run(LONG_MS)
    expect(roomOf(carl).record.base).toBeUndefined()
    expect(carl.stateHash(room)).toBe(bob.stateHash(room))
    expect(here(carl).length).toBe(bob.store.totals(room).documents)
  })
})

describe('whoever wrote before', () => {
  it('goes on behind that after it deleted the room and joined again', () => {
    const carl = join('carl', 3, bob)
    carl.say(room, 'first')
    nodes.run(LONG_MS)
    carl.command({ type: 'leave', room, isDeleted: true })
    writeMany(nodes, anna, room, 900)
    passADay(anna, bob, carl)
    for (const node of [anna, bob]) keep(node, room, { documents: KEPT })
    carl.command({ type: 'join', room })
    nodes.run(1_000)
    expect(roomOf(carl).isPreview).toBe(true)
    expect(() => carl.say(room, 'too early')).toThrow(expect.objectContaining({ code: 'held-back' }) as Error)
    nodes.run(LONG_MS)
    carl.say(room, 'second')
    nodes.run(LONG_MS)
    expectAsIfDropped(carl, bob)
    expect(bob.events.filter(({ type }) => type === 'fork')).toEqual([])
    expect(bob.store.authorHead(room, carl.signer.author)?.seq).toBeGreaterThanOrEqual(2)
  })

  it('goes on behind that also if the state is still on its disk, and is that of the base', () => {
    nodes.unlink(anna, bob)
    const carl = join('carl', 3, anna)
    writeMany(nodes, anna, room, 700)
    carl.command({ type: 'leave', room, isDeleted: true })
    nodes.run(LONG_MS)
    passADay(anna, carl)
    keep(anna, room, { documents: 50 })
    expect(roomOf(anna).record.base?.position).toEqual(roomOf(anna).record.checkpoint?.position)
    for (const time of ['first', 'second']) {
      carl.command({ type: 'join', room })
      nodes.run(LONG_MS)
      carl.say(room, time)
      nodes.run(LONG_MS)
      expectAsIfDropped(carl, anna)
      carl.command({ type: 'leave', room, isDeleted: true })
    }
    expect(anna.events.filter(({ type }) => type === 'fork')).toEqual([])
  })

  it('goes on behind that on another device with the same key', () => {
    const carl = join('carl', 3, bob)
    carl.say(room, 'first')
    nodes.run(LONG_MS)
    nodes.unlink(bob, carl)
    writeMany(nodes, anna, room, 900)
    keep(bob, room, { documents: KEPT })
    nodes.unlink(anna, bob)
    const device = join('tablet', 3, bob)
    device.say(room, 'second')
    nodes.run(LONG_MS)
    expectAsIfDropped(device, bob)
    expect(bob.events.filter(({ type }) => type === 'fork')).toEqual([])
  })
})
