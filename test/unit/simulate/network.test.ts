/** What the network does besides carrying frames: gossip, and faults of single protocols. */
import { expect, test } from 'vitest'
import { encodeText } from '../../../src/apps/body.ts'
import { SimulatedNetwork, type Faults, type NetworkInit } from '../../../src/simulate/network.ts'
import type { RecordType } from '../../../src/simulate/traffic.ts'

const CLEAN: Faults = { lossProbability: 0, duplicateProbability: 0, delayMinMs: 10, delayMaxMs: 10 }
const LOST: Faults = { ...CLEAN, lossProbability: 1 }

/** Four nodes in a line, settled in one room; then the second one writes something. */
function afterWriting(init: Partial<NetworkInit>, before: (network: SimulatedNetwork) => void = () => undefined) {
  const nodes = ['A', 'B', 'C', 'D']
  const topology = [[0, 1] as const, [1, 2] as const, [2, 3] as const]
  const network = new SimulatedNetwork({
    seed: 1,
    nodes,
    topology,
    faults: CLEAN,
    ...init,
    introducesItself: () => false,
  })
  const author = network.nodes[1]!
  network.start(author)
  author.command({ type: 'create', name: 'Room', app: 'chat' })
  network.runFor(1)
  const room = author.machine.rooms.list()[0]!.record.id
  for (const node of network.nodes) {
    if (node !== author) network.start(node)
    node.command({ type: 'join', room })
  }
  network.runFor(60_000)
  before(network)
  const arrivals: { to: string; from: string; record: RecordType; tookMs: number }[] = []
  network.observer = {
    sent: () => undefined,
    received: () => undefined,
    delivered: (node, _document, arrival) => {
      if (arrival === undefined) return
      const { from, record, sentMs } = arrival
      arrivals.push({ to: node.name, from: from.name, record, tookMs: network.scheduler.nowMs - sentMs })
    },
    linkedUp: () => undefined,
    started: () => undefined,
    stopped: () => undefined,
  }
  const writtenMs = network.scheduler.nowMs
  author.command({ type: 'write', room, kind: 'message', body: encodeText('hello') })
  const isAtRest = network.runFor(600_000)
  return { network, arrivals, isAtRest, writtenMs }
}

const GOSSIP: Faults = { ...CLEAN, delayMinMs: 4, delayMaxMs: 4 }

test('without gossip, documents go from link to link', () => {
  const { arrivals } = afterWriting({})
  expect(arrivals.map(({ from, to, record }) => `${from} ${to} ${record}`).sort()).toEqual([
    'B A message',
    'B C message',
    'C D message',
  ])
})

test('gossip reaches everyone in the room along links, each after its own delay', () => {
  const { arrivals, isAtRest } = afterWriting({ gossip: GOSSIP })
  expect(arrivals).toEqual([
    { from: 'B', to: 'A', record: 'gossip', tookMs: 4 },
    { from: 'B', to: 'C', record: 'gossip', tookMs: 4 },
    { from: 'C', to: 'D', record: 'gossip', tookMs: 4 },
  ])
  expect(isAtRest).toBe(true)
})

test('lost gossip arrives in other ways', () => {
  const { arrivals } = afterWriting({ gossip: LOST })
  expect(arrivals.map(({ record }) => record)).toEqual(['message', 'message', 'message'])
})

test('gossip crosses no broken link and reaches no node that is down', () => {
  const { arrivals } = afterWriting({ gossip: GOSSIP }, (network) => {
    network.crash(network.nodes[0]!)
    network.connectWhere((a, b) => a.name !== 'D' && b.name !== 'D')
  })
  expect(arrivals.map(({ to }) => to)).toEqual(['C'])
})

test('a protocol can have its own faults', () => {
  const faults = { ...CLEAN, ofProtocols: { 'batch-sync': { ...CLEAN, delayMinMs: 700, delayMaxMs: 700 } } }
  expect(afterWriting({ faults }).arrivals.map(({ tookMs }) => tookMs)).toEqual([700, 700, 700])
})
