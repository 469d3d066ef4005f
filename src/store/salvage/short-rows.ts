/** Restores the blocks of documents from rows that were found in a damaged database, and that need others for that. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { sha256 } from '../../../protocols/wire/crypto.ts'
import type { AtRestKey } from '../at-rest.ts'
import { headOf, isShort, namesOfBlock, restore } from '../short-blocks.ts'
import type { FoundId, FoundRow } from './pages.ts'

/** An import of it would fail on an older Node before `needed-node.ts` could say why. */
const sqlite = process.getBuiltinModule('node:sqlite')

const ROWS_AT_ONCE = 256

const SHORT = 'SELECT key, id, room, author, seq, unseal(block) AS block FROM short'

/** Digests of rooms, or public keys of authors, by the keys of their rows. */
type Names = Map<number, Uint8Array>

/** SQLite keeps them, in a temporary file if there are many. */
export class ShortRows {
  readonly #database = new sqlite.DatabaseSync('')
  readonly #rooms: Names = new Map()
  readonly #authors: Names = new Map()

  /** `atRest`: of the node. Also a temporary file is on its disk. */
  constructor(atRest: AtRestKey) {
    atRest.addTo(this.#database, 'temporary')
    // What was deleted may have had the key of another row.
    this.#database.exec(`
      CREATE TABLE ids (key INTEGER, room INTEGER, id BLOB, PRIMARY KEY (key, room)) WITHOUT ROWID;
      CREATE TABLE short (key INTEGER, id BLOB, room INTEGER, author INTEGER, seq INTEGER, block BLOB)`)
  }

  /** Takes what the tables of rooms and authors say, as far as that was saved. */
  addNames(database: DatabaseSync): void {
    addNames(database, 'rooms', this.#rooms)
    addNames(database, 'authors', this.#authors)
  }

  /** Whole blocks among them say which rooms and authors the keys in their rows stand for. */
  add(rows: readonly FoundRow[], ids: readonly FoundId[]): void {
    const insertId = this.#database.prepare('INSERT OR IGNORE INTO ids VALUES (?, ?, ?)')
    const insertShort = this.#database.prepare('INSERT INTO short VALUES (?, ?, ?, ?, ?, seal(?))')
    this.#database.exec('BEGIN')
    for (const { key, room, id } of [...rows, ...ids]) insertId.run(key, room, id)
    for (const { key, id, room, author, seq, block } of rows) {
      if (isShort(block)) insertShort.run(key, id, room, author, seq, block)
      else this.#learn({ id, room, author, block })
    }
    this.#database.exec('COMMIT')
  }

  /** Blocks whose hash is right, some at a time. */
  *restored(): Generator<Uint8Array[]> {
    let blocks: Uint8Array[] = []
    const idOf = this.#database.prepare('SELECT id FROM ids WHERE key = ? AND room = ?')
    for (const row of this.#database.prepare(SHORT).iterate()) {
      blocks.push(...this.#restore(row as unknown as FoundRow, idOf))
      if (blocks.length < ROWS_AT_ONCE) continue
      yield blocks
      blocks = []
    }
    yield blocks
  }

  close(): void {
    this.#database.close()
  }

  #learn({ id, room, author, block }: Pick<FoundRow, 'id' | 'room' | 'author' | 'block'>): void {
    if (!Buffer.from(id).equals(sha256(block))) return
    const names = namesOfBlock(block)
    if (names === undefined) return
    this.#rooms.set(room, names.room ?? id)
    this.#authors.set(author, names.author)
  }

  #restore({ key, id, room: roomKey, author: authorKey, seq, block }: FoundRow, idOf: StatementSync): Uint8Array[] {
    const [room, author] = [this.#rooms.get(roomKey), this.#authors.get(authorKey)]
    if (room === undefined || author === undefined) return []
    const whole = restore(block, { key, head: headOf(room, author), seq }, (named) => {
      return idOf.get(named, roomKey)?.['id'] as Uint8Array | undefined
    })
    return whole !== undefined && Buffer.from(id).equals(sha256(whole)) ? [whole] : []
  }
}

function addNames(database: DatabaseSync, table: 'rooms' | 'authors', names: Names): void {
  for (const { key, id } of database.prepare(`SELECT key, id FROM ${table}`).iterate()) {
    names.set(key as number, id as Uint8Array)
  }
}
