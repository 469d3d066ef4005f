/** From which rooms others take over rights, who corrects whom there, and what that costs. */
import { describe, expect, it, vi } from 'vitest'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { CHILD_KIND } from '../../../protocols/room/constants.ts'
import type { NodeCommand } from '../../../src/machine/node-machine.ts'
import { childLinkBody } from '../../../src/room/children.ts'
import { encodeRoot } from '../../../src/room/root.ts'
import { seededRandom } from '../../../src/simulate/random.ts'
import { NOW_MS, signerOf } from '../room/history.ts'
import { familyOf, follow, rankIn, SETTLE_MS, startThread, threadOfBob } from './family.ts'
import { storeWith, type TestNode } from './nodes.ts'
import { act, addNode, createPrivate, invite, join, keyOf, keysOf, remove } from './private-party.ts'

/** More than there is to be said after one removal. */
const MANY_MS = 600_000

/** Whom acts of a room are about. */
const namedIn = (node: TestNode, room: RoomId): unknown[] =>
  node.machine.rooms
    .require(room)
    .graph.gate.control!.allActs()
    .flatMap(({ saying }) => ('member' in saying ? [saying.member] : []))

/** The keys of a room that somebody has, of those that another one has. */
const keysIn = (node: TestNode, room: RoomId, of: TestNode): string[] =>
  [...of.machine.rooms.require(room).graph.gate.control!.epochs!.byKey.keys()].filter(
    (key) => keysOf(node, room).of(key) !== undefined,
  )

const linkTo = (room: RoomId, child: RoomId): NodeCommand => ({
  ...{ type: 'write', room, kind: CHILD_KIND, links: [] },
  body: childLinkBody({ child, title: 'Linked' }),
})

/** Takes in nothing more that others write in a room. */
const pause = (node: TestNode, room: RoomId, isPaused: boolean): void => {
  node.command({ type: 'limit-documents', room, bytesMax: isPaused ? 1 : undefined, authorBytesMax: undefined })
}

describe('a room that names another one as its parent', () => {
  it('tells a stranger who started it nothing of the members of that one', () => {
    const { nodes, all, room } = familyOf(2, 3)
    const [anna] = all as [TestNode]
    const root = encodeRoot(
      { name: 'Trap', app: 'chat', access: 'public-read', parent: room, inherits: true },
      signerOf(9),
      NOW_MS,
      seededRandom(1),
    )
    const mallory = addNode(nodes, 9, storeWith([root]))
    const trap = root.id as RoomId
    nodes.link(mallory, anna)
    act(mallory, trap, { type: 'role', member: anna.peer, role: 'admin' })
    join(anna, trap)
    nodes.run(SETTLE_MS)
    expect(rankIn(anna, trap, anna)).toBe(4)
    expect(anna.machine.rooms.inheritance.parentOf(trap)?.record.id).toBe(room)
    anna.say(trap, 'hello')
    nodes.run(SETTLE_MS)
    expect(namedIn(mallory, trap)).toEqual([anna.peer])
    // A link of a member makes it a child, but its owner is not in the parent.
    anna.command(linkTo(room, trap))
    anna.say(trap, 'hello again')
    nodes.run(SETTLE_MS)
    expect(namedIn(mallory, trap)).toEqual([anna.peer])
  })

  it('takes over its rights only while that one links to it', () => {
    const { nodes, all, room, message } = familyOf(2, 3)
    const [anna, bob, carol] = all as [TestNode, TestNode, TestNode]
    const thread = startThread(bob, room, message)
    const [link] = bob.store.childLinks({ room, child: thread, limit: 9 })
    bob.store.apply({ type: 'delete-child-link', room, id: link!.id })
    act(anna, room, { type: 'role', member: carol.peer, role: 'reader' })
    nodes.run(SETTLE_MS)
    bob.say(thread, 'without a link')
    expect([rankIn(bob, room, carol), rankIn(bob, thread, carol)]).toEqual([2, 3])
    bob.command(linkTo(room, thread))
    bob.say(thread, 'with one')
    expect(rankIn(bob, thread, carol)).toBe(2)
  })

  it('seals nothing behind that one, whether it links to it or not', () => {
    const { nodes, all, room, message } = familyOf(2, 3)
    const [anna, bob, carol] = all as [TestNode, TestNode, TestNode]
    const thread = startThread(bob, room, message)
    const [link] = bob.store.childLinks({ room, child: thread, limit: 9 })
    bob.store.apply({ type: 'delete-child-link', room, id: link!.id })
    remove(anna, room, carol.peer)
    nodes.run(SETTLE_MS)
    expect([rankIn(bob, thread, carol), keyOf(bob, thread)]).toEqual([3, 'behind'])
  })
})

