/** The documents that a document names. */
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId } from '../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../protocols/wire/order.ts'
import type { StoreReads } from '../store/store.ts'
import type { DocumentReader } from './document-reader.ts'
import { storedDocument } from './stored-document.ts'

export function ancestorsOf({ previous, parents }: Document): readonly DocumentId[] {
  if (previous === null) return parents
  return parents.length === 0 ? [previous] : [previous, ...parents]
}

/** What the first of some documents waits for, besides others of them. What the others wait for is mostly before that. */
export function missingBeforeFirst(documents: readonly Document[], isHere: (id: DocumentId) => boolean): DocumentId[] {
  const given = new Set(documents.map(({ id }) => id))
  const isMissing = (id: DocumentId): boolean => !given.has(id) && !isHere(id)
  const missing = documents.toSorted(comparePositions).map((document) => ancestorsOf(document).filter(isMissing))
  return missing.find(({ length }) => length > 0) ?? []
}

/** Those of them that are stored; none if the disk damaged the document. */
export function storedAncestorsOf(store: StoreReads, reader: DocumentReader, id: DocumentId): Position[] {
  const row = store.document(id)
  const document = row && storedDocument(row, reader)
  if (document === undefined) return []
  return ancestorsOf(document).flatMap((ancestor) => store.documentHeader(ancestor) ?? [])
}

/** Those that no other one comes after, directly or by way of `between`. */
export function headsOf(documents: readonly Document[], between: readonly Document[]): Document[] {
  const byId = new Map(between.map((document) => [document.id, document]))
  const before = new Set<DocumentId>()
  const open = documents.flatMap(ancestorsOf)
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (before.has(next)) continue
    before.add(next)
    const document = byId.get(next)
    if (document !== undefined) open.push(...ancestorsOf(document))
  }
  return documents.filter(({ id }) => !before.has(id))
}

/** For each id, the documents that name it as previous or parent. */
export function descendantsByAncestor(documents: Iterable<Document>): Map<DocumentId, Document[]> {
  const descendants = new Map<DocumentId, Document[]>()
  for (const document of documents) {
    for (const id of ancestorsOf(document)) {
      const list = descendants.get(id)
      if (list === undefined) descendants.set(id, [document])
      else list.push(document)
    }
  }
  return descendants
}
