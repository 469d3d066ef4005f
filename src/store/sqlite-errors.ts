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

/** Runs `work`, and throws its errors as `asStoreError`. */
export function withStoreErrors<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw asStoreError(path, error)
  }
}

/** An error of SQLite as a StoreError that names `path`; all others, which are bugs, unchanged. */
export function asStoreError(path: string, error: unknown): unknown {
  if (!isSqliteError(error)) return error
  const code = CODES.get(error.errcode & PRIMARY_CODE_MASK) ?? 'io'
  const options = { cause: error, isForGood: FAILED_FLUSHES.has(error.errcode) }
  return storeError(code, path, `${error.message}, SQLite code ${error.errcode}`, options)
}
