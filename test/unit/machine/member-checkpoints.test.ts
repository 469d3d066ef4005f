/** Rooms with members: what a newcomer sees before the history is here, and who may tell it. */
import { beforeEach, describe, expect, it } from 'vitest'
import { KEY_KIND } from '../../../protocols/access/constants.ts'
import { decodeDocument, encodeDocument } from '../../../protocols/document/document.ts'
import { CHECKPOINT_DOCUMENTS, CHECKPOINT_KIND } from '../../../protocols/room/constants.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { checkpointBody, stateBlocks } from '../../../src/room/checkpoint.ts'
import { provisionalOf } from '../../../src/room/provisional.ts'
import { writeFalse } from './false-checkpoints.ts'
import { joinByLine, writeLine } from './invite-lines.ts'
import { Nodes, type TestNode } from './nodes.ts'
import { addNode, keyOf, remove, textsOf } from './private-party.ts'

/** How long a frame keeps a link busy, so that a history takes its time. */
const FRAME_MS = 100
const LONG_MS = 60_000
let nodes: Nodes
let anna: TestNode
let bob: TestNode
let carl: TestNode
let room: RoomId

const roomOf = (node: TestNode) => node.machine.rooms.require(room)
const write = (node: TestNode, count: number, text = 'line') => {
  for (let i = 0; i < count; i++) node.say(room, `${text} ${i} `.padEnd(1_000, '.'))
}
const invite = (node: TestNode, role?: 'writer' | 'admin') => writeLine(node, room, role)
const join = (node: TestNode, line: ReturnType<typeof invite>) => joinByLine(node, room, line)
const historyTo = (node: TestNode) =>
  nodes.sent.filter(({ to, record }) => to === node.peer && record.type === 'message')
const isJoined = (node: TestNode) => node.events.some(({ type }) => type === 'joined')
const refuted = (node: TestNode) => node.events.filter(({ type }) => type === 'refuted')

beforeEach(() => {
  nodes = new Nodes()
  anna = addNode(nodes, 1)
  bob = addNode(nodes, 2)
  carl = addNode(nodes, 3)
  nodes.link(anna, bob)
})

/** Anna's room, in which Bob is an admin. */
function found(access: 'private' | 'public-read'): void {
  room = anna.command({ type: 'create', name: 'Family', app: 'chat', access }).room!
  join(bob, invite(anna, 'admin'))
  nodes.run(5_000)
  write(bob, 10, 'of bob')
  nodes.run(5_000)
}

function writeHistory(): void {
  write(anna, 2 * CHECKPOINT_DOCUMENTS)
  nodes.run(LONG_MS)
}

/** The state is that of the history in the end, and nobody is called a liar. */
function expectHistory(node: TestNode): void {
  nodes.run(5 * LONG_MS)
  expect(roomOf(node).isPreview).toBe(false)
  expect(node.documents(room)).toEqual(anna.documents(room))
  expect(node.stateHash(room)).toBe(anna.stateHash(room))
  expect([anna, bob, carl].flatMap(refuted)).toEqual([])
}

function expectNoCheckpoint(node: TestNode): void {
  let isShown = false
  node.onEvent = () => (isShown ||= provisionalOf(roomOf(node))?.of === 'checkpoint')
  nodes.run(5 * LONG_MS)
  expect(isShown).toBe(false)
}

