/** Which nodes of a network can ever be linked, as pairs of node numbers, the lower one first. */
import type { Random } from '../../protocols/wire/machine.ts'
import { randomInteger } from './random.ts'

export type NodePair = readonly [a: number, b: number]

export type Topology =
  | { kind: 'full' | 'line' | 'ring' }
  /** Every node has about `degree` links, to any others. */
  | { kind: 'random'; degree: number }
  | { kind: 'links'; links: readonly NodePair[] }

/** The sorted pairs of a topology; a random one, drawn by `random`, is always connected. */
export function pairsOf(topology: Topology, nodes: number, random: Random): NodePair[] {
  switch (topology.kind) {
    case 'full':
      return fullTopology(nodes)
    case 'line':
      return line(nodes)
    case 'ring':
      return distinct([...line(nodes), [nodes - 1, 0]])
    case 'random':
      return randomTopology(nodes, topology.degree, random)
    case 'links':
      return distinct(topology.links)
  }
}

/** The pairs of a topology within each group of nodes; groups are numbered one after another. */
export function pairsInGroups(topology: Topology, sizes: readonly number[], random: Random): NodePair[] {
  let end = 0
  return sizes.flatMap((size) => {
    const first = end
    end += size
    return pairsOf(topology, size, random).map(([a, b]): NodePair => [first + a, first + b])
  })
}

/** Every pair of nodes. */
export function fullTopology(nodes: number): NodePair[] {
  return Array.from({ length: nodes }, (_, a) =>
    Array.from({ length: nodes - a - 1 }, (_none, i): NodePair => [a, a + 1 + i]),
  ).flat()
}

/** Nodes that no chain of links connects with node 0. */
export function unreachable(pairs: readonly NodePair[], nodes: number): number[] {
  const reached = new Set([0])
  const next = [0]
  const neighbours = neighboursOf(pairs)
  for (let node = next.pop(); node !== undefined; node = next.pop()) {
    for (const neighbour of neighbours.get(node) ?? []) {
      if (reached.has(neighbour)) continue
      reached.add(neighbour)
      next.push(neighbour)
    }
  }
  return Array.from({ length: nodes }, (_, node) => node).filter((node) => !reached.has(node))
}

function neighboursOf(pairs: readonly NodePair[]): Map<number, number[]> {
  const neighbours = new Map<number, number[]>()
  for (const [a, b] of pairs) {
    neighbours.set(a, [...(neighbours.get(a) ?? []), b])
    neighbours.set(b, [...(neighbours.get(b) ?? []), a])
  }
  return neighbours
}

function line(nodes: number): NodePair[] {
  return Array.from({ length: nodes - 1 }, (_, a): NodePair => [a, a + 1])
}

/** A ring through all nodes in random order, plus random chords until the average degree is reached. */
function randomTopology(nodes: number, degree: number, random: Random): NodePair[] {
  const wanted = Math.min(Math.floor((nodes * degree) / 2), (nodes * (nodes - 1)) / 2)
  const order = shuffled(nodes, random)
  const ring = order.map((node, i): NodePair => [node, order[(i + 1) % nodes] ?? 0])
  const pairs = new Map(distinct(ring).map((pair) => [pair.join('-'), pair]))
  while (pairs.size < wanted) {
    const [pair] = distinct([[randomInteger(random, 0, nodes - 1), randomInteger(random, 0, nodes - 1)]])
    if (pair !== undefined) pairs.set(pair.join('-'), pair)
  }
  return distinct([...pairs.values()])
}

function shuffled(nodes: number, random: Random): number[] {
  const order = Array.from({ length: nodes }, (_, node) => node)
  for (let i = nodes - 1; i > 0; i--) {
    const j = randomInteger(random, 0, i)
    const moved = order[i] ?? 0
    order[i] = order[j] ?? 0
    order[j] = moved
  }
  return order
}

/** Each pair once, sorted, without links of a node to itself. */
function distinct(pairs: readonly NodePair[]): NodePair[] {
  const sorted = pairs.filter(([a, b]) => a !== b).map(([a, b]): NodePair => (a < b ? [a, b] : [b, a]))
  return [...new Map(sorted.map((pair) => [pair.join('-'), pair])).values()].sort(([a, b], [c, d]) => a - c || b - d)
}
