/** Which of some documents a room could take: those that have their ancestors, keep the rules and are proven. */
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId } from '../../protocols/wire/ids.ts'
import { descendantsByAncestor } from './ancestors.ts'
import type { DocumentReader } from './document-reader.ts'

/**
 * The largest such part of a pool, in its order. A chain costs a single signature check, that of its last document.
 * `isSound`: whether a document keeps the rules and has its ancestors, in the room or among the candidates.
 */
export function acceptableOf(
  pool: readonly Document[],
  reader: Pick<DocumentReader, 'isSignatureValid'>,
  isSound: (document: Document, candidates: ReadonlyMap<DocumentId, Document>) => boolean,
): Document[] {
  const isSigned = (document: Document): boolean => reader.isSignatureValid(document)
  const candidates = new Map<DocumentId, Document>()
  const proofs = new Map<DocumentId, number>()
  for (const document of pool) {
    if (!isSound(document, candidates)) continue
    candidates.set(document.id, document)
    const { previous } = document
    if (previous !== null) proofs.set(previous, (proofs.get(previous) ?? 0) + 1)
  }
  const acceptable = [...candidates.values()]
  const excluded = acceptable.filter((document) => !proofs.has(document.id) && !isSigned(document))
  if (excluded.length === 0) return acceptable
  const descendants = descendantsByAncestor(acceptable)
  for (let next = excluded.pop(); next !== undefined; next = excluded.pop()) {
    if (!candidates.delete(next.id)) continue
    for (const descendant of descendants.get(next.id) ?? []) excluded.push(descendant)
    if (next.previous === null) continue
    const left = (proofs.get(next.previous) ?? 0) - 1
    proofs.set(next.previous, left)
    const previous = candidates.get(next.previous)
    if (previous !== undefined && left === 0 && !isSigned(previous)) excluded.push(previous)
  }
  return [...candidates.values()]
}
