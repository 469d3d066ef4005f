/** Joining a private room with a long history through a carrier alone: the newest messages are there before the history. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { decodeDocument, encodeDocument, type Document } from '../../../protocols/document/document.ts'
import { CHECKPOINT_DOCUMENTS } from '../../../protocols/room/constants.ts'
import { keyIdOf, SEALED_KIND } from '../../../protocols/sealing/index.ts'
import type { PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import { MAX_NEWEST_CONSIDERED } from '../../../src/machine/newest-previews.ts'
import { MAX_PENDING_PER_PEER } from '../../../src/room/constants.ts'
import { provisionalOf } from '../../../src/room/provisional.ts'
import { joinByLine, writeLine } from './invite-lines.ts'
import { Nodes, type TestNode } from './nodes.ts'
import { addNode, remove, textsOf } from './private-party.ts'

/** How long a frame keeps a link busy, so that a history takes its time. */
const FRAME_MS = 100
const LONG_MS = 60_000
const CARRIED_BYTES = 64 * 1024 * 1024

let nodes: Nodes
let anna: TestNode
let bob: TestNode
let carl: TestNode
let carrier: TestNode
let room: RoomId

const roomOf = (node: TestNode) => node.machine.rooms.require(room)
const say = (node: TestNode, count: number, text = 'line') => {
  for (let i = 0; i < count; i++) node.say(room, `${text} ${i} `.padEnd(1_000, '.'))
}
const newestOf = (node: TestNode): string => textsOf(node, room).at(-1)?.replaceAll('.', '').trim() ?? ''
const types = (node: TestNode) => node.events.map(({ type }) => type)

beforeEach(() => {
  nodes = new Nodes()
  anna = addNode(nodes, 1)
  bob = addNode(nodes, 2)
  carl = addNode(nodes, 3)
  carrier = addNode(nodes, 4)
  room = anna.command({ type: 'create', name: 'Family', app: 'chat', access: 'private' }).room!
  carrier.command({ type: 'carry', room, maxBytes: CARRIED_BYTES })
  nodes.link(anna, carrier)
  joinByLine(bob, room, writeLine(anna, room, 'admin'))
  nodes.link(anna, bob)
  nodes.run(5_000)
})

/** What is written since is with the carrier, and nobody else is there. */
function leaveCarrierAlone(): void {
  nodes.run(LONG_MS)
  nodes.unlink(anna, carrier)
  expect(carrier.documents(room)).toEqual(anna.documents(room))
  nodes.frameMs = FRAME_MS
}

function untilPreview(): void {
  nodes.link(carrier, carl)
  nodes.runUntil(() => roomOf(carl).isPreview)
}

/** In the end, the state is that of the history, and who came is a member. */
function expectHistory(): void {
  nodes.run(5 * LONG_MS)
  expect(roomOf(carl).isPreview).toBe(false)
  expect(types(carl).filter((type) => type.startsWith('preview'))).toEqual(['preview-begun', 'preview-ended'])
  expect(types(carl).filter((type) => type === 'joined')).toHaveLength(1)
  nodes.frameMs = 0
  nodes.link(anna, carrier)
  carl.say(room, 'hello')
  nodes.run(LONG_MS)
  expect(newestOf(anna)).toBe('hello')
  expect(carl.stateHash(room)).toBe(anna.stateHash(room))
}

it('shows the newest messages first, by the key of the invite, and says of whose', () => {
  say(anna, 4 * CHECKPOINT_DOCUMENTS)
  joinByLine(carl, room, writeLine(anna, room))
  leaveCarrierAlone()
  untilPreview()
  nodes.runUntil(() => newestOf(carl) === `line ${4 * CHECKPOINT_DOCUMENTS - 1}`)
  expect(carl.documents(room).length).toBeLessThan(CHECKPOINT_DOCUMENTS)
  expect(textsOf(carl, room)).toHaveLength(100)
  expect(roomOf(carl).record).toMatchObject({ name: 'Family', app: 'chat', joining: 'new' })
  const { documents, ...said } = provisionalOf(roomOf(carl))!
  expect(said).toEqual({ of: 'newest', author: anna.peer })
  expect(documents).toBeGreaterThan(3 * CHECKPOINT_DOCUMENTS - 20)
  expect(roomOf(carl).isHeldBack).toBe(false)
  expect(() => carl.say(room, 'too early')).toThrow('the history of the room is not here yet')
  // Nobody can tell yet whether the invite counts.
  expect(roomOf(carl).graph.gate.control?.rank(carl.peer)).toBe(0)
  expectHistory()
})

