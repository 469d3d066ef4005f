/** Errors of SQLite as StoreErrors. Result codes: https://sqlite.org/rescode.html */
import { storeError } from './store-errors.ts'
import type { StoreError } from './store.ts'

/** What primary result codes mean to the user. Every other code means `io`. */
const CODES: ReadonlyMap<number, StoreError['code']> = new Map([
  [5, 'locked'], // SQLITE_BUSY: another process
  [6, 'locked'], // SQLITE_LOCKED: another connection of this process
  [11, 'corrupt'], // SQLITE_CORRUPT
  [13, 'full'], // SQLITE_FULL: ENOSPC, or the page limit
  [26, 'corrupt'], // SQLITE_NOTADB
])

/** A flush failed: SQLITE_IOERR_FSYNC and SQLITE_IOERR_DIR_FSYNC. A second one would prove nothing. */
const FAILED_FLUSHES = new Set([1034, 1290])

/** The low byte of an extended result code is the primary one. */
const PRIMARY_CODE_MASK = 0xff

interface SqliteError extends Error {
  code: 'ERR_SQLITE_ERROR'
  errcode: number
}

function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR'
}

/** Runs `work`. Errors of SQLite are thrown as StoreErrors that name `path`; all others, which are bugs, unchanged. */
export function withStoreErrors<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!isSqliteError(error)) throw error
    const code = CODES.get(error.errcode & PRIMARY_CODE_MASK) ?? 'io'
    const options = { cause: error, isForGood: FAILED_FLUSHES.has(error.errcode) }
    throw storeError(code, path, `${error.message}, SQLite code ${error.errcode}`, options)
  }
}
