/** Checkpoints: when they are written, who is believed, and what a newcomer begins with. */
import { beforeEach, describe, expect, it } from 'vitest'
import { CHECKPOINT_DOCUMENTS, CHECKPOINT_KIND } from '../../../protocols/room/constants.ts'
import type { DocumentId, RoomId } from '../../../protocols/wire/ids.ts'
import { checkpointBody, checkpointOf, stateBlocks } from '../../../src/room/checkpoint.ts'
import { mapKinds } from '../../../src/apps/map/kinds.ts'
import { documentReader } from '../../../src/room/document-reader.ts'
import { Nodes, type TestNode } from './nodes.ts'

/** How long a frame keeps a link busy, so that a history takes its time. */
const FRAME_MS = 100
const LONG_MS = 10 * 60_000

let nodes: Nodes
let anna: TestNode
let bob: TestNode
let carl: TestNode
let room: RoomId

beforeEach(() => {
  nodes = new Nodes()
  anna = nodes.add('anna', 1)
  bob = nodes.add('bob', 2)
  carl = nodes.add('carl', 3)
  room = anna.create()
})

function writeMany(node: TestNode, count: number, textBytes = 200): void {
  for (let i = 0; i < count; i++) node.say(room, `${i} `.padEnd(textBytes, '.'))
}

function checkpoints(node: TestNode): DocumentId[] {
  const rows = node.store.documents(room, { limit: Infinity })
  return rows.flatMap(({ block }) => {
    const document = documentReader.decode(block)
    return checkpointOf(document) === undefined ? [] : [document.id]
  })
}

const roomOf = (node: TestNode) => node.machine.rooms.require(room)
const shown = (node: TestNode) => (roomOf(node).preview?.shown ?? []).map(({ id }) => id)
const refuted = (node: TestNode) => node.events.filter(({ type }) => type === 'refuted')
const joined = (node: TestNode) => node.events.filter(({ type }) => type === 'joined')

describe('writing checkpoints', () => {
  it('is done once enough documents have come, with the state kept', () => {
    writeMany(anna, CHECKPOINT_DOCUMENTS - 3, 1_000)
    expect(checkpoints(anna)).toEqual([])
    writeMany(anna, 2, 1_000)
    const [first] = checkpoints(anna)
    expect(roomOf(anna).vouchedCheckpoint).toBe(first)
    const { root = '' } = roomOf(anna).record.checkpoint ?? {}
    expect(anna.store.ensured(room, root as never)?.state).toBe('complete')
  })

  it('is not done twice for one frontier, and only the last two states are kept', () => {
    writeMany(anna, 3 * CHECKPOINT_DOCUMENTS, 1_000)
    expect(checkpoints(anna).length).toBeLessThanOrEqual(3)
    expect(checkpoints(anna).length).toBeGreaterThan(1)
    expect(anna.store.ensuredRows({ room })).toHaveLength(2)
  })

  it('waits until as many bytes have come as the state has', () => {
    const map = anna.create('Table', 'map')
    room = map
    for (let i = 0; i < 20; i++) {
      anna.command({
        type: 'write',
        room,
        kind: 'put',
        body: mapKinds.put.encode({ key: `big ${i}`, value: 'x'.repeat(14_000) }),
      })
    }
    for (let i = 0; i < 2 * CHECKPOINT_DOCUMENTS; i++) {
      anna.command({ type: 'write', room, kind: 'put', body: mapKinds.put.encode({ key: 'one', value: String(i) }) })
    }
    expect(checkpoints(anna).length).toBeLessThanOrEqual(2)
  })
})

describe('a member', () => {
  it('vouches for a checkpoint whose state it came to itself', () => {
    bob.command({ type: 'join', room })
    nodes.link(anna, bob)
    nodes.run(5_000)
    writeMany(anna, CHECKPOINT_DOCUMENTS, 1_000)
    nodes.run(5_000)
    expect(roomOf(bob).vouchedCheckpoint).toBe(checkpoints(anna)[0])
    expect(refuted(bob)).toEqual([])
  })

  it('names whoever writes one with another state', () => {
    bob.command({ type: 'join', room })
    nodes.link(anna, bob)
    writeMany(anna, CHECKPOINT_DOCUMENTS / 2 + 100, 1_000)
    nodes.run(5_000)
    const { documents } = bob.store.totals(room)
    const body = checkpointBody(documents, stateBlocks(new Uint8Array(1_000)))
    const { document } = bob.command({ type: 'write', room, kind: CHECKPOINT_KIND, body })
    nodes.run(5_000)
    expect(refuted(anna)).toEqual([{ type: 'refuted', room, id: document?.id, author: bob.signer.author }])
  })
})

