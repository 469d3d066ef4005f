/** Nodes that keep a room's documents and pass them on without being members. */
import { beforeEach, describe, expect, it } from 'vitest'
import { MAX_DOCUMENT_BYTES } from '../../../protocols/document/constants.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { DEFAULT_CARRIED_BYTES } from '../../../src/machine/constants.ts'
import { Nodes, RawPeer, type TestNode } from './nodes.ts'
import { rootOf, Writer } from '../room/history.ts'

/** Far longer than anything takes. */
const LONG_MS = 20 * 60_000

let nodes: Nodes
let anna: TestNode
let carl: TestNode
let bob: TestNode
let room: RoomId

beforeEach(() => {
  nodes = new Nodes()
  anna = nodes.add('anna', 1)
  carl = nodes.add('carl', 2)
  bob = nodes.add('bob', 3)
  room = anna.create()
})

const sizeBytes = (node: TestNode): number => node.store.totals(room).sizeBytes

/** Writes a number of large messages. */
function writeMuch(node: TestNode, count: number, textBytes = 10_000): void {
  for (let i = 0; i < count; i++) node.say(room, `${i} `.padEnd(textBytes, '.'))
}

describe('a carrier', () => {
  it('stores and relays what members write who never meet', () => {
    carl.command({ type: 'carry', room, maxBytes: DEFAULT_CARRIED_BYTES })
    nodes.link(anna, carl)
    anna.say(room, 'the soup is ready')
    nodes.run(5_000)
    nodes.unlink(anna, carl)
    bob.command({ type: 'join', room })
    nodes.link(bob, carl)
    nodes.run(5_000)
    expect(bob.documents(room)).toEqual(expect.arrayContaining(anna.documents(room)))
    bob.say(room, 'I am coming')
    nodes.run(5_000)
    nodes.link(anna, carl)
    nodes.run(5_000)
    expect(anna.documents(room)).toEqual(bob.documents(room))
    expect(carl.documents(room)).toEqual(bob.documents(room))
    expect(anna.stateHash(room)).toBe(bob.stateHash(room))
    expect([...anna.faults, ...bob.faults, ...carl.faults]).toEqual([])
  })

  it('has no state of the room, and stores none', () => {
    carl.command({ type: 'carry', room, maxBytes: DEFAULT_CARRIED_BYTES })
    const before = carl.stateHash(room)
    nodes.link(anna, carl)
    writeMuch(anna, 3)
    nodes.run(5_000)
    carl.command({ type: 'persist' })
    expect(carl.documents(room)).toEqual(anna.documents(room))
    expect(carl.stateHash(room)).toBe(before)
    expect(carl.machine.rooms.get(room)?.view.toJson()).toBeNull()
    expect(carl.store.state(room)).toBeUndefined()
  })

  it('writes nothing: neither for its user, nor its name', () => {
    carl.command({ type: 'carry', room, maxBytes: DEFAULT_CARRIED_BYTES })
    nodes.link(anna, carl)
    nodes.run(5_000)
    expect(carl.documents(room)).toEqual(anna.documents(room))
    expect(() => carl.say(room, 'hello')).toThrow(expect.objectContaining({ name: 'KithError', code: 'carried' }))
    expect(carl.store.authorHead(room, carl.signer.author)).toBeUndefined()
    expect(carl.documents(room)).toEqual(anna.documents(room))
  })

  it('is still one after a restart, with its quota', () => {
    carl.command({ type: 'carry', room, maxBytes: 100_000 })
    nodes.link(anna, carl)
    nodes.run(5_000)
    carl.restart()
    writeMuch(anna, 30)
    nodes.run(LONG_MS)
    expect(() => carl.say(room, 'hello')).toThrow(expect.objectContaining({ code: 'carried' }))
    expect(sizeBytes(carl)).toBeLessThanOrEqual(100_000)
    expect(sizeBytes(carl)).toBeGreaterThan(100_000 - MAX_DOCUMENT_BYTES)
  })

  it('stops being one when it leaves, and keeps its documents', () => {
    carl.command({ type: 'carry', room, maxBytes: DEFAULT_CARRIED_BYTES })
    nodes.link(anna, carl)
    nodes.run(5_000)
    carl.command({ type: 'leave', room })
    anna.say(room, 'are you there?')
    nodes.run(5_000)
    expect(carl.machine.rooms.get(room)).toBeUndefined()
    expect(carl.documents(room)).toHaveLength(anna.documents(room).length - 1)
  })
})

