/** Writes the documents of the SQLite store. */
import { digestOfDocumentId } from '../../protocols/wire/ids.ts'
import type { DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import type { AtRestKey } from './at-rest.ts'
import type { DerivedRows } from './derived-rows.ts'
import type { RoomMarks } from './room-marks.ts'
import type { RowKeys } from './row-keys.ts'
import type { prepareStatements } from './sqlite-statements.ts'
import type { DocumentRow, HeaderFields } from './store.ts'

interface Rows {
  statements: ReturnType<typeof prepareStatements>
  keys: RowKeys
  derived: DerivedRows
  marks: RoomMarks
  atRest: AtRestKey
}

/** All in the open transaction. */
export class DocumentWrites {
  readonly #rows: Rows

  constructor(rows: Rows) {
    this.#rows = rows
  }

  /** One that is stored already stays as it is, and what was dropped does not come back. */
  put(document: DocumentRow, removedHeads: readonly DocumentId[]): void {
    const { id, room, clock, author, seq, block } = document
    const { hasDocument, insertDocument } = this.#rows.statements
    const [roomKey, authorKey] = [this.#rows.keys.room(room), this.#rows.keys.author(author)]
    const digest = digestOfDocumentId(id)
    if (hasDocument.get(digest) !== undefined) return
    const { atRest } = this.#rows
    insertDocument.run(digest, roomKey, clock, authorKey, seq, atRest.stored(block), Number(atRest.sealsAll))
    this.#rows.derived.added(document, removedHeads)
    this.#rows.marks.add(room, 1)
  }

  /** Only their headers stay. */
  drop(room: RoomId, ids: readonly DocumentId[]): void {
    this.#rows.derived.write()
    const { deleteDocument, insertDropped, addToTotals, addToDropped, addToAuthor } = this.#rows.statements
    const roomKey = this.#rows.keys.room(room)
    let [dropped, sizeBytes] = [0, 0]
    for (const digest of ids.map(digestOfDocumentId)) {
      const row = deleteDocument.get(digest, roomKey)
      if (row === undefined) continue
      insertDropped.run(digest, roomKey, row.clock, row.author, row.seq)
      addToAuthor.run(roomKey, row.author, -row.size_bytes)
      dropped++
      sizeBytes += row.size_bytes
    }
    addToTotals.run(-dropped, -sizeBytes, 0, roomKey)
    addToDropped.run(dropped, roomKey)
  }

  /** `heads`: documents that no other one names then. */
  retract(room: RoomId, ids: readonly DocumentId[], heads: readonly Position[]): void {
    this.#rows.derived.write()
    const { deleteDocument, deleteHead, deleteKnown, insertHead, addToTotals, addToAuthor } = this.#rows.statements
    const roomKey = this.#rows.keys.room(room)
    let [documents, sizeBytes, addedHeads] = [0, 0, heads.length]
    for (const digest of ids.map(digestOfDocumentId)) {
      const row = deleteDocument.get(digest, roomKey)
      if (row === undefined) continue
      addToAuthor.run(roomKey, row.author, -row.size_bytes)
      addedHeads -= deleteHead.run(roomKey, digest)
      deleteKnown.run(roomKey, digest)
      documents++
      sizeBytes += row.size_bytes
    }
    for (const { id, clock } of heads) insertHead.run(roomKey, digestOfDocumentId(id), clock)
    addToTotals.run(-documents, -sizeBytes, addedHeads, roomKey)
    this.#rows.marks.remove(room, documents)
  }

  /** Of documents that may not be here. */
  putDropped(room: RoomId, headers: readonly HeaderFields[]): void {
    this.drop(
      room,
      headers.map(({ id }) => id),
    )
    const { insertDropped, addToDropped } = this.#rows.statements
    const roomKey = this.#rows.keys.room(room)
    let added = 0
    for (const { id, clock, author, seq } of headers) {
      const digest = digestOfDocumentId(id)
      added += insertDropped.run(digest, roomKey, clock, this.#rows.keys.author(author), seq)
    }
    addToDropped.run(added, roomKey)
  }
}
