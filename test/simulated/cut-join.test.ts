/** A newcomer joins a room with a long history over a connection that is cut again and again. */
import { expect, test } from 'vitest'
import { CREDIT_BYTES } from '../../protocols/batch-sync/constants.ts'
import { SimulatedNetwork } from '../../src/simulate/network.ts'
import type { SimulatedNode } from '../../src/simulate/simulated-node.ts'
import { chainOf, putChain } from './long-chain.ts'

const DOCUMENTS = 100_000
const CUTS = 5
const DOWN_MS = 5_000
const HOUR_MS = 3_600_000

test(`${DOCUMENTS.toLocaleString('en')} documents arrive over a connection that is cut ${CUTS} times, and little comes twice`, () => {
  // A stream delivers in order.
  const faults = { lossProbability: 0, duplicateProbability: 0, delayMinMs: 2, delayMaxMs: 2 }
  const network = new SimulatedNetwork({ seed: 1, nodes: ['Holder', 'Newcomer'], faults })
  const [holder, newcomer] = network.nodes as [SimulatedNode, SimulatedNode]
  network.start(holder)
  holder.command({ type: 'create', name: 'Long', app: 'chat' })
  network.runFor(1)
  const [room] = holder.machine.rooms.list().map(({ record }) => record.id)
  if (room === undefined) throw new Error('the room was not created')
  network.crash(holder)
  const history = chainOf(room, DOCUMENTS)
  putChain(holder.store, room, history)
  const historyBytes = history.reduce((sum, { block }) => sum + block.length, 0)
  network.start(holder)

  let receivedBytes = 0
  network.observer = {
    ...{ sent: () => undefined, delivered: () => undefined, linkedUp: () => undefined },
    ...{ started: () => undefined, stopped: () => undefined },
    received: (node, records) => {
      for (const record of records) {
        if (node === newcomer && record.type === 'message') {
          for (const block of record.blocks) receivedBytes += block.length
        }
      }
    },
  }
  network.start(newcomer)
  newcomer.command({ type: 'join', room })
  const here = (): number => newcomer.store.totals(room).documents
  for (let cut = 1; cut <= CUTS; cut++) {
    const untilMs = network.scheduler.nowMs + HOUR_MS
    while (here() < (cut * DOCUMENTS) / (CUTS + 1)) {
      if (network.scheduler.run(untilMs, 1) !== 'more') throw new Error(`the history stopped at ${here()}`)
    }
    network.connectWhere(() => false)
    network.runFor(DOWN_MS)
    network.connectWhere(() => true)
  }
  network.runFor(HOUR_MS)
  expect(here()).toBe(holder.store.totals(room).documents)
  expect(newcomer.joined).toBe(1)
  // What was on its way at a cut never came.
  expect(receivedBytes).toBeLessThan(historyBytes + CREDIT_BYTES)
})