describe('a quota', () => {
  it('holds for what comes in one batch, and for what is parked and accepted later', () => {
    carl.command({ type: 'carry', room, maxBytes: 200_000 })
    writeMuch(anna, 60, 6_000)
    const blocks = anna.store.documents(room, { limit: 100 }).map(({ block }) => block)
    const [root, ...others] = blocks
    const { rooms } = carl.machine
    const now = { monotonicMs: 0, wallMs: 0 }
    // All but the root wait for it, and it makes them acceptable.
    rooms.receive(room, others, anna.peer, now)
    expect(rooms.require(room).graph.pendingBytes()).toBeLessThanOrEqual(200_000)
    expect(rooms.require(room).graph.pendingBytes()).toBeGreaterThan(190_000)
    rooms.receive(room, [root!], anna.peer, now)
    rooms.receive(room, blocks, anna.peer, now)
    expect(sizeBytes(carl)).toBeLessThanOrEqual(200_000)
    expect(sizeBytes(carl)).toBeGreaterThan(200_000 - MAX_DOCUMENT_BYTES)
    expect(rooms.require(room).isQuotaReached()).toBe(true)
  })

  it('that is reached is announced, and neighbours stop sending until it is raised', () => {
    carl.command({ type: 'carry', room, maxBytes: 300_000 })
    nodes.link(anna, carl)
    writeMuch(anna, 60)
    nodes.run(LONG_MS)
    expect(sizeBytes(carl)).toBeLessThanOrEqual(300_000)
    expect(sizeBytes(carl)).toBeGreaterThan(300_000 - MAX_DOCUMENT_BYTES)
    expect(anna.machine.wings['batch-sync'].progress(room)).toMatchObject([
      { peer: carl.peer, refusesDocuments: true, inFlight: [] },
    ])
    nodes.forgetSent()
    writeMuch(anna, 5)
    nodes.run(LONG_MS)
    expect(nodes.documentsTo(carl)).toEqual([])

    carl.command({ type: 'carry', room, maxBytes: DEFAULT_CARRIED_BYTES })
    nodes.run(10_000)
    expect(carl.documents(room)).toEqual(anna.documents(room))
    expect(anna.machine.wings['batch-sync'].progress(room)).toMatchObject([{ refusesDocuments: false }])
  })

  it('that is lowered below what is stored accepts nothing more, but still sends what is there', () => {
    carl.command({ type: 'carry', room, maxBytes: DEFAULT_CARRIED_BYTES })
    nodes.link(anna, carl)
    writeMuch(anna, 10)
    nodes.run(5_000)
    const kept = carl.documents(room)
    carl.command({ type: 'carry', room, maxBytes: MAX_DOCUMENT_BYTES })
    nodes.run(5_000)
    anna.say(room, 'one more')
    nodes.run(LONG_MS)
    expect(carl.documents(room)).toEqual(kept)
    nodes.unlink(anna, carl)
    bob.command({ type: 'join', room })
    nodes.link(bob, carl)
    nodes.run(10_000)
    expect(bob.documents(room)).toEqual(expect.arrayContaining(kept))
  })

  it('that leaves no space for a document keeps nothing', () => {
    carl.command({ type: 'carry', room, maxBytes: 0 })
    nodes.link(anna, carl)
    nodes.run(LONG_MS)
    expect(carl.documents(room)).toEqual([])
    expect(carl.faultCodes()).toEqual([])
  })

  it('holds against a peer that keeps sending', () => {
    const writer = new Writer(rootOf())
    const documents = [
      writer.documents[0]!,
      ...Array.from({ length: 40 }, (_, i) => writer.say(5, `${i}`.padEnd(9_000))),
    ]
    carl.command({ type: 'carry', room: writer.room, maxBytes: 150_000 })
    const mallory = new RawPeer(nodes, 'mallory')
    nodes.link(mallory, carl)
    mallory.enter(carl, writer.room)
    for (const document of documents) mallory.sendDocuments(carl, writer.room, [document])
    nodes.run(5_000)
    expect(carl.store.totals(writer.room).sizeBytes).toBeLessThanOrEqual(150_000)
    expect(carl.faultCodes()).toEqual(['carrier-full'])
    expect(
      carl.faults.some(({ fatal }) => fatal),
      'it may have been on its way',
    ).toBe(false)
    expect(mallory.ids('ack').length).toBe(carl.documents(writer.room).length)
  })
})

