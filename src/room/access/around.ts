/** The documents around an act, those that are here and those that arrive with it. */
import type { Document } from '../../../protocols/document/document.ts'
import { MAX_FRONTIER_IDS } from '../../../protocols/room-state/constants.ts'
import type { PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import { ancestorsOf } from '../ancestors.ts'
import { storedDocuments } from '../document-pages.ts'
import type { DocumentReader } from '../document-reader.ts'
import type { RoomStore } from '../room-store.ts'
import { storedDocument } from '../stored-document.ts'
import type { Around } from './reach.ts'

interface Stored {
  room: RoomId
  store: RoomStore
  reader: DocumentReader
}

/** `arrived`: before the act, in order. `member`: whose documents are looked for. */
export function aroundOf(act: Document, member: PeerId, arrived: readonly Document[], stored: Stored): Around {
  const { store, reader, room } = stored
  const byId = new Map(arrived.map((document) => [document.id, document]))
  const own = arrived.filter(({ author }) => author === member)
  return {
    isLast: isLast(act, arrived, stored),
    find: (id) => {
      const row = byId.has(id) ? undefined : store.document(id)
      return byId.get(id) ?? (row && storedDocument(row, reader))
    },
    newestOf: (author) => {
      const head = store.authorHead(room, author)
      const places = new Set(own.map(({ seq }) => seq))
      const clashes = own.filter(({ seq }) => seq <= (head?.seq ?? -1)).length + own.length - places.size
      const last = [...(head ? [head] : []), ...own].reduce<{ seq: number; clock: number } | undefined>(
        (newest, one) => (newest === undefined || one.seq > newest.seq ? one : newest),
        undefined,
      )
      return last && { seq: last.seq, clock: last.clock, forks: (head?.forks ?? 0) + clashes }
    },
    documentsOf: (author) => [...storedOf(author, stored), ...own],
  }
}

/** Whether an act comes after all that is here and arrived before it. */
function isLast(act: Document, arrived: readonly Document[], { store, room }: Stored): boolean {
  const heads = new Set([
    ...store.newestHeads(room, MAX_FRONTIER_IDS + 1).map(({ id }) => id),
    ...arrived.map(({ id }) => id),
  ])
  for (const document of arrived) for (const id of ancestorsOf(document)) heads.delete(id)
  for (const id of ancestorsOf(act)) heads.delete(id)
  return heads.size === 0
}

function* storedOf(author: PeerId, { store, reader, room }: Stored): Generator<Document> {
  for (const row of storedDocuments(store, room)) {
    const document = row.author === author ? storedDocument(row, reader) : undefined
    if (document !== undefined) yield document
  }
}
