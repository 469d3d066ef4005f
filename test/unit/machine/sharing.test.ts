/** How the user's decisions about sharing a room take effect at run time, between whole nodes. */
import { beforeEach, describe, expect, it } from 'vitest'
import { CREDIT_BYTES, OFFER_ABOVE_BYTES } from '../../../protocols/batch-sync/constants.ts'
import type { Sharing } from '../../../protocols/batch-sync/index.ts'
import type { DocumentId, PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../../protocols/wire/room-keys.ts'
import { MAX_SHARING_ROWS } from '../../../src/machine/constants.ts'
import { sharingOf } from '../../../src/machine/sharing.ts'
import { Nodes, RawPeer, type TestNode } from './nodes.ts'

let nodes: Nodes
let anna: TestNode
let bob: TestNode
let room: RoomId

beforeEach(() => {
  nodes = new Nodes()
  anna = nodes.add('anna', 1)
  bob = nodes.add('bob', 2)
  room = anna.create()
  bob.command({ type: 'join', room })
  nodes.link(anna, bob)
  nodes.run(5_000)
})

const share = (node: TestNode, peer: PeerId | undefined, sharing: Partial<Sharing> | 'default'): void => {
  node.command({ type: 'share', room, peer, sharing })
}

/** Lets both nodes get what the other one shares. */
const settle = (): void => nodes.run(60_000)

/** Records of documents that went from one node to another since they were last forgotten. */
function passed(from: TestNode, to: TestNode): string[] {
  return nodes.sent
    .filter((each) => each.from === from.peer && each.to === to.peer)
    .map(({ record }) => record.type)
    .filter((type) => type === 'message' || type === 'offer')
}

describe('what was said of a peer', () => {
  const sharedWith = (peer: PeerId): Sharing => sharingOf(anna.store, room, peer)

  it('is only that: the rest is as for everybody, also when that changes', () => {
    share(anna, bob.peer, { policy: 'accept' })
    share(anna, undefined, { policy: 'none', mode: 'interactive' })
    expect(sharedWith(bob.peer)).toEqual({ policy: 'accept', mode: 'interactive' })
    share(anna, bob.peer, { mode: 'batch' })
    share(anna, undefined, { mode: 'auto' })
    expect(sharedWith(bob.peer)).toEqual({ policy: 'accept', mode: 'batch' })
  })

  it('can be taken back, after which it is given what it missed', () => {
    share(anna, bob.peer, { policy: 'none', mode: 'batch' })
    anna.say(room, 'for later')
    settle()
    expect(bob.documents(room)).not.toEqual(anna.documents(room))
    share(anna, bob.peer, 'default')
    expect(sharedWith(bob.peer)).toEqual({ policy: 'share', mode: 'auto' })
    settle()
    expect(bob.documents(room)).toEqual(anna.documents(room))
    share(anna, undefined, { policy: 'none' })
    share(anna, undefined, 'default')
    expect(sharedWith(bob.peer).policy).toBe('share')
  })
})

describe('a room with the policy accept', () => {
  it('accepts what the peer writes, and sends nothing until it is shared', () => {
    share(anna, bob.peer, { policy: 'accept' })
    nodes.forgetSent()
    const mine = anna.say(room, 'for later')
    const theirs = bob.say(room, 'hello')
    settle()
    expect(anna.has(theirs)).toBe(true)
    expect(bob.has(mine)).toBe(false)
    expect(passed(anna, bob)).toEqual([])

    share(anna, bob.peer, { policy: 'share' })
    settle()
    expect(bob.documents(room)).toEqual(anna.documents(room))
    expect(bob.stateHash(room)).toBe(anna.stateHash(room))
  })

  it('sends nothing to peers without a policy of their own either', () => {
    const carl = nodes.add('carl', 3)
    carl.command({ type: 'join', room })
    share(anna, undefined, { policy: 'accept' })
    share(anna, carl.peer, { policy: 'share' })
    nodes.link(anna, carl)
    const mine = anna.say(room, 'for carl')
    settle()
    expect(carl.has(mine)).toBe(true)
    expect(bob.has(mine)).toBe(false)
  })
})

describe('a room with the policy none', () => {
  it('goes neither way, tells the peer so, and everything arrives once it is shared again', () => {
    share(anna, bob.peer, { policy: 'none' })
    settle()
    expect(bob.machine.wings['batch-sync'].progress(room)).toMatchObject([
      { peer: anna.peer, refusesDocuments: true, inFlight: [] },
    ])
    nodes.forgetSent()
    const mine = anna.say(room, 'not for bob')
    const theirs = bob.say(room, 'not for anna')
    settle()
    expect(passed(anna, bob)).toEqual([])
    expect(passed(bob, anna)).toEqual([])
    expect(bob.has(mine)).toBe(false)
    expect(anna.has(theirs)).toBe(false)

    share(anna, bob.peer, { policy: 'share' })
    settle()
    expect(bob.machine.wings['batch-sync'].progress(room)).toMatchObject([{ refusesDocuments: false }])
    expect(anna.documents(room)).toEqual(bob.documents(room))
    expect(anna.has(mine) && anna.has(theirs)).toBe(true)
  })

  it('still goes to others', () => {
    const carl = nodes.add('carl', 3)
    carl.command({ type: 'join', room })
    nodes.link(anna, carl)
    settle()
    share(anna, bob.peer, { policy: 'none' })
    const mine = anna.say(room, 'for carl')
    settle()
    expect(carl.has(mine)).toBe(true)
    expect(bob.has(mine)).toBe(false)
  })

  it('stays so after a restart, and for a peer that reconnects', () => {
    share(anna, bob.peer, { policy: 'none' })
    settle()
    anna.restart()
    const mine = anna.say(room, 'not for bob')
    settle()
    bob.restart()
    settle()
    expect(bob.has(mine)).toBe(false)
    expect(sharingOf(anna.store, room, bob.peer)).toEqual({ policy: 'none', mode: 'auto' })
  })

  it('ends in the middle of a long history', () => {
    nodes.unlink(anna, bob)
    for (let i = 0; i < 200; i++) anna.say(room, `${i}`.padEnd(OFFER_ABOVE_BYTES - 1_000))
    nodes.link(anna, bob)
    while (bob.documents(room).length < 20) nodes.run(1)
    share(anna, bob.peer, { policy: 'none' })
    const sentBefore = new Set(nodes.documentsTo(bob))
    settle()
    expect(bob.documents(room).length).toBeLessThan(200)
    expect(new Set(nodes.documentsTo(bob))).toEqual(sentBefore)
    share(anna, bob.peer, { policy: 'share' })
    settle()
    expect(bob.documents(room)).toEqual(anna.documents(room))
  })
})

describe('the mode', () => {
  const typesFor = (mode: Sharing['mode'], sizeBytes: number): string[] => {
    share(anna, bob.peer, { mode })
    settle()
    nodes.forgetSent()
    const id = anna.say(room, 'x'.repeat(sizeBytes))
    settle()
    expect(bob.has(id)).toBe(true)
    return passed(anna, bob)
  }

  it('says whether documents are sent at once or offered first, and may change', () => {
    const [small, large] = [100, OFFER_ABOVE_BYTES]
    expect(typesFor('interactive', small)).toEqual(['offer', 'message'])
    expect(typesFor('batch', large)).toEqual(['message'])
    expect(typesFor('auto', large)).toEqual(['offer', 'message'])
    expect(typesFor('auto', small)).toEqual(['message'])
    expect(sharingOf(anna.store, room, bob.peer)).toEqual({ policy: 'share', mode: 'auto' })
  })
})

describe('decisions', () => {
  it('are for rooms that this node is in', () => {
    anna.command({ type: 'leave', room })
    expect(() => share(anna, bob.peer, { policy: 'none' })).toThrow(expect.objectContaining({ code: 'no-such-room' }))
  })

  it(`are kept for ${MAX_SHARING_ROWS} peers of a room`, () => {
    const peer = (index: number) => `peer-${index}` as PeerId
    for (let i = 0; i < MAX_SHARING_ROWS; i++) share(anna, peer(i), { policy: 'none' })
    const one = () => share(anna, peer(MAX_SHARING_ROWS), { policy: 'none' })
    expect(one).toThrow(expect.objectContaining({ name: 'KithError', code: 'too-many' }))
    expect(anna.store.sharing(room)).toHaveLength(MAX_SHARING_ROWS)
    share(anna, peer(7), { policy: 'share' })
    expect(sharingOf(anna.store, room, peer(7)).policy).toBe('share')
    share(anna, undefined, { policy: 'accept' })
    expect(sharingOf(anna.store, room, peer(MAX_SHARING_ROWS)).policy).toBe('accept')
  })
})

describe('a peer that requests documents', () => {
  let mallory: RawPeer
  let secret: DocumentId
  let shared: DocumentId

  beforeEach(() => {
    const other = anna.create('Secret')
    secret = anna.say(other, 'not for everybody')
    shared = anna.say(room, 'for the room')
    mallory = new RawPeer(nodes, 'mallory')
    nodes.link(anna, mallory)
  })

  const ask = (ids: DocumentId[]): DocumentId[] => {
    nodes.forgetSent()
    mallory.send(anna, { type: 'request', topic: topicKeyOf(room), ids })
    nodes.run(5_000)
    return nodes.documentsTo(mallory)
  }

  it('gets none of another room, even if they are offered as ones of this room', () => {
    mallory.enter(anna, room)
    expect(ask([secret])).not.toContain(secret)
    mallory.send(anna, { type: 'offer', topic: topicKeyOf(room), ids: [secret] })
    expect(ask([secret])).not.toContain(secret)
    expect(anna.faultCodes()).toContain('request-of-unshared')
  })

  it('gets none if it does not know the room', () => {
    expect(ask([shared])).toEqual([])
    expect(mallory.received.filter(({ type }) => type !== 'metadata' && type !== 'metadata-ack')).toEqual([])
    expect(anna.faultCodes()).toEqual(['request-outside-room'])
  })

  it.each(['accept', 'none'] as const)('gets none if the policy is %s', (policy) => {
    share(anna, mallory.peer, { policy })
    mallory.enter(anna, room)
    expect(ask([shared, ...anna.documents(room)])).toEqual([])
  })

  it('gets what it was offered, within the credit', () => {
    share(anna, mallory.peer, { mode: 'interactive' })
    mallory.enter(anna, room)
    nodes.run(1_000)
    expect(mallory.ids('offer')).toContain(shared)
    expect(ask([shared])).toContain(shared)
    const bytes = nodes.sent.filter(({ to }) => to === mallory.peer).reduce((sum, each) => sum + each.sizeBytes, 0)
    expect(bytes).toBeLessThan(CREDIT_BYTES)
  })
})
