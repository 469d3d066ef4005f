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
  return other.from === other.to ? [] : piecesOf(part, other).filter(({ from }) => !contains(other, from))
}

/** What is in both of two parts, in pieces. */
export function common(part: Part, other: Part): Part[] {
  if (part.from === part.to) return [other]
  return other.from === other.to ? [part] : piecesOf(part, other).filter(({ from }) => contains(other, from))
}

/** The halves of a part of two places at least. */
export function halves({ from, to }: Part): Part[] {
  const middle = BigInt.asUintN(256, from + sizeOf({ from, to }) / 2n)
  return [
    { from, to: middle },
    { from: middle, to },
  ]
}

/** Places in a part. */
export function sizeOf({ from, to }: Part): bigint {
  return from === to ? 1n << 256n : clockwise(from, to)
}

/** A part cut at the bounds of another one. */
function piecesOf(part: Part, other: Part): Part[] {
  const cuts = [other.from, other.to]
    .filter((place) => place !== part.from && contains(part, place))
    .toSorted((a, b) => (clockwise(part.from, a) < clockwise(part.from, b) ? -1 : 1))
  const bounds = [part.from, ...cuts, part.to]
  return bounds.slice(0, -1).map((from, index): Part => ({ from, to: bounds[index + 1] ?? from }))
}
