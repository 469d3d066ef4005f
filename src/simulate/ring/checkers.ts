/** What has to hold in a whole ring: checkers see all nodes at once. */
import { placeOfCopy, type ItemKey } from '../../../protocols/ring/index.ts'
import { pick } from '../random.ts'
import type { RingNetwork } from './network.ts'
import { inOrder, nearestTo, randomPlace } from './places.ts'

/** Longer than a call takes. */
const LOOKUP_MS = 60_000
const STEP_MS = 50

/** What is wrong with the ring of all nodes that are up: each must have the next one on both sides as its neighbour. */
export function ringFaults(network: RingNetwork): string[] {
  const nodes = inOrder(network.up)
  if (nodes.length === 1) return []
  return nodes.flatMap((node, index) => {
    const next = nodes[(index + 1) % nodes.length]?.peer
    const previous = nodes.at(index - 1)?.peer
    const view = node.machine?.view
    const isSound = view?.next[0]?.peer === next && view?.previous[0]?.peer === previous
    return isSound ? [] : [`${node.peer} has other neighbours than the nodes next to it`]
  })
}

/** Items that are not held at one of their places. */
export function itemFaults(network: RingNetwork, items: Iterable<readonly [ItemKey, number]>): string[] {
  const nodes = network.up
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

/**
 * Routes messages from random nodes to random places, all at once, as a large ring is costly to run for long. One that comes
 * twice to a node is wrong, wherever it ends.
 */
export function lookups(network: RingNetwork, count: number): { wrong: number; unanswered: number; hops: number[] } {
  const nodes = network.up
  const result = { wrong: 0, unanswered: 0, hops: [] as number[] }
  let open = count
  for (let index = 0; index < count; index++) {
    const place = randomPlace(network.random)
    network.route(pick(network.random, nodes), place, (route) => {
      open--
      if (route === undefined) result.unanswered++
      else {
        const isLoop = new Set(route.way).size < route.way.length
        if (isLoop || route.by !== nearestTo(nodes, place).peer) result.wrong++
        result.hops.push(route.way.length - 1)
      }
    })
  }
  for (let waitedMs = 0; open > 0 && waitedMs < LOOKUP_MS; waitedMs += STEP_MS) network.run(STEP_MS)
  result.unanswered += open
  return result
}
