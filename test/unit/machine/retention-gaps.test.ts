/** Members that lack what all others dropped: what is sent to them has an end. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { MAX_PENDING_PER_PEER } from '../../../src/room/constants.ts'
import { Nodes, type TestNode } from './nodes.ts'
import { LONG_MS, keep, writeMany } from './trimming.ts'

const MANY = MAX_PENDING_PER_PEER + 200
const FEW_BYTES = 100_000

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

function join(name: string, index: number, other: TestNode): TestNode {
  const node = nodes.add(name, index)
  node.command({ type: 'join', room })
  nodes.link(other, node)
  nodes.run(LONG_MS)
  return node
}

function bytesSentIn(durationMs: number): number {
  nodes.forgetSent()
  nodes.run(durationMs)
  return nodes.sent.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}

describe('more than fits beside a gap that nobody can fill', () => {
  it('is not sent to a newcomer again and again, which takes the base of the others', () => {
    writeMany(nodes, anna, room, 600)
    keep(bob, room, { documents: 300 })
    nodes.unlink(anna, bob)
    const carl = join('carl', 3, bob)
    writeMany(nodes, bob, room, MANY)
    expect(bytesSentIn(6 * LONG_MS)).toBeLessThan(FEW_BYTES)
    nodes.link(anna, bob)
    nodes.link(anna, carl)
    nodes.run(3 * LONG_MS)
    expect(roomOf(carl).isPreview).toBe(false)
    expect(carl.stateHash(room)).toBe(bob.stateHash(room))
    expect(carl.store.totals(room)).toEqual(bob.store.totals(room))
  })

  it('is not sent to a member that was away', () => {
    const carl = join('carl', 3, bob)
    nodes.unlink(carl, bob)
    writeMany(nodes, bob, room, MANY + 800)
    keep(bob, room, { documents: MANY })
    nodes.unlink(anna, bob)
    nodes.link(bob, carl)
    nodes.run(LONG_MS)
    expect(bytesSentIn(6 * LONG_MS)).toBeLessThan(FEW_BYTES)
    nodes.link(anna, carl)
    nodes.run(3 * LONG_MS)
    expect(carl.stateHash(room)).toBe(bob.stateHash(room))
    expect(carl.store.totals(room)).toEqual(anna.store.totals(room))
  })
})