describe.each(['private', 'public-read'] as const)('a %s room with a long history', (access) => {
  beforeEach(() => {
    found(access)
    writeHistory()
  })

  it('shows its state to whoever is invited before any of the history, which takes its place', () => {
    const line = invite(anna)
    nodes.run(5_000)
    nodes.frameMs = FRAME_MS
    join(carl, line)
    nodes.link(anna, carl)
    nodes.runUntil(() => isJoined(carl))
    expect(historyTo(carl).length).toBe(0)
    expect(roomOf(carl).graph.pendingCount).toBeLessThanOrEqual(2)
    expect(roomOf(carl).isPreview).toBe(true)
    expect(roomOf(carl).record).toMatchObject({ name: 'Family', app: 'chat' })
    expect(textsOf(carl, room)).toHaveLength(100)
    const after = anna.say(room, 'after the checkpoint')
    nodes.runUntil(() => roomOf(carl).graph.isPending(after))
    expect(roomOf(carl).preview?.shown).toEqual([])
    expect(textsOf(carl, room)).not.toContain('after the checkpoint')
    expect(() => carl.say(room, 'too early')).toThrow('the history of the room is not here yet')
    expectHistory(carl)
    carl.say(room, 'hello')
    nodes.run(5_000)
    expect(textsOf(anna, room)).toContain('hello')
  })

  it('is begun with by what the inviter vouches for, also if somebody else wrote it', () => {
    const line = invite(bob)
    nodes.run(5_000)
    nodes.unlink(anna, bob)
    join(carl, line)
    nodes.frameMs = FRAME_MS
    nodes.link(bob, carl)
    nodes.runUntil(() => roomOf(carl).isPreview)
    expect(provisionalOf(roomOf(carl))).toMatchObject({ author: anna.peer })
    nodes.link(anna, bob)
    expectHistory(carl)
  })

  it('goes on where it was after a restart, before the state is here and after', () => {
    const line = invite(anna)
    join(carl, line)
    nodes.frameMs = FRAME_MS
    nodes.link(anna, carl)
    nodes.runUntil(() => roomOf(carl).record.checkpoint !== undefined)
    expect(roomOf(carl).isPreview).toBe(false)
    carl.restart()
    nodes.runUntil(() => isJoined(carl))
    carl.restart()
    expect(roomOf(carl).isPreview).toBe(true)
    expect(textsOf(carl, room)).toHaveLength(100)
    expectHistory(carl)
  })

  it('shows nothing of what others vouch for, who may have invented it', () => {
    const dora = addNode(nodes, 4)
    join(dora, invite(anna))
    nodes.link(anna, dora)
    nodes.run(LONG_MS)
    writeFalse(room, dora, roomOf(dora).view.encode())
    const line = invite(anna)
    nodes.run(5_000)
    nodes.unlink(anna, dora)
    join(carl, line)
    nodes.link(dora, carl)
    expectNoCheckpoint(carl)
    nodes.link(anna, dora)
    expectHistory(carl)
  })

  it('is left for the history if its inviter was removed, and what it wrote beside that is void', () => {
    const line = invite(bob)
    nodes.run(5_000)
    nodes.unlink(anna, bob)
    remove(anna, room, bob.peer)
    write(bob, CHECKPOINT_DOCUMENTS, 'beside the removal')
    nodes.frameMs = FRAME_MS
    join(carl, line)
    nodes.link(bob, carl)
    nodes.runUntil(() => roomOf(carl).isPreview)
    expect(textsOf(carl, room).join()).toContain('beside the removal')
    nodes.link(anna, carl)
    nodes.run(LONG_MS)
    expect(textsOf(carl, room).join()).not.toContain('beside the removal')
    nodes.unlink(bob, carl)
    expectHistory(carl)
  })

  it('is not begun with a state that is none, or larger than said', () => {
    for (const [index, encoded, sizeBytes] of [
      [10, Buffer.from('nothing that an app encodes'), undefined],
      [11, roomOf(bob).view.encode(), 10],
    ] as const) {
      const newcomer = addNode(nodes, index)
      writeFalse(room, bob, encoded, sizeBytes)
      const line = invite(bob)
      nodes.run(5_000)
      nodes.unlink(anna, bob)
      join(newcomer, line)
      nodes.link(bob, newcomer)
      expectNoCheckpoint(newcomer)
      nodes.link(anna, bob)
      expectHistory(newcomer)
    }
  })

  it('stays whole, whatever somebody says who claims that its beginning was dropped', () => {
    const line = invite(anna)
    nodes.frameMs = FRAME_MS
    join(carl, line)
    nodes.link(anna, carl)
    nodes.runUntil(() => roomOf(carl).isPreview)
    const room_ = roomOf(anna)
    Object.defineProperty(room_, 'historyFrom', { get: () => room_.graph.heads.clock })
    anna.say(room, 'more')
    nodes.run(LONG_MS)
    expect(roomOf(carl).isHistoryGone).toBe(false)
    expect(roomOf(carl).record.base).toBeUndefined()
  })

  it('is all kept, whatever somebody says how much of it to keep', () => {
    const before = anna.documents(room).length
    anna.command({ type: 'retain', room, retention: { documents: 10 } })
    for (let i = 0; i < 10; i++) anna.command({ type: 'trim', room })
    expect(anna.documents(room)).toHaveLength(before)
  })

  it('is vouched for by nobody who was removed, who writes no checkpoint either', () => {
    expect(roomOf(bob).vouchedCheckpoint).toBe(roomOf(anna).vouchedCheckpoint)
    remove(anna, room, bob.peer)
    nodes.run(5_000)
    // Members give it nothing more, but others may.
    const blocks = anna.store.documents(room, { limit: 10_000 }).map(({ block }) => block)
    bob.machine.rooms.receive(room, blocks, anna.peer, { monotonicMs: 0, wallMs: 0 })
    expect(roomOf(bob).vouchedCheckpoint).toBeUndefined()
    expect(roomOf(bob).writeCheckpoint([], nodes.scheduler.nowMs)).toBeUndefined()
    expect(roomOf(anna).vouchedCheckpoint).toBeDefined()
  })

  it('names nobody whose checkpoint came of documents that a removal made void', () => {
    join(carl, invite(anna))
    nodes.link(bob, carl)
    nodes.run(LONG_MS)
    nodes.unlink(anna, bob)
    remove(anna, room, bob.peer)
    const before = roomOf(carl).vouchedCheckpoint
    while (roomOf(carl).vouchedCheckpoint === before) {
      write(bob, 1, 'beside the removal')
      nodes.run(5_000)
      write(carl, 10)
    }
    const written = roomOf(carl).vouchedCheckpoint!
    expect(carl.store.document(written)!.author).toBe(carl.peer)
    expect(textsOf(carl, room).join()).toContain('beside the removal')
    nodes.link(anna, carl)
    nodes.run(LONG_MS)
    expect(anna.store.hasDocument(written)).toBe(true)
    for (const node of [anna, carl]) expect(roomOf(node).vouchedCheckpoint).not.toBe(written)
    expect(carl.store.ensuredRows({ room })).toEqual([])
    expectHistory(carl)
    write(carl, 1)
    expect(roomOf(carl).vouchedCheckpoint).toBeDefined()
  })
})

