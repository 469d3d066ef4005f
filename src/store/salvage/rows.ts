/** Copies the rows of a damaged database that can be read into a new one; documents and small blocks are found by `pages.ts`. */
import { pathToFileURL } from 'node:url'
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { blockIdOfBytes } from '../../../protocols/wire/block-ids.ts'
import type { AtRestKey } from '../at-rest.ts'
import type { EnsuredRow } from '../blocks.ts'
import type { RoomRecord, SharingRow } from '../store.ts'

/** An import of it would fail on an older Node before `needed-node.ts` could say why. */
const sqlite = process.getBuiltinModule('node:sqlite')

type Row = Record<string, SQLInputValue>

const DIGEST_BYTES = 32

const isDigest = (value: SQLInputValue | undefined): boolean =>
  value instanceof Uint8Array && value.length === DIGEST_BYTES

const isBlockId = (value: SQLInputValue | undefined): boolean =>
  value instanceof Uint8Array && blockIdOfBytes(value) !== undefined

type Words<Word extends string> = Readonly<Record<Word, true>>

// Each must have all words of its type, as what has another one is left out.
const STATUSES: Words<RoomRecord['status']> = { waiting: true, open: true, left: true }
const POLICIES: Words<SharingRow['policy']> = { share: true, accept: true, none: true, default: true }
const MODES: Words<SharingRow['mode']> = { batch: true, interactive: true, auto: true, default: true }
const STATES: Words<EnsuredRow['state']> = { searching: true, complete: true, failed: true }

const isOneOf = (value: SQLInputValue | undefined, words: Words<string>): boolean =>
  typeof value === 'string' && Object.hasOwn(words, value)

function isJsonList(value: SQLInputValue | undefined): boolean {
  try {
    return typeof value === 'string' && Array.isArray(JSON.parse(value))
  } catch {
    return false
  }
}

/**
 * What is kept, in this order, as rows refer to those before them; and which rows make sense. The rest can be computed
 * from the documents and the blocks, or is learnt again from peers.
 */
const TABLES: Readonly<
  Record<string, { columns?: readonly string[]; sealed?: readonly string[]; isSound: (row: Row) => boolean }>
> = {
  rooms: { columns: ['key', 'id'], isSound: ({ id }) => isDigest(id) },
  authors: { isSound: ({ id }) => isDigest(id) },
  dropped: { isSound: ({ id }) => isDigest(id) },
  room_records: {
    sealed: ['name', 'app', 'alias', 'invite_seed', 'box_secrets', 'personal'],
    isSound: ({ status }) => isOneOf(status, STATUSES),
  },
  epochs: { sealed: ['key'], isSound: ({ id, given }) => typeof id === 'string' && isJsonList(given) },
  sharing: {
    isSound: ({ policy, mode }) => isOneOf(policy, POLICIES) && isOneOf(mode, MODES),
  },
  addresses: { isSound: ({ addresses }) => isJsonList(addresses) },
  pinned_addresses: { isSound: () => true },
  verified: { isSound: () => true },
  peer_frontiers: {
    isSound: ({ frontier }) => frontier instanceof Uint8Array && frontier.length % DIGEST_BYTES === 0,
  },
  ensured: {
    isSound: ({ id, state, jobs }) => isBlockId(id) && isOneOf(state, STATES) && isJsonList(jobs),
  },
}

/** Rows of rooms whose id could not be read; 0 stands for no room. */
const WITHOUT_ROOM = ['room_records', 'dropped', 'epochs', 'sharing', 'peer_frontiers', 'ensured']

/** Copies into `to`, which is empty and has the current schema. `atRest`: of the node. Returns the tables of which something was not readable. */
export function copyRows(fromPath: string, to: DatabaseSync, atRest: AtRestKey): string[] {
  // Nothing may be written to the damaged file, not even by SQLite's own recovery.
  const from = new sqlite.DatabaseSync(`${pathToFileURL(fromPath).href}?immutable=1`, { readOnly: true })
  try {
    const damaged = Object.keys(TABLES).filter((table) => !copyTable(table, { from, to, atRest }))
    for (const table of WITHOUT_ROOM)
      to.exec(`DELETE FROM ${table} WHERE room <> 0 AND room NOT IN (SELECT key FROM rooms)`)
    // In an older database they have no keys, and what was read from both ends came twice.
    to.exec('DELETE FROM dropped WHERE key NOT IN (SELECT min(key) FROM dropped GROUP BY id)')
    to.exec('DELETE FROM dropped WHERE author NOT IN (SELECT key FROM authors)')
    // Whose documents are all dropped, or come after some that are, goes on behind these.
    to.exec(`
      INSERT INTO author_heads (room, author, id, seq, clock, forks)
      SELECT room, author, id, max(seq), clock, 0 FROM dropped GROUP BY room, author`)
    to.exec('UPDATE rooms SET dropped = (SELECT count(*) FROM dropped WHERE dropped.room = rooms.key)')
    return damaged
  } finally {
    from.close()
  }
}

interface Copying {
  from: DatabaseSync
  to: DatabaseSync
  atRest: AtRestKey
}

/** Returns whether all was readable and made sense. */
function copyTable(table: string, { from, to, atRest }: Copying): boolean {
  const { columns: kept, sealed = [], isSound } = TABLES[table] ?? { isSound: () => false }
  const info = to.prepare(`PRAGMA table_info(${table})`).all() as { name: string; pk: number }[]
  const keys = info.filter(({ pk }) => pk > 0).map(({ name }) => `${name} DESC`)
  let isWhole = true
  const copy = (row: Row): void => {
    const columns = (kept ?? info.map(({ name }) => name)).filter((name) => name in row)
    const places = columns.map(() => '?').join(', ')
    try {
      const insert = to.prepare(`INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${places})`)
      if (isSound(row) && sealed.every((name) => atRest.opens(row[name])))
        insert.run(...columns.map((name) => row[name] ?? null))
      else isWhole = false
    } catch {
      isWhole = false // a value of another type than the column's
    }
  }
  // What lies behind the damage is reached from the other end.
  for (const order of ['', `ORDER BY ${keys.join(', ')}`]) {
    try {
      for (const row of from.prepare(`SELECT * FROM ${table} ${order}`).iterate()) copy(row as Row)
      return isWhole
    } catch {
      isWhole = false
    }
  }
  return isWhole
}
