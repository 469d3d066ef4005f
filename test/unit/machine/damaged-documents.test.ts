/** What the disk has changed is never sent: whoever received it would blame the node that sent it. */
import { expect, test } from 'vitest'
import type { DocumentId } from '../../../protocols/wire/ids.ts'
import type { Store } from '../../../src/store/store.ts'
import { Nodes } from './nodes.ts'

/** As many as several pages of a history that is sent. */
const MESSAGES = 300

/** Lets the disk change some documents, until `heal` is called. */
function damage(store: Store, ids: ReadonlySet<DocumentId>): { heal: () => void } {
  let isDamaged = true
  const [document, documents] = [store.document.bind(store), store.documents.bind(store)]
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
