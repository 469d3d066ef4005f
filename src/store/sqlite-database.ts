/** Opening the SQLite file of a node, and the statements that are prepared on it. */
import { DatabaseSync } from 'node:sqlite'
import type { SQLInputValue, StatementSync } from 'node:sqlite'
import { MIGRATIONS, migrate } from './migrations.ts'
import { withStoreErrors } from './sqlite-errors.ts'

/**
 * EXCLUSIVE comes first: set before WAL is entered, it makes the first access take the file's lock
 * and keep it until the process ends, however it ends, and needs no shared-memory file.
 * FULL flushes the log on every commit; WAL's usual NORMAL would lose the last commits in a power cut.
 */
const PRAGMAS = `
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
`

/** Opens or makes the file, locks it and brings its schema up to date. Throws a StoreError. */
export function openDatabase(path: string): DatabaseSync {
  const database = withStoreErrors(path, () => new DatabaseSync(path, { timeout: 0 }))
  try {
    withStoreErrors(path, () => {
      database.exec(PRAGMAS)
      migrate(database, path, MIGRATIONS)
    })
  } catch (error) {
    database.close()
    throw error
  }
  return database
}

/**
 * A prepared statement whose result columns are those of `Row`. The type is a promise made beside
 * the SQL text; STRICT tables hold SQLite to its half of it.
 */
export class Statement<Row = never> {
  readonly #statement: StatementSync
  readonly #path: string

  constructor(database: DatabaseSync, path: string, sql: string) {
    this.#path = path
    this.#statement = withStoreErrors(path, () => database.prepare(sql))
  }

  get(...parameters: SQLInputValue[]): Row | undefined {
    return withStoreErrors(this.#path, () => this.#statement.get(...parameters)) as Row | undefined
  }

  all(...parameters: SQLInputValue[]): Row[] {
    return withStoreErrors(this.#path, () => this.#statement.all(...parameters)) as Row[]
  }

  /** Returns how many rows changed. */
  run(...parameters: SQLInputValue[]): number {
    return Number(withStoreErrors(this.#path, () => this.#statement.run(...parameters)).changes)
  }
}
