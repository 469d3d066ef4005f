/** Devices of one person in a private room: what they read, and what one that is removed does not. */
import { beforeEach, describe, expect, it } from 'vitest'
import { digestOfDocumentId, type RoomId } from '../../../protocols/wire/ids.ts'
import { EpochKey } from '../../../protocols/sealing/index.ts'
import type { Document } from '../../../protocols/document/document.ts'
import { encodeAct, rankOf } from '../../../src/room/access/acts.ts'
import { personOf } from '../../../src/room/access/persons.ts'
import { compose } from '../../../src/room/compose.ts'
import { memberBoxes } from '../../../src/room/sealing/recipients.ts'
import { devicesOf } from '../room/access/devices-of.ts'
import { at, NOW_MS } from '../room/history.ts'
import { Nodes, type TestNode } from './nodes.ts'
import {
  act,
  addDevice,
  addNode,
  createPrivate,
  deviceOf,
  invite,
  join,
  keyOf as currentKeyOf,
  keysOf,
  remove,
  textsOf,
} from './private-party.ts'

const LONG_MS = 60_000

let nodes: Nodes
let anna: TestNode
let bob: TestNode
let phone: TestNode
let carrier: TestNode
let room: RoomId

const control = (node: TestNode) => node.machine.rooms.require(room).graph.gate.control!
const keyOf = (node: TestNode) => currentKeyOf(node, room)

/** Anna's room with Bob, whose phone has the room but not its key; all by way of a carrier. */
function begin(role: 'admin' | 'writer' | 'reader'): void {
  room = createPrivate(anna)
  carrier.command({ type: 'carry', room, maxBytes: 10 ** 9 })
  for (const node of [anna, bob, phone]) nodes.link(node, carrier)
  anna.say(room, 'before all')
  join(bob, room, invite(anna, room, 1, { role }))
  nodes.run(LONG_MS)
  nodes.unlink(anna, carrier)
  join(phone, room)
  nodes.run(LONG_MS)
}

beforeEach(() => {
  nodes = new Nodes()
  anna = addNode(nodes, 1)
  bob = addNode(nodes, 2)
  phone = addNode(nodes, 3)
  carrier = addNode(nodes, 9)
})

describe.each(['writer', 'reader'] as const)('the device of a %s', (role) => {
  it('reads all that was said by way of a carrier, with nobody else there, and may do as much', () => {
    begin(role)
    addDevice(bob, room, phone, role)
    nodes.run(LONG_MS)
    expect(textsOf(phone, room)).toEqual(['before all'])
    expect(control(phone).rank(phone.peer)).toBe(rankOf(role))
    expect(devicesOf(control(phone), bob.peer).sort()).toEqual([bob.peer, phone.peer].sort())
    const words = role === 'writer' ? ['from the phone'] : []
    for (const text of words) phone.say(room, text)
    nodes.run(LONG_MS)
    expect(textsOf(bob, room)).toEqual(['before all', ...words])
  })

  it('is removed by the other one along with a new key, and reads nothing after that', () => {
    begin(role)
    addDevice(bob, room, phone, role)
    nodes.run(LONG_MS)
    const before = keyOf(bob)
    const commits = bob.store.documents(room, { limit: 100 }).length
    nodes.unlink(phone, carrier)
    remove(bob, room, phone.peer)
    const written = bob.store.documents(room, { limit: 100 }).slice(commits)
    expect(written.map(({ author }) => author)).toEqual([bob.peer, bob.peer])
    expect(keyOf(bob)).toMatch(/^[0-9a-f]{32}$/)
    expect(keyOf(bob)).not.toBe(before)

    if (role === 'writer') phone.say(room, 'from the thief')
    nodes.link(anna, carrier)
    nodes.run(LONG_MS)
    anna.say(room, 'without the phone')
    nodes.link(phone, carrier)
    nodes.run(LONG_MS)
    expect(textsOf(bob, room)).toEqual(['before all', 'without the phone'])
    expect(textsOf(anna, room)).toEqual(['before all', 'without the phone'])
    expect(textsOf(phone, room)).not.toContain('without the phone')
    const blocks = anna.store.documents(room, { limit: 100 }).map(({ block }) => block)
    phone.machine.rooms.receive(room, blocks, anna.peer, at(NOW_MS))
    expect(textsOf(phone, room)).not.toContain('without the phone')
    expect(keyOf(anna)).toBe(keyOf(bob))
  })

  it('is taken back by its person, and reads on', () => {
    begin(role)
    addDevice(bob, room, phone, role)
    nodes.run(LONG_MS)
    remove(bob, room, phone.peer)
    nodes.run(LONG_MS)
    addDevice(bob, room, phone, role)
    nodes.link(anna, carrier)
    nodes.run(LONG_MS)
    anna.say(room, 'welcome back')
    nodes.run(LONG_MS)
    expect(textsOf(phone, room)).toContain('welcome back')
  })
})

