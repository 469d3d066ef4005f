/** The SQL statements for blocks, prepared once. A parameter for a room is its key, or 0 for none. */
import type { DatabaseSync } from 'node:sqlite'
import { Statement } from './sqlite-database.ts'
import type { EnsuredRow, SharedFile } from './blocks.ts'

interface DocumentLinkColumns {
  id: Uint8Array
  clock: number
  links: Uint8Array
}

/** A row of `linking` whose document shares a file, with the public key of its author. */
export interface FileColumns extends DocumentLinkColumns {
  root: Uint8Array
  name: string
  type: SharedFile['type']
  size_bytes: number
  author: Uint8Array
  time_ms: number
  file_key: Uint8Array | null
  /** Null with the key. */
  plain_root: Uint8Array | null
  guest: string | null
}

/** A row of `linking` whose document shares no file. */
interface FilelessColumns extends DocumentLinkColumns {
  root: null
}

/** A row of `linking`. */
export type LinkingColumns = FileColumns | FilelessColumns

/** Conditions for files. */
type FileCondition = 'id = ?' | 'root = ?' | 'name_lookup = lookup(?)'

/** A row of `ensured` with the digest of its room. */
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

/** Conditions for roots. */
export type EnsuredCondition =
  | 'ensured.room = ?'
  | 'ensured.state = ?'
  | "ensured.state IN ('searching', 'failed')"
  | 'ensured.pinned = ?'
  | "ensured.jobs <> '[]'"

interface KeyColumns {
  key: number
}

const LINKING = `
  SELECT
    id, clock, links, root, unseal(name) AS name, type, size_bytes,
    (SELECT id FROM authors WHERE key = linking.author) AS author, time_ms, unseal(file_key) AS file_key,
    unseal(plain_root) AS plain_root, unseal(guest) AS guest
  FROM linking WHERE room = ?`

const ENSURED = `
  SELECT rooms.id AS room, ensured.id, state, failure, pinned, max_bytes, jobs, added_at_ms, blocks, ensured.size_bytes
  FROM ensured LEFT JOIN rooms ON rooms.key = ensured.room`

/** Prepares all statements. Throws a StoreError if the file lacks a table. */
export function prepareBlockStatements(database: DatabaseSync, path: string) {
  const prepare = <Row = never>(sql: string) => new Statement<Row>(database, path, sql)
  /** A statement for each combination of conditions, prepared when it is first used. */
  const selecting = <Row, Condition extends string>(sqlOf: (condition: string) => string) => {
    const statements = new Map<string, Statement<Row>>()
    return (conditions: readonly Condition[]): Statement<Row> => {
      const condition = conditions.join(' AND ') || 'TRUE'
      const statement = statements.get(condition) ?? prepare<Row>(sqlOf(condition))
      statements.set(condition, statement)
      return statement
    }
  }
  return {
    putLinking: prepare(`
      INSERT OR REPLACE INTO linking (
        room, id, clock, links, root, name, type, size_bytes, author, time_ms, file_key, plain_root, guest,
        name_lookup)
      VALUES (
        $room, $id, $clock, $links, $root, seal($name), $type, $size_bytes, $author, $time_ms, seal($file_key),
        seal($plain_root), seal($guest), iif($name IS NULL, NULL, lookup($name)))`),
    deleteLinking: prepare('DELETE FROM linking WHERE room = ? AND id = ?'),
    linking: prepare<LinkingColumns>(`${LINKING} ORDER BY clock, id`),
    /** Parameters: the room, clock and digest of the place before which they are, and the limit. */
    newestLinking: prepare<LinkingColumns>(`${LINKING} AND (clock, id) < (?, ?) ORDER BY clock DESC, id DESC LIMIT ?`),
    /** Files of a room. Parameters: the room, then those of the conditions. */
    files: selecting<FileColumns, FileCondition>(
      (condition) => `${LINKING} AND root IS NOT NULL AND ${condition} ORDER BY clock, id`,
    ),

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
    /** Roots, added first comes first. Parameters: those of the conditions, then the limit. */
    ensuredRows: selecting<EnsuredColumns, EnsuredCondition>(
      (condition) => `${ENSURED} WHERE ${condition} ORDER BY ensured.key LIMIT ?`,
    ),

    insertNeed: prepare('INSERT INTO needs (root, id, room) VALUES (?, ?, ?) ON CONFLICT (root, id) DO NOTHING'),
    deleteNeeds: prepare('DELETE FROM needs WHERE root = ?'),
    releaseNeeds: prepare(`
      INSERT INTO released (id) SELECT id FROM needs WHERE root = ?
      ON CONFLICT (id) DO NOTHING`),
    released: prepare<{ id: Uint8Array }>('SELECT id FROM released LIMIT ?'),
    deleteReleased: prepare('DELETE FROM released WHERE id = ?'),
    isNeeded: prepare<{ 1: 1 }>('SELECT 1 FROM needs WHERE id = ? AND room = ? LIMIT 1'),
    isNeededAnywhere: prepare<{ 1: 1 }>('SELECT 1 FROM needs WHERE id = ? LIMIT 1'),
  }
}
