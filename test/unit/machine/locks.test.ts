/** Locks among whole nodes: what documents say, what is kept over a restart, and who may take one. */
import { beforeEach, expect, it } from 'vitest'
import { LOCK_KIND, MAX_ROOM_LOCKS } from '../../../protocols/lock/constants.ts'
import type { LockEvent, LockId } from '../../../protocols/lock/index.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { lockBody } from '../../../src/room/locks.ts'
import { Nodes, type TestNode } from './nodes.ts'
import { addNode } from './private-party.ts'

let nodes: Nodes
let [anna, bob, carla]: [TestNode, TestNode, TestNode] = [] as never
let room: RoomId
let lock: LockId

beforeEach(() => {
  nodes = new Nodes()
  ;[anna, bob, carla] = [1, 2, 3].map((index) => addNode(nodes, index)) as [TestNode, TestNode, TestNode]
  room = anna.command({ type: 'create', name: 'Workshop', app: 'map' }).room!
  for (const node of [bob, carla]) node.command({ type: 'join', room, newestFirst: false })
  nodes.link(anna, bob)
  nodes.link(anna, carla)
  nodes.link(bob, carla)
  nodes.run(3_000)
  lock = describeLock(anna)
  nodes.run(1_000)
})

function describeLock(node: TestNode): LockId {
  const body = lockBody({ name: 'press', electors: [anna, bob, carla].map(({ peer }) => peer) })
  return node.command({ type: 'write', room, kind: LOCK_KIND, body }).document!.id
}

const acquire = (node: TestNode) => node.command({ type: 'lock', command: { type: 'acquire', lock, leaseMs: 10_000 } })
const told = (node: TestNode): LockEvent[] =>
  node.events.flatMap((event) => (event.type === 'lock' ? [event.event] : []))

it('is described by a document, of several of one name by the first', () => {
  nodes.unlink(anna, bob)
  nodes.unlink(anna, carla)
  const [second, third] = [describeLock(anna), describeLock(bob)].toSorted()
  nodes.link(anna, bob)
  nodes.link(anna, carla)
  nodes.run(5_000)
  for (const { machine } of [anna, bob, carla]) {
    const ids = machine.wings.lock.list(room).map(({ id }) => id)
    expect(ids[0]).toBe(lock)
    expect(ids.slice(1).toSorted()).toEqual([second, third])
  }
})

it('is known with so many others of its room, whatever somebody describes', () => {
  for (const node of [bob, carla]) nodes.unlink(anna, node)
  const electors = [anna.peer]
  for (let i = 0; i < MAX_ROOM_LOCKS; i++) {
    anna.command({ type: 'write', room, kind: LOCK_KIND, body: lockBody({ name: `press ${i}`, electors }) })
  }
  expect(anna.machine.wings.lock.list(room)).toHaveLength(MAX_ROOM_LOCKS)
  expect(anna.machine.wings.lock.list(room)[0]?.id).toBe(lock)
  anna.restart()
  expect(anna.machine.wings.lock.list(room)).toHaveLength(MAX_ROOM_LOCKS)
})

it('is held by one after the other, with higher fences, also after all have been restarted', () => {
  acquire(bob)
  nodes.run(1_000)
  expect(told(bob)).toMatchObject([{ type: 'held', fence: 1 }])
  acquire(carla)
  nodes.run(1_000)
  expect(told(carla)).toContainEqual(expect.objectContaining({ type: 'waiting' }))
  for (const node of [anna, bob, carla]) node.restart()
  nodes.run(3_000)
  acquire(carla)
  nodes.run(20_000)
  const held = told(carla).filter((event) => event.type === 'held')
  expect(held[0]).toMatchObject({ fence: 2 })
})

it('is not taken where too few are connected', () => {
  nodes.unlink(carla, anna)
  nodes.unlink(carla, bob)
  nodes.run(1_000)
  acquire(carla)
  nodes.run(100)
  expect(told(carla)).toMatchObject([{ type: 'no-majority', isHeld: false, missing: { length: 2 } }])
})

it('keeps what it has promised when the room is deleted', () => {
  acquire(carla)
  nodes.run(1_000)
  bob.command({ type: 'leave', room, isDeleted: true, isOnlyHere: true })
  nodes.run(1_000)
  expect(bob.machine.wings.lock.list(room)).toEqual([])
  expect(bob.store.locks()).toMatchObject([{ id: lock, vote: { fence: 1, grant: { holder: carla.peer } } }])
})
