/** Rooms in which many are linked with many. */
import { expect, it } from 'vitest'
import { Nodes } from './nodes.ts'

const NODES = 16
/** With so many of those before it, so that most have twice as many. */
const LINKS = 4
const DOCUMENTS = 200

it('what one writes is sent to the others hardly more than once each, whatever the links', () => {
  const nodes = new Nodes()
  // Of links without any delay, none would be better than others.
  nodes.frameMs = 1
  const all = Array.from({ length: NODES }, (_, i) => nodes.add(`n${i}`, i))
  const [writer, ...others] = all
  const room = writer!.create()
  for (const node of others) node.command({ type: 'join', room })
  for (const [i, node] of all.entries()) {
    for (const before of all.slice(Math.max(0, i - LINKS), i)) nodes.link(node, before)
  }
  nodes.run(10_000)
  for (let i = 0; i < DOCUMENTS; i++) {
    writer!.say(room, `before ${i}`)
    nodes.run(5)
  }
  nodes.sent.length = 0
  for (let i = 0; i < DOCUMENTS; i++) {
    writer!.say(room, `after ${i}`)
    nodes.run(5)
  }
  nodes.run(10_000)
  const written = writer!.documents(room).length
  expect(all.map((node) => node.documents(room).length)).toEqual(all.map(() => written))
  const sent = nodes.sent.reduce((sum, { record }) => sum + (record.type === 'message' ? record.blocks.length : 0), 0)
  expect(sent / DOCUMENTS / others.length).toBeGreaterThanOrEqual(1)
  expect(sent / DOCUMENTS / others.length).toBeLessThan(1.5)
})
