/** What the SQLite store has of links to rooms below others. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { digestOfDocumentId, documentIdOfDigest } from '../../protocols/wire/ids.ts'
import type { ChildLinkFilter, ChildLinkRow, ChildLinkWrite } from './child-links.ts'
import type { RowKeys } from './row-keys.ts'
import { Statement } from './sqlite-database.ts'

interface Columns {
  room: Uint8Array
  id: Uint8Array
  clock: number
  /** A key. */
  author: number
  time_ms: number
  body: Uint8Array
}

/** Half of a keyed hash: nobody finds another text with the same one. */
const lookup = (text: string): string => `substr(lookup(${text}), 1, 16)`

const COLUMNS = `
  SELECT (SELECT id FROM rooms WHERE key = child_links.room) AS room, id, clock, author, time_ms, unseal(body) AS body
  FROM child_links`

export class SqliteChildLinks {
  readonly #keys: RowKeys
  readonly #put: Statement
  readonly #delete: Statement
  readonly #selecting: (condition: string) => Statement<Columns>

  constructor(database: DatabaseSync, path: string, keys: RowKeys) {
    this.#keys = keys
    this.#put = new Statement(
      database,
      path,
      `INSERT OR REPLACE INTO child_links (room, id, clock, author, time_ms, body, child, title, about)
       VALUES (
         $room, $id, $clock, $author, $time_ms, seal($body), ${lookup('$child')}, ${lookup('$title')},
         iif($about IS NULL, NULL, ${lookup('$about')}))`,
    )
    this.#delete = new Statement(database, path, 'DELETE FROM child_links WHERE room = ? AND id = ?')
    const statements = new Map<string, Statement<Columns>>()
    this.#selecting = (condition) => {
      const sql = `${COLUMNS} WHERE ${condition} ORDER BY clock DESC, id DESC LIMIT ?`
      const statement = statements.get(condition) ?? new Statement<Columns>(database, path, sql)
      statements.set(condition, statement)
      return statement
    }
  }

  write(write: ChildLinkWrite): void {
    if (write.type === 'delete-child-link') {
      this.#delete.run(this.#keys.room(write.room), digestOfDocumentId(write.id))
      return
    }
    const { row, keys } = write
    this.#put.run({
      ...{ $room: this.#keys.room(row.room), $id: digestOfDocumentId(row.id), $clock: row.clock },
      ...{ $author: this.#keys.author(row.author), $time_ms: row.timeMs, $body: row.body },
      ...{ $child: keys.child, $title: keys.title, $about: keys.about ?? null },
    })
  }

  read({ room, child, title, about, areThreads, before, limit }: ChildLinkFilter): ChildLinkRow[] {
    const key = room === undefined ? undefined : this.#keys.knownRoom(room)
    if (room !== undefined && key === undefined) return []
    const selected: [condition: string, ...values: SQLInputValue[]][] = []
    if (key !== undefined) selected.push(['room = ?', key])
    if (child !== undefined) selected.push([`child = ${lookup('?')}`, child])
    if (title !== undefined) selected.push([`title = ${lookup('?')}`, title])
    if (about !== undefined) selected.push([`about = ${lookup('?')}`, about])
    if (areThreads) selected.push(['about IS NOT NULL'])
    if (before !== undefined) selected.push(['(clock, id) < (?, ?)', before.clock, digestOfDocumentId(before.id)])
    const condition = selected.map(([each]) => each).join(' AND ')
    const values = selected.flatMap(([, ...some]) => some)
    // SQLite has no infinite LIMIT.
    const rows = this.#selecting(condition).all(...values, Math.min(limit, Number.MAX_SAFE_INTEGER))
    return rows.map(({ room: digest, id, clock, author, time_ms, body }) => ({
      ...{ room: documentIdOfDigest(digest), id: documentIdOfDigest(id), clock },
      ...{ author: this.#keys.authorOf(author), timeMs: time_ms, body },
    }))
  }
}
