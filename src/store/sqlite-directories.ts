/** What the SQLite store has of directories. */
import type { DatabaseSync } from 'node:sqlite'
import type { Place } from '../../protocols/directory/index.ts'
import type { DirectoryReads, DirectoryWrite } from './directories.ts'
import type { RowKeys } from './row-keys.ts'
import { Statement } from './sqlite-database.ts'

/** Half of a keyed hash: nobody finds another text with the same one. */
const lookup = (text: string): string => `substr(lookup(${text}), 1, 16)`

/** Before all keys of nodes. */
const BEFORE_ALL = new Uint8Array(0)

type Size = ReturnType<DirectoryReads['directorySize']>

export class SqliteDirectories implements DirectoryReads {
  readonly #keys: RowKeys
  readonly #putNode: Statement
  readonly #deleteNode: Statement
  readonly #putRecord: Statement
  readonly #deleteRecord: Statement
  readonly #node: Statement<{ packed: Uint8Array }>
  readonly #nodes: Statement<{ node: Uint8Array; packed: Uint8Array }>
  readonly #records: Statement<{ packed: Uint8Array }>
  readonly #authorRecords: Statement<{ count: number }>
  readonly #size: Statement<Size>
  readonly #sizeOfAll: Statement<Size>

  constructor(database: DatabaseSync, path: string, keys: RowKeys) {
    const statement = <Row>(sql: string): Statement<Row> => new Statement<Row>(database, path, sql)
    this.#keys = keys
    this.#putNode = statement(
      `INSERT OR REPLACE INTO directory_nodes (room, node, packed) VALUES (?, ${lookup('?')}, seal(?))`,
    )
    this.#deleteNode = statement(`DELETE FROM directory_nodes WHERE room = ? AND node = ${lookup('?')}`)
    this.#putRecord = statement(
      `INSERT OR REPLACE INTO directory_records (room, node, id, author, packed)
       VALUES (?, ${lookup('?')}, ${lookup('?')}, ?, seal(?))`,
    )
    this.#deleteRecord = statement(
      `DELETE FROM directory_records WHERE room = ? AND node = ${lookup('?')} AND id = ${lookup('?')}`,
    )
    this.#node = statement(
      `SELECT unseal(packed) AS packed FROM directory_nodes WHERE room = ? AND node = ${lookup('?')}`,
    )
    this.#nodes = statement(
      `SELECT node, unseal(packed) AS packed FROM directory_nodes WHERE room = ? AND node > ? ORDER BY node LIMIT ?`,
    )
    this.#records = statement(
      `SELECT unseal(packed) AS packed FROM directory_records WHERE room = ? AND node = ${lookup('?')}`,
    )
    this.#size = statement(
      `SELECT (SELECT count(*) FROM directory_nodes WHERE room = ?1) AS nodes,
              (SELECT count(*) FROM directory_records WHERE room = ?1) AS records`,
    )
    this.#sizeOfAll = statement(
      `SELECT (SELECT count(*) FROM directory_nodes) AS nodes, (SELECT count(*) FROM directory_records) AS records`,
    )
    this.#authorRecords = statement('SELECT count(*) AS count FROM directory_records WHERE room = ? AND author = ?')
  }

  write(write: DirectoryWrite): void {
    const room = this.#keys.room(write.room)
    const node = textOf(write.prefix)
    switch (write.type) {
      case 'put-directory-node':
        this.#putNode.run(room, node, write.packed)
        return
      case 'delete-directory-node':
        this.#deleteNode.run(room, node)
        return
      case 'put-directory-record':
        this.#putRecord.run(room, node, textOf(write.row), this.#keys.author(write.author), write.packed)
        return
      case 'delete-directory-record':
        this.#deleteRecord.run(room, node, textOf(write.row))
    }
  }

  readonly directoryNode: DirectoryReads['directoryNode'] = (room, prefix) => {
    const key = this.#keys.knownRoom(room)
    return key === undefined ? undefined : this.#node.get(key, textOf(prefix))?.packed
  }

  readonly directoryRecords: DirectoryReads['directoryRecords'] = (room, prefix) => {
    const key = this.#keys.knownRoom(room)
    return key === undefined ? [] : this.#records.all(key, textOf(prefix)).map(({ packed }) => packed)
  }

  readonly directoryNodes: DirectoryReads['directoryNodes'] = (room, after, limit) => {
    const key = this.#keys.knownRoom(room)
    if (key === undefined) return []
    const from = after === undefined ? BEFORE_ALL : Buffer.from(after, 'hex')
    // SQLite has no infinite LIMIT.
    const rows = this.#nodes.all(key, from, Math.min(limit, Number.MAX_SAFE_INTEGER))
    return rows.map(({ node, packed }) => ({ key: Buffer.from(node).toString('hex'), packed }))
  }

  readonly directorySize: DirectoryReads['directorySize'] = (room) => {
    const key = room === undefined ? undefined : this.#keys.knownRoom(room)
    if (room !== undefined && key === undefined) return { nodes: 0, records: 0 }
    const { nodes, records } = (key === undefined ? this.#sizeOfAll.get() : this.#size.get(key)) ?? {
      nodes: 0,
      records: 0,
    }
    return { nodes, records }
  }

  readonly directoryAuthorRecords: DirectoryReads['directoryAuthorRecords'] = (room, author) => {
    const key = this.#keys.knownRoom(room)
    return key === undefined ? 0 : (this.#authorRecords.get(key, this.#keys.author(author))?.count ?? 0)
  }
}

/** Places are bytes, some of them 0, where a text of SQLite would end. */
function textOf(place: Place): string {
  return Buffer.from(place, 'latin1').toString('hex')
}
