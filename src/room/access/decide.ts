/**
 * Decides which acts of a room count, from the whole set, in whatever order they came. An act counts if its author has
 * the right to it by the acts that it knows and that count, and if no act beside it takes that right away.
 *
 * Acts that take rights away from each other go in a circle: two admins who remove each other, say. Then all of
 * them count.
 */
import type { ActGraph, Decision } from './act-graph.ts'
import { waysOf, type Way } from './ways.ts'

/** `from`: acts with lower indexes are decided as they would be without the others. Default: none is decided. */
export function decide(graph: ActGraph, from = 0): void {
  // Acts that know all that came before them change nothing about these.
  const first = graph.areInLine(from) ? from : 0
  let open = graph.inOrder(first)
  for (const index of open) graph.decisions[index] = undefined
  for (;;) {
    const left = open.filter((index) => !decideOne(graph, index))
    if (left.length === 0) return
    if (left.length === open.length) breakCircles(graph, left)
    open = left.filter((index) => graph.decisions[index] === undefined)
  }
}

/** Decides an act, if that is possible already. */
function decideOne(graph: ActGraph, index: number): boolean {
  const decisions = waysOf(graph, index).map((way) => decisionOn(graph, way))
  if (decisions.includes('counts')) graph.decisions[index] = 'counts'
  else if (decisions.every((decision) => decision === 'void')) graph.decisions[index] = 'void'
  return graph.decisions[index] !== undefined
}

function decisionOn(graph: ActGraph, { right, attackers }: Way): Decision {
  if (right === 'no') return 'void'
  const against = attackers().map((attacker) => graph.decisions[attacker])
  if (against.includes('counts')) return 'void'
  return right === 'yes' && against.every((decision) => decision === 'void') ? 'counts' : undefined
}

/**
 * Where nothing else can be decided: of those that wait for nobody outside their circle, the attackers count, but for those
 * of which there are enough; of these only the first, if there are no others.
 */
function breakCircles(graph: ActGraph, open: readonly number[]): void {
  const isOpen = new Set(open)
  const before = new Map(
    open.map((index) => {
      const ways = waysOf(graph, index).filter((way) => decisionOn(graph, way) === undefined)
      const attackers = ways.flatMap((way) => way.attackers()).filter((other) => isOpen.has(other))
      const waits = ways
        .flatMap((way) => (way.right === 'open' ? way.waits() : []))
        .filter((other) => isOpen.has(other))
      const isHeld = ways.length > 0 && ways.every((way) => way.isHeld === true)
      return [index, { attackers, isHeld, all: [...new Set([...attackers, ...waits])] }]
    }),
  )
  const winners = new Set<number>()
  for (const circle of circlesOf(open, (index) => before.get(index)?.all ?? [])) {
    const isInside = new Set(circle)
    const isFirst = circle.every((index) => before.get(index)?.all.every((other) => isInside.has(other)))
    if (!isFirst) continue
    const attackers = new Set(circle.flatMap((index) => before.get(index)?.attackers ?? []))
    const inOrder = open.filter((index) => attackers.has(index))
    const free = inOrder.filter((index) => before.get(index)?.isHeld !== true)
    for (const winner of free.length > 0 ? free : inOrder.slice(0, 1)) winners.add(winner)
  }
  for (const index of winners) graph.decisions[index] = 'counts'
}

/** The strongly connected components of a graph, by Tarjan's algorithm without recursion. */
function circlesOf(nodes: readonly number[], edgesOf: (node: number) => readonly number[]): number[][] {
  const circles: number[][] = []
  const order = new Map<number, number>()
  const lowest = new Map<number, number>()
  const path: number[] = []
  const onPath = new Set<number>()
  const open = (node: number): { node: number; edges: readonly number[]; next: number } => {
    order.set(node, order.size)
    lowest.set(node, order.size - 1)
    path.push(node)
    onPath.add(node)
    return { node, edges: edgesOf(node), next: 0 }
  }
  const lower = (node: number, to: number): void => {
    lowest.set(node, Math.min(lowest.get(node) ?? Infinity, to))
  }
  for (const start of nodes) {
    if (order.has(start)) continue
    const stack = [open(start)]
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const edge = top.edges[top.next++]
      if (edge !== undefined) {
        if (!order.has(edge)) stack.push(open(edge))
        else if (onPath.has(edge)) lower(top.node, order.get(edge) ?? Infinity)
        continue
      }
      stack.pop()
      const own = lowest.get(top.node) ?? Infinity
      const parent = stack.at(-1)
      if (parent !== undefined) lower(parent.node, own)
      if (own !== order.get(top.node)) continue
      const circle = path.splice(path.lastIndexOf(top.node))
      for (const node of circle) onPath.delete(node)
      circles.push(circle)
    }
  }
  return circles
}
