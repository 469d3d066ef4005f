/** Private rooms: keys that are given to an invite before whoever comes with it has accepted it. */
import { beforeEach, expect, it } from 'vitest'
import { KEY_KIND } from '../../../protocols/access/constants.ts'
import { decodeDocument } from '../../../protocols/document/document.ts'
import { CHECKPOINT_DOCUMENTS } from '../../../protocols/room/constants.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { Nodes, type TestNode } from './nodes.ts'
import { addNode, createPrivate, invite, join, keyOf, keysOf, textsOf } from './private-party.ts'

const LONG_MS = 60_000

let nodes: Nodes
let anna: TestNode
let bob: TestNode
let carl: TestNode
let room: RoomId
/** Of Carl's invite, beside which Bob made another key. */
let seed: Uint8Array

beforeEach(() => {
  nodes = new Nodes()
  anna = addNode(nodes, 1)
  bob = addNode(nodes, 2)
  carl = addNode(nodes, 3)
  room = createPrivate(anna)
  nodes.link(anna, bob)
  join(bob, room, invite(anna, room, 1, { role: 'admin' }))
  nodes.run(LONG_MS)
  for (let i = 0; i < 2 * CHECKPOINT_DOCUMENTS; i++) anna.say(room, `line ${i} `.padEnd(1_000, '.'))
  nodes.run(LONG_MS)
  nodes.unlink(anna, bob)
  seed = invite(anna, room, 2)
  bob.command({ type: 'rekey', room })
  nodes.link(anna, bob)
  nodes.run(LONG_MS)
  // A checkpoint comes with it, and before that the key for Carl.
  invite(bob, room, 3)
  bob.say(room, 'sealed with the new key')
  nodes.run(LONG_MS)
})

function expectRead(): void {
  expect(keyOf(carl, room)).toBe(keyOf(anna, room))
  expect(keysOf(carl, room).unread).toBe(0)
  expect(textsOf(carl, room).at(-1)).toBe('sealed with the new key')
  expect(carl.stateHash(room)).toBe(anna.stateHash(room))
}

it('are found by whoever takes them together with the invite, and accepts that afterwards', () => {
  join(carl, room, seed)
  nodes.link(bob, carl)
  nodes.run(5 * LONG_MS)
  expectRead()
})

it('are found after a restart between what gave them and the acceptance', () => {
  join(carl, room, seed)
  const blocks = bob.store.documents(room, { limit: 10_000 }).map(({ block }) => block)
  carl.machine.rooms.receive(room, blocks, bob.peer, { monotonicMs: 0, wallMs: nodes.scheduler.nowMs })
  expect(blocks.filter((block) => decodeDocument(block).kind === KEY_KIND)).toHaveLength(1)
  expect(keysOf(carl, room).lacksCurrent).toBe(true)
  carl.restart()
  nodes.link(bob, carl)
  anna.say(room, 'sealed with the new key')
  nodes.run(5 * LONG_MS)
  expectRead()
})
