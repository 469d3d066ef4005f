/**
 * Where SQLite puts what it writes for a moment, such as the copy that VACUUM makes: by default into a folder of the whole
 * system, which others use, too, and which may be in memory. What is in a database must not leave the folder of that.
 */
import { dirname, resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'

/**
 * From now on temporary files are beside the database at `path`: readable for their owner alone, and without a name, so that
 * nothing of them is left after a kill. This is for all databases of the process, as SQLite has one such folder. The pragma is
 * deprecated, but has no successor: SQLite reads its variable of the environment only once in a process.
 */
export function keepTemporaryFilesBeside(database: DatabaseSync, path: string): void {
  const folder = dirname(resolve(path)).replaceAll("'", "''")
  database.exec(`PRAGMA temp_store_directory = '${folder}'`)
}
