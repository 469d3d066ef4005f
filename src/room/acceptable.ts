/** Which of some documents can be accepted together. */
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId } from '../../protocols/wire/ids.ts'
import { comparePositions } from '../../protocols/wire/order.ts'
import { ancestorsOf, descendantsByAncestor } from './ancestors.ts'
import type { PendingDocuments } from './pending-documents.ts'

const NOTHING: readonly never[] = []

/**
 * The largest part of a pool whose documents have their ancestors, keep the rules and are proven, in the order of the
 * pool. A chain costs a single signature check, that of its last document. `faultOf`: what is wrong with a document, or
 * missing, beside some others. `isUnsigned`: whether it lacks a valid signature of its own.
 */
export function acceptableOf(
  pool: readonly Document[],
  faultOf: (document: Document, candidates: ReadonlyMap<DocumentId, Document>) => string | undefined,
  isUnsigned: (document: Document) => boolean,
): Document[] {
  const candidates = new Map<DocumentId, Document>()
  const proofs = new Map<DocumentId, number>()
  for (const document of pool) {
    if (faultOf(document, candidates) !== undefined) continue
    candidates.set(document.id, document)
    const { previous } = document
    if (previous !== null) proofs.set(previous, (proofs.get(previous) ?? 0) + 1)
  }
  const accepted = [...candidates.values()]
  const excluded = accepted.filter((document) => !proofs.has(document.id) && isUnsigned(document))
  if (excluded.length === 0) return accepted
  const descendants = descendantsByAncestor(accepted)
  for (let next = excluded.pop(); next !== undefined; next = excluded.pop()) {
    if (!candidates.delete(next.id)) continue
    for (const descendant of descendants.get(next.id) ?? []) excluded.push(descendant)
    if (next.previous === null) continue
    const left = (proofs.get(next.previous) ?? 0) - 1
    proofs.set(next.previous, left)
    const previous = candidates.get(next.previous)
    if (previous !== undefined && left === 0 && isUnsigned(previous)) excluded.push(previous)
  }
  return [...candidates.values()]
}

/** Which of some documents are proven by themselves, or are the `previous` of one that is authentic. */
export function authenticOf(
  documents: readonly Document[],
  isProven: (document: Document) => boolean,
): Set<DocumentId> {
  const byId = new Map(documents.map((document) => [document.id, document]))
  const authentic = new Set<DocumentId>()
  for (const document of documents.toSorted(comparePositions).reverse()) {
    if (!authentic.has(document.id) && !isProven(document)) continue
    authentic.add(document.id)
    const previous = document.previous === null ? undefined : byId.get(document.previous)
    if (previous?.author === document.author) authentic.add(previous.id)
  }
  return authentic
}

/**
 * New documents, and the pending ones that they may make acceptable, in the room's order. `opensUp`: whether one of those
 * that arrived may.
 */
export function poolOf(
  arrived: readonly Document[],
  pending: PendingDocuments,
  opensUp: (document: Document, arrived: ReadonlyMap<DocumentId, Document>) => boolean,
): Document[] {
  // Of a history, hardly any is next to a pending one.
  if (!arrived.some((document) => pending.isBeside(document))) return inOrder(arrived)
  const pool = new Map(arrived.map((document) => [document.id, document]))
  const arrivedAfter = descendantsByAncestor(arrived)
  const open = arrived.filter((document) => opensUp(document, pool))
  const seen = new Set(open)
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const before = ancestorsOf(next).flatMap((id) => pool.get(id) ?? pending.get(id)?.document ?? [])
    const pendingAfter = pending.waitingFor(next.id).map(({ document }) => document)
    for (const related of [...before, ...pendingAfter, ...(arrivedAfter.get(next.id) ?? [])]) {
      if (seen.has(related)) continue
      seen.add(related)
      pool.set(related.id, related)
      open.push(related)
    }
  }
  return [...pool.values()].sort(comparePositions)
}

function inOrder(documents: readonly Document[]): Document[] {
  const isSorted = documents.every((document, i) => {
    const before = documents[i - 1]
    return before === undefined || comparePositions(before, document) < 0
  })
  return isSorted ? [...documents] : documents.toSorted(comparePositions)
}

/** Those of a list that are not in a part of it, which is mostly all of it. */
export function except(list: readonly Document[], part: readonly Document[]): readonly Document[] {
  return part.length === list.length ? NOTHING : exceptThese(list, part)
}

/** Those of a list that are not among some others, of which there are mostly none. */
export function exceptThese(list: readonly Document[], others: readonly Document[]): readonly Document[] {
  if (others.length === 0) return list
  const isOther = new Set(others)
  return list.filter((document) => !isOther.has(document))
}
