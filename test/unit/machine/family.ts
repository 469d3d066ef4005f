/** A private room with members, and threads below it that take over its rights. */
import type { DocumentId, RoomId } from '../../../protocols/wire/ids.ts'
import { Nodes, type TestNode } from './nodes.ts'
import { addNode, createPrivate, invite, join } from './private-party.ts'

export const SETTLE_MS = 20_000

/** A private room of Anna with the others as writers, all linked. */
export function familyOf(...indexes: number[]): { nodes: Nodes; all: TestNode[]; room: RoomId; message: DocumentId } {
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

export function startThread(node: TestNode, parent: RoomId, about: DocumentId): RoomId {
  return node.command({ type: 'create-child', parent, name: 'Soup', app: 'chat', about }).room!
}

export const follow = (node: TestNode, thread: RoomId, below: RoomId): void => {
  node.command({ type: 'join', room: thread, below })
}

/** A thread that Bob started in a room of Anna's with Carol, which all of them follow. */
export function threadOfBob(): {
  nodes: Nodes
  anna: TestNode
  bob: TestNode
  carol: TestNode
  room: RoomId
  thread: RoomId
} {
  const { nodes, all, room, message } = familyOf(2, 3)
  const [anna, bob, carol] = all as [TestNode, TestNode, TestNode]
  const thread = startThread(bob, room, message)
  for (const node of [anna, carol]) follow(node, thread, room)
  nodes.run(SETTLE_MS)
  return { nodes, anna, bob, carol, room, thread }
}

export const rankIn = (node: TestNode, room: RoomId, of: TestNode): number =>
  node.machine.rooms.require(room).graph.gate.control!.rank(of.peer)
