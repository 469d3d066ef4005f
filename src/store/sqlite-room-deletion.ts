/** Deletes what the SQLite store has of a room. */
import type { DatabaseSync } from 'node:sqlite'
import { Statement } from './sqlite-database.ts'

/** All tables with a column `room`, but for `needs`, which are released first. */
const TABLES = [
  ...[
    'ensured',
    'documents',
    'dropped',
    'heads',
    'author_heads',
    'author_totals',
    'pending',
    'peer_frontiers',
    'unacked',
    'sharing',
  ],
  ...['states', 'linking', 'room_records', 'access', 'known', 'epochs', 'child_links'],
  ...['directory_nodes', 'directory_records'],
]

const ROOTS = 'SELECT key FROM ensured WHERE room = ?'

/** The statements are prepared when they are first used, as few nodes ever delete a room. */
export class RoomDeletion {
  readonly #database: DatabaseSync
  readonly #path: string

  constructor(database: DatabaseSync, path: string) {
    this.#database = database
    this.#path = path
  }

  /** In the open transaction. The key of the room stays. */
  delete(roomKey: number): void {
    this.#run(
      `INSERT INTO released (id) SELECT id FROM needs WHERE root IN (${ROOTS}) ON CONFLICT (id) DO NOTHING`,
      roomKey,
    )
    this.#run(`DELETE FROM needs WHERE root IN (${ROOTS})`, roomKey)
    for (const table of TABLES) this.#run(`DELETE FROM ${table} WHERE room = ?`, roomKey)
    this.#run('UPDATE rooms SET documents = 0, size_bytes = 0, heads = 0, dropped = 0 WHERE key = ?', roomKey)
  }

  #run(sql: string, roomKey: number): void {
    new Statement(this.#database, this.#path, sql).run(roomKey)
  }
}
