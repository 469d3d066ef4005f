/** Peers that vouch for what is no checkpoint, or for one of a history that does not exist. */
import { beforeEach, describe, expect, it } from 'vitest'
import { CHECKPOINT_DOCUMENTS, CHECKPOINT_KIND } from '../../../protocols/room/constants.ts'
import type { BlockId, RoomId } from '../../../protocols/wire/ids.ts'
import { checkpointBody, stateBlocks } from '../../../src/room/checkpoint.ts'
import { FAR_AHEAD, inventedId, Liar } from './liar.ts'
import { Nodes, type TestNode } from './nodes.ts'

let nodes: Nodes
let anna: TestNode
let bob: TestNode
let carl: TestNode
let liar: Liar
let room: RoomId

function writeMany(node: TestNode, count: number): void {
  for (let i = 0; i < count; i++) node.say(room, `${i} `.padEnd(1_000, '.'))
}

const roomOf = (node: TestNode) => node.machine.rooms.require(room)

/** A state that an app would encode so, in which nobody has said anything. */
function stateOfNothing(): Uint8Array {
  const other = nodes.add('dora', 4)
  const empty = other.create()
  return other.machine.rooms.require(empty).view.encode()
}

beforeEach(() => {
  nodes = new Nodes()
  anna = nodes.add('anna', 1)
  bob = nodes.add('bob', 2)
  carl = nodes.add('carl', 3)
  room = anna.create()
  liar = new Liar(nodes, 'liar', room)
  bob.command({ type: 'join', room })
  nodes.link(anna, bob)
  nodes.run(5_000)
  writeMany(anna, CHECKPOINT_DOCUMENTS / 2)
  nodes.run(5_000)
})

describe('a member', () => {
  it('keeps its own state, whatever somebody vouches for', () => {
    const before = bob.stateHash(room)
    const invented = liar.invent(stateOfNothing())
    nodes.link(bob, liar)
    liar.vouch(bob, invented.id)
    nodes.run(60_000)
    expect(bob.stateHash(room)).toBe(before)
    expect(roomOf(bob).isPreview).toBe(false)
  })

  it('vouches for the checkpoints of others, whatever clock somebody claims', () => {
    nodes.link(bob, liar)
    liar.vouch(bob, undefined)
    writeMany(anna, CHECKPOINT_DOCUMENTS)
    nodes.run(60_000)
    expect(roomOf(bob).vouchedCheckpoint).toBe(roomOf(anna).vouchedCheckpoint)
    expect(roomOf(bob).vouchedCheckpoint).toBeDefined()
  })
})

describe('wrong checkpoints of others', () => {
  /** Enough to begin a new count of those that are compared, and to use that up, when the next one is due. */
  const FALSE_ONES = 12

  it('keep no member from vouching for those of the owner', () => {
    nodes.link(carl, bob)
    carl.command({ type: 'join', room })
    nodes.run(10_000)
    carl.say(room, 'hello')
    while (roomOf(anna).vouchedCheckpoint === undefined) anna.say(room, 'x'.repeat(1_000))
    const first = roomOf(anna).record.checkpoint
    nodes.run(5_000)
    const dueAt = (first?.documents ?? 0) + CHECKPOINT_DOCUMENTS
    writeMany(anna, dueAt - anna.store.totals(room).documents - FALSE_ONES / 2)
    nodes.run(5_000)
    const body = checkpointBody(FAR_AHEAD, stateBlocks(stateOfNothing()))
    for (let i = 0; i < FALSE_ONES; i++) {
      carl.command({ type: 'write', room, kind: CHECKPOINT_KIND, body })
      nodes.run(1_000)
    }
    anna.say(room, 'due')
    nodes.run(5_000)
    expect(roomOf(anna).vouchedCheckpoint).not.toBe(first?.position.id)
    expect(roomOf(bob).vouchedCheckpoint).toBe(roomOf(anna).vouchedCheckpoint)
  })
})

describe('a newcomer', () => {
  beforeEach(() => {
    writeMany(anna, CHECKPOINT_DOCUMENTS)
    nodes.run(60_000)
    carl.command({ type: 'join', room })
  })

  it('asks others only for what a neighbour vouches for now', () => {
    nodes.link(carl, liar)
    for (let i = 0; i < 200; i++) liar.vouch(carl, inventedId(i))
    nodes.run(60_000)
    nodes.forgetSent()
    nodes.link(anna, carl)
    nodes.run(60_000)
    const wanted = nodes.sent.flatMap(({ to, record }) =>
      to === anna.peer && record.type === 'want' ? record.ids : [],
    )
    const invented = new Set<BlockId>(Array.from({ length: 200 }, (_, i) => inventedId(i)))
    expect(new Set(wanted.filter((id) => invented.has(id))).size).toBeLessThanOrEqual(1)
  })

  it('goes on by history while somebody vouches for what never comes', () => {
    nodes.link(carl, liar)
    liar.vouch(carl, inventedId(1))
    nodes.link(anna, carl)
    nodes.link(bob, carl)
    nodes.run(60_000)
    expect(carl.documents(room)).toEqual(anna.documents(room))
    expect(carl.stateHash(room)).toBe(anna.stateHash(room))
  })

  it('leaves a state whose history nobody has', () => {
    const invented = liar.invent(stateOfNothing())
    nodes.frameMs = 100
    nodes.link(carl, liar)
    liar.vouch(carl, invented.id)
    nodes.link(anna, carl)
    nodes.link(bob, carl)
    runUntil(() => roomOf(carl).isPreview)
    nodes.run(60_000)
    expect(carl.documents(room)).toEqual(anna.documents(room))
    expect(roomOf(carl).isPreview).toBe(false)
    expect(carl.stateHash(room)).toBe(anna.stateHash(room))
    carl.restart()
    liar.vouch(carl, invented.id)
    nodes.run(60_000)
    expect(roomOf(carl).isPreview).toBe(false)
    carl.say(room, 'at home')
    nodes.run(5_000)
    expect(anna.stateHash(room)).toBe(carl.stateHash(room))
  })

  it('is told if what it wrote follows a history that nobody has', () => {
    const invented = liar.invent(stateOfNothing())
    nodes.frameMs = 100
    nodes.link(carl, liar)
    liar.vouch(carl, invented.id)
    nodes.link(anna, carl)
    runUntil(() => roomOf(carl).isPreview)
    const written = carl.say(room, 'one')
    nodes.run(60_000)
    expect(roomOf(carl).isPreview).toBe(false)
    expect(carl.stateHash(room)).toBe(anna.stateHash(room))
    expect(roomOf(carl).isHeldBack).toBe(true)
    expect(carl.events).toContainEqual({ type: 'holding', room, holding: 'begun' })
    expect(roomOf(carl).graph.isPending(written)).toBe(true)
    expect(() => carl.say(room, 'two')).toThrow('kith repair --write-anyway')
  })
})

function runUntil(isSo: () => boolean): void {
  for (let i = 0; i < 10_000 && !isSo(); i++) nodes.run(10)
  expect(isSo()).toBe(true)
}
