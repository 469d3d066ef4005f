/** Nodes of a simulated ring by their places. */
import { isNearer, placeOfBytes, type Place } from '../../../protocols/ring/index.ts'
import type { Random } from '../../../protocols/wire/machine.ts'
import type { RingNode } from './network.ts'

const PLACE_BYTES = 32

export function randomPlace(random: Random): Place {
  return placeOfBytes(Uint8Array.from({ length: PLACE_BYTES }, () => Math.floor(random() * 256)))
}

/** Clockwise. */
export function inOrder(nodes: readonly RingNode[]): RingNode[] {
  return nodes.toSorted((a, b) => (a.place < b.place ? -1 : 1))
}

/** Throws a RangeError without nodes. */
export function nearestTo(nodes: readonly RingNode[], place: Place): RingNode {
  const [first, ...others] = nodes
  if (first === undefined) throw new RangeError('there are no nodes')
  let nearest = first
  for (const other of others) if (isNearer(other.place, nearest.place, place)) nearest = other
  return nearest
}
