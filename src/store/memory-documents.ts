/** The documents in the store in memory, and what follows from them. */
import type { DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import type { Journal } from './journal.ts'
import type { RoomContent } from './memory-rows.ts'
import { firstIndexNotBefore } from './sorted-positions.ts'
import type { DocumentHeader, DocumentRow, HeaderFields } from './store.ts'

export class MemoryDocuments {
  readonly contents = new Map<RoomId, RoomContent>()
  readonly rows = new Map<DocumentId, DocumentRow>()
  readonly dropped = new Map<DocumentId, DocumentHeader>()

  has(id: DocumentId): boolean {
    return this.rows.has(id) || this.dropped.has(id)
  }

  header(id: DocumentId): DocumentHeader | undefined {
    return this.rows.get(id) ?? this.dropped.get(id)
  }

  empty(journal: Journal, room: RoomId): void {
    for (const { id } of this.contents.get(room)?.documents ?? []) journal.delete(this.rows, id)
    for (const { id, room: of } of this.dropped.values()) if (of === room) journal.delete(this.dropped, id)
    journal.delete(this.contents, room)
  }

  /** The content of a room, created if there is none. That needs no undo: empty content reads the same as none. */
  of(room: RoomId): RoomContent {
    let content = this.contents.get(room)
    if (!content) {
      content = { documents: [], dropped: 0, sizeBytes: 0, heads: [], authorHeads: new Map(), authorBytes: new Map() }
      this.contents.set(room, content)
    }
    return content
  }

  put(journal: Journal, row: DocumentRow, removedHeads: readonly DocumentId[]): void {
    if (this.has(row.id)) return
    const content = this.of(row.room)
    const { sizeBytes } = content
    const index = firstIndexNotBefore(content.documents, row)
    journal.set(this.rows, row.id, row)
    journal.did(() => {
      content.documents.splice(index, 1)
      content.sizeBytes = sizeBytes
    })
    content.documents.splice(index, 0, row)
    const authorBytes = content.authorBytes.get(row.author) ?? 0
    journal.set(content.authorBytes, row.author, authorBytes + row.block.length)
    content.sizeBytes += row.block.length
    for (const id of removedHeads) this.#removeHead(journal, content.heads, id)
    addHead(journal, content.heads, row)
  }

  drop(journal: Journal, room: RoomId, ids: readonly DocumentId[]): void {
    const content = this.of(room)
    const { documents, dropped, sizeBytes } = content
    journal.did(() => Object.assign(content, { documents, dropped, sizeBytes }))
    const leaving = new Set(ids)
    const rows = documents.filter(({ id }) => leaving.has(id))
    content.documents = documents.filter(({ id }) => !leaving.has(id))
    content.dropped += rows.length
    for (const { block, ...header } of rows) {
      const { id, author } = header
      content.sizeBytes -= block.length
      journal.set(content.authorBytes, author, (content.authorBytes.get(author) ?? 0) - block.length)
      journal.set(this.dropped, id, header)
      journal.delete(this.rows, id)
    }
  }

  putDropped(journal: Journal, room: RoomId, headers: readonly HeaderFields[]): void {
    this.drop(
      journal,
      room,
      headers.map(({ id }) => id),
    )
    const content = this.of(room)
    for (const { id, clock, author, seq } of headers) {
      if (this.has(id)) continue
      journal.set(this.dropped, id, { id, room, clock, author, seq })
      content.dropped++
    }
  }

  /** Returns those of the documents that were here. */
  retract(journal: Journal, room: RoomId, ids: readonly DocumentId[], heads: readonly Position[]): DocumentId[] {
    const content = this.of(room)
    const { documents, sizeBytes } = content
    journal.did(() => Object.assign(content, { documents, sizeBytes }))
    const leaving = new Set(ids)
    const rows = documents.filter(({ id }) => leaving.has(id))
    for (const { id, author, block } of rows) {
      this.#removeHead(journal, content.heads, id)
      content.sizeBytes -= block.length
      journal.set(content.authorBytes, author, (content.authorBytes.get(author) ?? 0) - block.length)
      journal.delete(this.rows, id)
    }
    content.documents = documents.filter(({ id }) => !leaving.has(id))
    for (const head of heads) addHead(journal, content.heads, head)
    return rows.map(({ id }) => id)
  }

  #removeHead(journal: Journal, heads: Position[], id: DocumentId): void {
    const document = this.header(id)
    if (document === undefined) return
    const index = firstIndexNotBefore(heads, document)
    const head = heads[index]
    if (head?.id !== id) return
    heads.splice(index, 1)
    journal.did(() => heads.splice(index, 0, head))
  }
}

function addHead(journal: Journal, heads: Position[], { clock, id }: Position): void {
  const index = firstIndexNotBefore(heads, { clock, id })
  heads.splice(index, 0, { clock, id })
  journal.did(() => heads.splice(index, 1))
}
