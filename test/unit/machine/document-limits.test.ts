/** What a member accepts from others where space is short, or its user says how much. */
import { beforeEach, expect, it } from 'vitest'
import { MAX_DOCUMENT_BYTES } from '../../../protocols/document/constants.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { Nodes, type TestNode } from './nodes.ts'

/** Far longer than anything takes, a deferral included. */
const LONG_MS = 5 * 60_000

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

const sizeBytes = (node: TestNode): number => node.store.totals(room).sizeBytes

function writeMuch(node: TestNode, count: number): void {
  for (let i = 0; i < count; i++) node.say(room, `${i} `.padEnd(10_000, '.'))
}

it('documents of others wait while the disk has no space for them, and all arrive once it has', () => {
  bob.command({ type: 'space', documentBytes: 0, isReadOnly: false })
  nodes.run(10_000)
  expect(anna.machine.wings['batch-sync'].progress(room)).toMatchObject([{ refusesDocuments: true }])
  const before = sizeBytes(bob)
  writeMuch(anna, 10)
  nodes.run(LONG_MS)
  expect(sizeBytes(bob)).toBe(before)
  bob.say(room, 'mine is kept')
  bob.command({ type: 'space', documentBytes: Infinity, isReadOnly: false })
  nodes.run(LONG_MS)
  expect(bob.documents(room)).toEqual(anna.documents(room))
})

it('between two looks at the disk, they take no more than there was', () => {
  const before = sizeBytes(bob)
  bob.command({ type: 'space', documentBytes: 300_000, isReadOnly: false })
  writeMuch(anna, 60)
  nodes.run(LONG_MS)
  expect(sizeBytes(bob) - before).toBeGreaterThan(50_000)
  expect(sizeBytes(bob) - before).toBeLessThan(100_000 + MAX_DOCUMENT_BYTES)
  bob.command({ type: 'space', documentBytes: Infinity, isReadOnly: false })
  nodes.run(LONG_MS)
  expect(bob.documents(room)).toEqual(anna.documents(room))
})

it('a node writes nothing where the disk is almost full, and says so', () => {
  bob.command({ type: 'space', documentBytes: 0, isReadOnly: true })
  const full = expect.objectContaining({ name: 'KithError', code: 'disk-full' }) as Error
  expect(() => bob.say(room, 'hello')).toThrow(full)
  expect(() => bob.create()).toThrow(full)
  bob.command({ type: 'space', documentBytes: 1_000, isReadOnly: false })
  bob.say(room, 'hello')
})

it('a room takes no more than its user says, until that is raised', () => {
  bob.command({ type: 'limit-documents', room, bytesMax: 200_000, authorBytesMax: undefined })
  writeMuch(anna, 40)
  nodes.run(LONG_MS)
  expect(sizeBytes(bob)).toBeLessThanOrEqual(200_000)
  expect(sizeBytes(bob)).toBeGreaterThan(200_000 - MAX_DOCUMENT_BYTES)
  bob.restart()
  nodes.run(LONG_MS)
  expect(sizeBytes(bob)).toBeLessThanOrEqual(200_000)
  bob.command({ type: 'limit-documents', room, bytesMax: undefined, authorBytesMax: undefined })
  nodes.run(LONG_MS)
  expect(bob.documents(room)).toEqual(anna.documents(room))
})

it('an author may have no more than a share, and the others are not affected', () => {
  const carol = nodes.add('carol', 3)
  carol.command({ type: 'join', room })
  nodes.link(carol, bob)
  nodes.run(5_000)
  bob.command({ type: 'limit-documents', room, bytesMax: undefined, authorBytesMax: 100_000 })
  writeMuch(anna, 40)
  nodes.run(LONG_MS)
  const { author } = anna.signer
  expect(bob.store.authorBytes(room, author)).toBeLessThanOrEqual(100_000)
  expect(bob.store.authorBytes(room, author)).toBeGreaterThan(100_000 - MAX_DOCUMENT_BYTES)
  carol.say(room, 'still here')
  nodes.run(LONG_MS)
  expect(bob.documents(room)).toEqual(carol.documents(room))
  bob.command({ type: 'limit-documents', room, bytesMax: undefined, authorBytesMax: undefined })
  nodes.run(LONG_MS)
  expect(bob.documents(room)).toEqual(anna.documents(room))
})