describe('a newcomer', () => {
  beforeEach(() => {
    bob.command({ type: 'join', room })
    nodes.link(anna, bob)
    nodes.run(5_000)
    writeMany(anna, 9 * CHECKPOINT_DOCUMENTS, 3_000)
    nodes.run(60_000)
    bob.say(room, 'I was here')
    nodes.run(5_000)
    writeMany(anna, 3 * CHECKPOINT_DOCUMENTS, 3_000)
    nodes.run(60_000)
    nodes.frameMs = FRAME_MS
    nodes.forgetSent()
  })

  it('begins with the state of a checkpoint, and has the replayed one once the history is here', () => {
    carl.command({ type: 'join', room })
    nodes.link(anna, carl)
    nodes.link(bob, carl)
    runUntil(() => joined(carl).length > 0)
    expect(carl.store.totals(room).documents).toBeLessThan(anna.store.totals(room).documents / 2)
    expect(roomOf(carl).isPreview).toBe(true)
    runUntil(() => carl.stateHash(room) === anna.stateHash(room))
    expect(roomOf(carl).isPreview).toBe(true)
    nodes.run(LONG_MS)
    expect(roomOf(carl).isPreview).toBe(false)
    expect(carl.documents(room)).toEqual(anna.documents(room))
    expect(carl.stateHash(room)).toBe(anna.stateHash(room))
    expect(refuted(carl)).toEqual([])
    expect(roomOf(carl).vouchedCheckpoint).toBe(roomOf(anna).vouchedCheckpoint)
  })

  it('writes on top of what the others agree on, and they have it at once', () => {
    carl.command({ type: 'join', room })
    nodes.link(anna, carl)
    nodes.link(bob, carl)
    runUntil(() => joined(carl).length > 0)
    runUntil(() => carl.stateHash(room) === anna.stateHash(room))
    nodes.frameMs = 10 * FRAME_MS
    const newest = anna.documents(room).at(-1)
    const first = carl.say(room, 'hello')
    const second = carl.say(room, 'I am new here')
    expect(carl.has(first)).toBe(false)
    runUntil(() => anna.has(second))
    expect(roomOf(carl).isPreview).toBe(true)
    expect(anna.documents(room).indexOf(first)).toBeGreaterThan(anna.documents(room).indexOf(newest!))
    carl.restart()
    const third = carl.say(room, 'and back')
    nodes.run(LONG_MS)
    expect(anna.documents(room).slice(-3)).toEqual([first, second, third])
    expect(carl.documents(room)).toEqual(anna.documents(room))
    expect(carl.stateHash(room)).toBe(anna.stateHash(room))
    expect(anna.store.authorHead(room, carl.signer.author)?.forks).toBe(0)
    expect(roomOf(carl).isHeldBack).toBe(false)
    expect(carl.events.filter(({ type }) => type === 'holding')).toEqual([])
    carl.say(room, 'at home')
  })

  it('gets what is written meanwhile at once, and answers it', () => {
    carl.command({ type: 'join', room })
    nodes.link(anna, carl)
    runUntil(() => joined(carl).length > 0)
    runUntil(() => carl.stateHash(room) === anna.stateHash(room))
    const question = anna.say(room, 'who is new?')
    runUntil(() => shown(carl).includes(question))
    const answer = carl.say(room, 'I am')
    expect(shown(carl).at(-1)).toBe(answer)
    runUntil(() => anna.has(answer))
    expect(anna.documents(room).at(-1)).toBe(answer)
    expect(roomOf(carl).isPreview).toBe(true)
    nodes.run(LONG_MS)
    expect(carl.documents(room)).toEqual(anna.documents(room))
  })

  it('writes behind what it sees, also while more is on its way and others are new', () => {
    const dora = nodes.add('dora', 4)
    for (const newcomer of [carl, dora]) {
      newcomer.command({ type: 'join', room })
      nodes.link(anna, newcomer)
    }
    nodes.link(carl, dora)
    runUntil(() => joined(carl).length > 0)
    runUntil(() => carl.stateHash(room) === anna.stateHash(room))
    const seen = shown(carl).at(-1)
    const unseen = anna.say(room, 'not there yet')
    const written = carl.say(room, 'hello')
    expect(shown(carl)).not.toContain(unseen)
    runUntil(() => anna.has(written))
    const order = anna.documents(room)
    expect(order.indexOf(written)).toBeGreaterThan(order.indexOf(seen!))
  })

  it('writes nothing on top of it that would take the place of what another device with its key wrote', () => {
    const other = nodes.add('bob at work', 2)
    other.command({ type: 'join', room })
    nodes.link(anna, other)
    runUntil(() => joined(other).length > 0)
    expect(roomOf(other).isPreview).toBe(true)
    expect(() => other.say(room, 'hello')).toThrow('once wrote')
    nodes.run(LONG_MS)
    other.say(room, 'hello')
    nodes.run(5_000)
    expect(other.events.flatMap((event) => (event.type === 'holding' ? [event.holding] : []))).toEqual([
      'begun',
      'ended',
    ])
    expect(anna.store.authorHead(room, bob.signer.author)?.forks).toBe(0)
    expect(anna.stateHash(room)).toBe(other.stateHash(room))
  })

  it('goes on with it after a restart', () => {
    carl.command({ type: 'join', room })
    nodes.link(anna, carl)
    nodes.link(bob, carl)
    runUntil(() => joined(carl).length > 0)
    carl.restart()
    expect(roomOf(carl).isPreview).toBe(true)
    nodes.run(LONG_MS)
    expect(roomOf(carl).isPreview).toBe(false)
    expect(carl.stateHash(room)).toBe(anna.stateHash(room))
  })
})

function runUntil(isSo: () => boolean): void {
  for (let i = 0; i < 100_000 && !isSo(); i++) nodes.run(10)
  expect(isSo()).toBe(true)
}
