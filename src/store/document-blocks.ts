/** Between the blocks of documents and what their rows have of them: see `short-blocks.ts`. */
import type { DatabaseSync } from 'node:sqlite'
import { BoundedCache } from '../../protocols/wire/bounded-cache.ts'
import { digestOfDocumentId } from '../../protocols/wire/ids.ts'
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import { RecentIds } from './recent-ids.ts'
import { publicKeyOfAuthor } from './row-keys.ts'
import { headOf, restore, shorten } from './short-blocks.ts'
import { Statement } from './sqlite-database.ts'
import type { DocumentRow } from './store.ts'

/** More authors than a busy room has. */
const MAX_CACHED = 1_024

interface IdColumns {
  id: Uint8Array
}

/** What a row says beside the block. */
export interface StoredDocument extends Pick<DocumentRow, 'room' | 'author' | 'seq'> {
  key: number
  /** Of its id. */
  digest: Uint8Array
}

export class DocumentBlocks {
  readonly #recent = new RecentIds()
  readonly #idOf: Statement<IdColumns>
  /** How blocks in one room begin. */
  readonly #heads = new BoundedCache<PeerId, Uint8Array>(MAX_CACHED)
  #room: RoomId | undefined

  constructor(database: DatabaseSync, path: string) {
    // A document that is here may name one that was dropped.
    const sql = 'SELECT id FROM documents WHERE key = ?1 UNION ALL SELECT id FROM dropped WHERE key = ?1'
    this.#idOf = new Statement(database, path, sql)
  }

  /** What the row of a new document has of its block. */
  toStore(block: Uint8Array, { key, digest, room, author, seq }: StoredDocument): Uint8Array {
    const context = { key, head: this.#headOf(room, author), seq }
    const stored = shorten(block, context, (bytes, at) => this.#recent.keyOf(bytes, at))
    this.#recent.add(key, digest)
    return stored
  }

  /** The block of a row. What cannot be restored stays as it is, and is not what its id says. */
  fromStore(stored: Uint8Array, { key, digest, room, author, seq }: StoredDocument): Uint8Array {
    const context = { key, head: this.#headOf(room, author), seq }
    const block = restore(stored, context, (named) => this.#recent.digestOf(named) ?? this.#idOf.get(named)?.id)
    this.#recent.add(key, digest)
    return block ?? stored
  }

  /** Rows were deleted. */
  forget(): void {
    this.#recent.clear()
  }

  #headOf(room: RoomId, author: PeerId): Uint8Array {
    if (room !== this.#room) this.#heads.clear()
    this.#room = room
    return this.#heads.getOrRead(author, () => headOf(digestOfDocumentId(room), publicKeyOfAuthor(author)))
  }
}