describe('a device', () => {
  it('that removes the one that added it takes a key along as well', () => {
    begin('writer')
    addDevice(bob, room, phone)
    nodes.run(LONG_MS)
    nodes.unlink(bob, carrier)
    remove(phone, room, bob.peer)
    nodes.link(anna, carrier)
    nodes.run(LONG_MS)
    anna.say(room, 'without Bob')
    nodes.link(bob, carrier)
    nodes.run(LONG_MS)
    expect(textsOf(phone, room)).toContain('without Bob')
    expect(textsOf(bob, room)).not.toContain('without Bob')
    expect(personOf(control(anna), phone.peer)).toBe(bob.peer)
  })

  it('of an admin who is away is left out of no key', () => {
    begin('admin')
    addDevice(bob, room, phone, 'admin')
    bob.command({ type: 'rekey', room })
    nodes.run(LONG_MS)
    expect(keyOf(phone)).toBe(keyOf(bob))
  })

  it('that is added while there is no key that may be used gets one later', () => {
    begin('writer')
    nodes.link(anna, carrier)
    const dora = addNode(nodes, 5)
    join(dora, room, invite(anna, room, 2, { role: 'reader' }))
    nodes.link(dora, carrier)
    nodes.run(LONG_MS)
    nodes.unlink(anna, carrier)
    // As if Anna’s node had been killed before it wrote the key.
    const removal = compose(encodeAct({ type: 'role', member: dora.peer, role: 'none' }), {
      ...{ room, own: anna.store.authorHead(room, anna.peer), signer: anna.signer, timeMs: NOW_MS },
      others: anna.machine.rooms.require(room).graph.heads.newest(),
    })
    bob.machine.rooms.receive(room, [removal.block], anna.peer, at(NOW_MS))
    expect(keyOf(bob)).toBe('stale')
    addDevice(bob, room, phone)
    const added = control(bob).allActs().at(-1)!
    expect(added.saying).toMatchObject({ type: 'device', member: phone.peer })
    expect(added.saying).not.toHaveProperty('sealed')
    nodes.link(anna, carrier)
    nodes.run(LONG_MS)
    expect(keyOf(phone)).toBe(keyOf(anna))
    expect(textsOf(phone, room)).toEqual(['before all'])
  })

  it('has the box that it signed, for who it signed it', () => {
    begin('writer')
    const old = deviceOf(bob, room, phone)
    addDevice(bob, room, phone)
    nodes.run(LONG_MS)
    const boxOf = (node: TestNode) => memberBoxes(control(node)).find(({ author }) => author === phone.peer)?.box
    expect(Buffer.from(boxOf(bob)!)).toEqual(keysOf(phone, room).ownBox())
    // Anna, of whom it is no device, cannot use what it signed for Bob.
    expect(() => act(anna, room, old)).toThrow('a device gets at most')
  })
})

describe('a member who makes a key after removing a device', () => {
  /** By Bob, sealed to nobody. */
  function keyForNobody(fill: number): Document {
    const key = new EpochKey(new Uint8Array(32).fill(fill))
    const { current } = control(bob).epochs!
    const digest = digestOfDocumentId(room)
    const wrapped = keysOf(bob, room).first === undefined ? [] : [key.wrap(digest, keysOf(bob, room).first!)]
    const previous = wrapped.length > 0 ? [keysOf(bob, room).first!.id, current.key] : [current.key]
    const saying = { type: 'rekey', epoch: key.id, previous, wrapped, keys: new Uint8Array(0) } as const
    return compose(encodeAct(saying), {
      ...{ room, own: bob.store.authorHead(room, bob.peer), signer: bob.signer, timeMs: NOW_MS },
      others: bob.machine.rooms.require(room).graph.heads.newest(),
    })
  }

  it('and leaves out everybody, is followed by a key of an admin’s node', () => {
    begin('writer')
    addDevice(bob, room, phone)
    remove(bob, room, phone.peer)
    nodes.link(anna, carrier)
    nodes.run(LONG_MS)
    const rekey = keyForNobody(5)
    anna.machine.rooms.receive(room, [rekey.block], bob.peer, at(NOW_MS))
    bob.machine.rooms.receive(room, [rekey.block], bob.peer, at(NOW_MS))
    expect(keyOf(anna)).toBe('missing')
    anna.restart()
    nodes.run(LONG_MS)
    expect(keyOf(anna)).toMatch(/^[0-9a-f]{32}$/)
    expect(keyOf(bob)).toBe(keyOf(anna))
    anna.say(room, 'goes on')
    nodes.run(LONG_MS)
    expect(textsOf(bob, room)).toContain('goes on')
  })

  it('cannot do so without a removal', () => {
    begin('writer')
    addDevice(bob, room, phone)
    expect(() => bob.command({ type: 'rekey', room })).toThrow('only admins make a new key')
    remove(bob, room, phone.peer)
    bob.command({ type: 'rekey', room })
    expect(keyOf(bob)).toMatch(/^[0-9a-f]{32}$/)
  })
})