describe('a carrier that becomes a member', () => {
  it('has the state of everything it carried, and may write', () => {
    carl.command({ type: 'carry', room, maxBytes: DEFAULT_CARRIED_BYTES })
    nodes.link(anna, carl)
    writeMuch(anna, 5)
    nodes.run(5_000)
    nodes.unlink(anna, carl)
    carl.command({ type: 'join', room })
    expect(carl.machine.rooms.get(room)?.record).not.toHaveProperty('carriedBytesMax')
    expect(carl.stateHash(room)).toBe(anna.stateHash(room))
    carl.say(room, 'here I am')
    nodes.link(anna, carl)
    nodes.run(5_000)
    expect(anna.stateHash(room)).toBe(carl.stateHash(room))
    expect(anna.documents(room)).toEqual(carl.documents(room))
  })

  it('gets what was over its quota', () => {
    carl.command({ type: 'carry', room, maxBytes: 100_000 })
    nodes.link(anna, carl)
    writeMuch(anna, 30)
    nodes.run(LONG_MS)
    expect(carl.documents(room).length).toBeLessThan(anna.documents(room).length)
    carl.command({ type: 'join', room })
    nodes.run(10_000)
    expect(carl.stateHash(room)).toBe(anna.stateHash(room))
  })

  it('folds what it carried even if it had been a member before', () => {
    // Bob writes separately, early in the order, what reaches carl only while it carries.
    bob.command({ type: 'join', room })
    nodes.link(anna, bob)
    nodes.run(5_000)
    nodes.unlink(anna, bob)
    bob.say(room, 'written apart')
    carl.command({ type: 'join', room })
    nodes.link(anna, carl)
    writeMuch(anna, 5, 10)
    nodes.run(5_000)
    carl.command({ type: 'leave', room })
    carl.command({ type: 'carry', room, maxBytes: DEFAULT_CARRIED_BYTES })
    nodes.link(bob, carl)
    nodes.run(10_000)
    expect(carl.documents(room)).toEqual(bob.documents(room))
    carl.command({ type: 'join', room })
    expect(carl.stateHash(room)).toBe(bob.stateHash(room))
  })
})

describe('a member', () => {
  it('cannot become a carrier: it keeps the whole room anyway', () => {
    const carry = () => anna.command({ type: 'carry', room, maxBytes: DEFAULT_CARRIED_BYTES })
    expect(carry).toThrow(expect.objectContaining({ name: 'KithError', code: 'is-member' }))
    expect(anna.machine.rooms.get(room)?.record).not.toHaveProperty('carriedBytesMax')
    anna.say(room, 'still here')
  })

  it('can become one after leaving', () => {
    anna.command({ type: 'leave', room })
    anna.command({ type: 'carry', room, maxBytes: DEFAULT_CARRIED_BYTES })
    expect(() => anna.say(room, 'hello')).toThrow(expect.objectContaining({ code: 'carried' }))
  })
})