describe('a private room', () => {
  beforeEach(() => found('private'))

  it('has no state that is not sealed, whoever vouches for one', () => {
    write(bob, CHECKPOINT_DOCUMENTS / 2)
    const { author, clock, id: previous, seq } = bob.store.authorHead(room, bob.peer)!
    const state = stateBlocks(roomOf(bob).view.encode())
    const place = { room, author, seq: seq + 1, previous, parents: [], clock: clock + 1, timeMs: nodes.scheduler.nowMs }
    const body = checkpointBody(bob.documents(room).length, state)
    const plain = encodeDocument({ ...place, epoch: 0, kind: CHECKPOINT_KIND, links: [], body }, bob.signer)
    roomOf(bob).graph.append(plain)
    bob.say(room, 'after it')
    nodes.run(LONG_MS)
    expect(anna.store.hasDocument(plain.id)).toBe(true)
    expect(roomOf(anna).record.checkpoint).toBeUndefined()
    expect(anna.store.ensuredRows({ room })).toEqual([])
  })

  it('has no checkpoint of somebody who cannot read all of it', () => {
    Object.defineProperty(roomOf(bob).keys, 'unread', { get: () => 1 })
    write(bob, 2 * CHECKPOINT_DOCUMENTS)
    nodes.run(LONG_MS)
    expect(roomOf(bob).record.checkpoint).toBeUndefined()
    write(anna, 1)
    expect(roomOf(anna).vouchedCheckpoint).toBeDefined()
    nodes.run(LONG_MS)
    expect(roomOf(bob).record.checkpoint).toBeUndefined()
  })
})

