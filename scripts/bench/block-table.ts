/** The least that a document store does: one table with its two indexes, flushed on every commit. */
import { hash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import type { StatementSync } from 'node:sqlite'

/** Columns and pragmas are those of src/store, and its order too; ids have the plain index, and blocks are whole, where the store's are shorter. */
const SCHEMA = `
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE documents (
  key INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, room INTEGER NOT NULL, clock INTEGER NOT NULL,
  author INTEGER NOT NULL, seq INTEGER NOT NULL, block BLOB NOT NULL
) STRICT;
CREATE INDEX documents_in_order ON documents (room, clock, id);
`

export class BlockTable {
  readonly #database: DatabaseSync
  readonly #insert: StatementSync
  #inserted = 0

  /** `path` must not exist yet. */
  constructor(path: string) {
    this.#database = new DatabaseSync(path)
    this.#database.exec(SCHEMA)
    this.#insert = this.#database.prepare(
      'INSERT INTO documents (id, room, clock, author, seq, block) VALUES (?, 1, ?, 1, ?, ?)',
    )
  }

  /** Adds blocks under their hashes, in one commit. */
  insert(blocks: readonly Uint8Array[]): void {
    this.#database.exec('BEGIN IMMEDIATE')
    for (const block of blocks) {
      this.#insert.run(hash('sha256', block, 'buffer'), ++this.#inserted, this.#inserted, block)
    }
    this.#database.exec('COMMIT')
  }

  close(): void {
    this.#database.close()
  }
}
