/** Finds what can be read since a key came. */
import type { Document } from '../../../protocols/document/document.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { MAX_TOLD_READABLE } from '../constants.ts'
import { storedDocuments } from '../document-pages.ts'
import type { DocumentReader } from '../document-reader.ts'
import type { RoomStore } from '../room-store.ts'
import { storedDocument } from '../stored-document.ts'
import { isOpened } from './opened.ts'

interface Reading {
  room: RoomId
  store: RoomStore
  /** Opens what is sealed. */
  reader: DocumentReader
  counts: (document: Document) => boolean
}

/**
 * The newest sealed documents that count from a clock on, opened and in order, but for those that have just come. What the
 * disk damaged is left out.
 */
export function readableFrom(
  clock: number,
  { room, store, reader, counts }: Reading,
  accepted: readonly Document[],
): Document[] {
  const isNew = new Set(accepted.map(({ id }) => id))
  const readable: Document[] = []
  for (const row of storedDocuments(store, room, { descending: true })) {
    if (row.clock < clock || readable.length === MAX_TOLD_READABLE) break
    if (isNew.has(row.id)) continue
    const document = storedDocument(row, reader)
    if (document !== undefined && isOpened(document) && counts(document)) readable.unshift(document)
  }
  return readable
}

/** Stored documents of a kind from a clock on. */
export type StoredFrom = (kind: string, clock: number) => readonly Document[]

/** The stored documents of a kind from a clock on, in the room's order, as they came. What the disk damaged is left out. */
export function storedFrom(
  kind: string,
  clock: number,
  room: RoomId,
  { store, reader }: { store: RoomStore; reader: DocumentReader },
): Document[] {
  const found: Document[] = []
  for (const row of storedDocuments(store, room, { descending: true })) {
    if (row.clock < clock) break
    const document = storedDocument(row, reader)
    if (document?.kind === kind) found.unshift(document)
  }
  return found
}
