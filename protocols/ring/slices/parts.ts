/** Parts of the ring, clockwise. */

/** From a place, inclusive, to another one, exclusive. The whole ring if both are the same. */
export interface Part {
  from: bigint
  to: bigint
}

function clockwise(from: bigint, to: bigint): bigint {
  return BigInt.asUintN(256, to - from)
}

/** Whether a place is in a part. */
export function contains({ from, to }: Part, place: bigint): boolean {
  return from === to || clockwise(from, place) < clockwise(from, to)
}

/** What is in one part and not in another one, in pieces. */
export function without(part: Part, other: Part): Part[] {
  if (other.from === other.to) return []
  const cuts = [other.from, other.to]
    .filter((place) => place !== part.from && contains(part, place))
    .toSorted((a, b) => (clockwise(part.from, a) < clockwise(part.from, b) ? -1 : 1))
  const bounds = [part.from, ...cuts, part.to]
  return bounds
    .slice(0, -1)
    .map((from, index): Part => ({ from, to: bounds[index + 1] ?? from }))
    .filter(({ from }) => !contains(other, from))
}
