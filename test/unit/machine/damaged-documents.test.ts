/**
 * What the disk has changed counts for nothing: it is told, never taken for what somebody wrote, and never sent, as whoever
 * received it would blame the node that sent it.
 */
import { expect, test } from 'vitest'
import { retractionFrom } from '../../../src/room/access/retraction.ts'
import { documentReader } from '../../../src/room/document-reader.ts'
import type { DocumentId, RoomId } from '../../../protocols/wire/ids.ts'
import type { Store } from '../../../src/store/store.ts'
import { Nodes, RawPeer, type TestNode } from './nodes.ts'
import { keep, LONG_MS, trim, writeMany } from './trimming.ts'

/** As many as several pages of a history that is sent. */
const MESSAGES = 300

function bound(store: Store): Pick<Store, 'document' | 'documents' | 'pending'> {
  return {
    document: store.document.bind(store),
    documents: store.documents.bind(store),
    pending: store.pending.bind(store),
  }
}

/** Lets the disk change some documents, until `heal` is called. */
function damage(store: Store, ids: ReadonlySet<DocumentId>): { heal: () => void } {
  let isDamaged = true
  const { document, documents, pending } = bound(store)
  const asRead = <Row extends { id: DocumentId; block: Uint8Array }>(row: Row): Row => {
    if (!isDamaged || !ids.has(row.id)) return row
    const block = Uint8Array.from(row.block)
    block[block.length - 1] = (block.at(-1) ?? 0) ^ 1
    return { ...row, block }
  }
  store.document = (id) => {
    const row = document(id)
    return row && asRead(row)
  }
  store.documents = (room, range) => documents(room, range).map(asRead)
  store.pending = (room) => pending(room).map(asRead)
  return {
    heal: () => {
      isDamaged = false
    },
  }
}

test.each([
  ['the newest', -1, 1],
  ['one within', 150, 1],
  ['a whole page and more', 50, 200],
])('of %s, others get the rest, blame nobody, and the node that has it tells', (_, first, count) => {
  const nodes = new Nodes()
  const anna = nodes.add('anna', 1)
  const bob = nodes.add('bob', 2)
  const room = anna.create()
  for (let i = 0; i < MESSAGES; i++) anna.say(room, `message ${i}`)
  nodes.run(1_000)
  const all = anna.documents(room)
  const at = first < 0 ? all.length + first : first
  const { heal } = damage(anna.store, new Set(all.slice(at, at + count)))
  bob.command({ type: 'join', room })
  nodes.link(anna, bob)
  nodes.run(60_000)
  expect(bob.documents(room)).toEqual(all.slice(0, at))
  expect([anna.faults, bob.faults]).toEqual([[], []])
  expect(anna.events).toContainEqual({ type: 'damaged', room })
  heal()
  nodes.unlink(anna, bob)
  nodes.link(anna, bob)
  nodes.run(60_000)
  expect(bob.documents(room)).toEqual(expect.arrayContaining(all))
})

function twoMembers(): { nodes: Nodes; anna: TestNode; bob: TestNode; room: RoomId } {
  const nodes = new Nodes()
  const [anna, bob] = [nodes.add('anna', 1), nodes.add('bob', 2)]
  const room = anna.create()
  bob.command({ type: 'join', room })
  nodes.link(anna, bob)
  nodes.run(LONG_MS)
  return { nodes, anna, bob, room }
}

const damagedIn = (room: RoomId) => ({ type: 'damaged', room }) as const

test.each([
  ['the first message', 3],
  ['one before a checkpoint', 150],
])('nothing is dropped on the word of %s, nor before it', (_, index) => {
  const { nodes, anna, bob, room } = twoMembers()
  writeMany(nodes, anna, room, 900)
  bob.restart()
  const { heal } = damage(bob.store, new Set([bob.documents(room)[index]!]))
  expect(keep(bob, room, { documents: 300 })).toBe(0)
  expect(bob.events).toContainEqual(damagedIn(room))
  heal()
  bob.restart()
  expect(trim(bob, room)).toBeGreaterThan(300)
  expect(bob.stateHash(room)).toBe(anna.stateHash(room))
})

test('a document that waits is asked for again, and nobody is blamed for it', () => {
  const { nodes, anna, bob, room } = twoMembers()
  nodes.unlink(anna, bob)
  const [first, second, third] = ['first', 'second', 'third'].map((text) => anna.say(room, text))
  const peer = new RawPeer(nodes, 'peer')
  nodes.link(peer, bob)
  peer.enter(bob, room, [room])
  peer.sendDocuments(
    bob,
    room,
    [second, third].map((id) => anna.store.document(id!)!),
  )
  nodes.run(1_000)
  const waiting = (): boolean[] => [second, third].map((id) => bob.machine.rooms.isPending(room, id!))
  expect(waiting()).toEqual([true, true])
  damage(bob.store, new Set([second!]))
  bob.restart()
  expect(waiting()).toEqual([false, true])
  expect(bob.machine.rooms.require(room).graph.pendingCount).toBe(1)
  nodes.link(anna, bob)
  nodes.run(LONG_MS)
  expect(bob.events).toContainEqual(damagedIn(room))
  expect(bob.store.hasDocument(first!)).toBe(true)
  expect(bob.documents(room)).toEqual(anna.documents(room))
  expect(bob.faults).toEqual([])
})

test('nothing leaves a room on the word of what was damaged', () => {
  const { anna, bob, nodes, room } = twoMembers()
  for (let i = 0; i < 5; i++) {
    anna.say(room, `from anna ${i}`)
    bob.say(room, `from bob ${i}`)
    nodes.run(1_000)
  }
  const { store } = anna
  const told: RoomId[] = []
  const reader = { ...documentReader, foundDamage: (damaged: RoomId) => told.push(damaged) }
  const leaving = () =>
    retractionFrom(1, { room, store, reader, stays: ({ author }) => author !== bob.signer.author }).documents
  const newest = store.documents(room, { descending: true, limit: 1 })[0]!
  expect(leaving().length + Number(newest.author === bob.signer.author)).toBeGreaterThan(0)
  damage(store, new Set([newest.id]))
  expect(leaving()).toEqual([])
  expect(told).toEqual([room])
})
