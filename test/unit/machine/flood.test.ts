/** What happens to a room when one author writes more than all others. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { Document } from '../../../protocols/document/document.ts'
import { MAX_QUEUED, NEWCOMER_DOCUMENTS } from '../../../protocols/batch-sync/constants.ts'
import { DEFAULT_CARRIED_BYTES } from '../../../src/machine/constants.ts'
import { chainOf, rootOf } from '../room/history.ts'
import { Nodes, storeWith, type TestNode } from './nodes.ts'

const root = rootOf()
const room = root.id

/** More than a peer lists for another one, so that it is sent in the order of the room. */
const COUNT = 2 * MAX_QUEUED + 8_000

let flood: Document[]

beforeAll(() => {
  flood = chainOf(root, 50, COUNT, 100)
})

/** Runs until a node has all of some documents; returns how long it took. */
function runUntil(nodes: Nodes, node: TestNode, ids: readonly Document['id'][], maxMs: number): number {
  const startMs = nodes.scheduler.nowMs
  while (!ids.every((id) => node.has(id)) && nodes.scheduler.nowMs - startMs < maxMs) nodes.run(50)
  return nodes.scheduler.nowMs - startMs
}

describe('a flood of one author', () => {
  it.each([
    ['at once', 0],
    ['over a fast link', 5],
    ['over a slow link', 50],
  ])('that arrives %s is not deferred, and all of it arrives', (_how, frameMs) => {
    const nodes = new Nodes()
    nodes.frameMs = frameMs
    const anna = nodes.add('anna', 1, storeWith([root, ...flood]))
    const carl = nodes.add('carl', 2)
    carl.command({ type: 'carry', room, maxBytes: DEFAULT_CARRIED_BYTES })
    nodes.link(anna, carl)
    runUntil(nodes, carl, [flood.at(-1)!.id], 60_000)
    expect(carl.faultCodes()).toEqual([])
    nodes.run(10_000)
    expect(carl.documents(room)).toEqual(anna.documents(room))
    expect(carl.machine.rooms.get(room)?.graph.pendingCount).toBe(0)
    expect(anna.machine.wings['batch-sync'].progress(room)).toMatchObject([{ inFlight: [] }])
    const sentBytes = nodes.sent.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    expect(sentBytes, 'nothing is sent over and over').toBeLessThan(1.5 * anna.store.totals(room).sizeBytes)
  })

  it('does not delay what others write, though the same peer passes on both', () => {
    const nodes = new Nodes()
    nodes.frameMs = 50
    const known = chainOf(root, 3, NEWCOMER_DOCUMENTS, 1)
    const anna = nodes.add('anna', 1, storeWith([root, ...known, ...flood]))
    const dora = nodes.add('dora', 3, storeWith([root, ...known]))
    const bob = nodes.add('bob', 4, storeWith([root, ...known]))
    const carl = nodes.add('carl', 2, storeWith([root, ...known]))
    nodes.link(bob, carl)
    nodes.link(dora, bob)
    nodes.run(5_000)
    nodes.link(anna, bob)
    while (!carl.has(flood[100]!.id)) nodes.run(10)
    const said = dora.say(room, 'can you hear me?')
    runUntil(nodes, carl, [said], 10_000)
    expect(carl.has(flood.at(-1)!.id), 'while the flood is still coming').toBe(false)
    expect([bob.faultCodes(), carl.faultCodes()]).toEqual([[], []])
  })

  it('from one peer ends when the peer disconnects, and goes on with another one', () => {
    const nodes = new Nodes()
    const anna = nodes.add('anna', 1, storeWith([root, ...flood]))
    const dora = nodes.add('dora', 4, storeWith([root, ...flood]))
    const carl = nodes.add('carl', 2)
    carl.command({ type: 'carry', room, maxBytes: DEFAULT_CARRIED_BYTES })
    nodes.link(anna, carl)
    while (!carl.has(flood[100]!.id)) nodes.run(10)
    nodes.unlink(anna, carl)
    nodes.link(dora, carl)
    runUntil(nodes, carl, [flood.at(-1)!.id], 60_000)
    expect(carl.documents(room)).toEqual(dora.documents(room))
  })
})

describe('a clock that is far off', () => {
  it.each([
    ['ahead by ten years', 10 * 365 * 24 * 3_600_000],
    ['at 1970', -1_700_000_000_000],
  ])('%s delays nobody, whoever has it', (_name, clockOffsetMs) => {
    const nodes = new Nodes()
    const anna = nodes.add('anna', 1)
    const bob = nodes.add('bob', 2)
    bob.clockOffsetMs = clockOffsetMs
    const shared = anna.create()
    bob.command({ type: 'join', room: shared })
    nodes.link(anna, bob)
    const said = [anna.say(shared, 'hello')]
    nodes.run(5_000)
    for (let i = 0; i < 100; i++) said.push(bob.say(shared, `answer ${i}`), anna.say(shared, `text ${i}`))
    nodes.run(5_000)
    expect(said.every((id) => anna.has(id) && bob.has(id))).toBe(true)
    expect(anna.documents(shared)).toEqual(bob.documents(shared))
    expect(anna.stateHash(shared)).toBe(bob.stateHash(shared))
    expect([...anna.faults, ...bob.faults]).toEqual([])
  })
})
