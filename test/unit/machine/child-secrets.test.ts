import { expect, it } from 'vitest'
import type { DocumentId, RoomId } from '../../../protocols/wire/ids.ts'
import { Nodes, type TestNode } from './nodes.ts'
import { addNode, createPrivate, invite, join, keyOf, textsOf } from './private-party.ts'
const SETTLE_MS = 20_000
function familyOf(...indexes: number[]): { nodes: Nodes; all: TestNode[]; room: RoomId; message: DocumentId } {
  const nodes = new Nodes()
  const all = [1, ...indexes].map((index) => addNode(nodes, index))
  const [anna, ...others] = all as [TestNode, ...TestNode[]]
  const room = createPrivate(anna)
  for (const [i, one] of all.entries()) for (const other of all.slice(i + 1)) nodes.link(one, other)
  for (const [i, node] of others.entries()) join(node, room, invite(anna, room, i + 1))
  nodes.run(SETTLE_MS)
  const message = anna.say(room, 'hello')
  nodes.run(SETTLE_MS)
  return { nodes, all, room, message }
}
it('K1', () => {
  const { nodes, all, room, message } = familyOf(2)
  const [anna, bob] = all as [TestNode, TestNode]
  const thread = bob.command({ type: 'create-child', parent: room, name: 'Soup', app: 'chat', about: message }).room!
  anna.command({ type: 'join', room: thread, below: room })
  bob.say(thread, 'in thread')
  nodes.run(SETTLE_MS)
  const dave = addNode(nodes, 4)
  join(dave, room, invite(anna, room, 9))
  dave.command({ type: 'join', room: thread, below: room })
  for (const n of all) nodes.link(dave, n)
  nodes.run(SETTLE_MS * 5)
  expect(textsOf(dave, thread)).toEqual(['in thread'])
  expect(keyOf(dave, thread)).toBe(keyOf(bob, thread))
})
