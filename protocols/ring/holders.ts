/**
 * Who holds an item where the ring is small. Each place belongs to the node nearest to it; where one node is nearest to
 * several places of an item, the next nearest ones stand in, so that each copy is another node's.
 */
import type { PeerId } from '../wire/ids.ts'
import { isNearer, placeOfCopy, type ItemKey, type Place } from './circle.ts'
import { LEAVES } from './constants.ts'

/** Whoever knows no more nodes than its neighbours and theirs, knows the whole ring. */
export const MAX_WHOLE = 4 * LEAVES + 1

/** The nodes that hold an item, one for each copy in order, as long as there are enough nodes. */
export function holdersOf(key: ItemKey, copies: number, nodes: ReadonlyMap<PeerId, Place>): PeerId[] {
  const holders: PeerId[] = []
  for (let copy = 0; copy < copies; copy++) {
    const place = placeOfCopy(key, copy)
    let holder: [PeerId, Place] | undefined
    for (const node of nodes) {
      if (!holders.includes(node[0]) && (holder === undefined || isNearer(node[1], holder[1], place))) holder = node
    }
    if (holder !== undefined) holders.push(holder[0])
  }
  return holders
}

/** Those holders that are nearest to none of the item's places; nobody if more nodes are known than a small ring has. */
export function standIns(key: ItemKey, copies: number, nodes: ReadonlyMap<PeerId, Place>): PeerId[] {
  if (nodes.size > MAX_WHOLE) return []
  const nearest = new Set(Array.from({ length: copies }, (_, copy) => nearestTo(placeOfCopy(key, copy), nodes)))
  return holdersOf(key, copies, nodes).filter((holder) => !nearest.has(holder))
}

function nearestTo(place: Place, nodes: ReadonlyMap<PeerId, Place>): PeerId | undefined {
  let nearest: [PeerId, Place] | undefined
  for (const node of nodes) if (nearest === undefined || isNearer(node[1], nearest[1], place)) nearest = node
  return nearest?.[0]
}
