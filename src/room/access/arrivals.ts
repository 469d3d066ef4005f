/** Documents on their way into a room with members. */
import type { Document } from '../../../protocols/document/document.ts'
import type { DocumentId } from '../../../protocols/wire/ids.ts'
import { ancestorsOf } from '../ancestors.ts'
import type { Bits } from './bits.ts'

export interface Arrival {
  document: Document
  /** The acts before it. */
  known: Bits
  /** Its index, if it is an act. */
  act: number | undefined
}

/** Of documents in order, those that are neither kept for their own sake nor before one that is. */
export function unneededOf(arrivals: readonly Arrival[], isKept: (arrival: Arrival) => boolean): Arrival[] {
  const named = new Set<DocumentId>()
  const unneeded: Arrival[] = []
  for (const arrival of arrivals.toReversed()) {
    if (!named.has(arrival.document.id) && !isKept(arrival)) unneeded.unshift(arrival)
    else for (const ancestor of ancestorsOf(arrival.document)) named.add(ancestor)
  }
  return unneeded
}
