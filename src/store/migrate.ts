/** Brings the SQLite store to the current schema. */
import type { DatabaseSync } from 'node:sqlite'
import { storeError } from './store-errors.ts'

/**
 * Applies the migrations that are missing, each in a transaction of its own: if the process is killed in
 * between, the next start continues. Throws a StoreError `newer` if the file has more migrations than
 * are known.
 */
export function migrate(database: DatabaseSync, path: string, migrations: readonly string[]): void {
  const version = schemaVersion(database)
  if (version > migrations.length) {
    throw storeError('newer', path, `schema ${version}, known up to ${migrations.length}`)
  }
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue
    database.exec(`BEGIN IMMEDIATE; ${sql}; PRAGMA user_version = ${index + 1}; COMMIT`)
  }
}

function schemaVersion(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
}
