/** Who carries a room has what a writer wrote that stops right after it, or whoever has it sends it as soon as the writer is gone. */
import { describe, expect, test } from 'vitest'
import { ASIDE_COMPARE_MS } from '../../protocols/batch-sync/constants.ts'
import { DEFAULT_CARRIED_BYTES } from '../../src/machine/constants.ts'
import { SimulatedNetwork } from '../../src/simulate/network.ts'
import type { SimulatedNode } from '../../src/simulate/simulated-node.ts'

/** Long enough for what is sent at once. */
const SOON_MS = 1_000
/** Until the others notice that a node is gone. */
const NOTICE_MS = 6_000
const REST_MS = 20 * 60_000

/** Who is the root follows from the keys: each order has another one. */
const ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const

/** A writer, somebody who follows the room, and a carrier, all of them connected and level. */
function party(order: readonly [number, number, number]) {
  const faults = { lossProbability: 0, duplicateProbability: 0, delayMinMs: 1, delayMaxMs: 5 }
  const network = new SimulatedNetwork({ seed: 1, nodes: ['One', 'Two', 'Three'], faults })
  const [writer, follower, carrier] = order.map((index) => network.nodes[index]) as [
    SimulatedNode,
    SimulatedNode,
    SimulatedNode,
  ]
  network.start(writer)
  writer.command({ type: 'create', name: 'Kitchen', app: 'chat' })
  network.runFor(1)
  const [room] = writer.machine.rooms.list().map(({ record }) => record.id)
  if (room === undefined) throw new Error('the room was not created')
  network.start(follower)
  follower.command({ type: 'join', room })
  network.start(carrier)
  carrier.command({ type: 'carry', room, maxBytes: DEFAULT_CARRIED_BYTES })
  network.runFor(REST_MS)
  const say = (text: string): void => writer.writeSample(room, { text, count: 0, random: network.random })
  const documents = (node: SimulatedNode): number => node.store.totals(room).documents
  return { network, writer, follower, carrier, say, documents }
}

describe.each(ORDERS)('with the nodes %i, %i and %i as writer, follower and carrier', (...order) => {
  test('a carrier has it at once where nobody else follows the room', () => {
    const { network, writer, follower, carrier, say, documents } = party(order)
    network.crash(follower)
    network.runFor(NOTICE_MS)
    const before = documents(carrier)
    say('good night')
    network.runFor(SOON_MS)
    network.crash(writer)
    expect(documents(carrier)).toBe(before + 1)
  })

  test('a carrier has it after a while where somebody else follows the room, and as soon as the writer is gone', () => {
    const { network, writer, carrier, say, documents } = party(order)
    const before = documents(carrier)
    say('good morning')
    network.runFor(ASIDE_COMPARE_MS - SOON_MS)
    expect(documents(carrier)).toBe(before)
    network.runFor(2 * SOON_MS)
    expect(documents(carrier)).toBe(before + 1)
    network.runFor(REST_MS)
    say('good night')
    network.runFor(SOON_MS)
    expect(documents(carrier)).toBe(before + 1)
    network.crash(writer)
    network.runFor(NOTICE_MS + SOON_MS)
    expect(documents(carrier)).toBe(before + 2)
  })
})
