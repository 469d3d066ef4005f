/** Rooms below rooms with members, which take over their rights: who reads and writes there, and who was removed. */
import { describe, expect, it } from 'vitest'
import { KithError } from '../../../src/kith.ts'
import { familyOf, follow, rankIn, SETTLE_MS, startThread, threadOfBob } from './family.ts'
import { signerOf } from '../room/history.ts'
import { Nodes, type TestNode } from './nodes.ts'
import { act, addNode, invite, join, keyOf, remove, textsOf } from './private-party.ts'

const codeOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (error instanceof KithError) return error.code
    throw error
  }
  return 'nothing failed'
}

describe('a thread in a private room', () => {
  it('is read and written by its members without an invite, and by nobody else', () => {
    const { nodes, all, room, message } = familyOf(2, 3)
    const [anna, bob, carol] = all as [TestNode, TestNode, TestNode]
    const thread = startThread(bob, room, message)
    bob.say(thread, 'which soup?')
    const mallory = addNode(nodes, 9)
    for (const node of all) nodes.link(mallory, node)
    mallory.command({ type: 'join', room: thread })
    for (const node of [anna, carol]) follow(node, thread, room)
    nodes.run(SETTLE_MS)
    carol.say(thread, 'tomato')
    anna.say(thread, 'leek')
    nodes.run(SETTLE_MS)
    for (const node of all)
      expect(textsOf(node, thread).toSorted(), node.name).toEqual(['leek', 'tomato', 'which soup?'])
    expect(textsOf(mallory, thread)).toEqual([])
    expect(codeOf(() => mallory.say(thread, 'let me in'))).toBe('no-right')
    expect(all.map((node) => rankIn(bob, thread, node))).toEqual([5, 4, 3])
  })

  it.each(['anna follows it', 'nobody else follows it'])(
    'whoever is removed from the room above reads nothing new in it: %s',
    (who) => {
      const { nodes, all, room, message } = familyOf(2, 3)
      const [anna, bob, carol] = all as [TestNode, TestNode, TestNode]
      const thread = startThread(bob, room, message)
      follow(carol, thread, room)
      if (who === 'anna follows it') follow(anna, thread, room)
      nodes.run(SETTLE_MS)
      carol.say(thread, 'from Carol')
      nodes.run(SETTLE_MS)
      remove(anna, room, carol.peer)
      nodes.run(SETTLE_MS)
      const key = keyOf(bob, thread)
      bob.say(thread, 'without Carol')
      if (who === 'anna follows it') anna.say(thread, 'neither here')
      nodes.run(SETTLE_MS)
      expect(textsOf(bob, thread)).toContain('without Carol')
      expect(textsOf(carol, thread)).toEqual(['from Carol'])
      expect(rankIn(bob, thread, carol)).toBe(0)
      expect(carol.machine.rooms.require(thread).keys.of(key)).toBeUndefined()
      expect(['no-right', 'no-key']).toContain(codeOf(() => carol.say(thread, 'still here')))
    },
  )

  it('is not written by who knows of a removal before somebody who may has taken it over', () => {
    const { nodes, all, room, message } = familyOf(2, 3, 4)
    const [anna, bob, carol, dave] = all as [TestNode, TestNode, TestNode, TestNode]
    const thread = startThread(bob, room, message)
    for (const node of [carol, dave]) follow(node, thread, room)
    nodes.run(SETTLE_MS)
    for (const node of [anna, carol, dave]) nodes.unlink(bob, node)
    remove(anna, room, carol.peer)
    nodes.run(SETTLE_MS)
    expect(codeOf(() => dave.say(thread, 'too early'))).toBe('no-key')
    expect(keyOf(dave, thread)).toBe('behind')
    nodes.link(bob, dave)
    nodes.run(SETTLE_MS)
    dave.say(thread, 'now')
    nodes.run(SETTLE_MS)
    expect(textsOf(bob, thread)).toEqual(['now'])
    expect(textsOf(carol, thread)).toEqual([])
  })

  it('goes on without whoever started it, who reads nothing more once removed from the room above', () => {
    const { nodes, anna, bob, carol, room, thread } = threadOfBob()
    expect([anna, bob, carol].map((node) => rankIn(carol, thread, node))).toEqual([5, 4, 3])
    remove(anna, room, bob.peer)
    nodes.run(SETTLE_MS)
    anna.say(thread, 'without Bob')
    carol.say(thread, 'so it is')
    nodes.run(SETTLE_MS)
    for (const node of [anna, carol])
      expect([textsOf(node, thread).toSorted(), rankIn(node, thread, bob)]).toEqual([['so it is', 'without Bob'], 0])
    expect(textsOf(bob, thread)).toEqual([])
    expect(bob.machine.rooms.require(thread).keys.of(keyOf(anna, thread))).toBeUndefined()
    expect(codeOf(() => bob.say(thread, 'still here'))).toBe('no-right')
  })

  it('belongs to the owner of the room above, whoever that is', () => {
    const { nodes, anna, bob, carol, room, thread } = threadOfBob()
    act(anna, room, { type: 'owner', member: carol.peer })
    nodes.run(SETTLE_MS)
    expect([anna, bob, carol].map((node) => rankIn(bob, thread, node))).toEqual([4, 4, 5])
    remove(carol, room, anna.peer)
    nodes.run(SETTLE_MS)
    expect([anna, bob, carol].map((node) => rankIn(bob, thread, node))).toEqual([0, 4, 5])
    carol.say(thread, 'without Anna')
    nodes.run(SETTLE_MS)
    expect([anna, bob].map((node) => textsOf(node, thread))).toEqual([[], ['without Anna']])
  })

  it('has the roles of the room above of all, also where an admin there lowers itself before others', () => {
    const { nodes, anna, bob, carol, room, thread } = threadOfBob()
    nodes.unlink(anna, bob)
    nodes.unlink(anna, carol)
    for (const { peer } of [bob, carol]) act(anna, room, { type: 'role', member: peer, role: 'reader' })
    // Only Bob takes it over in the thread.
    anna.command({ type: 'leave', room: thread })
    nodes.link(anna, bob)
    nodes.run(SETTLE_MS)
    expect([bob, carol].map((node) => rankIn(bob, thread, node))).toEqual([2, 2])
  })

  it('is no longer that of an admin for whoever started it, once that one may only read above', () => {
    const { nodes, anna, bob, room, thread } = threadOfBob()
    act(anna, room, { type: 'role', member: bob.peer, role: 'reader' })
    nodes.run(SETTLE_MS)
    expect(rankIn(anna, thread, bob)).toBe(2)
    expect(codeOf(() => bob.say(thread, 'may I?'))).toBe('no-right')
  })

  it('takes nothing over while the history of the room above is still to come', () => {
    const { nodes, all, room, message } = familyOf(2, 3)
    const [anna, bob, carol] = all as [TestNode, TestNode, TestNode]
    const thread = startThread(bob, room, message)
    act(anna, room, { type: 'role', member: carol.peer, role: 'reader' })
    nodes.runUntil(() => rankIn(bob, room, carol) === 2)
    bob.machine.rooms.require(room).keepJoining('again')
    bob.say(thread, 'what is known of the room above says nothing')
    expect([rankIn(bob, room, carol), rankIn(bob, thread, carol)]).toEqual([2, 3])
    bob.machine.rooms.require(room).keepJoining(undefined)
    bob.say(thread, 'now it does')
    expect(rankIn(bob, thread, carol)).toBe(2)
  })

  it('lets in who comes later, gives the roles of the room above, and takes those that it gave itself', () => {
    const { nodes, all, room, message } = familyOf(2, 3)
    const [anna, bob, carol] = all as [TestNode, TestNode, TestNode]
    const thread = startThread(bob, room, message)
    bob.say(thread, 'before Dave')
    const dave = addNode(nodes, 4)
    for (const node of all) nodes.link(dave, node)
    join(dave, room, invite(anna, room, 9))
    nodes.run(SETTLE_MS)
    follow(dave, thread, room)
    nodes.run(SETTLE_MS)
    dave.say(thread, 'here I am')
    nodes.run(SETTLE_MS)
    expect(textsOf(dave, thread).toSorted()).toEqual(['before Dave', 'here I am'])
    act(anna, room, { type: 'role', member: carol.peer, role: 'reader' })
    act(bob, thread, { type: 'role', member: dave.peer, role: 'reader' })
    nodes.run(SETTLE_MS)
    expect([carol, dave].map((node) => rankIn(bob, thread, node))).toEqual([2, 3])
  })
})

