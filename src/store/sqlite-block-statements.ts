/** The SQL statements about blocks, prepared once. A room is given by its key, or 0 for none. */
import type { DatabaseSync } from 'node:sqlite'
import { Statement } from './sqlite-database.ts'
import type { EnsuredRow } from './store.ts'

interface LinkingColumns {
  id: Uint8Array
  clock: number
  links: Uint8Array
}

/** A row of `ensured`, with the digest of its room. */
export interface EnsuredColumns {
  room: Uint8Array | null
  id: Uint8Array
  state: EnsuredRow['state']
  failure: string | null
  pinned: number
  max_bytes: number | null
  jobs: string
  added_at_ms: number
  blocks: number
  size_bytes: number
}

/** What roots are listed by. */
type EnsuredFilterColumn = 'room' | 'state' | 'pinned'

interface KeyColumns {
  key: number
}

const ENSURED = `
  SELECT rooms.id AS room, ensured.id, state, failure, pinned, max_bytes, jobs, added_at_ms, blocks, ensured.size_bytes
  FROM ensured LEFT JOIN rooms ON rooms.key = ensured.room`

/** Prepares all statements. Throws a StoreError where the file does not have the tables it should have. */
export function prepareBlockStatements(database: DatabaseSync, path: string) {
  const prepare = <Row = never>(sql: string) => new Statement<Row>(database, path, sql)
  const listings = new Map<string, Statement<EnsuredColumns>>()
  return {
    putLinking: prepare('INSERT OR REPLACE INTO linking (room, id, clock, links) VALUES (?, ?, ?, ?)'),
    linking: prepare<LinkingColumns>('SELECT id, clock, links FROM linking WHERE room = ? ORDER BY clock, id'),

    putEnsured: prepare(`
      INSERT INTO ensured (room, id, state, failure, pinned, max_bytes, jobs, added_at_ms, blocks, size_bytes)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (room, id) DO UPDATE SET
        state = excluded.state, failure = excluded.failure, pinned = excluded.pinned, max_bytes = excluded.max_bytes,
        jobs = excluded.jobs, added_at_ms = excluded.added_at_ms, blocks = excluded.blocks,
        size_bytes = excluded.size_bytes`),
    deleteEnsured: prepare('DELETE FROM ensured WHERE key = ?'),
    rootKey: prepare<KeyColumns>('SELECT key FROM ensured WHERE room = ? AND id = ?'),
    ensured: prepare<EnsuredColumns>(`${ENSURED} WHERE ensured.room = ? AND ensured.id = ?`),
    /** Those where columns have the values given for them, and how many of them. */
    ensuredWhere(...columns: EnsuredFilterColumn[]): Statement<EnsuredColumns> {
      const where = columns.map((column) => `ensured.${column} = ?`).join(' AND ') || 'TRUE'
      const listing = listings.get(where) ?? prepare(`${ENSURED} WHERE ${where} ORDER BY ensured.key LIMIT ?`)
      listings.set(where, listing)
      return listing
    },

    insertNeed: prepare('INSERT INTO needs (root, id, room) VALUES (?, ?, ?) ON CONFLICT (root, id) DO NOTHING'),
    deleteNeeds: prepare('DELETE FROM needs WHERE root = ?'),
    isNeeded: prepare<{ 1: 1 }>('SELECT 1 FROM needs WHERE id = ? AND room = ? LIMIT 1'),
    isNeededAnywhere: prepare<{ 1: 1 }>('SELECT 1 FROM needs WHERE id = ? LIMIT 1'),
  }
}
