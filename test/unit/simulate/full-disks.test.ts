/** Nodes whose disk has no space for a while. */
import { expect, test } from 'vitest'
import { encodeText } from '../../../src/apps/body.ts'
import type { Completion } from '../../../src/runtime/queued.ts'
import { violationsOf } from '../../../src/simulate/checkers.ts'
import { hadNoSpace } from '../../../src/simulate/full-disks.ts'
import { SimulatedNetwork } from '../../../src/simulate/network.ts'
import { KithError } from '../../../src/kith.ts'
import { StoreError } from '../../../src/store/store.ts'

const CLEAN = { lossProbability: 0, duplicateProbability: 0, delayMinMs: 10, delayMaxMs: 10 }

function settled() {
  const network = new SimulatedNetwork({ seed: 1, nodes: ['Anna', 'Bob', 'Carol'], faults: CLEAN })
  const [anna, bob, carol] = network.nodes as [
    (typeof network.nodes)[0],
    (typeof network.nodes)[0],
    (typeof network.nodes)[0],
  ]
  network.start(anna)
  anna.command({ type: 'create', name: 'Room', app: 'chat' })
  network.runFor(1)
  const room = anna.machine.rooms.list()[0]!.record.id
  for (const node of [bob, carol]) {
    network.start(node)
    node.command({ type: 'join', room })
  }
  network.runFor(60_000)
  const write = (node: typeof anna, text: string): Promise<Completion> =>
    new Promise((done) => node.command({ type: 'write', room, kind: 'message', body: encodeText(text) }, done))
  const documentsOf = (node: typeof anna): number => node.store.totals(room).documents
  return { ...{ network, anna, bob, carol, room, write, documentsOf }, before: documentsOf(anna) }
}

test('its user is told, nothing acknowledged is lost, others go on, and all come together once there is space', async () => {
  const { network, anna, bob, carol, room, write, documentsOf, before } = settled()
  network.setFull(bob, true)
  const [refused, refusedAgain] = [write(bob, 'one'), write(bob, 'two')]
  network.runFor(20_000)
  expect(hadNoSpace(await refused)).toBe(true)
  expect(hadNoSpace(await refusedAgain)).toBe(true)
  const written = [write(anna, 'three'), write(carol, 'four')]
  network.runFor(60_000)
  for (const outcome of await Promise.all(written)) expect(outcome).not.toHaveProperty('error')
  expect([anna, bob, carol].map(documentsOf)).toEqual([before + 2, before, before + 2])
  network.crash(bob, 'power-cut')
  network.start(bob)
  network.runFor(60_000)
  expect(documentsOf(bob)).toBe(before)
  network.setFull(bob, false)
  expect(network.runFor(600_000)).toBe(true)
  const last = write(bob, 'five')
  expect(network.runFor(600_000)).toBe(true)
  expect(hadNoSpace(await last)).toBe(false)
  expect([anna, bob, carol].map(documentsOf)).toEqual([before + 3, before + 3, before + 3])
  expect(violationsOf(network, [{ id: room, nodes: network.nodes }])).toEqual([])
})

test('only what is about space is tried again', () => {
  expect(hadNoSpace({ error: new KithError('disk-full', 'none') })).toBe(true)
  expect(hadNoSpace({ error: new StoreError('full', 'none') })).toBe(true)
  for (const error of [new KithError('stopped', 'it has'), new StoreError('io', 'broken'), new Error('a bug')]) {
    expect(hadNoSpace({ error })).toBe(false)
  }
})