it('below a room with many members, their roles are written a few at a time, and all of them', () => {
  const nodes = new Nodes()
  const anna = addNode(nodes, 1)
  const room = anna.command({ type: 'create', name: 'Notices', app: 'chat', access: 'public-read' }).room!
  const members = Array.from({ length: 100 }, (_, i) => signerOf(100 + i).author)
  act(anna, room, ...members.map((member) => ({ type: 'role', member, role: 'writer' }) as const))
  const message = anna.say(room, 'hello')
  const thread = startThread(anna, room, message)
  const given = (): number => {
    const { control } = anna.machine.rooms.require(thread).graph.gate
    return members.filter((member) => control!.rank(member) === 3).length
  }
  expect(given()).toBe(16)
  anna.say(thread, 'meanwhile')
  expect(given()).toBe(32)
  nodes.run(1_000)
  expect(given()).toBe(100)
  // What is taken is taken at once.
  act(anna, room, ...members.slice(0, 50).map((member) => ({ type: 'role', member, role: 'none' }) as const))
  expect(given()).toBe(50)
})

it('below a room that everybody reads, its members write, and whoever was removed does not', () => {
  const nodes = new Nodes()
  const [anna, bob] = [addNode(nodes, 1), addNode(nodes, 2)]
  const room = anna.command({ type: 'create', name: 'Notices', app: 'chat', access: 'public-read' }).room!
  nodes.link(anna, bob)
  join(bob, room)
  act(anna, room, { type: 'role', member: bob.peer, role: 'writer' })
  const message = anna.say(room, 'hello')
  nodes.run(SETTLE_MS)
  const thread = startThread(anna, room, message)
  follow(bob, thread, room)
  nodes.run(SETTLE_MS)
  bob.say(thread, 'a question')
  nodes.run(SETTLE_MS)
  expect(textsOf(anna, thread)).toEqual(['a question'])
  remove(anna, room, bob.peer)
  nodes.run(SETTLE_MS)
  expect(codeOf(() => bob.say(thread, 'another one'))).toBe('no-right')
  expect(textsOf(anna, thread)).toEqual(['a question'])
})
