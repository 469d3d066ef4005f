/** The integer keys that rows use in place of the ids of rooms and authors. */
import type { DatabaseSync } from 'node:sqlite'
import { BoundedCache } from '../../protocols/wire/bounded-cache.ts'
import { digestOfDocumentId } from '../../protocols/wire/ids.ts'
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import { peerIdOfPublicKey, publicKeyOfPeerId } from '../../protocols/wire/peer-ids.ts'
import { Statement } from './sqlite-database.ts'

/** More rooms and authors than a busy node sees at a time. */
const MAX_CACHED = 1_024

interface KeyColumns {
  key: number
}

interface IdColumns {
  id: Uint8Array
}

/** Reads, assigns and caches the keys. */
export class RowKeys {
  readonly #room: Statement<KeyColumns>
  readonly #insertRoom: Statement<KeyColumns>
  readonly #author: Statement<KeyColumns>
  readonly #insertAuthor: Statement<KeyColumns>
  readonly #authorOf: Statement<IdColumns>
  readonly #cache = new BoundedCache<RoomId | PeerId, number>(MAX_CACHED)
  readonly #authors = new BoundedCache<number, PeerId>(MAX_CACHED)

  constructor(database: DatabaseSync, path: string) {
    this.#room = new Statement(database, path, 'SELECT key FROM rooms WHERE id = ?')
    this.#insertRoom = new Statement(database, path, 'INSERT INTO rooms (id) VALUES (?) RETURNING key')
    this.#author = new Statement(database, path, 'SELECT key FROM authors WHERE id = ?')
    this.#authorOf = new Statement(database, path, 'SELECT id FROM authors WHERE key = ?')
    this.#insertAuthor = new Statement(database, path, 'INSERT INTO authors (id) VALUES (?) RETURNING key')
  }

  /** The key of a room; undefined if the store has nothing about it. */
  knownRoom(room: RoomId): number | undefined {
    return this.#cache.getOrRead(room, () => this.#room.get(digestOfDocumentId(room))?.key)
  }

  /** The key of a room, assigned now if it has none. */
  room(room: RoomId): number {
    return this.knownRoom(room) ?? this.#keep(room, this.#insertRoom.get(digestOfDocumentId(room)))
  }

  /** The key of an author, assigned now if it has none. */
  author(author: PeerId): number {
    return this.#cache.get(author) ?? this.#readAuthor(author)
  }

  #readAuthor(author: PeerId): number {
    const publicKey = publicKeyOfAuthor(author)
    return this.#keep(author, this.#author.get(publicKey) ?? this.#insertAuthor.get(publicKey))
  }

  /** The author with a key that a row has. */
  authorOf(key: number): PeerId {
    const author = this.#authors.getOrRead(key, () => {
      const row = this.#authorOf.get(key)
      return row && peerIdOfPublicKey(row.id)
    })
    if (author === undefined) throw new Error('a row names an author that is not there')
    return author
  }

  /** Empties the caches: a rollback takes back keys that were assigned in the transaction. */
  clear(): void {
    this.#cache.clear()
    this.#authors.clear()
  }

  #keep(id: RoomId | PeerId, inserted: KeyColumns | undefined): number {
    if (!inserted) throw new Error('an inserted row came back without its key')
    this.#cache.set(id, inserted.key)
    return inserted.key
  }
}

/** An author as the store writes it. Throws on a peer id that cannot be an author's. */
export function publicKeyOfAuthor(author: PeerId): Uint8Array {
  const publicKey = publicKeyOfPeerId(author)
  if (publicKey === undefined) throw new TypeError(`${author} carries no Ed25519 key`)
  return publicKey
}
