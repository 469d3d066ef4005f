/** What members and others with a client of their own do against a private room. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { Document } from '../../../protocols/document/document.ts'
import type { Position } from '../../../protocols/wire/order.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { rankOf } from '../../../src/room/access/acts.ts'
import { compose } from '../../../src/room/compose.ts'
import type { Content } from '../../../src/room/content.ts'
import { at, NOW_MS } from '../room/history.ts'
import { Nodes, type TestNode } from './nodes.ts'
import { addNode, createPrivate, invite, join, keyOf as currentKeyOf, remove, textsOf } from './private-party.ts'

const LONG_MS = 60_000

let nodes: Nodes
let anna: TestNode
let bob: TestNode
let carol: TestNode
let room: RoomId

beforeEach(() => {
  nodes = new Nodes()
  anna = addNode(nodes, 1)
  bob = addNode(nodes, 2)
  carol = addNode(nodes, 3)
  room = createPrivate(anna)
  for (const node of [bob, carol]) nodes.link(anna, node)
})

let invites = 0
const inviteTo = (node: TestNode, role: 'admin' | 'writer' | 'reader' = 'writer'): Uint8Array =>
  invite(node, room, ++invites, { role })

function letIn(other: TestNode, role: 'admin' | 'writer' | 'reader' = 'writer'): void {
  join(other, room, inviteTo(anna, role))
  nodes.run(LONG_MS)
}

const keyOf = (node: TestNode): string => currentKeyOf(node, room)
const rank = (node: TestNode, of: TestNode) => node.machine.rooms.require(room).graph.gate.control?.rank(of.peer)
const headsOf = (node: TestNode) => node.store.headCount(room)

/** Documents by a member that all follow what it last had, whatever else there is. */
function forksBy(
  node: TestNode,
  count: number,
  content: Content = { kind: 'access/key', body: new Uint8Array(0) },
): Document[] {
  const own = node.store.authorHead(room, node.peer)
  const others: Position[] = []
  const { signer } = node
  return Array.from({ length: count }, (_, i) => compose(content, { room, own, others, signer, timeMs: NOW_MS + i }))
}

function bring(documents: readonly { block: Uint8Array }[], ...to: TestNode[]): void {
  for (const node of to) {
    node.machine.rooms.receive(
      room,
      documents.map(({ block }) => block),
      bob.peer,
      at(NOW_MS),
    )
  }
}

describe('with more heads than a document names', () => {
  /** Bob's, newer than what lets Carol in, of which they know nothing. */
  beforeEach(() => {
    letIn(bob)
    nodes.unlink(anna, bob)
    letIn(carol)
    nodes.unlink(anna, carol)
    for (let i = 0; i < 16; i++) bob.say(room, `${i}`)
    bring(bob.store.documents(room, { limit: 10_000 }), anna)
    bring(forksBy(bob, 600), anna)
    expect(headsOf(anna)).toBeGreaterThan(600)
  })

  it('takes from a member all the same, and makes a key that it does not get', () => {
    const before = keyOf(anna)
    remove(anna, room, carol.peer)
    expect(rank(anna, carol)).toBe(0)
    expect(keyOf(anna)).toMatch(/^[0-9a-f]{32}$/)
    expect(keyOf(anna)).not.toBe(before)
    anna.say(room, 'without Carol')
    nodes.link(anna, carol)
    nodes.run(LONG_MS)
    expect(textsOf(carol, room)).not.toContain('without Carol')
  })

  it('makes a key that leaves out who lost its right before, also by itself', () => {
    anna.command({ type: 'rekey', room })
    expect(keyOf(anna)).toMatch(/^[0-9a-f]{32}$/)
    expect(headsOf(anna)).toBe(1)
  })

  it('lets nobody in by an invite that its acceptance does not know, but once a member has named the heads', () => {
    const dora = addNode(nodes, 5)
    const seed = invite(anna, room, ++invites)
    expect(headsOf(anna)).toBe(1)
    for (let i = 0; i < 64; i++) bob.say(room, `more ${i}`)
    bring(bob.store.documents(room, { limit: 10_000 }), anna)
    bring(forksBy(bob, 600), anna)
    dora.command({ type: 'join', room })
    bring(anna.store.documents(room, { limit: 10_000 }), dora)
    join(dora, room, seed)
    expect([headsOf(dora) > 600, rank(dora, dora), dora.store.authorHead(room, dora.peer)]).toEqual([
      true,
      0,
      undefined,
    ])
    nodes.link(anna, dora)
    anna.say(room, 'welcome')
    nodes.run(LONG_MS)
    expect([rank(anna, dora), rank(dora, dora)]).toEqual([rankOf('writer'), rankOf('writer')])
    expect(textsOf(dora, room)).toContain('welcome')
  })
})
