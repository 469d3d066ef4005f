/** Notes which rooms the documents of a room link to as below it, so that they are found without reading the history. */
import type { Document } from '../../protocols/document/document.ts'
import type { RoomId } from '../../protocols/wire/ids.ts'
import { caseless } from '../names.ts'
import { MAX_TOLD_READABLE } from '../room/constants.ts'
import { childLinkOf } from '../room/children.ts'
import { storedDocuments } from '../room/document-pages.ts'
import { storedDocument } from '../room/stored-document.ts'
import type { ChildLinkWrite } from '../store/child-links.ts'
import type { Notice, WingContext } from './wing.ts'

export class ChildLinks {
  readonly #context: WingContext

  constructor(context: WingContext) {
    this.#context = context
  }

  onNotice(notice: Notice): void {
    if (notice.type === 'accepted') {
      const { room, intake } = notice.change
      const open = this.#context.rooms.get(room)
      for (const document of intake.accepted) this.#note(room, open?.read(document) ?? document)
      for (const { id } of intake.left) this.#context.store.apply({ type: 'delete-child-link', room, id })
    } else if (notice.type === 'readable') {
      for (const document of notice.documents) this.#note(notice.room, document)
      if (notice.documents.length >= MAX_TOLD_READABLE) this.#noteBefore(notice.room, notice.documents[0])
    }
  }

  /** More could be read at once than is told. */
  #noteBefore(room: RoomId, first: Document | undefined): void {
    const { rooms, store, reader } = this.#context
    for (const row of storedDocuments(store, room, { descending: true })) {
      if (first !== undefined && row.clock > first.clock) continue
      const document = storedDocument(row, reader)
      if (document !== undefined) this.#note(room, rooms.get(room)?.read(document) ?? document)
    }
  }

  #note(room: RoomId, document: Document): void {
    const write = childLinkWrite(room, document)
    if (write !== undefined) this.#context.store.apply(write)
  }
}

/** Notes a document, as its readers see it, that links to a room below its own. */
export function childLinkWrite(room: RoomId, document: Document): ChildLinkWrite | undefined {
  const link = childLinkOf(document)
  if (link === undefined) return undefined
  const { id, clock, author, timeMs, body } = document
  const { child, title, about } = link
  return {
    type: 'put-child-link',
    row: { room, id, clock, author, timeMs, body },
    keys: { child, title: caseless(title), ...(about !== undefined && { about }) },
  }
}
