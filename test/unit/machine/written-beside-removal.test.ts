/** A member who wrote beside its removal: what becomes of that on its node and on others. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { encodeAct, rankOf, type Role } from '../../../src/room/access/acts.ts'
import { compose } from '../../../src/room/compose.ts'
import type { Content } from '../../../src/room/content.ts'
import { at, NOW_MS } from '../room/history.ts'
import { Nodes, type TestNode } from './nodes.ts'
import { act, addNode, createPrivate, invite, join, keysOf, remove, textsOf } from './private-party.ts'

const LONG_MS = 60_000

const NOTHING: Content = { kind: 'access/key', body: new Uint8Array(0) }

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
  for (const [i, node] of [bob, carol].entries()) {
    nodes.link(anna, node)
    join(node, room, invite(anna, room, i + 1))
  }
  nodes.run(LONG_MS)
  nodes.unlink(anna, bob)
  bob.say(room, 'apart')
  remove(anna, room, bob.peer)
  nodes.run(LONG_MS)
})

const documentsOf = (node: TestNode) => node.store.documents(room, { limit: 10_000 })
const isRemoval = ({ block }: { block: Uint8Array }): boolean => Buffer.from(block).includes('access/role')

function bring(documents: readonly { block: Uint8Array }[], to: TestNode): void {
  const blocks = documents.map(({ block }) => block)
  to.machine.rooms.receive(room, blocks, bob.peer, at(NOW_MS))
}

function letInAgain(role: Role): void {
  act(anna, room, { type: 'role', member: bob.peer, role })
  nodes.link(anna, bob)
  nodes.run(LONG_MS)
}

describe('what a member wrote beside its removal', () => {
  it('stays on it, and is neither announced nor sent once it may read again', () => {
    letInAgain('reader')
    expect(textsOf(bob, room)).toEqual(textsOf(anna, room))
    const own = bob.store.authorHead(room, bob.peer)!.id
    const { control } = bob.machine.rooms.require(room).graph.gate
    expect([bob.has(own), anna.has(own), control?.rank(bob.peer)]).toEqual([true, false, rankOf('reader')])
    const frontierOf = (node: TestNode) => node.machine.rooms.frontier(room).ids
    expect(frontierOf(bob)).toEqual(frontierOf(anna))
    nodes.forgetSent()
    nodes.run(60 * LONG_MS)
    expect(nodes.sent.filter(({ record }) => record.type === 'message' || record.type === 'ranges')).toEqual([])
    bob.store.commit()
    bob.restart()
    nodes.run(LONG_MS)
    expect([nodes.documentsTo(anna), frontierOf(bob)]).toEqual([[], frontierOf(anna)])
  })

  it('comes to the others once it is a writer again and goes on from it', () => {
    letInAgain('writer')
    const own = bob.store.authorHead(room, bob.peer)!.id
    bob.say(room, 'back')
    nodes.run(LONG_MS)
    expect([anna.has(own), textsOf(anna, room), textsOf(bob, room)]).toEqual([true, ['back'], ['back']])
  })

  it('is counted no more as unread by who could not read it', () => {
    const dora = addNode(nodes, 5)
    dora.command({ type: 'join', room })
    const known = documentsOf(anna)
    const removal = known.findIndex(isRemoval)
    bring(known.slice(0, removal), dora)
    const before = keysOf(dora, room).unread
    bring(documentsOf(bob), dora)
    expect(keysOf(dora, room).unread).toBe(before + 1)
    bring(known.slice(removal, removal + 1), dora)
    expect(keysOf(dora, room).unread).toBe(before)
    dora.store.commit()
    dora.restart()
    expect(keysOf(dora, room).unread).toBe(before)
  })

  it('does not wait for ancestors at the others, and these are not asked for', () => {
    const own = bob.store.authorHead(room, bob.peer)!
    const place = { room, others: [], signer: bob.signer, timeMs: NOW_MS }
    const first = compose(NOTHING, { ...place, own })
    const second = compose(NOTHING, { ...place, own: first })
    const dora = addNode(nodes, 5)
    const graphOf = (node: TestNode) => node.machine.rooms.require(room).graph
    bring([second], anna)
    expect(graphOf(anna).pendingCount).toBe(0)
    // Whoever hears of the removal later lets go of it then.
    dora.command({ type: 'join', room })
    bring(
      documentsOf(anna).filter((document) => !isRemoval(document)),
      dora,
    )
    bring([second], dora)
    expect(graphOf(dora).pendingCount).toBeGreaterThan(0)
    bring(documentsOf(anna), dora)
    expect([graphOf(dora).pendingCount, graphOf(dora).missing()]).toEqual([0, []])
  })

  it('is not asked for any more, once it is removed, where only an act of it comes after', () => {
    const own = bob.store.authorHead(room, bob.peer)!
    const place = { room, others: [], signer: bob.signer, timeMs: NOW_MS }
    const first = compose(NOTHING, { ...place, own })
    const second = compose(encodeAct({ type: 'role', member: carol.peer, role: 'none' }), { ...place, own: first })
    const dora = addNode(nodes, 5)
    dora.command({ type: 'carry', room, maxBytes: 10 ** 9 })
    const known = documentsOf(anna)
    bring(
      known.filter((document) => !isRemoval(document)),
      dora,
    )
    bring([...documentsOf(bob), second], dora)
    dora.store.commit()
    dora.restart()
    const { graph } = dora.machine.rooms.require(room)
    expect(graph.missing()).toContain(first.id)
    nodes.link(carol, dora)
    nodes.run(LONG_MS)
    const asked = () => nodes.sent.filter(({ record }) => record.type === 'want' && record.ids.includes(first.id))
    expect(dora.documents(room)).toEqual(known.map(({ id }) => id))
    nodes.forgetSent()
    nodes.run(60 * LONG_MS)
    expect(asked()).toEqual([])
  })
})
