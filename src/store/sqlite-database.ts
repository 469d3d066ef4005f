/** Opens the SQLite file of a node and prepares statements on it. */
import { closeSync, openSync, statSync } from 'node:fs'
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { AtRestKey } from './at-rest.ts'
import { migrate } from './migrate.ts'
import { MIGRATIONS } from './migrations.ts'
import { asStoreError, withStoreErrors } from './sqlite-errors.ts'
import { keepTemporaryFilesBeside } from './temporary-files.ts'

/** An import of it would fail on an older Node before `needed-node.ts` could say why. */
const sqlite = process.getBuiltinModule('node:sqlite')

/**
 * EXCLUSIVE must come before WAL: then the first access locks the file until the process ends, however
 * it ends, and no shared-memory file is needed. With NORMAL, SQLite flushes the log only before it copies from it, and
 * a power cut loses the last commits: `LogFlush` flushes it before anything is promised.
 */
const PRAGMAS = `
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
`

/** Lets space be given back to the disk. For new files only: for others it would write to them, and change nothing. */
const NEW_FILE_PRAGMA = 'PRAGMA auto_vacuum = INCREMENTAL'

const OWNER_ONLY_FILE = 0o600

/** What a migration seals must not stay behind in free space. */
const ERASE = 'PRAGMA secure_delete = ON'
const ERASE_NO_MORE = 'PRAGMA secure_delete = OFF'

/** Opens the file, or creates it, locks it and migrates its schema. Throws a StoreError. */
export function openDatabase(path: string, atRest: AtRestKey): DatabaseSync {
  createOwnerOnly(path)
  const database = withStoreErrors(path, () => new sqlite.DatabaseSync(path, { timeout: 0 }))
  try {
    withStoreErrors(path, () => {
      if (isEmpty(path)) database.exec(NEW_FILE_PRAGMA)
      database.exec(PRAGMAS)
      keepTemporaryFilesBeside(database, path)
      atRest.addTo(database, path)
      database.exec(ERASE)
      migrate(database, path, MIGRATIONS)
      database.exec(ERASE_NO_MORE)
    })
  } catch (error) {
    database.close()
    throw error
  }
  return database
}

/**
 * Stores documents and small blocks as new ones are, all or none. Nothing of how they were stays in the file or its log, so
 * the whole file is written anew: its pages keep copies of rows that SQLite moved, whatever it erases.
 */
export function rewriteBlocks(database: DatabaseSync, path: string, { sealsAll }: AtRestKey): void {
  const sealed = Number(sealsAll)
  const updates = ['documents', 'pending', 'blocks'].map(
    (table) => `UPDATE ${table} SET block = rest(block, sealed), sealed = ${sealed} WHERE sealed <> ${sealed}`,
  )
  withStoreErrors(path, () => {
    try {
      keepTemporaryFilesBeside(database, path)
      database.exec(
        `BEGIN IMMEDIATE; ${updates.join('; ')}; DELETE FROM traces; COMMIT; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)`,
      )
    } finally {
      if (database.isTransaction) database.exec('ROLLBACK')
    }
  })
}

/** SQLite's own default. */
const AUTO_CHECKPOINT_PAGES = 1_000

/** Keeps the file itself as it is, with all that is committed; its log grows until the returned function is called. */
export function holdFileStill(database: DatabaseSync, path: string): () => void {
  withStoreErrors(path, () => database.exec('PRAGMA wal_checkpoint; PRAGMA wal_autocheckpoint = 0'))
  return () => {
    if (database.isOpen) database.exec(`PRAGMA wal_autocheckpoint = ${AUTO_CHECKPOINT_PAGES}`)
  }
}

/** Creates an empty file, as SQLite itself takes the umask's permissions. It gives its log those of the file. */
function createOwnerOnly(path: string): void {
  try {
    closeSync(openSync(path, 'wx', OWNER_ONLY_FILE))
  } catch {
    // It is there, or SQLite says why it cannot be.
  }
}

function isEmpty(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.size === 0
}

/**
 * A prepared statement whose result columns are those of `Row`. Nothing checks the type against the SQL
 * text; STRICT tables make sure that columns hold values of their declared types. Methods throw a StoreError.
 */
export class Statement<Row = never> {
  readonly #statement: StatementSync
  readonly #path: string

  constructor(database: DatabaseSync, path: string, sql: string) {
    this.#path = path
    this.#statement = withStoreErrors(path, () => database.prepare(sql))
  }

  get(...parameters: SQLInputValue[]): Row | undefined {
    try {
      return this.#statement.get(...parameters) as Row | undefined
    } catch (error) {
      throw asStoreError(this.#path, error)
    }
  }

  all(...parameters: SQLInputValue[]): Row[] {
    return withStoreErrors(this.#path, () => this.#statement.all(...parameters)) as Row[]
  }

  /** Passes rows one by one, until `take` returns false. */
  each(parameters: SQLInputValue[], take: (row: Row) => boolean): void {
    withStoreErrors(this.#path, () => {
      for (const row of this.#statement.iterate(...parameters)) if (!take(row as Row)) break
    })
  }

  /** Returns how many rows changed. */
  run(...parameters: SQLInputValue[] | [named: Record<string, SQLInputValue>]): number {
    try {
      return Number(this.#statement.run(...(parameters as SQLInputValue[])).changes)
    } catch (error) {
      throw asStoreError(this.#path, error)
    }
  }
}
