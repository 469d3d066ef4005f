/** Networks of a room through which something happens, each with what came of it: the same seed gives the same run. */
import { MAX_PEERS_PER_ROOM } from '../../../protocols/network/constants.ts'
import { randomInteger, seededRandom } from '../random.ts'
import { diameterOf, faultsAtRest, partsOf, treeFaults, wholeOf } from './checkers.ts'
import { RoomNetworkSimulation, type NetworkNode } from './network.ts'

/** What came of a trial; without faults it went as it must. */
export interface Outcome {
  nodes: number
  faults: string[]
  /** Until the whole network had one root again, after what happened last. */
  settledMs?: number
  /** Of a network in which all records take equally long: how many records one after another that were, and its diameter. */
  rounds?: { count: number; diameter: number }
  /** What a node sent, with all that happened. */
  recordsPerNode: number
  /** What all sent in an hour in which nothing happened. */
  idleBytes: number
}

/** `nodes`: how many; default: as the seed has it. */
export type Trial = (seed: number, nodes?: number) => Outcome

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Counts go up and down the tree, and wait for others at each node. */
const REST_MS = 30 * MINUTE_MS
const STEP_MS = 100
const ROUND_MS = 50
/** Connections open one after another, as people start their nodes. */
const JOIN_MS = 50
const MAX_SETTLE_MS = 2 * MINUTE_MS

/** By name. */
export const TRIALS: Readonly<Record<string, Trial>> = {
  /** Nodes that come one after another, some of which keep only copies, are one network. */
  growth: (seed, nodes) => {
    const network = grown(seed, nodes ?? sizeOf(seed))
    return outcomeOf(network, { settledMs: settle(network) })
  },

  /** While nodes come and go for ten minutes, and the root does again and again, the others stay together, or grow together. */
  churn: (seed, nodes) => {
    const network = grown(seed, nodes ?? sizeOf(seed))
    settle(network)
    for (let minute = 0; minute < 10; minute++) {
      const leaving = [rootOf(network), ...network.up.filter(() => network.random() < 0.05)]
      for (const node of new Set(leaving)) if (node !== undefined) network.crash(node)
      for (const node of network.nodes) {
        if (node.machine === undefined && network.random() < 0.5) network.start(node)
        if (node.machine !== undefined && network.random() < 0.02) network.setCopy(node, !node.isCopy)
      }
      network.run(MINUTE_MS)
    }
    return outcomeOf(network, { settledMs: settle(network) })
  },

  /** A network that splits is two with a root each, and one again soon after two nodes of both sides have met. */
  halves: (seed, nodes) => {
    const network = grown(seed, nodes ?? Math.max(4, sizeOf(seed)))
    network.run(5 * MINUTE_MS)
    const sides = new Map(network.nodes.map((node) => [node, Math.floor(network.random() * 2)]))
    network.split((node) => sides.get(node) ?? 0)
    network.run(REST_MS)
    // Where nobody of a part of a side knows anybody of the rest of it, it stays alone: all that are must be right.
    const whole = wholeOf(network)
    const apart = partsOf(whole).flatMap((part) => treeFaults(whole, part))
    network.heal()
    return outcomeOf(network, { settledMs: settle(network), faults: apart })
  },

  /** Connections that nobody chose, as many as one node may have: in so many rounds as the network is wide, all is settled. */
  rounds: (seed, nodes) => {
    const network = new RoomNetworkSimulation({ seed, isFree: false, delayMs: { min: ROUND_MS, max: ROUND_MS } })
    const all = Array.from({ length: nodes ?? sizeOf(seed) }, () => network.addNode())
    for (const node of all) network.startAlone(node)
    for (const [index, node] of all.entries()) {
      const before = all.slice(Math.max(0, index - 4), index).filter(hasSpace)
      const next = before[randomInteger(network.random, 0, before.length - 1)]
      if (next !== undefined) network.connect(node, next)
    }
    const startedMs = network.scheduler.nowMs
    const settledMs = settle(network, 1) ?? MAX_SETTLE_MS
    const [part = new Set<never>()] = partsOf(wholeOf(network))
    const diameter = diameterOf(part, wholeOf(network).links)
    const count = Math.ceil((settledMs - startedMs) / ROUND_MS)
    const outcome = outcomeOf(network, { rounds: { count, diameter } })
    // A proof, and then each hop once to the root's claim and, where an election goes on meanwhile, a few more.
    if (count > 3 * diameter + 10) outcome.faults.push(`${count} rounds for a diameter of ${diameter}`)
    return outcome
  },

  /** Nodes that can reach only one in the middle are all linked to it, as they have no other way. */
  hub: (seed, nodes) => {
    const network = new RoomNetworkSimulation({ seed, isFree: false })
    const [hub, ...others] = Array.from({ length: nodes ?? 10 + sizeOf(seed) }, () => network.addNode())
    for (const node of network.nodes) network.startAlone(node)
    if (hub !== undefined) for (const node of others) network.connect(hub, node)
    return outcomeOf(network, { settledMs: settle(network), maxLinks: Infinity })
  },
}

function sizeOf(seed: number): number {
  return randomInteger(seededRandom(seed), 2, 60)
}

function hasSpace({ links }: NetworkNode): boolean {
  return links.size < MAX_PEERS_PER_ROOM
}

/** A tenth of the nodes keep only copies. */
function grown(seed: number, count: number): RoomNetworkSimulation {
  const network = new RoomNetworkSimulation({ seed })
  for (let index = 0; index < count; index++) {
    network.start(network.addNode({ isCopy: network.random() < 0.1 }))
    network.run(JOIN_MS)
  }
  return network
}

function rootOf(network: RoomNetworkSimulation): NetworkNode | undefined {
  return network.up.find((node) => network.viewOf(node)?.distance === 0)
}

/** Runs until all who can reach each other have one root; undefined if that takes too long. */
function settle(network: RoomNetworkSimulation, stepMs = STEP_MS): number | undefined {
  const startedMs = network.scheduler.nowMs
  for (; network.scheduler.nowMs - startedMs < MAX_SETTLE_MS; network.run(stepMs)) {
    const whole = wholeOf(network)
    const isLevel = (part: ReadonlySet<string>): boolean =>
      new Set([...whole.views].flatMap(([peer, { root }]) => (part.has(peer) ? [root] : []))).size === 1
    const parts = partsOf(whole)
    if (parts.length === 1 && parts.every(isLevel)) return network.scheduler.nowMs - startedMs
  }
  return undefined
}

interface Seen {
  settledMs?: number | undefined
  rounds?: Outcome['rounds']
  faults?: string[]
  maxLinks?: number
}

/** Looks at a network after a rest, and at what an hour costs in which nothing happens. */
function outcomeOf(network: RoomNetworkSimulation, seen: Seen): Outcome {
  const { settledMs, rounds, faults = [], maxLinks = MAX_PEERS_PER_ROOM } = seen
  network.run(REST_MS)
  const nodes = network.nodes.length
  const recordsPerNode = network.sent.records / nodes
  const atRest = faultsAtRest(network, maxLinks)
  const sentBytes = network.sent.sizeBytes
  network.run(HOUR_MS)
  const idleBytes = network.sent.sizeBytes - sentBytes
  const late = rounds === undefined && settledMs === undefined ? ['there was no single root after two minutes'] : []
  const busy = idleBytes > 0 ? [`${idleBytes} bytes were sent in an hour in which nothing happened`] : []
  return {
    ...{ nodes, recordsPerNode, idleBytes, faults: [...faults, ...late, ...atRest, ...busy] },
    ...(settledMs !== undefined && { settledMs }),
    ...(rounds && { rounds }),
  }
}
