/** What the SQLite store has of links to rooms below others. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { digestOfDocumentId, documentIdOfDigest, type RoomId } from '../../protocols/wire/ids.ts'
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

/** Goes from room to room in the index, past all other links of each. */
const LINKING_ROOMS = `
  WITH RECURSIVE linking (child, room) AS (
    SELECT child, min(room) FROM child_links WHERE child = ${lookup('?')}
    UNION ALL
    SELECT child, (SELECT min(room) FROM child_links WHERE child = linking.child AND room > linking.room)
    FROM linking WHERE room IS NOT NULL
  )
  SELECT rooms.id AS room FROM linking JOIN rooms ON rooms.key = linking.room`

export class SqliteChildLinks {
  readonly #keys: RowKeys
  readonly #put: Statement
  readonly #delete: Statement
  readonly #linkingRooms: Statement<Pick<Columns, 'room'>>
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
    this.#linkingRooms = new Statement(database, path, LINKING_ROOMS)
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
    const key = this.#keys.knownRoom(room)
    if (key === undefined) return []
    const selected: [condition: string, ...values: SQLInputValue[]][] = [['room = ?', key]]
    if (child !== undefined) selected.push([`child = ${lookup('?')}`, child])
    // Of a title or a message, there may be many more links than to a room: by the + the index of these is not taken.
    const other = child === undefined ? '' : '+'
    if (title !== undefined) selected.push([`${other}title = ${lookup('?')}`, title])
    if (about !== undefined) selected.push([`${other}about = ${lookup('?')}`, about])
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

  roomsTo(child: RoomId): RoomId[] {
    return this.#linkingRooms.all(child).map(({ room }) => documentIdOfDigest(room))
  }
}
