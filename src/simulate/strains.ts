/** When what strains nodes begins and ends: crowds of invented authors, and full disks. */
import type { RoomId } from '../../protocols/wire/ids.ts'
import { inventedDocument } from './crowds.ts'
import type { SimulatedNetwork } from './network.ts'
import type { Crowd, FullDisk, Range, Scenario } from './scenario.ts'
import type { SimulatedNode } from './simulated-node.ts'

/** Schedules an action at a time of the main phase. */
type At = (elapsedMs: number, act: () => void) => void

export interface StrainsInit {
  network: SimulatedNetwork
  roomOf: ReadonlyMap<SimulatedNode, { id: RoomId }>
  at: At
  /** A random value of a range. */
  within: (range: Range) => number
}

export function scheduleStrains({ fullDisks, crowds }: Scenario, { network, roomOf, at, within }: StrainsInit): void {
  for (const disk of fullDisks) scheduleFullDisk(disk, within(disk.forMs), network, at)
  for (const crowd of crowds) scheduleCrowd(crowd, network, roomOf, at)
}

function scheduleFullDisk({ node: index, atMs }: FullDisk, forMs: number, network: SimulatedNetwork, at: At): void {
  const node = network.nodes[index]
  if (node === undefined) return
  at(atMs, () => network.setFull(node, true))
  at(atMs + forMs, () => network.setFull(node, false))
}

/** Lets a node's machine have what it invents as if that had come by gossip, so that it passes it on. */
function scheduleCrowd(
  { node: index, authors, atMs, overMs }: Crowd,
  { nodes, scheduler }: SimulatedNetwork,
  roomOf: ReadonlyMap<SimulatedNode, { id: RoomId }>,
  at: At,
): void {
  const node = nodes[index]
  const room = node && roomOf.get(node)?.id
  if (node === undefined || room === undefined) return
  for (let i = 0; i < authors; i++) {
    at(atMs + Math.floor((overMs * i) / authors), () => {
      const document = inventedDocument(room, index, i, scheduler.nowMs)
      node.push({ type: 'gossip', room, document, from: node.peer })
    })
  }
}
