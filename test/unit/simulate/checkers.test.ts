import { describe, expect, test } from 'vitest'
import type { DocumentId } from '../../../protocols/wire/ids.ts'
import { encodeText } from '../../../src/apps/body.ts'
import { violationsOf } from '../../../src/simulate/checkers.ts'
import { SimulatedNetwork } from '../../../src/simulate/network.ts'

const FAULTS = { lossProbability: 0, duplicateProbability: 0, delayMinMs: 1, delayMaxMs: 1 }

const CHECKPOINT_DOCUMENTS = 8

/** Two nodes in a room, settled. */
function agreement(checkpointDocuments?: number) {
  const network = new SimulatedNetwork({ seed: 1, nodes: ['Alice', 'Bob'], faults: FAULTS, checkpointDocuments })
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

describe('of documents that were dropped', () => {
  /** Bob keeps the newest ones only, and has dropped the others. */
  function dropping() {
    const all = agreement(CHECKPOINT_DOCUMENTS)
    const { network, bob, room, write } = all
    for (let i = 0; i < 4 * CHECKPOINT_DOCUMENTS; i++) {
      write()
      network.runFor(1_000)
    }
    bob.command({ type: 'retain', room, retention: { documents: CHECKPOINT_DOCUMENTS } })
    bob.trim(room)
    network.runFor(60_000)
    const ids = (node: typeof bob) => node.store.documents(room, { limit: Infinity }).map(({ id }) => id)
    const drop = (node: typeof bob, id: DocumentId): void => {
      node.store.apply({ type: 'drop-documents', room, ids: [id] })
      node.store.commit()
    }
    return { ...all, drop, ids }
  }

  test('nothing is wrong if a base takes their place', () => {
    const { network, alice, bob, rooms, ids } = dropping()
    expect(ids(bob).length).toBeLessThan(ids(alice).length - CHECKPOINT_DOCUMENTS)
    expect(violationsOf(network, rooms)).toEqual([])
  })

  test('one that the base does not replace is reported', () => {
    const { network, bob, rooms, drop, ids } = dropping()
    const id = ids(bob).at(-1)!
    drop(bob, id)
    expect(violationsOf(network, rooms)).toContain(`Bob lacks ${id}, which its base does not replace`)
    expect(violationsOf(network, rooms)).toContainEqual(
      expect.stringMatching(/^Bob dropped \d+ documents, but says \d+$/),
    )
  })

  test('one that nobody else has had is reported', () => {
    const { network, bob, room, rooms, drop } = dropping()
    network.connectWhere(() => false)
    bob.command({ type: 'write', room, kind: 'message', body: encodeText('only here') })
    network.runFor(60_000)
    const id = [...bob.acknowledged].at(-1)!
    drop(bob, id)
    expect(violationsOf(network, rooms)).toContain(`Bob dropped ${id}, which nobody else has had`)
  })

  test('a state that is not here is reported', () => {
    const { network, bob, room, rooms } = dropping()
    const { base } = bob.machine.rooms.require(room).record
    bob.store.apply({ type: 'delete-blocks', ids: [base!.root] })
    bob.store.commit()
    expect(violationsOf(network, rooms)).toContain(
      `Bob lacks the state of the checkpoint ${base!.position.id}, its base`,
    )
  })
})
