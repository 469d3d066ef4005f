import { expect, test } from 'vitest'
import { encodeText } from '../../../src/apps/body.ts'
import { violationsOf } from '../../../src/simulate/checkers.ts'
import { SimulatedNetwork } from '../../../src/simulate/network.ts'

const FAULTS = { lossProbability: 0, duplicateProbability: 0, delayMinMs: 1, delayMaxMs: 1 }

/** Two nodes in a room, settled. */
function agreement() {
  const network = new SimulatedNetwork({ seed: 1, nodes: ['Alice', 'Bob'], faults: FAULTS })
  const [alice, bob] = network.nodes as [(typeof network.nodes)[0], (typeof network.nodes)[0]]
  network.start(alice)
  alice.command({ type: 'create', name: 'Room', app: 'chat' })
  network.runFor(1)
  const room = alice.machine.rooms.list()[0]!.record.id
  network.start(bob)
  bob.command({ type: 'join', room })
  expect(network.runFor(60_000)).toBe(true)
  const write = () => alice.command({ type: 'write', room, kind: 'message', body: encodeText('hello') })
  return { network, alice, bob, room, rooms: [{ id: room, nodes: network.nodes }], write }
}

test('nothing is wrong if all agree', () => {
  const { network, rooms, write } = agreement()
  write()
  network.runFor(60_000)
  expect(violationsOf(network, rooms)).toEqual([])
})

test('a document that did not reach everyone is reported', () => {
  const { network, alice, room, rooms, write } = agreement()
  network.connectWhere(() => false)
  write()
  network.runFor(60_000)
  const [id] = alice.acknowledged
  expect(violationsOf(network, rooms)).toEqual([
    expect.stringMatching(/^Bob has 3 documents, 0 pending, .*; Alice has 4 documents/),
    `Bob lacks ${id}, acknowledged to the user of Alice`,
  ])
  // Nodes outside the room need not have it.
  expect(violationsOf(network, [{ id: room, nodes: [alice] }])).toEqual([])
})

test('a document that an app got twice, or before its parents, is reported', () => {
  const { network, bob, rooms, write } = agreement()
  const delivered = network.delivered.get(bob)!
  const first = [...delivered.keys()][0]!
  delivered.set(first, 2)
  expect(violationsOf(network, rooms)).toEqual([`Bob delivered ${first} to its app 2 times`])
  delivered.clear()
  write()
  network.runFor(60_000)
  expect(violationsOf(network, rooms)).toContainEqual(
    expect.stringMatching(/^Bob delivered \w+ to its app before \w+$/),
  )
})