describe('the keys of a private room', () => {
  beforeEach(() => found('private'))

  /** Somebody is removed, so there is another key. */
  function rekey(): void {
    const before = keyOf(anna, room)
    anna.command({ type: 'rekey', room })
    nodes.run(5_000)
    expect(keyOf(anna, room)).not.toBe(before)
  }

  it('of earlier epochs are not needed', () => {
    for (let i = 0; i < 3; i++) rekey()
    writeHistory()
    join(carl, invite(anna))
    nodes.frameMs = FRAME_MS
    nodes.link(anna, carl)
    nodes.runUntil(() => isJoined(carl))
    expect(roomOf(carl).isPreview).toBe(true)
    expect(roomOf(carl).record.name).toBe('Family')
    expectHistory(carl)
  })

  it('change, and the next invite comes with a checkpoint for it', () => {
    writeHistory()
    rekey()
    const before = roomOf(anna).vouchedCheckpoint
    const line = invite(anna)
    expect(roomOf(anna).vouchedCheckpoint).not.toBe(before)
    const now = roomOf(anna).vouchedCheckpoint
    invite(anna)
    expect(roomOf(anna).vouchedCheckpoint).toBe(now)
    join(carl, line)
    nodes.frameMs = FRAME_MS
    nodes.link(anna, carl)
    nodes.runUntil(() => isJoined(carl))
    expect(roomOf(carl).isPreview).toBe(true)
    expectHistory(carl)
  })

  it('change after an invite, and a state from before is shown', () => {
    writeHistory()
    const line = invite(anna)
    rekey()
    join(carl, line)
    nodes.frameMs = FRAME_MS
    nodes.link(anna, carl)
    nodes.runUntil(() => isJoined(carl))
    expect(roomOf(carl).isPreview).toBe(true)
    expectHistory(carl)
  })

  it('change after an invite, and a state from after is shown by the key that is given before it', () => {
    const line = invite(anna)
    rekey()
    writeHistory()
    join(carl, line)
    nodes.frameMs = FRAME_MS
    nodes.link(anna, carl)
    nodes.runUntil(() => isJoined(carl))
    expect([roomOf(carl).isPreview, textsOf(carl, room).length]).toEqual([true, 100])
    expect(historyTo(carl).length).toBeLessThanOrEqual(1)
    expectHistory(carl)
  })

  it('are given again before each checkpoint, to invites from before them only', () => {
    const kinds = () => anna.store.documents(room, { limit: 10_000 }).map(({ block }) => decodeDocument(block).kind)
    const given = () => kinds().filter((kind) => kind === KEY_KIND).length
    const line = invite(anna)
    writeHistory()
    expect(given()).toBe(0)
    rekey()
    writeHistory()
    const before = given()
    expect(before).toBeGreaterThan(0)
    anna.command({ type: 'act', room, sayings: [{ type: 'withdraw', invite: line.act }] })
    writeHistory()
    expect(given()).toBe(before)
  })

  it('are asked of nobody who is not believed', () => {
    const line = invite(anna)
    rekey()
    nodes.unlink(anna, bob)
    write(bob, 2 * CHECKPOINT_DOCUMENTS)
    const checkpoint = roomOf(bob).vouchedCheckpoint!
    join(carl, line)
    nodes.frameMs = FRAME_MS
    nodes.link(bob, carl)
    nodes.runUntil(() => roomOf(carl).graph.isPending(checkpoint))
    const { previous } = decodeDocument(bob.store.document(checkpoint)!.block)
    expect(decodeDocument(bob.store.document(previous!)!.block).kind).toBe(KEY_KIND)
    expect(roomOf(carl).graph.isPending(previous!)).toBe(false)
    expectNoCheckpoint(carl)
  })

  it('come with the history for whoever has some of that already, which is read then', () => {
    rekey()
    write(anna, 3 * CHECKPOINT_DOCUMENTS, 'unread at first')
    nodes.run(LONG_MS)
    nodes.unlink(anna, bob)
    const line = invite(anna)
    rekey()
    write(anna, 2 * CHECKPOINT_DOCUMENTS)
    join(carl, line)
    nodes.frameMs = FRAME_MS
    nodes.link(bob, carl)
    nodes.runUntil(() => roomOf(carl).keys.unread > 0)
    nodes.unlink(bob, carl)
    expect(isJoined(carl)).toBe(false)
    nodes.link(anna, carl)
    expectNoCheckpoint(carl)
    expect(roomOf(carl).keys.unread).toBe(0)
    expectHistory(carl)
  })

  it('open nothing for who came without an invite, or by a line that does not name it', () => {
    writeHistory()
    const { seed } = invite(anna)
    const dora = addNode(nodes, 4)
    dora.command({ type: 'join', room })
    carl.command({ type: 'join', room, inviteSeed: Buffer.from(seed).toString('hex') })
    nodes.link(anna, dora)
    nodes.link(anna, carl)
    expectNoCheckpoint(carl)
    expect(roomOf(dora).isPreview).toBe(false)
    expect(roomOf(dora).record.name).toBe('')
    expectHistory(carl)
  })
})