it('gets the history once, though the invite that it asked for comes after all of that', () => {
  say(anna, 4 * CHECKPOINT_DOCUMENTS)
  joinByLine(carl, room, writeLine(anna, room))
  leaveCarrierAlone()
  untilPreview()
  nodes.run(5 * LONG_MS)
  const sent = nodes.documentsTo(carl)
  // The root and the invite were asked for, too.
  expect(sent.length - new Set(sent).size).toBeLessThanOrEqual(2)
})

it('goes on where it was after a restart', () => {
  say(anna, 4 * CHECKPOINT_DOCUMENTS)
  joinByLine(carl, room, writeLine(anna, room))
  leaveCarrierAlone()
  untilPreview()
  nodes.run(5 * FRAME_MS)
  const texts = textsOf(carl, room)
  nodes.unlink(carrier, carl)
  carl.restart()
  expect(textsOf(carl, room)).toEqual(texts)
  carl.events.length = 0
  nodes.link(carrier, carl)
  nodes.run(5 * LONG_MS)
  expect(roomOf(carl).isPreview).toBe(false)
  expect(carl.documents(room).length).toBeGreaterThan(4 * CHECKPOINT_DOCUMENTS)
})

describe('with another key', () => {
  it('from before the invite, name and app follow from a checkpoint', () => {
    anna.command({ type: 'rekey', room })
    say(anna, 4 * CHECKPOINT_DOCUMENTS)
    joinByLine(carl, room, writeLine(anna, room))
    leaveCarrierAlone()
    untilPreview()
    expect(roomOf(carl).record).toMatchObject({ name: 'Family', app: 'chat' })
    expectHistory()
  })

  it('from after the invite, that is found in what gives it to the invite', () => {
    joinByLine(carl, room, writeLine(anna, room))
    anna.command({ type: 'rekey', room })
    say(anna, 4 * CHECKPOINT_DOCUMENTS)
    leaveCarrierAlone()
    untilPreview()
    expect(roomOf(carl).record).toMatchObject({ name: 'Family', app: 'chat' })
    expectHistory()
  })

  it('that the invite does not have, nothing is shown before the history', () => {
    const line = writeLine(anna, room)
    nodes.run(5_000)
    anna.command({ type: 'act', room, sayings: [{ type: 'withdraw', invite: line.act }] })
    say(anna, 4 * CHECKPOINT_DOCUMENTS)
    joinByLine(carl, room, line)
    leaveCarrierAlone()
    nodes.link(carrier, carl)
    nodes.run(5 * LONG_MS)
    expect(types(carl)).not.toContain('preview-begun')
    expect(textsOf(carl, room)).toEqual([])
    // It holds no more: what accepts it does not count.
    const ofOthers = carl.documents(room).filter((id) => carl.store.document(id)!.author !== carl.peer)
    expect(ofOthers).toEqual(anna.documents(room))
    expect(roomOf(carl).graph.gate.control?.rank(carl.peer)).toBe(0)
  })
})

it('shows no word of whoever was removed before the invite, though the key that it has is here, too', () => {
  say(anna, CHECKPOINT_DOCUMENTS)
  nodes.run(5_000)
  nodes.unlink(anna, bob)
  remove(anna, room, bob.peer)
  say(anna, 3 * CHECKPOINT_DOCUMENTS)
  joinByLine(carl, room, writeLine(anna, room))
  leaveCarrierAlone()
  untilPreview()
  // Knows of no removal, so it goes on with the key that it has.
  say(bob, 4 * CHECKPOINT_DOCUMENTS)
  const said = bob.say(room, 'of the removed')
  const { block } = bob.store.document(said)!
  expect(keyIdOf(decodeDocument(block).body)).toBe(roomOf(carl).keys.first?.id)
  carl.machine.rooms.receive(room, [block], carrier.peer, { monotonicMs: 0, wallMs: 0 })
  expect(roomOf(carl).graph.isPending(said)).toBe(true)
  expect(roomOf(carl).isPreview).toBe(true)
  const { clock } = bob.store.document(said)!
  expect(clock).toBeGreaterThan(roomOf(carl).states.newest!.from.clock)
  expect(textsOf(carl, room).join()).not.toContain('of the removed')
  expect(textsOf(carl, room).length).toBeGreaterThan(50)
})

