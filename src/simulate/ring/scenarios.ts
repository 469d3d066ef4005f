/** What may happen to a ring: the same seed gives the same run. */
import { keyOf, type Item, type ItemKey } from '../../../protocols/ring/index.ts'
import { pick, randomInteger } from '../random.ts'
import { RingNetwork, type RingNetworkInit, type RingNode } from './network.ts'
import { inOrder, nearestTo, randomPlace } from './places.ts'

const PLACE_BITS = 256
const JOIN_MS = 10_000
const SETTLE_MS = 60_000
const COPIES = 4
const TTL_SECONDS = 30 * 24 * 3_600

/** Nodes that come up within seconds, each knowing one that is up. */
export function joinStorm(init: RingNetworkInit & { nodes: number }): RingNetwork {
  const network = new RingNetwork(init)
  for (let index = 0; index < init.nodes; index++) {
    const node = network.addNode()
    network.scheduler.after(network.random() * JOIN_MS, () => network.start(node))
  }
  network.run(JOIN_MS + SETTLE_MS)
  return network
}

/** A ring that is whole from the start, as each node is linked to those that it needs: for finding ways in a large one. */
export function wholeRing(init: RingNetworkInit & { nodes: number }): RingNetwork {
  const network = new RingNetwork(init)
  const nodes = inOrder(Array.from({ length: init.nodes }, () => network.addNode()))
  for (const node of nodes) network.startAlone(node)
  for (const [index, node] of nodes.entries()) {
    for (const step of [1, 2]) linkTo(network, node, nodes[(index + step) % nodes.length])
    for (let bits = 0; 2 ** bits < nodes.length; bits++) {
      // One of the part of the circle that has these bits in common: not the same one for all, which would be a hub.
      const size = 1n << BigInt(PLACE_BITS - 1 - bits)
      const from = ((node.place / size) ^ 1n) * size
      const [first, end] = [firstFrom(nodes, from), firstFrom(nodes, from + size)]
      if (end > first) linkTo(network, node, nodes[randomInteger(network.random, first, end - 1)])
    }
  }
  return network
}

function linkTo(network: RingNetwork, node: RingNode, to: RingNode | undefined): void {
  if (to !== undefined && to !== node) network.link(node, to)
}

/** The index of the first node that lies at a place or after it. */
function firstFrom(nodes: readonly { place: bigint }[], place: bigint): number {
  let [low, high] = [0, nodes.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((nodes[middle]?.place ?? place) < place) low = middle + 1
    else high = middle
  }
  return low
}

/** Two rings that grew apart and meet at one place. */
export function mergingHalves(init: RingNetworkInit & { nodes: number }): RingNetwork {
  const network = new RingNetwork(init)
  for (let index = 0; index < init.nodes; index++) {
    const node = network.addNode()
    node.side = Math.floor(network.random() * 2)
    network.scheduler.after(network.random() * JOIN_MS, () => network.start(node))
  }
  network.run(JOIN_MS + SETTLE_MS)
  network.heal()
  return network
}

/** Puts items from random nodes, which differ by their name and number; those that were acknowledged, with their copies. */
export function putItems(network: RingNetwork, count: number, name = 'item'): Map<ItemKey, number> {
  const items = new Map<ItemKey, number>()
  for (let index = 0; index < count; index++) {
    const item: Item = {
      value: Buffer.from(`${name} ${index}`),
      signed: undefined,
      ttlSeconds: TTL_SECONDS,
      copies: COPIES,
    }
    const result = network.ask(pick(network.random, network.up), { type: 'put', item })
    if (result.type === 'put' && result.isHeld) items.set(keyOf(item), COPIES)
  }
  return items
}

export interface Gets {
  found: number
  missing: number
  wrong: number
}

/** Gets random items from random nodes over a time, each at a random moment. The counts grow as the network runs. */
export function getOverTime(
  network: RingNetwork,
  keys: readonly ItemKey[],
  { count, overMs }: { count: number; overMs: number },
): Gets {
  const gets: Gets = { found: 0, missing: 0, wrong: 0 }
  const get = (): void => {
    const key = pick(network.random, keys)
    network.tell(pick(network.random, network.up), { type: 'get', key, copies: COPIES }, (result) => {
      if (result.type !== 'got' || result.item === undefined) gets.missing++
      else if (keyOf(result.item) === key) gets.found++
      else gets.wrong++
    })
  }
  for (let index = 0; index < count; index++) network.scheduler.after(network.random() * overMs, get)
  return gets
}

export interface Lookups {
  /** They ended at the node that was nearest to their place when they began, or when they were answered. */
  right: number
  wrong: number
  unanswered: number
}

/** Looks up random places from random nodes over a time, each at a random moment. The counts grow as the network runs. */
export function lookUpOverTime(network: RingNetwork, { count, overMs }: { count: number; overMs: number }): Lookups {
  const lookups: Lookups = { right: 0, wrong: 0, unanswered: 0 }
  const lookUp = (): void => {
    const place = randomPlace(network.random)
    const before = nearestTo(network.up, place).peer
    const ping = { type: 'ping' as const, place, payload: new Uint8Array(0) }
    network.tell(pick(network.random, network.up), ping, (result) => {
      if (result.type !== 'pinged') lookups.unanswered++
      else if (result.by === before || result.by === nearestTo(network.up, place).peer) lookups.right++
      else lookups.wrong++
    })
  }
  for (let index = 0; index < count; index++) network.scheduler.after(network.random() * overMs, lookUp)
  return lookups
}

/** Nodes that leave without a word over a time, each at a random moment. */
export function leaveOverTime(network: RingNetwork, nodes: readonly RingNode[], overMs: number): void {
  for (const node of nodes) network.scheduler.after(network.random() * overMs, () => network.crash(node))
}

/**
 * Nodes that come and go: each stays up for one of the session times, drawn at random, and is down for one of them, until
 * `untilMs`. Those that are up then stay.
 */
export function churn(network: RingNetwork, sessionsMs: readonly number[], untilMs: number): void {
  const later = (run: () => void): void => {
    const afterMs = pick(network.random, sessionsMs)
    if (network.scheduler.nowMs + afterMs < untilMs) network.scheduler.after(afterMs, run)
  }
  const goes = (node: RingNode): void => {
    if (node.machine === undefined || network.up.length <= 2) return
    network.crash(node)
    later(() => comes(node))
  }
  const comes = (node: RingNode): void => {
    network.start(node)
    later(() => goes(node))
  }
  for (const node of network.up) later(() => goes(node))
}
