/** Private rooms between whole nodes: who reads what, and what becomes of keys. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { decodeDocument } from '../../../protocols/document/document.ts'
import { compose } from '../../../src/room/compose.ts'
import { seededRandom } from '../../../src/simulate/random.ts'
import { at, NOW_MS } from '../room/history.ts'
import { Nodes, type TestNode } from './nodes.ts'
import {
  act,
  addNode,
  copiedStore,
  createPrivate,
  invite,
  join,
  keyOf as currentKeyOf,
  keysOf,
  remove,
  textsOf,
  toldBy,
} from './private-party.ts'

const LONG_MS = 60_000

let nodes: Nodes
let anna: TestNode
let bob: TestNode
let carol: TestNode
let carrier: TestNode
let room: RoomId

beforeEach(() => {
  nodes = new Nodes()
  anna = addNode(nodes, 1)
  bob = addNode(nodes, 2)
  carol = addNode(nodes, 3)
  carrier = addNode(nodes, 4)
  room = createPrivate(anna)
  carrier.command({ type: 'carry', room, maxBytes: 10 ** 9 })
  for (const node of [anna, bob, carol]) nodes.link(node, carrier)
})

const text = (node: TestNode): string[] => textsOf(node, room)
const nameOf = (node: TestNode): string => node.machine.rooms.require(room).record.name
const keyOf = (node: TestNode): string => currentKeyOf(node, room)

let invites = 0
const inviteTo = (node: TestNode, role: 'admin' | 'writer' | 'reader' = 'writer'): Uint8Array =>
  invite(node, room, ++invites, { role })

function letIn(...others: TestNode[]): void {
  for (const node of others) join(node, room, inviteTo(anna))
  nodes.run(LONG_MS)
}

/** Whether a store has these bytes in a document. */
const holds = (node: TestNode, words: string): boolean =>
  node.store.documents(room, { limit: 1_000 }).some(({ block }) => Buffer.from(block).includes(words))

