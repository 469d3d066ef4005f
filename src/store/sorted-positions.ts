/** Places in lists of positions that are in (clock, id) order. */
import { comparePositions, type Position } from '../../protocols/wire/order.ts'

export function firstIndexNotBefore(sorted: readonly Position[], bound: Position): number {
  return firstIndexWhere(sorted, (position) => comparePositions(position, bound) >= 0)
}

export function firstIndexAfter(sorted: readonly Position[], bound: Position): number {
  return firstIndexWhere(sorted, (position) => comparePositions(position, bound) > 0)
}

/** Binary search for the first position for which `holds` is true; it must be true for all positions after that, too. */
function firstIndexWhere(sorted: readonly Position[], holds: (position: Position) => boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const position = sorted[middle]
    if (position && holds(position)) high = middle
    else low = middle + 1
  }
  return low
}
