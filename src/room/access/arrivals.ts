/** Documents on their way into a room with members. */
import type { Document } from '../../../protocols/document/document.ts'
import type { DocumentId, PeerId } from '../../../protocols/wire/ids.ts'
import { ancestorsOf } from '../ancestors.ts'
import { withBit, type Bits } from './bits.ts'

export interface Arrival {
  document: Document
  /** The acts before it. */
  known: Bits
  /** Its index, if it is an act. */
  act: number | undefined
}

/** What documents that arrive together change. */
export interface Ruling {
  /** Those that become part of the room: they count, or one that counts follows them. In order. */
  accepted: Document[]
  /** Those on which nobody has built who has the right to write. In order, those without a signature last. */
  refused: Document[]
  /** Accepted documents from this clock on may count that did not, or the other way round. */
  changedFrom: number | undefined
}

/** The acts that documents after it know. */
export function afterOf({ known, act }: Arrival): Bits {
  return act === undefined ? known : withBit(known, act)
}

/** Of documents in order, those that are neither this node's or kept for their own sake, nor before one that is. */
export function unneededOf(
  arrivals: readonly Arrival[],
  self: PeerId | undefined,
  isKept: (arrival: Arrival) => boolean,
): Arrival[] {
  const named = new Set<DocumentId>()
  const unneeded: Arrival[] = []
  for (const arrival of arrivals.toReversed()) {
    const isNeeded = arrival.document.author === self || named.has(arrival.document.id) || isKept(arrival)
    if (!isNeeded) unneeded.unshift(arrival)
    else for (const ancestor of ancestorsOf(arrival.document)) named.add(ancestor)
  }
  return unneeded
}
