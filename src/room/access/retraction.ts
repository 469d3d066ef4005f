/** Finds accepted documents that count no more and on which nobody has built who may write: they leave the room again. */
import type { Document } from '../../../protocols/document/document.ts'
import type { DocumentId, PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../../protocols/wire/order.ts'
import type { AuthorHead } from '../../store/store.ts'
import { ancestorsOf } from '../ancestors.ts'
import { storedDocuments } from '../document-pages.ts'
import type { DocumentReader } from '../document-reader.ts'
import type { RoomStore } from '../room-store.ts'
import { storedDocument } from '../stored-document.ts'

export interface Retraction {
  /** In the room's order. */
  documents: Document[]
  /** Documents that no other one names then. */
  heads: Position[]
  /** The last documents of their authors then; undefined: an author has none any more. */
  authorHeads: Map<PeerId, AuthorHead | undefined>
}

export interface RetractionInit {
  room: RoomId
  store: RoomStore
  reader: DocumentReader
  /** Whether a document stays for its own sake. */
  stays: (document: Document) => boolean
}

/**
 * What leaves once documents from a clock on may not count any more: some of these, and what was only here because they
 * follow it, however far back. Looks at each document once. Nothing leaves if the disk damaged one of them: what that
 * named would seem to be named by nobody.
 */
export function retractionFrom(clock: number, init: RetractionInit): Retraction {
  return retractionOf(clock, init) ?? { documents: [], heads: [], authorHeads: new Map() }
}

/** Undefined if the disk damaged a document that tells. */
function retractionOf(clock: number, init: RetractionInit): Retraction | undefined {
  const { room, store, reader, stays } = init
  const named = new Set<DocumentId>()
  const documents: Document[] = []
  /** Named by documents that leave. */
  const before = new Map<DocumentId, Position>()
  let lastClock = clock
  for (const row of storedDocuments(store, room, { descending: true })) {
    if (row.clock < lastClock) break
    const document = storedDocument(row, reader)
    if (document === undefined) return undefined
    // What is from before the clock is as it was, unless something that leaves follows it.
    const isAsBefore = document.clock < clock && !before.has(document.id)
    if (isAsBefore || named.has(document.id) || stays(document)) {
      for (const id of ancestorsOf(document)) named.add(id)
      continue
    }
    documents.unshift(document)
    for (const id of ancestorsOf(document)) {
      const header = store.documentHeader(id)
      if (header === undefined) continue
      before.set(id, { id, clock: header.clock })
      lastClock = Math.min(lastClock, header.clock)
    }
  }
  const leaving = new Set(documents.map(({ id }) => id))
  const heads = [...before.values()].filter(({ id }) => !leaving.has(id) && !named.has(id))
  const authorHeads = authorHeadsWithout(documents, init)
  return authorHeads && { documents, heads: heads.sort(comparePositions), authorHeads }
}

/**
 * What is left of each author's chain. That of one without forks ends before the first document that leaves. Undefined if
 * the disk damaged a document of one with forks.
 */
function authorHeadsWithout(
  documents: readonly Document[],
  { room, store, reader }: RetractionInit,
): Map<PeerId, AuthorHead | undefined> | undefined {
  const leaving = new Set(documents.map(({ id }) => id))
  const heads = new Map<PeerId, AuthorHead | undefined>()
  for (const author of new Set(documents.map((document) => document.author))) {
    const now = store.authorHead(room, author)
    if (now === undefined || !leaving.has(now.id)) continue
    const own = now.forks > 0 ? allBy(author) : documents.filter((document) => document.author === author)
    if (own === undefined) return undefined
    const left = own.flatMap(lastOf)
    heads.set(author, left.sort(compareInChain).at(-1))
  }
  return heads

  /** Of an author with forks. */
  function allBy(author: PeerId): Document[] | undefined {
    const all: Document[] = []
    for (const row of storedDocuments(store, room, { descending: true })) {
      if (row.author !== author) continue
      const document = storedDocument(row, reader)
      if (document === undefined) return undefined
      all.push(document)
    }
    return all
  }

  /** The document itself if it stays, or else the one before it. */
  function lastOf({ id, previous, author }: Document): AuthorHead[] {
    const last = leaving.has(id) ? previous : id
    const header = last === null || leaving.has(last) ? undefined : store.documentHeader(last)
    const forks = store.authorHead(room, author)?.forks ?? 0
    return header === undefined ? [] : [{ author, id: header.id, seq: header.seq, clock: header.clock, forks }]
  }
}

function compareInChain(a: AuthorHead, b: AuthorHead): number {
  return a.seq - b.seq || comparePositions(a, b)
}
