/**
 * What follows from the documents of an open transaction: heads, totals and the last documents of authors. A document
 * mostly replaces what the one before it in the same transaction left there, so that these rows are kept in memory, and
 * written before they are read, and before the commit.
 */
import { BoundedCache } from '../../protocols/wire/bounded-cache.ts'
import { digestOfDocumentId } from '../../protocols/wire/ids.ts'
import type { DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import { publicKeyOfAuthor, type RowKeys } from './row-keys.ts'
import { withTextId } from './sqlite-rows.ts'
import type { prepareStatements } from './sqlite-statements.ts'
import type { AuthorHead, DocumentRow } from './store.ts'

/** More authors in rooms than a busy node sees at a time. */
const MAX_CACHED = 1_024

interface AuthorChanges {
  addedBytes: number
  head: AuthorHead | undefined
}

/** What is not written yet of a room. */
interface RoomChanges {
  addedDocuments: number
  addedBytes: number
  /** Heads of this transaction, by their clocks. */
  newHeads: Map<DocumentId, number>
  /** Named by documents of this transaction; some of them were heads. */
  named: Set<DocumentId>
  authors: Map<PeerId, AuthorChanges>
}

export class DerivedRows {
  readonly #statements: ReturnType<typeof prepareStatements>
  readonly #keys: RowKeys
  readonly #rooms = new Map<RoomId, RoomChanges>()
  /** Read with each document that is written. */
  readonly #authorHeads = new BoundedCache<string, AuthorHead>(MAX_CACHED)

  constructor(statements: ReturnType<typeof prepareStatements>, keys: RowKeys) {
    this.#statements = statements
    this.#keys = keys
  }

  /** A document was inserted, which names these as its ancestors. */
  added({ id, room, clock, author, block }: DocumentRow, ancestors: readonly DocumentId[]): void {
    const changes = this.#of(room)
    changes.addedDocuments++
    changes.addedBytes += block.length
    authorOf(changes, author).addedBytes += block.length
    for (const named of ancestors) if (!changes.newHeads.delete(named)) changes.named.add(named)
    changes.newHeads.set(id, clock)
  }

  putAuthorHead(room: RoomId, head: AuthorHead): void {
    authorOf(this.#of(room), head.author).head = head
  }

  deleteAuthorHead(room: RoomId, author: PeerId): void {
    this.write()
    this.#statements.deleteAuthorHead.run(this.#keys.room(room), this.#keys.author(author))
    this.#authorHeads.clear()
  }

  authorHead(room: RoomId, author: PeerId): AuthorHead | undefined {
    return this.#rooms.get(room)?.authors.get(author)?.head ?? this.#writtenHead(room, author)
  }

  #writtenHead(room: RoomId, author: PeerId): AuthorHead | undefined {
    return this.#authorHeads.getOrRead(room + author, () => {
      const row = this.#statements.authorHead.get(digestOfDocumentId(room), publicKeyOfAuthor(author))
      return row && { ...withTextId(row), author }
    })
  }

  /** Writes all. */
  write(): void {
    for (const [room, changes] of this.#rooms) this.#write(room, changes)
    this.#rooms.clear()
  }

  /** What is written may be taken back by a rollback, or deleted. */
  forget(): void {
    this.#rooms.clear()
    this.#authorHeads.clear()
  }

  #write(room: RoomId, { addedDocuments, addedBytes, newHeads, named, authors }: RoomChanges): void {
    const statements = this.#statements
    const roomKey = this.#keys.room(room)
    let heads = newHeads.size
    for (const id of named) heads -= statements.deleteHead.run(roomKey, digestOfDocumentId(id))
    for (const [id, clock] of newHeads) statements.insertHead.run(roomKey, digestOfDocumentId(id), clock)
    statements.addToTotals.run(addedDocuments, addedBytes, heads, roomKey)
    for (const [author, { addedBytes: authorBytes, head }] of authors) {
      const authorKey = this.#keys.author(author)
      if (authorBytes > 0) statements.addToAuthor.run(roomKey, authorKey, authorBytes)
      if (head === undefined) continue
      const { id, seq, clock, forks } = head
      this.#authorHeads.set(room + author, head)
      statements.putAuthorHead.run(roomKey, authorKey, digestOfDocumentId(id), seq, clock, forks)
    }
  }

  #of(room: RoomId): RoomChanges {
    let changes = this.#rooms.get(room)
    if (changes === undefined) {
      changes = { addedDocuments: 0, addedBytes: 0, newHeads: new Map(), named: new Set(), authors: new Map() }
      this.#rooms.set(room, changes)
    }
    return changes
  }
}

function authorOf({ authors }: RoomChanges, author: PeerId): AuthorChanges {
  let changes = authors.get(author)
  if (changes === undefined) {
    changes = { addedBytes: 0, head: undefined }
    authors.set(author, changes)
  }
  return changes
}
