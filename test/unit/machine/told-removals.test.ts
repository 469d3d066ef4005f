/** Members that were removed from a private room while away: they are told, and come back if they are let in again. */
import { beforeEach, describe, expect, it } from 'vitest'
import { decodeDocument, encodeDocument, type Document } from '../../../protocols/document/document.ts'
import { NOTICE_REPEATS } from '../../../protocols/room-state/constants.ts'
import { invitedContent } from '../../../protocols/room-state/index.ts'
import { signerOfSeed } from '../../../protocols/wire/crypto.ts'
import type { PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import { publicKeyOfPeerId } from '../../../protocols/wire/peer-ids.ts'
import { topicKeyOf } from '../../../protocols/wire/room-keys.ts'
import { encodeAct, rankOf, type Role } from '../../../src/room/access/acts.ts'
import { ownRemoval } from '../../../src/room/removal.ts'
import { at, NOW_MS, signerOf } from '../room/history.ts'
import { Nodes, RawPeer, type TestNode } from './nodes.ts'
import { act, addDevice, addNode, createPrivate, invite, join, remove, textsOf } from './private-party.ts'

const LONG_MS = 60_000

let nodes: Nodes
let anna: TestNode
let bob: TestNode
let carol: TestNode
let room: RoomId

beforeEach(() => {
  nodes = new Nodes()
  ;[anna, bob, carol] = [1, 2, 3].map((index) => addNode(nodes, index)) as [TestNode, TestNode, TestNode]
  room = createPrivate(anna)
  linkAll()
  join(bob, room, invite(anna, room, 1))
  join(carol, room, invite(anna, room, 2))
  nodes.run(LONG_MS)
  anna.say(room, 'to all')
  nodes.run(LONG_MS)
})

function linkAll(): void {
  for (const [one, other] of [
    [anna, bob],
    [anna, carol],
    [bob, carol],
  ] as const)
    nodes.link(one, other)
}

function leave(node: TestNode): void {
  for (const other of [anna, bob, carol]) if (other !== node) nodes.unlink(node, other)
}

const removalOf = (node: TestNode) => {
  const removal = ownRemoval(node.machine.rooms.require(room), { self: node.peer, store: node.store })
  return removal && { by: removal.by, isProven: removal.isProven, from: removal.from }
}

const rolesTold = (node: TestNode): number[][] =>
  node.events.flatMap((event) =>
    event.type === 'access' && event.change.type === 'member' && event.change.peer === node.peer
      ? [[event.change.before, event.change.rank]]
      : [],
  )

const removalsSentTo = (node: TestNode) =>
  nodes.sent.filter(({ to, record }) => to === node.peer && record.type === 'removal')

describe('who was removed while away', () => {
  it('is told by whom and gets nothing else, also after a restart, and its program too', () => {
    leave(bob)
    remove(anna, room, bob.peer)
    anna.say(room, 'without Bob')
    nodes.run(LONG_MS)
    bob.events.length = 0
    nodes.forgetSent()
    linkAll()
    nodes.run(LONG_MS)
    const removal = { by: anna.peer, isProven: true }
    expect(removalOf(bob)).toMatchObject(removal)
    expect(rolesTold(bob)).toEqual([[rankOf('writer'), 0]])
    expect(removalsSentTo(bob).length).toBeLessThanOrEqual(2 * NOTICE_REPEATS)
    const blocks = removalsSentTo(bob).map(({ record }) => (record as { block: Uint8Array }).block)
    expect(new Set(blocks.map((block) => decodeDocument(block).kind))).toEqual(new Set(['access/role']))
    expect(nodes.documentsTo(bob)).toEqual([])
    expect(() => bob.say(room, 'hello')).toThrow(/^you were removed from 'Family' by .* on 2023-11-\d\d/)
    expect(textsOf(bob, room)).toEqual(['to all'])
    bob.restart()
    expect(removalOf(bob)).toMatchObject(removal)
    expect(() => bob.say(room, 'hello')).toThrow('you were removed')
    nodes.run(LONG_MS)
    expect(rolesTold(bob)).toEqual([[rankOf('writer'), 0]])
  })

  it('and online is told at once', () => {
    remove(anna, room, bob.peer)
    nodes.run(LONG_MS)
    expect(removalOf(bob)).toMatchObject({ by: anna.peer, isProven: true })
  })

  it('learns it from a carrier, which everybody else is away for', () => {
    const carrier = addNode(nodes, 9)
    carrier.command({ type: 'carry', room, maxBytes: 10 ** 9 })
    nodes.link(anna, carrier)
    leave(bob)
    remove(anna, room, bob.peer)
    nodes.run(LONG_MS)
    nodes.link(bob, carrier)
    nodes.run(LONG_MS)
    expect(removalOf(bob)).toEqual({ by: anna.peer, isProven: true, from: carrier.peer })
  })

  it.each(['role', 'invite'] as const)('comes back by another %s, and is told', (how) => {
    leave(bob)
    remove(anna, room, bob.peer)
    anna.say(room, 'without Bob')
    linkAll()
    nodes.run(LONG_MS)
    bob.events.length = 0
    if (how === 'role') act(anna, room, { type: 'role', member: bob.peer, role: 'writer' })
    else join(bob, room, invite(anna, room, 3))
    nodes.run(LONG_MS)
    expect(removalOf(bob)).toBeUndefined()
    expect(rolesTold(bob)).toEqual([[0, rankOf('writer')]])
    expect(textsOf(bob, room)).toEqual(['to all', 'without Bob'])
    bob.say(room, 'back')
    nodes.run(LONG_MS)
    expect(textsOf(anna, room)).toEqual(['to all', 'without Bob', 'back'])
    expect(bob.machine.rooms.require(room).record.personal?.removal).toBeUndefined()
  })

  it('is served again by a neighbour that hears later that it has come back', () => {
    leave(bob)
    remove(anna, room, bob.peer)
    nodes.run(LONG_MS)
    nodes.unlink(anna, carol)
    join(bob, room, invite(anna, room, 3))
    nodes.link(bob, anna)
    nodes.run(LONG_MS)
    nodes.link(bob, carol)
    nodes.run(LONG_MS)
    expect(removalOf(bob)).toBeUndefined()
    nodes.unlink(bob, anna)
    nodes.link(anna, carol)
    nodes.run(LONG_MS)
    bob.say(room, 'to Carol')
    carol.say(room, 'to Bob')
    nodes.run(LONG_MS)
    for (const node of [bob, carol]) expect(textsOf(node, room).slice(-2).sort()).toEqual(['to Bob', 'to Carol'])
  })

  it('and let in again while away knows nothing of a removal in the end', () => {
    leave(bob)
    remove(anna, room, bob.peer)
    act(anna, room, { type: 'role', member: bob.peer, role: 'writer' })
    linkAll()
    nodes.run(LONG_MS)
    expect([removalOf(bob), removalsSentTo(bob)]).toEqual([undefined, []])
    bob.say(room, 'here')
    nodes.run(LONG_MS)
    expect(textsOf(anna, room)).toEqual(['to all', 'here'])
  })

  it('by one who became an admin meanwhile is told that a member says so, and may write', () => {
    leave(bob)
    act(anna, room, { type: 'role', member: carol.peer, role: 'admin' })
    nodes.run(LONG_MS)
    remove(carol, room, bob.peer)
    nodes.run(LONG_MS)
    linkAll()
    nodes.run(LONG_MS)
    expect(removalOf(bob)).toMatchObject({ by: carol.peer, isProven: false })
    expect(rolesTold(bob).at(-1)).toEqual([0, rankOf('writer')])
    bob.say(room, 'is it true?')
  })

  it('beside another role is told by what removed it', () => {
    act(anna, room, { type: 'role', member: carol.peer, role: 'admin' })
    nodes.run(LONG_MS)
    leave(bob)
    nodes.unlink(anna, carol)
    remove(anna, room, bob.peer)
    act(carol, room, { type: 'role', member: bob.peer, role: 'reader' })
    linkAll()
    nodes.run(LONG_MS)
    expect(removalOf(bob)).toMatchObject({ by: anna.peer, isProven: true })
  })

  it('by somebody who had no right to in the end is a member again, though that one is an admin', () => {
    const dora = addNode(nodes, 4)
    nodes.link(dora, anna)
    join(dora, room, invite(anna, room, 3, { role: 'reader' }))
    act(anna, room, { type: 'role', member: carol.peer, role: 'admin' })
    nodes.run(LONG_MS)
    leave(bob)
    nodes.unlink(anna, carol)
    nodes.unlink(anna, dora)
    nodes.link(carol, dora)
    remove(carol, room, bob.peer)
    nodes.run(LONG_MS)
    nodes.link(bob, dora)
    nodes.run(LONG_MS)
    expect(removalOf(bob)).toEqual({ by: carol.peer, isProven: true, from: dora.peer })
    // What it did stays with it alone from then on.
    nodes.unlink(carol, dora)
    remove(anna, room, carol.peer)
    act(anna, room, { type: 'role', member: carol.peer, role: 'admin' })
    nodes.link(anna, dora)
    nodes.run(LONG_MS)
    expect(bob.machine.rooms.require(room).graph.gate.control!.rank(carol.peer)).toBe(rankOf('admin'))
    expect(removalOf(bob)).toBeUndefined()
    expect(rolesTold(bob).at(-1)).toEqual([0, rankOf('writer')])
    bob.say(room, 'a member')
    nodes.run(LONG_MS)
    expect(textsOf(anna, room)).toContain('a member')
  })

  it('and is not by all that it knows itself, is told that a member says so', () => {
    const dora = addNode(nodes, 4)
    nodes.link(dora, anna)
    join(dora, room, invite(anna, room, 3, { role: 'admin' }))
    act(anna, room, { type: 'role', member: carol.peer, role: 'admin' })
    nodes.run(LONG_MS)
    for (const node of [bob, carol]) nodes.unlink(anna, node)
    remove(carol, room, dora.peer)
    remove(dora, room, carol.peer)
    remove(dora, room, bob.peer)
    nodes.run(LONG_MS)
    anna.say(room, 'after it')
    nodes.unlink(bob, carol)
    const blocks = anna.store.documents(room, { limit: 100 }).map(({ block }) => block)
    bob.machine.rooms.receive(room, blocks, anna.peer, at(NOW_MS))
    const { control } = bob.machine.rooms.require(room).graph.gate
    expect([bob, carol, dora].map(({ peer }) => control!.rank(peer))).toEqual([rankOf('writer'), 0, 0])
    nodes.link(anna, bob)
    nodes.run(LONG_MS)
    expect(removalOf(bob)).toEqual({ by: dora.peer, isProven: false, from: anna.peer })
  })

  it('and is one of two devices of a person hears it by what the other one wrote', () => {
    const phone = addNode(nodes, 4)
    nodes.link(phone, bob)
    join(phone, room)
    nodes.run(LONG_MS)
    addDevice(bob, room, phone)
    nodes.run(LONG_MS)
    nodes.unlink(phone, bob)
    remove(bob, room, phone.peer)
    nodes.run(LONG_MS)
    nodes.link(phone, carol)
    nodes.run(LONG_MS)
    expect(removalOf(phone)).toEqual({ by: bob.peer, isProven: true, from: carol.peer })
    expect(removalOf(bob)).toBeUndefined()
    bob.say(room, 'from the other device')
    nodes.run(LONG_MS)
    expect(textsOf(anna, room)).toContain('from the other device')
  })
})

describe('lies', () => {
  const roleBy = (index: number, member: PeerId, role: Role = 'none', clock = 99): Document =>
    encodeDocument(
      {
        ...{ room, author: signerOf(index).author, seq: 0, previous: null, parents: [room], clock, timeMs: NOW_MS },
        ...{ epoch: 0, links: [], ...encodeAct({ type: 'role', member, role }) },
      },
      signerOf(index),
    )
  let liar: RawPeer

  beforeEach(() => {
    liar = new RawPeer(nodes, signerOf(66).author)
    nodes.link(liar, bob)
    liar.enter(bob, room)
    bob.faults.length = 0
  })

  const tell = (block: Uint8Array, from: RawPeer = liar): void => {
    const record = { type: 'removal', topic: topicKeyOf(room), block } as const
    nodes.send(from, { protocol: 'room-state', to: bob.peer, records: [record] })
    nodes.run(10)
  }

  it('of who is no member, about somebody else, without a signature, and nonsense are dropped and counted', () => {
    tell(roleBy(66, bob.peer).block)
    expect(bob.faultCodes()).toEqual(['idle-removal'])
    tell(roleBy(1, carol.peer).block)
    tell(roleBy(1, bob.peer, 'reader').block)
    tell(Buffer.from('nonsense'))
    expect(bob.faultCodes()).toEqual(['bad-removal', 'idle-removal'])
    const { block } = roleBy(1, bob.peer)
    tell(Buffer.concat([block.subarray(0, -1), Buffer.from([block.at(-1)! ^ 1])]))
    expect(bob.faultCodes()).toEqual(['bad-removal', 'bad-signature', 'idle-removal'])
    expect(removalOf(bob)).toBeUndefined()
    bob.say(room, 'still here')
  })

  it('of a room whose history everybody is given are dropped, true or not', () => {
    const { room: open } = anna.command({ type: 'create', name: 'Notices', app: 'chat', access: 'public-read' })
    bob.command({ type: 'join', room: open! })
    nodes.run(LONG_MS)
    act(anna, open!, { type: 'role', member: bob.peer, role: 'writer' })
    remove(anna, open!, bob.peer)
    nodes.forgetSent()
    nodes.run(LONG_MS)
    expect(removalsSentTo(bob)).toEqual([])
    liar.enter(bob, open!)
    const block = anna.store.documents(open!, { limit: 100 }).at(-1)!.block
    nodes.send(liar, {
      ...{ protocol: 'room-state', to: bob.peer },
      records: [{ type: 'removal', topic: topicKeyOf(open!), block }],
    })
    nodes.run(10)
    expect(bob.faultCodes()).toEqual(['idle-removal'])
    expect(() => {
      bob.command({ type: 'write', room: open!, kind: 'message', body: Buffer.from('hello') })
    }).toThrow("you were removed from 'Notices' by")
  })

  it('of who was an admin once end once the history says so', () => {
    act(anna, room, { type: 'role', member: carol.peer, role: 'admin' })
    nodes.run(LONG_MS)
    leave(bob)
    act(anna, room, { type: 'role', member: carol.peer, role: 'none' })
    nodes.run(LONG_MS)
    tell(roleBy(3, bob.peer).block)
    expect(removalOf(bob)).toMatchObject({ by: carol.peer, isProven: true })
    nodes.link(anna, bob)
    nodes.run(LONG_MS)
    expect(removalOf(bob)).toBeUndefined()
    bob.say(room, 'still here')
    nodes.run(LONG_MS)
    expect(textsOf(anna, room)).toContain('still here')
  })

  it('of a flood are dropped, and one removal is kept of many', () => {
    for (let clock = 2; clock < 100; clock++) tell(roleBy(1, bob.peer, 'none', clock).block)
    expect(bob.faultCodes()).toEqual(['removal-flood'])
    expect(bob.machine.rooms.require(room).record.personal?.removal?.clock).toBe(65)
  })

  it('of an invite that is another one, or is shown by another peer, bring nothing', () => {
    leave(bob)
    remove(anna, room, bob.peer)
    const seed = invite(anna, room, 3)
    nodes.run(LONG_MS)
    const show = (signed: PeerId, by: Uint8Array): void => {
      const signer = signerOfSeed(by)
      const [key, proof] = [publicKeyOfPeerId(signer.author)!, signer.sign(invitedContent(room, signed))]
      const { removedPeers } = anna.machine.rooms
      removedPeers.show(room, bob.peer, { key, proof }, NOW_MS)
    }
    const isShutOut = () => anna.machine.rooms.removedPeers.isShutOut(room, bob.peer)
    show(bob.peer, new Uint8Array(32).fill(42))
    expect(isShutOut()).toBe(true)
    show(carol.peer, seed)
    expect(isShutOut()).toBe(true)
    show(bob.peer, seed)
    expect(isShutOut()).toBe(false)
    const [made] = anna.machine.rooms
      .require(room)
      .graph.gate.control!.acts()
      .filter(({ saying }) => saying.type === 'invite')
      .slice(-1)
    act(anna, room, { type: 'withdraw', invite: made!.id })
    expect(isShutOut()).toBe(true)
  })
})
