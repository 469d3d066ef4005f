/** Which of some documents can be accepted together. */
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId } from '../../protocols/wire/ids.ts'
import { descendantsByAncestor } from './ancestors.ts'

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
