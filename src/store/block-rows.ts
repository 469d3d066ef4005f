/**
 * Stores small blocks in rows of the database: thousands of them take one flush together, and none a file. Above the
 * limit the row saves nothing: SQLite would write each byte twice, first to its log.
 */
import type { DatabaseSync } from 'node:sqlite'
import { blockIdOf, blockIdOfBytes, bytesOfBlockId, codecOf } from '../../protocols/wire/block-ids.ts'
import type { BlockId } from '../../protocols/wire/ids.ts'
import { SEALED_MORE_BYTES, type AtRestKey } from './at-rest.ts'
import { Statement } from './sqlite-database.ts'

/**
 * Pages given back at a time, 16 MiB at least: what the blocks take that are collected in one command. Another page may
 * have to be moved for each, which takes some microseconds.
 */
const MAX_SHRUNK_PAGES = 4_096

/** The place before all blocks. */
const BEFORE_ALL = new Uint8Array(0)

/** The blocks in the table `blocks`. All methods throw a StoreError if SQLite refuses something. */
export class BlockRows {
  readonly #statements: ReturnType<typeof prepareStatements>
  readonly #atRest: AtRestKey

  constructor(database: DatabaseSync, path: string, atRest: AtRestKey) {
    this.#atRest = atRest
    this.#statements = prepareStatements(database, path)
  }

  /** Undefined if the block is not in a row. */
  sizeBytes(id: BlockId): number | undefined {
    return this.#statements.size.get(bytesOfBlockId(id))?.size_bytes
  }

  /** Undefined if the block is not in a row, or is damaged; a damaged block is removed. */
  read(id: BlockId): Uint8Array | undefined {
    const row = this.#statements.block.get(bytesOfBlockId(id))
    const block = row && this.#atRest.opened(row.block, row.sealed)
    if (block === undefined || blockIdOf(codecOf(id), block) === id) return block
    this.remove(id)
    return undefined
  }

  /** Stores a block in the open transaction unless it is in a row already. */
  write(id: BlockId, block: Uint8Array): void {
    this.#statements.insert.run(bytesOfBlockId(id), this.#atRest.stored(block), Number(this.#atRest.sealsAll))
  }

  remove(id: BlockId): void {
    this.#statements.delete.run(bytesOfBlockId(id))
  }

  /** Gives space that removed blocks took back to the disk, as files would, in the open transaction. */
  shrink(): void {
    this.#statements.shrink.all()
  }

  /** The first `limit` blocks after `after`, in the order of their bytes. */
  ids(limit: number, after?: BlockId): BlockId[] {
    // SQLite has no infinite LIMIT.
    const maxRows = Math.min(limit, Number.MAX_SAFE_INTEGER)
    const rows = this.#statements.ids.all(after === undefined ? BEFORE_ALL : bytesOfBlockId(after), maxRows)
    return rows.map(({ id }) => idOf(id))
  }
}

function prepareStatements(database: DatabaseSync, path: string) {
  const prepare = <Row = never>(sql: string) => new Statement<Row>(database, path, sql)
  return {
    insert: prepare('INSERT INTO blocks (id, block, sealed) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING'),
    delete: prepare('DELETE FROM blocks WHERE id = ?'),
    block: prepare<{ block: Uint8Array; sealed: number }>('SELECT block, sealed FROM blocks WHERE id = ?'),
    /** SQLite knows the length without reading the block. */
    size: prepare<{ size_bytes: number }>(
      `SELECT LENGTH(block) - ${SEALED_MORE_BYTES} * sealed AS size_bytes FROM blocks WHERE id = ?`,
    ),
    /** Each page is a row of the result. */
    shrink: prepare(`PRAGMA incremental_vacuum(${MAX_SHRUNK_PAGES})`),
    ids: prepare<{ id: Uint8Array }>('SELECT id FROM blocks WHERE id > ? ORDER BY id LIMIT ?'),
  }
}

/** The id that a row says in bytes. */
export function idOf(bytes: Uint8Array): BlockId {
  const id = blockIdOfBytes(bytes)
  if (id === undefined) throw new Error('the store contains an invalid block id')
  return id
}
