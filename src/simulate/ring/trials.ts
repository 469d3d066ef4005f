/** Rings through which something happens, each with what came of it: the same seed gives the same run. */
import { randomInteger, seededRandom } from '../random.ts'
import { copiesOf, itemFaults, lookups, ringFaults } from './checkers.ts'
import type { RingNetwork } from './network.ts'
import {
  churn,
  getOverTime,
  joinStorm,
  leaveOverTime,
  lookUpOverTime,
  mergingHalves,
  putItems,
  type Gets,
  type Lookups,
} from './scenarios.ts'

/** What came of a trial; without faults it went as it must. */
export interface Outcome {
  nodes: number
  faults: string[]
  gets?: Gets
  /** While something happened, when some are wrong because a node has just come or gone. */
  lookups?: Lookups
}

/** The times for which nodes that come and go stay and are away. */
export type Trial = (seed: number, sessionsMs: readonly number[]) => Outcome

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Two walks through all items, with their jitter. */
const REST_MS = 30 * MINUTE_MS
const ITEMS = 20
const MAX_NODES = 40
/** A put that nobody confirms may fail where records are lost. */
const MAX_LOST_PUTS = 1
const ROUTES = 30

/** By name. */
export const TRIALS: Readonly<Record<string, Trial>> = {
  /** Nodes that come at once are one ring, and hold what is put at all places. */
  'join-storm': (seed) => {
    const network = joinStorm({ seed, nodes: sizeOf(seed, 1) })
    const items = putItems(network, ITEMS)
    network.run(MINUTE_MS)
    return { nodes: network.up.length, faults: [...putFaults(items.size, 0), ...faultsAtRest(network, items)] }
  },

  /**
   * Two rings that meet at one place become one, split again with items in them, and meet once more: what was put before and
   * meanwhile is at its places within a minute.
   */
  halves: (seed) => {
    const network = mergingHalves({ seed, nodes: sizeOf(seed, 4) })
    network.run(MINUTE_MS)
    const early = ringFaults(network)
    const items = putItems(network, ITEMS)
    const sides = new Map(network.nodes.map((node) => [node, Math.floor(network.random() * 2)]))
    network.split((node) => sides.get(node) ?? 0)
    network.run(randomInteger(network.random, 1, 10) * MINUTE_MS)
    for (const [key, copies] of putItems(network, ITEMS, 'item of a half')) items.set(key, copies)
    network.heal()
    network.run(MINUTE_MS)
    const late = [...ringFaults(network), ...itemFaults(network, items)].map((fault) => `after a minute, ${fault}`)
    network.run(REST_MS)
    return {
      nodes: network.up.length,
      faults: [...early, ...late, ...putFaults(items.size - ITEMS, 0), ...faultsAtRest(network, items)],
    }
  },

  /** Where 30 % of all records are lost, there is one ring, and what is put is found. */
  loss: (seed) => {
    const network = joinStorm({ seed, nodes: sizeOf(seed, 2), loss: 0.3 })
    network.run(MINUTE_MS)
    const early = ringFaults(network)
    const items = putItems(network, ITEMS)
    const gets = getOverTime(network, [...items.keys()], { count: 50, overMs: MINUTE_MS })
    network.run(2 * MINUTE_MS)
    const faults = [...early, ...putFaults(items.size, MAX_LOST_PUTS), ...getFaults(gets, 1)]
    return { nodes: network.up.length, faults, gets }
  },

  /** While half of the nodes leave without a word over an hour, what has 4 copies is found, and stays. */
  leaving: (seed) => {
    const network = joinStorm({ seed, nodes: sizeOf(seed, 10) })
    const items = putItems(network, ITEMS)
    const nodes = network.up.length
    leaveOverTime(network, network.up.slice(0, Math.floor(nodes / 2)), HOUR_MS)
    const gets = getOverTime(network, [...items.keys()], { count: 200, overMs: HOUR_MS })
    const found = lookUpOverTime(network, { count: 200, overMs: HOUR_MS })
    network.run(HOUR_MS + REST_MS)
    const lost = [...items.keys()].filter((key) => copiesOf(network, key) === 0).map((key) => `${key} is lost`)
    const faults = [...putFaults(items.size, 0), ...getFaults(gets, 1), ...lost, ...faultsAtRest(network, items)]
    return { nodes, faults, gets, lookups: found }
  },

  /** Nodes that come and go leave one ring, and no lookup of an item gives another one. */
  churn: (seed, sessionsMs) => {
    const network = joinStorm({ seed, nodes: sizeOf(seed, 10) })
    const nodes = network.up.length
    const items = putItems(network, ITEMS)
    churn(network, sessionsMs, network.scheduler.nowMs + HOUR_MS)
    const gets = getOverTime(network, [...items.keys()], { count: 200, overMs: HOUR_MS })
    const found = lookUpOverTime(network, { count: 200, overMs: HOUR_MS })
    network.run(HOUR_MS + REST_MS)
    const faults = [...putFaults(items.size, 0), ...getFaults(gets, Infinity), ...faultsAtRest(network, items)]
    return { nodes, faults, gets, lookups: found }
  },
}

function sizeOf(seed: number, min: number): number {
  return randomInteger(seededRandom(seed), min, MAX_NODES)
}

function putFaults(put: number, lost: number): string[] {
  return put >= ITEMS - lost ? [] : [`${ITEMS - put} of ${ITEMS} items were not put`]
}

function getFaults({ missing, wrong }: Gets, mayMiss: number): string[] {
  const tooMany = missing > mayMiss ? [`${missing} gets found nothing`] : []
  return wrong > 0 ? [...tooMany, `${wrong} gets gave another item`] : tooMany
}

/** What is wrong with a ring after a rest: it must be one, its lookups right, and each item that anybody has at its places. */
function faultsAtRest(network: RingNetwork, items: ReturnType<typeof putItems>): string[] {
  const { wrong, unanswered } = lookups(network, ROUTES)
  const kept = [...items].filter(([key]) => copiesOf(network, key) > 0)
  return [
    ...ringFaults(network),
    ...itemFaults(network, kept),
    ...(wrong + unanswered > 0 ? [`${wrong} lookups were wrong and ${unanswered} without an answer`] : []),
  ]
}