it('is left for the history once that is whole, though somebody who has the key invented what comes before', () => {
  say(anna, 4 * CHECKPOINT_DOCUMENTS)
  joinByLine(carl, room, writeLine(anna, room))
  leaveCarrierAlone()
  untilPreview()
  // As if what is shown first had never come before the rest.
  const { from } = roomOf(carl).states.newest!
  const isPending = roomOf(carl).graph.isPending.bind(roomOf(carl).graph)
  roomOf(carl).graph.isPending = (id) => id === from.id || isPending(id)
  const fold = roomOf(carl).states.fold.bind(roomOf(carl).states)
  roomOf(carl).states.fold = (intake) =>
    fold({ ...intake, accepted: intake.accepted.filter(({ id }) => id !== from.id) })
  nodes.run(5 * LONG_MS)
  expect(roomOf(carl).isPreview).toBe(false)
  expect(roomOf(carl).graph.gate.control!.rank(carl.peer)).toBeGreaterThan(0)
})

describe('what says that it is sealed with the key of the invite, and is not', () => {
  const AFTER_ALL = 1_000_000

  /** Documents after all others, which wait for one that nobody has. */
  function invent(count: number): Document[] {
    const some = carrier.documents(room).map((id) => decodeDocument(carrier.store.document(id)!.block))
    const { body, parents } = some.findLast(({ kind, parents: { length } }) => kind === SEALED_KIND && length === 0)!
    const { signer } = bob
    const missing = some.at(-1)!.id.replace(/.{4}$/, 'aaaa') as Document['id']
    return Array.from({ length: count }, (_, i) =>
      encodeDocument(
        {
          ...{ room, author: signer.author, seq: AFTER_ALL + i, previous: missing, parents, clock: AFTER_ALL + i },
          ...{ timeMs: 0, epoch: 0, kind: SEALED_KIND, links: [], body },
        },
        signer,
      ),
    )
  }

  /** Each as many as one peer may send. */
  function receive(documents: readonly Document[]): void {
    for (let i = 0; i < documents.length; i += MAX_PENDING_PER_PEER) {
      const blocks = documents.slice(i, i + MAX_PENDING_PER_PEER).map(({ block }) => block)
      carl.machine.rooms.receive(room, blocks, `peer-${i}` as PeerId, { monotonicMs: 0, wallMs: 0 })
    }
    expect(documents.filter(({ id }) => !roomOf(carl).graph.isPending(id))).toEqual([])
  }

  it('is opened once, however often the state is asked for', () => {
    say(anna, 4 * CHECKPOINT_DOCUMENTS)
    joinByLine(carl, room, writeLine(anna, room))
    leaveCarrierAlone()
    untilPreview()
    const read = vi.spyOn(roomOf(carl), 'read')
    const invented = invent(10)
    for (const document of invented) {
      receive([document])
      roomOf(carl).states.fold({ accepted: [] } as never)
      expect(textsOf(carl, room).length).toBeGreaterThan(0)
    }
    const counts = invented.map(({ id }) => read.mock.calls.filter(([document]) => document.id === id).length)
    expect(counts).toEqual(invented.map(() => 1))
  })

  it.each([
    [0, 'nothing is shown first'],
    [1, 'the newest of the others is shown first'],
  ])(`where all but %i of those that are looked at are such, %s`, (others) => {
    say(anna, CHECKPOINT_DOCUMENTS)
    joinByLine(carl, room, writeLine(anna, room))
    say(anna, CHECKPOINT_DOCUMENTS / 2)
    leaveCarrierAlone()
    nodes.link(carrier, carl)
    nodes.runUntil(() => roomOf(carl).record.status === 'open')
    expect(types(carl)).not.toContain('preview-begun')
    receive(invent(MAX_NEWEST_CONSIDERED - others))
    nodes.run(LONG_MS)
    expect(types(carl).includes('preview-begun')).toBe(others > 0)
  })
})
