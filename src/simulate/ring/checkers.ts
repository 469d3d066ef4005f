/** What has to hold in a whole ring: checkers see all nodes at once. */
import {
  isNearer,
  placeOfBytes,
  placeOfCopy,
  positionOf,
  type ItemKey,
  type Place,
} from '../../../protocols/ring/index.ts'
import type { Random } from '../../../protocols/wire/machine.ts'
import { pick } from '../random.ts'
import type { RingNetwork, RingNode } from './network.ts'

const PLACE_BYTES = 32

/** What is wrong with the ring of all nodes that are up: each must have the next one on both sides as its neighbour. */
export function ringFaults(network: RingNetwork): string[] {
  const nodes = inOrder(network.up)
  if (nodes.length === 1) return []
  return nodes.flatMap(({ node }, index) => {
    const next = nodes[(index + 1) % nodes.length]?.node.peer
    const previous = nodes.at(index - 1)?.node.peer
    const view = node.machine?.view
    const isSound = view?.next[0]?.peer === next && view?.previous[0]?.peer === previous
    return isSound ? [] : [`${node.peer} has other neighbours than the nodes next to it`]
  })
}

/** Items that are not held at one of their places. */
export function itemFaults(network: RingNetwork, items: Iterable<readonly [ItemKey, number]>): string[] {
  const nodes = inOrder(network.up)
  return [...items].flatMap(([key, copies]) => {
    const nearest = Array.from({ length: copies }, (_, copy) => nearestTo(nodes, placeOfCopy(key, copy)))
    const lacking = [...new Set(nearest)].filter(({ items: held }) => held.heldItem(key) === undefined)
    return lacking.map(({ peer }) => `${key} is not held by ${peer}, which is nearest to one of its places`)
  })
}

/** How often an item is held by nodes that are up. */
export function copiesOf(network: RingNetwork, key: ItemKey): number {
  return network.up.filter(({ items }) => items.heldItem(key) !== undefined).length
}

/** Routes messages from random nodes to random places. */
export function lookups(network: RingNetwork, count: number): { wrong: number; unanswered: number; hops: number[] } {
  const nodes = inOrder(network.up)
  const result = { wrong: 0, unanswered: 0, hops: [] as number[] }
  for (let index = 0; index < count; index++) {
    const place = randomPlace(network.random)
    const route = network.route(pick(network.random, network.up), place)
    if (route === undefined) result.unanswered++
    else {
      if (route.by !== nearestTo(nodes, place).peer) result.wrong++
      result.hops.push(route.hops)
    }
  }
  return result
}

function randomPlace(random: Random): Place {
  return placeOfBytes(Uint8Array.from({ length: PLACE_BYTES }, () => Math.floor(random() * 256)))
}

interface Placed {
  node: RingNode
  place: Place
}

function inOrder(nodes: readonly RingNode[]): Placed[] {
  return nodes
    .map((node) => ({ node, place: positionOf(node.peer) ?? 0n }))
    .toSorted((a, b) => (a.place < b.place ? -1 : 1))
}

function nearestTo(nodes: readonly Placed[], place: Place): RingNode {
  const [first, ...others] = nodes
  if (first === undefined) throw new RangeError('no node is up')
  let nearest = first
  for (const other of others) if (isNearer(other.place, nearest.place, place)) nearest = other
  return nearest.node
}
