/** What members and others with a client of their own do against a private room. */
import { MAX_ACCEPTANCES } from '../../../protocols/access/constants.ts'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Document } from '../../../protocols/document/document.ts'
import type { Position } from '../../../protocols/wire/order.ts'
import { boxKeyOf, EpochKey, MAX_ALIKE, MAX_PREDECESSORS, openFor } from '../../../protocols/sealing/index.ts'
import { digestOfDocumentId, type RoomId } from '../../../protocols/wire/ids.ts'
import { encodeAct, rankOf, type Act } from '../../../src/room/access/acts.ts'
import { memberBoxes } from '../../../src/room/sealing/recipients.ts'
import { givenKeyContent, recipientIdOf, sealedFor, sealToAll } from '../../../src/room/sealing/sealed-keys.ts'
import { seededRandom } from '../../../src/simulate/random.ts'
import { compose } from '../../../src/room/compose.ts'
import type { Content } from '../../../src/room/content.ts'
import { at, NOW_MS } from '../room/history.ts'
import { Nodes, type TestNode } from './nodes.ts'
import {
  addNode,
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
    if (headsOf(anna) <= 600) throw new Error('the heads were joined')
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

  it('takes from a member of a room that everybody reads, too', () => {
    room = anna.command({ type: 'create', name: 'Club', app: 'chat', access: 'public-read' }).room!
    nodes.link(anna, bob)
    letIn(bob)
    nodes.unlink(anna, bob)
    nodes.link(anna, carol)
    letIn(carol)
    nodes.unlink(anna, carol)
    for (let i = 0; i < 16; i++) bob.say(room, `${i}`)
    bring(bob.store.documents(room, { limit: 10_000 }), anna)
    bring(forksBy(bob, 600, { kind: 'message', body: new Uint8Array(1) }), anna)
    remove(anna, room, carol.peer)
    expect([rank(anna, bob), rank(anna, carol), headsOf(anna)]).toEqual([rankOf('writer'), 0, 1])
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

describe('acts of one member', () => {
  it('void most of them, are decided again at once when somebody acts beside them', () => {
    letIn(bob)
    letIn(carol, 'admin')
    for (const node of [bob, carol]) nodes.unlink(anna, node)
    const [{ saying }] = bob.machine.rooms
      .require(room)
      .graph.gate.control!.allActs()
      .filter((one) => one.saying.type === 'accept' && one.author === bob.peer) as [Act]
    const documents: Document[] = []
    for (let i = 0; i < 2_000; i++) {
      const own = documents.at(-1) ?? bob.store.authorHead(room, bob.peer)
      // The last one brings the others with it, as it counts.
      const content = i < 1_999 ? encodeAct(saying) : { kind: 'access/key', body: new Uint8Array(0) }
      documents.push(compose(content, { room, own, others: [], signer: bob.signer, timeMs: NOW_MS }))
    }
    bring(documents, anna)
    for (let i = 0; i < 8; i++) {
      inviteTo(carol)
      bring(carol.store.documents(room, { limit: 10_000 }).slice(-1), anna)
    }
    const { control } = anna.machine.rooms.require(room).graph.gate
    expect([anna.has(documents.at(-1)!.id), control!.allActs().length > 2_000]).toEqual([true, true])
    expect(control!.acts().filter((one) => one.author === bob.peer).length).toBe(MAX_ACCEPTANCES)
    expect(control!.acts().filter((one) => one.author === carol.peer && one.saying.type === 'invite').length).toBe(8)
  })

  it('cost about as much each, however many there are about one member', () => {
    letIn(bob, 'admin')
    const body = encodeAct({ type: 'role', member: bob.peer, role: 'admin' })
    const acts: Document[] = []
    for (let i = 0; i < 1_000; i++) {
      const own = acts.at(-1) ?? bob.store.authorHead(room, bob.peer)
      acts.push(compose(body, { room, own, others: [], signer: bob.signer, timeMs: NOW_MS }))
    }
    for (let i = 0; i < acts.length; i += 50) bring(acts.slice(i, i + 50), anna)
    expect([anna.has(acts.at(-1)!.id), rank(anna, bob)]).toEqual([true, rankOf('admin')])
  })
})

describe('a key that a document gives', () => {
  const BOX = new Uint8Array(32).fill(9)
  const digest = () => digestOfDocumentId(room)

  /** A document by a member after some others, whatever it may write. */
  const by = (node: TestNode, others: readonly Position[], content: Content): Document =>
    compose(content, { room, own: node.store.authorHead(room, node.peer), others, signer: node.signer, timeMs: NOW_MS })

  /** A rekey by Anna that is sealed to nobody, and its key. */
  function rekeyForNobody(): { rekey: Document; key: EpochKey } {
    const key = new EpochKey(new Uint8Array(32).fill(5))
    const first = keysOf(anna, room).first!
    const wrapped = [key.wrap(digest(), first)]
    const saying = { type: 'rekey', epoch: key.id, previous: [first.id], wrapped, keys: new Uint8Array(0) } as const
    return { rekey: by(anna, anna.machine.rooms.require(room).graph.heads.newest(), encodeAct(saying)), key }
  }

  const boxOf = (node: TestNode): Uint8Array =>
    memberBoxes(node.machine.rooms.require(room).graph.gate.control!).find(({ author }) => author === node.peer)!.box

  const giving = (key: EpochKey, boxes: readonly Uint8Array[]): Content =>
    givenKeyContent({ epoch: key.id, keys: sealToAll(key, digest(), boxes, seededRandom(3))[0]! })

  const given = (node: TestNode, { id }: EpochKey) => node.store.epochs(room).find((row) => row.id === id)?.given ?? []

  const leftOut = (node: TestNode) =>
    keysOf(node, room)
      .leftOut()[0]
      ?.members.map(({ author }) => author)

  it('is used when it comes before the act that brings it, also after a restart in between', () => {
    letIn(bob)
    letIn(carol)
    const { rekey, key } = rekeyForNobody()
    const early = by(bob, bob.machine.rooms.require(room).graph.heads.newest(), giving(key, [boxOf(carol)]))
    nodes.unlink(anna, carol)
    bring([early], carol)
    expect(keyOf(carol)).not.toBe(key.id)
    carol.store.commit()
    carol.restart()
    bring([rekey], carol)
    expect(keyOf(carol)).toBe(key.id)
  })

  it('brings those that are wrapped in it, though it came before them', () => {
    letIn(bob)
    const dora = addNode(nodes, 5)
    const { first } = keysOf(anna, room)
    const secret = invite(anna, room, ++invites)
    nodes.run(LONG_MS)
    dora.command({ type: 'join', room })
    bring(anna.store.documents(room, { limit: 100 }), dora)
    const { rekey, key } = rekeyForNobody()
    const box = keysOf(dora, room).ownBox()
    bring([by(bob, bob.machine.rooms.require(room).graph.heads.newest(), giving(key, [box]))], dora)
    expect(keysOf(dora, room).first).toBeUndefined()
    bring([rekey], dora)
    expect([secret.length, keysOf(dora, room).first?.id]).toEqual([32, first!.id])
  })

  it('costs those who note it nothing for whom nobody knows', () => {
    letIn(bob)
    letIn(carol)
    const { rekey, key } = rekeyForNobody()
    bring([rekey], anna, bob)
    const newest = anna.machine.rooms.require(room).graph.heads.newest()
    const entry = sealToAll(key, digest(), [BOX], seededRandom(4))[0]!
    const invented = Array.from({ length: 512 }, (_, i) => {
      const copy = Buffer.from(entry)
      copy.writeUInt32LE(i)
      return copy
    })
    bring([by(bob, newest, givenKeyContent({ epoch: key.id, keys: Buffer.concat(invented) }))], anna)
    expect(given(anna, key)).toEqual([])
    bring([by(bob, newest, giving(key, [boxOf(carol), BOX]))], anna)
    expect(given(anna, key)).toEqual([recipientIdOf(boxOf(carol))])
  })

  it('is given once more if what gave it does not count', () => {
    letIn(bob, 'reader')
    letIn(carol)
    const { rekey, key } = rekeyForNobody()
    bring([rekey], anna, carol)
    const newest = anna.machine.rooms.require(room).graph.heads.newest()
    const fromReader = by(bob, newest, giving(key, [boxOf(carol), boxOf(bob), boxOf(anna)]))
    const helper = by(carol, [fromReader], { kind: 'access/key', body: new Uint8Array(0) })
    bring([fromReader, helper], anna)
    expect([anna.has(fromReader.id), leftOut(anna)?.includes(carol.peer)]).toEqual([true, true])
    bring([by(carol, [helper], giving(key, [boxOf(carol)]))], anna)
    expect(leftOut(anna)).not.toContain(carol.peer)
  })

  it('is given once more if what gave it counts no more, as its author was removed beside it', () => {
    letIn(bob)
    letIn(carol)
    const { rekey, key } = rekeyForNobody()
    bring([rekey], anna, bob)
    const newest = anna.machine.rooms.require(room).graph.heads.newest()
    const gift = by(bob, newest, giving(key, [boxOf(carol), boxOf(bob), boxOf(anna)]))
    nodes.unlink(anna, bob)
    bring([gift], anna)
    expect(leftOut(anna)?.includes(carol.peer)).not.toBe(true)
    expect(given(anna, key)).toContain(recipientIdOf(boxOf(carol)))
    // Beside what Bob gave.
    const removal = by(anna, [rekey], encodeAct({ type: 'role', member: bob.peer, role: 'none' }))
    bring([removal], anna)
    expect([anna.has(gift.id), given(anna, key)]).toEqual([false, []])
  })

  it('brings nothing that does not count when it comes later', () => {
    letIn(bob, 'reader')
    letIn(carol)
    const dora = addNode(nodes, 5)
    nodes.link(anna, dora)
    letIn(dora)
    nodes.unlink(anna, carol)
    const { rekey, key } = rekeyForNobody()
    const message = (text: string): Content => ({ kind: 'message', body: new TextEncoder().encode(text) })
    const { epochs } = anna.machine.rooms.require(room).graph.gate.control!
    const sealing = { key, epoch: epochs!.current, random: seededRandom(8) }
    const write = (node: TestNode, after: Document, text: string): Document => {
      const own = node.store.authorHead(room, node.peer)
      return compose(message(text), { room, own, others: [after], signer: node.signer, timeMs: NOW_MS }, sealing)
    }
    const fromReader = write(bob, rekey, 'from a reader')
    const fromWriter = write(dora, fromReader, 'from a writer')
    bring([rekey, fromReader, fromWriter], carol)
    expect(carol.has(fromReader.id)).toBe(true)
    nodes.link(carol, dora)
    const gift = compose(giving(key, [boxOf(carol)]), {
      ...{ room, own: anna.store.authorHead(room, anna.peer), others: [rekey] },
      ...{ signer: anna.signer, timeMs: NOW_MS },
    })
    bring([rekey, gift], dora)
    nodes.run(LONG_MS)
    expect(textsOf(carol, room)).toEqual(['from a writer'])
    expect(toldBy(carol)).toEqual(['from a writer'])
  })

  it('is not kept if whoever makes it may not', () => {
    letIn(bob)
    const before = bob.store.epochs(room)
    expect(() => bob.command({ type: 'rekey', room })).toThrow('only admins make a new key')
    expect(bob.store.epochs(room)).toEqual(before)
    anna.command({ type: 'rekey', room })
    expect(anna.store.epochs(room).filter(({ key }) => key !== undefined).length).toBe(2)
  })

  it('is tried a few times for each document, and found among as many as are alike', () => {
    const key = new EpochKey(new Uint8Array(32).fill(5))
    const secrets = Array.from({ length: 40 }, (_, i) => boxKeyOf(new Uint8Array(32).fill(i + 1)))
    const lists = sealToAll(
      key,
      digest(),
      Array.from({ length: 40 }, () => BOX),
      seededRandom(6),
    )
    expect(lists.map((list) => sealedFor(list, recipientIdOf(BOX)).length)).toEqual([16, 16, 8])
    expect(sealedFor(Buffer.concat(lists), recipientIdOf(BOX)).length).toBe(MAX_ALIKE)
    const others = sealToAll(
      key,
      digest(),
      secrets.map(({ publicKey }) => publicKey),
      seededRandom(6),
    )
    expect(others.length).toBe(1)
    for (const box of secrets) {
      const sealed = sealedFor(others[0]!, recipientIdOf(box.publicKey))
      expect(sealed.map((each) => openFor(digest(), key.id, box, each)?.id)).toEqual([key.id])
    }
  })

  it('wraps what was written with, however many epochs there are that nobody has the key of', () => {
    letIn(bob, 'admin')
    const real = keyOf(anna)
    let others: Position[] = [...anna.machine.rooms.require(room).graph.heads.newest()]
    for (let i = 0; i < MAX_PREDECESSORS + 6; i++) {
      const epoch = i.toString(16).padStart(32, '0')
      const saying = { type: 'rekey', epoch, previous: [], wrapped: [], keys: new Uint8Array(0) } as const
      const rekey = by(bob, others, encodeAct(saying))
      bring([rekey], anna, bob)
      others = [rekey]
    }
    expect(keyOf(anna)).toBe('missing')
    anna.command({ type: 'rekey', room })
    const { epochs } = anna.machine.rooms.require(room).graph.gate.control!
    const { previous, wrapped } = epochs!.current.acts[0]!.saying
    expect([previous[0], wrapped.length, previous.length]).toEqual([real, 1, MAX_PREDECESSORS])
    expect(keyOf(anna)).toBe(epochs!.current.key)
  })
})
