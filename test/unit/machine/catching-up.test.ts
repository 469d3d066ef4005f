/** What whole nodes say about how much is missing while a history comes, on virtual time. */
import { expect, it } from 'vitest'
import { documentIdOfDigest, type DocumentId } from '../../../protocols/wire/ids.ts'
import { MAX_MISSING_SHOWN } from '../../../src/machine/constants.ts'
import { Writer } from '../room/history.ts'
import { Nodes, RawPeer, storeWith, type TestNode } from './nodes.ts'

const DOCUMENTS = 3_000

function historyOf(count: number) {
  const writer = new Writer()
  for (let i = 1; i < count; i++) writer.say(0, `${i}`)
  return writer.documents
}

/** How much is missing at a node as time passes, a step each, until nothing is. */
function watch(nodes: Nodes, node: TestNode, room: DocumentId): (number | undefined)[] {
  const missing: (number | undefined)[] = []
  const { scheduler } = nodes
  for (let step = 0; step < 300; step++) {
    nodes.run(5)
    const now = node.machine.wings['room-state'].progress(room, scheduler.nowMs)
    if (now?.missing !== missing.at(-1)) missing.push(now?.missing)
  }
  return missing
}

it('a newcomer sees all that is missing come in', () => {
  const nodes = new Nodes()
  nodes.frameMs = 20
  const documents = historyOf(DOCUMENTS)
  const room = documents[0]!.id
  const [a, b] = [nodes.add('a', 1, storeWith(documents)), nodes.add('b', 2)]
  b.command({ type: 'join', room })
  nodes.link(a, b)
  const missing = watch(nodes, b, room)
  const counts = missing.filter((count) => count !== undefined)
  expect(counts.length).toBeGreaterThan(1)
  expect(counts[0]).toBeGreaterThan(DOCUMENTS / 2)
  expect(counts).toEqual(counts.toSorted((x, y) => y - x))
  expect(missing.at(-1), 'nothing more is missing').toBeUndefined()
  expect(b.documents(room)).toEqual(expect.arrayContaining(documents.map(({ id }) => id)))
  expect(b.events.some(({ type }) => type === 'progress')).toBe(true)
  expect(a.events.some(({ type }) => type === 'progress')).toBe(false)
})

it('a liar makes nobody wait for more than the bound, nor by keeping silent', () => {
  const nodes = new Nodes()
  const documents = historyOf(3)
  const room = documents[0]!.id
  const [a, b] = [nodes.add('a', 1, storeWith(documents)), nodes.add('b', 2)]
  const liar = new RawPeer(nodes, 'liar')
  b.command({ type: 'join', room })
  nodes.link(liar, b)
  const nowhere = documentIdOfDigest(new Uint8Array(32).fill(7))
  liar.enter(b, room, [nowhere], { documents: Number.MAX_SAFE_INTEGER })
  const progress = () => b.machine.wings['room-state'].progress(room, nodes.scheduler.nowMs)
  expect(progress(), 'it sent nothing').toBeUndefined()
  liar.sendDocuments(b, room, documents.slice(0, 1))
  nodes.run(10)
  expect(progress()).toMatchObject({ missing: MAX_MISSING_SHOWN })
  nodes.link(a, b)
  nodes.run(60_000)
  // An honest neighbour says what it has whenever that changes.
  a.say(room, 'more')
  nodes.run(5_000)
  expect(progress()).toBeUndefined()
})
