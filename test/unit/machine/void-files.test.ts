/** Files of a room with members whose documents count no more, or again, once others know what was done beside them. */
import { beforeEach, expect, it } from 'vitest'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { announce, hasAll, makeFile, share, type MadeFile } from '../room/shared-files.ts'
import { Nodes, type TestNode } from './nodes.ts'
import { act, addNode, remove } from './private-party.ts'

const SETTLE_MS = 60_000

let nodes: Nodes
let anna: TestNode
let bob: TestNode
let carol: TestNode
let dora: TestNode
let room: RoomId

/** Anna and Dora are admins; Bob and Carol write. Bob and Carol are apart from Anna, and Dora from everybody. */
beforeEach(() => {
  nodes = new Nodes()
  ;[anna, bob, carol, dora] = [1, 2, 3, 4].map((index) => addNode(nodes, index)) as [
    ...[TestNode, TestNode, TestNode, TestNode],
  ]
  room = anna.command({ type: 'create', name: 'Notices', app: 'chat', access: 'public-read' }).room!
  for (const node of [bob, carol, dora]) {
    nodes.link(anna, node)
    node.command({ type: 'join', room })
    act(anna, room, { type: 'role', member: node.peer, role: node === dora ? 'admin' : 'writer' })
  }
  nodes.run(SETTLE_MS)
  for (const node of [bob, carol, dora]) nodes.unlink(anna, node)
  nodes.link(bob, carol)
})

const stateOf = (node: TestNode, { id }: MadeFile) => node.store.ensured(room, id)?.state
const filesOf = (node: TestNode) => node.store.files(room, {}).map(({ file }) => file.root)

it('are gone from those who had them, and nobody looks for what is missing of them', () => {
  const [whole, missing] = [makeFile(1, 1), makeFile(2, 1)]
  share(bob, room, whole)
  announce(bob, room, missing)
  nodes.run(SETTLE_MS)
  expect(stateOf(carol, missing)).toBe('searching')
  nodes.unlink(bob, carol)
  carol.say(room, 'after both files')
  expect(filesOf(carol)).toEqual([whole.id, missing.id])
  expect(hasAll(carol, whole)).toBe(true)
  remove(anna, room, bob.peer)
  nodes.link(anna, carol)
  nodes.run(SETTLE_MS)
  expect(carol.documents(room)).toEqual(anna.documents(room))
  expect([filesOf(carol), filesOf(anna)]).toEqual([[], []])
  expect([stateOf(carol, whole), stateOf(carol, missing)]).toEqual([undefined, undefined])
  nodes.forgetSent()
  nodes.run(60 * SETTLE_MS)
  expect(nodes.sent.filter(({ record }) => record.type === 'want')).toEqual([])
})

it('stay where the user pinned or shared them, until they are let go', () => {
  const file = makeFile(4, 1)
  share(bob, room, file)
  nodes.run(SETTLE_MS)
  carol.command({ type: 'ensure', room, id: file.id })
  remove(anna, room, bob.peer)
  nodes.link(anna, carol)
  nodes.run(SETTLE_MS)
  expect([filesOf(bob), filesOf(carol), filesOf(anna)]).toEqual([[file.id], [file.id], []])
  expect(hasAll(carol, file)).toBe(true)
})

it('are files of the room again, and fetched, once what made them void is void itself', () => {
  const file = makeFile(3, 1)
  share(bob, room, file)
  nodes.run(SETTLE_MS)
  carol.say(room, 'after the file')
  remove(dora, room, bob.peer)
  remove(anna, room, dora.peer)
  nodes.link(dora, carol)
  nodes.run(SETTLE_MS)
  expect(filesOf(carol)).toEqual([])
  const emil = addNode(nodes, 5)
  emil.command({ type: 'join', room })
  nodes.link(emil, carol)
  nodes.run(SETTLE_MS)
  expect(filesOf(emil)).toEqual([])
  nodes.link(anna, carol)
  nodes.run(SETTLE_MS)
  for (const node of [anna, carol, emil]) {
    expect([filesOf(node), stateOf(node, file), hasAll(node, file)]).toEqual([[file.id], 'complete', true])
  }
})
