/** What nodes tell their users of who may do what. */
import { beforeEach, expect, it } from 'vitest'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { rankOf, RANK_OF_OWNER } from '../../../src/room/access/acts.ts'
import type { AccessChange } from '../../../src/room/access/access-news.ts'
import { Nodes, type TestNode } from './nodes.ts'
import { act, addDevice, addNode, createPrivate, invite, join, remove } from './private-party.ts'

const LONG_MS = 60_000
const [NONE, WRITER, ADMIN] = [0, rankOf('writer'), rankOf('admin')]

let nodes: Nodes
let anna: TestNode
let bob: TestNode
let carol: TestNode
let room: RoomId

beforeEach(() => {
  nodes = new Nodes()
  ;[anna, bob, carol] = [1, 2, 3].map((index) => addNode(nodes, index)) as [TestNode, TestNode, TestNode]
  room = createPrivate(anna)
  nodes.link(anna, bob)
  nodes.link(anna, carol)
})

/** What a node told since it was last asked. */
function told(node: TestNode): AccessChange[] {
  const changes = node.events.flatMap((event) => (event.type === 'access' ? [event.change] : []))
  node.events.length = 0
  return changes
}

const member = (node: TestNode, before: number, rank: number, by: TestNode, how: string) => ({
  ...{ type: 'member', peer: node.peer, before, rank },
  setting: { how, by: by.peer },
})

it('an invite, and who joins with it: who joins is told of nothing before', () => {
  join(bob, room, invite(anna, room, 1))
  expect(told(anna)).toMatchObject([{ type: 'invite', before: undefined, status: 'open', last: { author: anna.peer } }])
  nodes.run(LONG_MS)
  const joined = member(bob, NONE, WRITER, anna, 'invite')
  for (const node of [anna, bob]) {
    expect(told(node)).toMatchObject([
      { ...joined, person: bob.peer },
      { type: 'invite', before: 'open', status: 'used-up', last: { author: bob.peer } },
    ])
  }
})

it('another role, another owner, a device, and a removal with its key, once each', () => {
  join(bob, room, invite(anna, room, 1))
  nodes.run(LONG_MS)
  join(carol, room)
  nodes.run(LONG_MS)
  for (const node of [anna, bob, carol]) told(node)
  act(anna, room, { type: 'role', member: bob.peer, role: 'admin' })
  nodes.run(LONG_MS)
  for (const node of [anna, bob, carol]) expect(told(node)).toMatchObject([member(bob, WRITER, ADMIN, anna, 'role')])
  addDevice(bob, room, carol)
  nodes.run(LONG_MS)
  const added = { ...member(carol, NONE, WRITER, bob, 'device'), person: bob.peer }
  for (const node of [anna, bob, carol]) expect(told(node)).toMatchObject([added])
  remove(bob, room, carol.peer)
  nodes.run(LONG_MS)
  const removed = { ...member(carol, WRITER, NONE, bob, 'role'), person: bob.peer }
  const newKey = { type: 'key', isNew: true, made: { author: bob.peer }, lack: undefined }
  for (const node of [anna, bob]) expect(told(node)).toMatchObject([removed, newKey])
  act(anna, room, { type: 'owner', member: bob.peer })
  nodes.run(LONG_MS)
  for (const node of [anna, bob]) {
    expect(told(node)).toMatchObject([
      member(anna, RANK_OF_OWNER, ADMIN, anna, 'owner'),
      member(bob, ADMIN, RANK_OF_OWNER, anna, 'owner'),
    ])
  }
})

it('an invite that is withdrawn, and the key that is made for that', () => {
  join(bob, room, invite(anna, room, 1, { uses: 2 }))
  nodes.run(LONG_MS)
  nodes.unlink(anna, bob)
  for (const node of [anna, bob]) told(node)
  const [made] = anna.machine.rooms.require(room).graph.gate.control!.acts()
  act(anna, room, { type: 'withdraw', invite: made!.id })
  expect(told(anna)).toMatchObject([
    { type: 'invite', before: 'open', status: 'withdrawn', last: { author: anna.peer } },
    { type: 'key', isNew: true, made: { author: anna.peer } },
  ])
})

it('what happened before a restart is not told again, and what happens after it is', () => {
  join(bob, room, invite(anna, room, 1))
  nodes.run(LONG_MS)
  for (const node of [anna, bob]) told(node)
  bob.restart()
  nodes.run(LONG_MS)
  expect(told(bob)).toEqual([])
  act(anna, room, { type: 'role', member: bob.peer, role: 'reader' })
  nodes.run(LONG_MS)
  expect(told(bob)).toMatchObject([member(bob, WRITER, rankOf('reader'), anna, 'role')])
})

it('nothing of an open room, nor of what is only written', () => {
  const open = anna.create('Kitchen')
  for (const text of ['one', 'two']) {
    anna.say(open, text)
    anna.say(room, text)
  }
  expect(told(anna)).toEqual([])
})
