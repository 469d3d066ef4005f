/** Writes the documents of the SQLite store. */
import { digestOfDocumentId } from '../../protocols/wire/ids.ts'
import type { DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import type { AtRestKey } from './at-rest.ts'
import { blockBytes } from './short-blocks.ts'
import type { DocumentBlocks } from './document-blocks.ts'
import type { DerivedRows } from './derived-rows.ts'
import type { RoomMarks } from './room-marks.ts'
import type { RowKeys } from './row-keys.ts'
import type { DeletedDocumentColumns, prepareStatements } from './sqlite-statements.ts'
import type { DocumentRow, HeaderFields } from './store.ts'

interface Rows {
  statements: ReturnType<typeof prepareStatements>
  keys: RowKeys
  blocks: DocumentBlocks
  derived: DerivedRows
  marks: RoomMarks
  atRest: AtRestKey
}

/** All in the open transaction. */
export class DocumentWrites {
  readonly #rows: Rows
  /** The last one that was given. What a rollback takes back stays unused. */
  #lastKey: number | undefined

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
    const key = this.#nextKey()
    const { blocks, atRest } = this.#rows
    const stored = atRest.stored(blocks.toStore(block, { key, digest, room, author, seq }))
    insertDocument.run(key, digest, roomKey, clock, authorKey, seq, stored, Number(atRest.sealsAll))
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
      insertDropped.run(digest, row.key, roomKey, row.clock, row.author, row.seq)
      const rowBytes = this.#blockBytes(row)
      addToAuthor.run(roomKey, row.author, -rowBytes)
      dropped++
      sizeBytes += rowBytes
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
      const rowBytes = this.#blockBytes(row)
      addToAuthor.run(roomKey, row.author, -rowBytes)
      addedHeads -= deleteHead.run(roomKey, digest)
      deleteKnown.run(roomKey, digest)
      documents++
      sizeBytes += rowBytes
    }
    this.#rows.blocks.forget()
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
      added += insertDropped.run(digest, this.#nextKey(), roomKey, clock, this.#rows.keys.author(author), seq)
    }
    addToDropped.run(added, roomKey)
  }

  #blockBytes({ block, sealed, seq }: DeletedDocumentColumns): number {
    return blockBytes(this.#rows.atRest.opened(block, sealed), seq)
  }

  #nextKey(): number {
    this.#lastKey = (this.#lastKey ?? this.#rows.statements.lastKey.get()?.key ?? 0) + 1
    return this.#lastKey
  }
}