describe('a private room', () => {
  it('lets who was invited read all of it, also with all admins away, and a carrier nothing', () => {
    anna.say(room, 'before')
    const seed = inviteTo(anna)
    nodes.run(LONG_MS)
    nodes.unlink(anna, carrier)
    join(bob, room, seed)
    nodes.run(LONG_MS)
    expect(text(bob)).toEqual(['before'])
    expect(toldBy(bob)).toEqual(['before'])
    expect(nameOf(bob)).toBe('Family')
    bob.say(room, 'hello')
    nodes.link(anna, carrier)
    nodes.run(LONG_MS)
    expect(text(anna)).toEqual(['before', 'hello'])
    expect(anna.stateHash(room)).toBe(bob.stateHash(room))
    expect(nameOf(carrier)).toBe('')
    for (const words of ['before', 'hello', 'Family', 'message', 'chat']) expect(holds(carrier, words)).toBe(false)
    expect(carrier.documents(room)).toEqual(anna.documents(room))
  })

  it('is closed to who only knows its id', () => {
    anna.say(room, 'secret')
    carol.command({ type: 'join', room })
    nodes.run(LONG_MS)
    expect([text(carol), toldBy(carol), nameOf(carol)]).toEqual([[], [], ''])
    expect(() => carol.say(room, 'hello')).toThrow('only members write')
  })

  it('goes on after a restart of everybody', () => {
    anna.say(room, 'before')
    letIn(bob)
    for (const node of [anna, bob, carrier]) node.restart()
    bob.say(room, 'after')
    nodes.run(LONG_MS)
    expect([anna, bob].map(text)).toEqual([
      ['before', 'after'],
      ['before', 'after'],
    ])
    expect(nameOf(bob)).toBe('Family')
  })

  it('is unreadable to who was removed from then on, and makes its words void', () => {
    letIn(bob, carol)
    anna.say(room, 'to all')
    nodes.run(LONG_MS)
    nodes.unlink(carol, carrier)
    carol.say(room, 'written away')
    remove(anna, room, carol.peer)
    anna.say(room, 'without Carol')
    nodes.run(LONG_MS)
    bob.say(room, 'yes')
    // Where nobody knows of the removal but the carrier is another one, under another key, say.
    nodes.link(carol, carrier)
    nodes.run(LONG_MS)
    expect(text(anna)).toEqual(['to all', 'without Carol', 'yes'])
    expect(text(bob)).toEqual(text(anna))
    expect(text(carol)).toEqual(['to all', 'written away'])
    expect([anna, bob, carrier].some((node) => node.documents(room).length !== anna.documents(room).length)).toBe(false)
    // It gets the ciphertext all the same.
    for (const { block } of anna.store.documents(room, { limit: 1_000 })) {
      carol.machine.rooms.receive(room, [block], anna.peer, { monotonicMs: 1, wallMs: 1 })
    }
    carol.restart()
    expect(text(carol)).not.toContain('without Carol')
    expect(carol.machine.rooms.require(room).keys.unread).toBeGreaterThan(0)
  })

  it('gets another key where two were removed beside each other, before anybody but admins writes', () => {
    const dora = addNode(nodes, 5)
    const emil = addNode(nodes, 6)
    for (const node of [dora, emil]) nodes.link(node, carrier)
    letIn(carol, dora, emil)
    join(bob, room, inviteTo(anna, 'admin'))
    nodes.run(LONG_MS)
    for (const node of [anna, bob]) nodes.unlink(node, carrier)
    remove(anna, room, carol.peer)
    remove(bob, room, dora.peer)
    const before = [keyOf(anna), keyOf(bob)]
    nodes.link(anna, carrier)
    nodes.link(bob, carrier)
    nodes.run(100)
    expect(keyOf(emil)).toBe('stale')
    expect(() => emil.say(room, 'now')).toThrow('a new key')
    nodes.run(LONG_MS)
    expect(before).not.toContain(keyOf(emil))
    emil.say(room, 'later')
    nodes.run(LONG_MS)
    expect([anna, bob, emil].map(text)).toEqual([['later'], ['later'], ['later']])
    expect(keyOf(anna)).toBe(keyOf(emil))
  })

  it('gives its key to a member whom the newest one left out', () => {
    const seed = inviteTo(anna, 'admin')
    join(bob, room, seed)
    nodes.run(LONG_MS)
    for (const node of [bob, anna]) nodes.unlink(node, carrier)
    // Bob knows nothing of the invite.
    const forCarol = inviteTo(anna)
    bob.command({ type: 'rekey', room })
    nodes.link(anna, carrier)
    join(carol, room, forCarol)
    nodes.run(LONG_MS)
    nodes.unlink(anna, carrier)
    nodes.link(bob, carrier)
    nodes.run(LONG_MS)
    expect(keyOf(carol)).toBe(keyOf(bob))
    bob.say(room, 'welcome')
    nodes.run(LONG_MS)
    expect(text(carol)).toEqual(['welcome'])
  })

  it('lets somebody in again', () => {
    letIn(bob)
    remove(anna, room, bob.peer)
    anna.say(room, 'while Bob is gone')
    nodes.run(LONG_MS)
    expect(text(bob)).toEqual([])
    act(anna, room, { type: 'role', member: bob.peer, role: 'writer' })
    nodes.run(LONG_MS)
    expect(text(bob)).toEqual(['while Bob is gone'])
    bob.say(room, 'thanks')
    nodes.run(LONG_MS)
    expect(text(anna)).toEqual(['while Bob is gone', 'thanks'])
  })

  it('says why a key is not here, and that of who has deleted the room comes by an invite only', () => {
    letIn(bob)
    carol.command({ type: 'join', room })
    nodes.run(LONG_MS)
    expect(keysOf(carol, room).lack).toBe('outsider')
    join(carol, room, invite(anna, room, ++invites, { role: 'carrier' }))
    nodes.run(LONG_MS)
    expect(keysOf(carol, room).lack).toBe('carrier')
    expect([anna, bob].map((node) => keysOf(node, room).lack)).toEqual([undefined, undefined])
    bob.command({ type: 'leave', room, isDeleted: true })
    bob.command({ type: 'join', room })
    nodes.run(LONG_MS)
    expect(keysOf(bob, room).lack).toBe('lost')
    join(bob, room, inviteTo(anna))
    nodes.run(LONG_MS)
    expect(keysOf(bob, room).lack).toBeUndefined()
    expect(keyOf(bob)).toBe(keyOf(anna))
  })

  it('makes a new key when an invite is withdrawn', () => {
    const seed = inviteTo(anna)
    const { id } = anna.machine.rooms.require(room).graph.gate.control!.acts()[0]!
    const before = keyOf(anna)
    act(anna, room, { type: 'withdraw', invite: id })
    expect(keyOf(anna)).not.toBe(before)
    anna.say(room, 'after it')
    join(carol, room, seed)
    nodes.run(LONG_MS)
    expect(text(carol)).toEqual([])
  })

  it('uses no key twice that seals a document, also not after its folder was copied', () => {
    const { store, copy } = copiedStore()
    const dora = addNode(nodes, 5, store)
    nodes.link(dora, carrier)
    letIn(dora)
    const copied = copy()
    const block = () => dora.store.document(dora.say(room, 'the same'))!.block
    const one = decodeDocument(block())
    dora.restart(() => copied)
    const two = decodeDocument(block())
    expect([two.author, two.seq, two.body.length]).toEqual([one.author, one.seq, one.body.length])
    const salted = [one, two].map(({ body }) => Buffer.from(body.subarray(17, 33)).toString('hex'))
    expect(new Set(salted).size).toBe(2)
    expect(Buffer.compare(one.body.subarray(33), two.body.subarray(33))).not.toBe(0)
  })

  it('reads nothing that is sealed with a key which its author could not know', () => {
    letIn(bob, carol)
    const [old] = bob.machine.rooms.require(room).graph.heads.newest()
    const own = bob.store.authorHead(room, bob.peer)
    anna.command({ type: 'rekey', room })
    nodes.run(LONG_MS)
    const write = keysOf(bob, room).forWriting
    if (typeof write === 'string') throw new Error('there is no key')
    const content = { kind: 'message', body: new TextEncoder().encode('from before') }
    const place = { room, own, others: [old!], signer: bob.signer, timeMs: NOW_MS }
    const { block, id } = compose(content, place, { ...write, random: seededRandom(1) })
    for (const node of [anna, carol]) node.machine.rooms.receive(room, [block], bob.peer, at(NOW_MS))
    expect([anna, carol].map((node) => [node.has(id), text(node)])).toEqual([
      [true, []],
      [true, []],
    ])
  })
})
