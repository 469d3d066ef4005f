/** What has to hold in the whole network of a room at rest: checkers see all nodes at once. */
import type { PeerId } from '../../../protocols/wire/ids.ts'
import type { NetworkNode, RoomNetworkSimulation } from './network.ts'

type View = NonNullable<ReturnType<RoomNetworkSimulation['viewOf']>>

/** What all nodes that are up know, and over which links each exchanges documents at once. */
export interface Whole {
  nodes: readonly NetworkNode[]
  views: ReadonlyMap<PeerId, View>
  links: ReadonlyMap<PeerId, readonly PeerId[]>
}

export function wholeOf(network: RoomNetworkSimulation): Whole {
  const nodes = network.up
  const views = new Map(
    nodes.flatMap((node) => {
      const view = network.viewOf(node)
      return view === undefined ? [] : [[node.peer, view] as const]
    }),
  )
  const chosen = new Map([...views].map(([peer, { neighbours }]) => [peer, new Set(linkedOf(neighbours))]))
  const links = new Map(
    nodes.map(({ peer }) => [
      peer,
      [...(chosen.get(peer) ?? [])].filter((other) => chosen.get(other)?.has(peer) === true),
    ]),
  )
  return { nodes, views, links }
}

function linkedOf(neighbours: View['neighbours']): PeerId[] {
  return neighbours.filter(({ isLinked }) => isLinked).map(({ peer }) => peer)
}

/** How far each node is from the first, over links, as far as they lead. */
function distancesFrom(first: PeerId, links: Whole['links']): Map<PeerId, number> {
  const distances = new Map([[first, 0]])
  for (const [peer, distance] of distances) {
    for (const next of links.get(peer) ?? []) if (!distances.has(next)) distances.set(next, distance + 1)
  }
  return distances
}

/** Sets of nodes that hang together over links. */
export function partsOf({ nodes, links }: Whole): Set<PeerId>[] {
  const parts: Set<PeerId>[] = []
  const seen = new Set<PeerId>()
  for (const { peer } of nodes) {
    if (seen.has(peer)) continue
    const part = new Set(distancesFrom(peer, links).keys())
    for (const each of part) seen.add(each)
    parts.push(part)
  }
  return parts
}

/** The longest way between two nodes of a part, by way of which all are reached. */
export function diameterOf(part: ReadonlySet<PeerId>, links: Whole['links']): number {
  return Math.max(...[...part].map((peer) => Math.max(...distancesFrom(peer, links).values())))
}

/** What is wrong at rest with one part of a network: its root, distances, parents and counts. */
export function treeFaults(whole: Whole, part: ReadonlySet<PeerId>): string[] {
  const members = whole.nodes.filter(({ peer }) => part.has(peer))
  const subscribers = members.filter(({ isCopy }) => !isCopy)
  const electable = (subscribers.length > 0 ? subscribers : members).map(({ peer }) => peer).toSorted()
  const [root] = electable
  if (root === undefined || part.size === 1) return []
  const distances = distancesFrom(root, whole.links)
  const faults: string[] = []
  for (const { peer } of members) {
    const view = whole.views.get(peer)
    const parents = view?.neighbours.filter(({ place }) => place === 'parent') ?? []
    if (view?.root !== root) faults.push(`${peer} has the root ${view?.root}, not ${root}`)
    else if (view.distance !== distances.get(peer)) {
      faults.push(`${peer} says it is ${view.distance} from the root, and is ${distances.get(peer)}`)
    } else if (parents.length !== (peer === root ? 0 : 1)) faults.push(`${peer} has ${parents.length} parents`)
    else if (parents.some((parent) => distances.get(parent.peer) !== view.distance - 1)) {
      faults.push(`the parent of ${peer} is not nearer to the root`)
    } else if (view.all.subscribers !== subscribers.length || view.all.copies !== members.length - subscribers.length) {
      faults.push(`${peer} counts ${view.all.subscribers} and ${view.all.copies}, of ${members.length} nodes`)
    }
  }
  return faults
}

/** Whether each side that can reach itself is one part, and nobody has more links than are allowed, beyond those of the tree. */
function graphFaults(whole: Whole, maxLinks: number): string[] {
  const faults: string[] = []
  const sideOf = new Map(whole.nodes.map(({ peer, side }) => [peer, side]))
  for (const [side, parts] of Map.groupBy(partsOf(whole), ([first]) => first && sideOf.get(first))) {
    if (parts.length > 1) faults.push(`side ${side} is in ${parts.length} parts`)
  }
  for (const [peer, links] of whole.links) {
    if (links.length > maxLinks) faults.push(`${peer} has ${links.length} links`)
  }
  return faults
}

/** All that is wrong at rest. */
export function faultsAtRest(network: RoomNetworkSimulation, maxLinks: number): string[] {
  const whole = wholeOf(network)
  return [...graphFaults(whole, maxLinks), ...partsOf(whole).flatMap((part) => treeFaults(whole, part))]
}
