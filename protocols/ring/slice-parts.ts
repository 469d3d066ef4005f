/** Who holds which part of the ring, as far as a node is connected to them. */
import type { PeerId } from '../wire/ids.ts'
import { clockwise, type Place } from './circle.ts'
import { DEFAULT_COPIES } from './constants.ts'
import type { RingCore } from './core.ts'
import { common, MAX_HOLDERS, sizeOf, type Holder, type Part } from './slices/index.ts'

const TOP_BIT = 1n << 255n
const QUARTERS = [0n, 1n, 2n, 3n].map((index): Part => {
  return { from: index << 254n, to: BigInt.asUintN(256, (index + 1n) << 254n) }
})
/** What copies of an item change of its key. */
const MASKS = [0n, TOP_BIT, TOP_BIT >> 1n, TOP_BIT | (TOP_BIT >> 1n)]

interface Node {
  peer: PeerId
  place: Place
}

/** The part whose owner this node is: all of the ring if it is alone. */
export function ownPart({ self, place, table }: RingCore): Part {
  return partOf({ peer: self, place }, table.previous(place, 1)[0]?.place, table.next(place, 1)[0]?.place)
}

/**
 * The connected nodes that hold something of a part, each with what it holds there. In a ring of no more nodes than an item has
 * copies, everybody holds everything. In a larger one, a node holds the part that it owns, and the same with the first bits
 * changed, for the other copies; owners of what is asked for come first.
 */
export function holdersIn(part: Part, { self, place, table }: RingCore): Holder[] {
  if (table.size < DEFAULT_COPIES) return table.all().map(({ peer }) => ({ peer, part }))
  const nodes: Node[] = [...table.all(), { peer: self, place }].toSorted((a, b) => (a.place < b.place ? -1 : 1))
  const owned = nodes.map((node, index) =>
    partOf(node, nodes.at(index - 1)?.place, nodes[(index + 1) % nodes.length]?.place),
  )
  const holders = new Map<PeerId, Part>()
  for (const mask of MASKS) {
    for (const [index, { peer }] of nodes.entries()) {
      const own = owned[index]
      if (own === undefined || peer === self || holders.has(peer) || holders.size === MAX_HOLDERS) continue
      const held = mask === 0n ? [own] : mirrored(own, mask)
      const pieces = held.flatMap((piece) => common(part, piece))
      const [largest] = pieces.toSorted((a, b) => (sizeOf(a) > sizeOf(b) ? -1 : 1))
      if (largest !== undefined) holders.set(peer, largest)
    }
  }
  return [...holders].map(([peer, held]) => ({ peer, part: held }))
}

/** From the middle between the node and the one before it to that between it and the next one. */
function partOf({ place }: Node, previous: Place | undefined, next: Place | undefined): Part {
  if (previous === undefined || next === undefined) return { from: place, to: place }
  return { from: middle(previous, place), to: middle(place, next) }
}

/** The first place that belongs to the second of two neighbours: of equally near ones, the first one owns it. */
function middle(first: Place, second: Place): Place {
  return BigInt.asUintN(256, first + clockwise(first, second) / 2n + 1n)
}

/** A part with its first two bits changed, in pieces. */
function mirrored(part: Part, mask: bigint): Part[] {
  return QUARTERS.flatMap((quarter) => common(quarter, part)).map(({ from, to }) => {
    const last = BigInt.asUintN(256, to - 1n)
    return { from: from ^ mask, to: BigInt.asUintN(256, (last ^ mask) + 1n) }
  })
}