describe('two who know different histories of the room above', () => {
  it('do not correct each other without end, and whoever was removed gets no key', () => {
    const { nodes, anna, bob, carol, room, thread } = threadOfBob()
    pause(bob, room, true)
    const keys = keysIn(carol, thread, anna)
    remove(anna, room, carol.peer)
    nodes.run(SETTLE_MS)
    expect([rankIn(bob, room, carol), rankIn(bob, thread, carol)]).toEqual([3, 0])
    const count = bob.documents(thread).length
    nodes.run(MANY_MS)
    bob.say(thread, 'without Carol')
    nodes.run(MANY_MS)
    expect(bob.documents(thread)).toHaveLength(count + 1)
    expect(keysIn(carol, thread, bob)).toEqual(keys)
    expect(keysIn(bob, thread, bob).length).toBeGreaterThan(keys.length)
    pause(bob, room, false)
    join(carol, room, invite(anna, room, 9))
    nodes.run(MANY_MS)
    expect([room, thread].map((id) => rankIn(bob, id, carol))).toEqual([3, 3])
  })

  it('the one who was removed above corrects nobody, and the other one goes on', () => {
    const { nodes, anna, bob, carol, room, thread } = threadOfBob()
    remove(anna, room, bob.peer)
    nodes.run(SETTLE_MS)
    remove(anna, room, carol.peer)
    nodes.run(SETTLE_MS)
    const count = anna.documents(thread).length
    nodes.run(MANY_MS)
    expect(anna.documents(thread)).toHaveLength(count)
    // He does not know it, but that he was removed.
    expect([room, thread].map((id) => rankIn(bob, id, carol))).toEqual([3, 3])
    expect([bob, carol].map((node) => rankIn(anna, thread, node))).toEqual([0, 0])
  })

  it('hand it to each other once, though one does not hear that the room above came back to it', () => {
    const { nodes, anna, bob, carol, room, thread } = threadOfBob()
    act(anna, room, { type: 'owner', member: carol.peer })
    nodes.run(SETTLE_MS)
    pause(anna, room, true)
    act(carol, room, { type: 'owner', member: anna.peer })
    nodes.run(SETTLE_MS)
    expect([room, thread].map((id) => anna.machine.rooms.require(id).graph.gate.control!.owner)).toEqual([
      carol.peer,
      anna.peer,
    ])
    const count = bob.documents(thread).length
    anna.say(thread, 'mine again')
    nodes.run(MANY_MS)
    expect(bob.documents(thread)).toHaveLength(count + 1)
    pause(anna, room, false)
    carol.say(room, 'hello')
    nodes.run(MANY_MS)
    expect(rankIn(bob, thread, anna)).toBe(5)
  })

  it('one raises what the other one gave', () => {
    const { nodes, all, room, message } = familyOf(2, 3)
    const [anna, bob, carol] = all as [TestNode, TestNode, TestNode]
    act(anna, room, { type: 'role', member: carol.peer, role: 'reader' })
    nodes.run(SETTLE_MS)
    const thread = startThread(bob, room, message)
    follow(anna, thread, room)
    nodes.run(SETTLE_MS)
    nodes.unlink(anna, bob)
    expect(rankIn(anna, thread, carol)).toBe(2)
    act(anna, room, { type: 'role', member: carol.peer, role: 'writer' })
    expect(rankIn(anna, thread, carol)).toBe(3)
  })
})

describe('the costs of a room with rooms below it', () => {
  it('are no scan of all rooms for each document', () => {
    const { nodes, all, room, message } = familyOf(2)
    const [anna, bob] = all as [TestNode, TestNode]
    const thread = startThread(anna, room, message)
    for (let i = 0; i < 20; i++) createPrivate(bob, `Room ${i}`)
    follow(bob, thread, room)
    nodes.run(SETTLE_MS)
    bob.command({ type: 'leave', room, isDeleted: false })
    bob.restart()
    nodes.link(anna, bob)
    const { rooms } = bob.machine
    const list = vi.spyOn(rooms, 'list')
    const read = vi.spyOn(bob.store, 'document')
    for (let i = 0; i < 3; i++) expect(rooms.inheritance.parentOf(thread)).toBeUndefined()
    expect(list).not.toHaveBeenCalled()
    join(bob, room)
    for (let i = 0; i < 3; i++)
      expect(rooms.inheritance.childrenOf(room).map(({ record }) => record.id)).toEqual([thread])
    for (const spy of [list, read]) spy.mockClear()
    for (let i = 0; i < 30; i++) {
      rooms.inheritance.childrenOf(room)
      rooms.inheritance.isBehind(thread)
      rooms.inheritance.parentOf(thread)
    }
    expect(list).not.toHaveBeenCalled()
    expect(read).not.toHaveBeenCalled()
    bob.command({ type: 'leave', room, isDeleted: false })
    expect(rooms.inheritance.parentOf(thread)).toBeUndefined()
    expect(rooms.inheritance.childrenOf(room)).toEqual([])
    join(bob, room)
    expect(rooms.inheritance.parentOf(thread)?.record.id).toBe(room)
  })
})
