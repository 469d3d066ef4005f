/**
 * A history much longer than what may be pending, fetched from its newest document by the ensure map:
 * down to what is known, without keeping it, and up again.
 */
import { expect, test } from 'vitest'
import { MAX_ANCESTORS } from '../../protocols/ensure-map/constants.ts'
import { MAX_PENDING_PER_PEER } from '../../src/room/constants.ts'
import { SimulatedNetwork, type Faults } from '../../src/simulate/network.ts'
import type { SimulatedNode } from '../../src/simulate/simulated-node.ts'
import { chainOf, putChain } from './long-chain.ts'

const LENGTH = 10_000
const HOP_MS = 50
const ROUND_TRIP_MS = 2 * HOP_MS
/** Small documents that arrive per request. */
const PER_ROUND_TRIP = 1 + MAX_ANCESTORS
const HOUR_MS = 3_600_000

function faults(lossProbability: number): Faults {
  return { lossProbability, duplicateProbability: 0, delayMinMs: HOP_MS, delayMaxMs: HOP_MS }
}

const NO_BATCH_SYNC = { 'batch-sync': faults(1) }

/** A reader that has only the root of a room, and other nodes that have a long history of it; all are down. */
function chainNetwork(holders: number) {
  const names = ['Reader', ...Array.from({ length: holders }, (_, i) => `Holder ${i}`)]
  const network = new SimulatedNetwork({ seed: 1, nodes: names, faults: faults(0), introducesItself: () => false })
  const [reader, ...others] = network.nodes as [SimulatedNode, SimulatedNode, ...SimulatedNode[]]
  network.start(reader)
  reader.command({ type: 'create', name: 'Long', app: 'chat' })
  network.runFor(1)
  const room = reader.machine.rooms.list()[0]!.record.id
  const root = reader.store.document(room)!
  const history = chainOf(room, LENGTH)
  for (const { store } of others) {
    store.apply({ type: 'put-room', room: { id: room, status: 'open', name: 'Long', app: 'chat', joinedAtMs: 0 } })
    store.apply({ type: 'put-document', document: root, removedHeads: [] })
    putChain(store, room, history)
  }
  const newest = history.at(-1)!
  const historyBytes = history.reduce((sum, { block }) => sum + block.length, 0)
  const seen = { pendingMost: 0, wants: 0, blockBytes: 0, endedMs: 0 }
  network.observer = {
    sent: (_sizes, records) => {
      for (const record of records) {
        if (record.type === 'want') seen.wants++
        else if (record.type === 'block') seen.blockBytes += record.data.length
      }
    },
    received: () => {
      const pending = reader.isUp ? (reader.machine.rooms.get(room)?.graph.pendingCount ?? 0) : 0
      seen.pendingMost = Math.max(seen.pendingMost, pending)
    },
    delivered: () => void (seen.endedMs = network.scheduler.nowMs),
    linkedUp: () => undefined,
    started: () => undefined,
    stopped: () => undefined,
  }
  /** Links the reader with the others; once they are neighbours, the newest document arrives by gossip. */
  const begin = (): void => {
    for (const holder of others) network.start(holder)
    network.runFor(5_000)
    reader.push({ type: 'gossip', room, document: newest, from: others[0].peer })
  }
  return { network, reader, historyBytes, seen, begin, documents: () => reader.store.totals(room).documents }
}

test('arrives in a bounded number of round trips, within the limit of pending documents per peer', () => {
  const { network, historyBytes, seen, begin, documents } = chainNetwork(1)
  network.faults = { ...faults(0), ofProtocols: NO_BATCH_SYNC }
  begin()
  const begunMs = network.scheduler.nowMs
  expect(network.runFor(HOUR_MS)).toBe(true)
  expect(documents()).toBe(1 + LENGTH)
  // Down and up; the last part down is also the first part up, and pending documents are fetched once.
  const roundTrips = 2 * Math.ceil(LENGTH / PER_ROUND_TRIP)
  expect(seen.wants).toBeLessThanOrEqual(roundTrips)
  expect(seen.endedMs - begunMs).toBeLessThanOrEqual(roundTrips * ROUND_TRIP_MS)
  expect(seen.blockBytes).toBeLessThan(2 * historyBytes)
  expect(seen.pendingMost).toBe(MAX_PENDING_PER_PEER)
})

test('arrives even if the reader is killed on the way and frames get lost', () => {
  const { network, reader, begin, documents } = chainNetwork(2)
  network.faults = { ...faults(0.05), ofProtocols: NO_BATCH_SYNC }
  begin()
  for (const lifeMs of [10 * ROUND_TRIP_MS, 25 * ROUND_TRIP_MS]) {
    network.runFor(lifeMs)
    network.crash(reader)
    network.runFor(1_000)
    network.start(reader)
  }
  expect(network.runFor(HOUR_MS)).toBe(true)
  expect(documents()).toBe(1 + LENGTH)
})
