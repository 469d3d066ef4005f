/**
 * What a room with members links to once other documents count: files of one that counts no more are files of the room no
 * more.
 */
import type { Document } from '../../../protocols/document/document.ts'
import type { BlockId, RoomId } from '../../../protocols/wire/ids.ts'
import { storedDocuments } from '../../room/document-pages.ts'
import type { DocumentReader } from '../../room/document-reader.ts'
import type { Intake } from '../../room/intake.ts'
import type { RoomStore } from '../../room/room-store.ts'
import { storedDocument } from '../../room/stored-document.ts'

interface Links {
  room: RoomId
  store: RoomStore
  reader: DocumentReader
  counts: (document: Document) => boolean
  /** A document counts that did not. */
  linked: (document: Document) => void
  /** Nothing that counts links to a block any more that was fetched by itself. */
  release: (id: BlockId) => void
}

/** Looks at each document that may count or not since some others came. What the user pinned, or shared, stays to be found. */
export function reviseLinks({ left, ruledFrom }: Pick<Intake, 'left' | 'ruledFrom'>, links: Links): void {
  if (ruledFrom === undefined) return
  const { room, store, reader, counts, linked, release } = links
  const rows = store.linking(room)
  const gone = new Set(left.map(({ id }) => id))
  const isKnown = new Set(rows.map(({ id }) => id))
  for (const row of storedDocuments(store, room, { descending: true })) {
    const { id, clock } = row
    if (clock < ruledFrom) break
    const document = storedDocument(row, reader)
    // What the disk has changed stays as it was.
    if (document === undefined || (document.links.length === 0 && !isKnown.has(id))) continue
    if (!counts(document)) gone.add(id)
    else if (!isKnown.has(id)) linked(document)
  }
  const isPinned = (id: BlockId): boolean => store.ensured(room, id)?.pinned === true
  const lost = rows.filter(({ id, links: blocks }) => gone.has(id) && !blocks.some(isPinned))
  if (lost.length === 0) return
  for (const { id } of lost) store.apply({ type: 'delete-linking', room, id })
  const linkedStill = new Set(store.linking(room).flatMap((row) => row.links))
  for (const id of new Set(lost.flatMap((row) => row.links))) {
    if (!linkedStill.has(id) && store.ensured(room, id) !== undefined) release(id)
  }
}
