/** Writes a database anew, in a thread of its own. What fails leaves the file as it is. */
import { workerData } from 'node:worker_threads'
import { keepTemporaryFilesBeside } from './temporary-files.ts'

const { path } = workerData as { path: string }
const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
const database = new DatabaseSync(path, { timeout: 0 })
try {
  keepTemporaryFilesBeside(database, path)
  database.exec('PRAGMA locking_mode = EXCLUSIVE; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)')
  database.exec('PRAGMA secure_delete = ON; DELETE FROM traces')
} finally {
  database.close()
}
