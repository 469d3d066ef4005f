/**
 * What SQLite refuses, said as a StoreError: one line with the file and what to do about it.
 * Result codes: https://sqlite.org/rescode.html
 */
import { StoreError } from './store.ts'

/** Primary result codes, by what they mean to the user; every other one is `io`. */
const CODES: ReadonlyMap<number, StoreError['code']> = new Map([
  [5, 'locked'], // SQLITE_BUSY: another process
  [6, 'locked'], // SQLITE_LOCKED: another connection of this process
  [11, 'corrupt'], // SQLITE_CORRUPT
  [13, 'full'], // SQLITE_FULL: ENOSPC, or the page limit
  [26, 'corrupt'], // SQLITE_NOTADB
])

/** The low byte of an extended result code is the primary one. */
const PRIMARY_CODE_MASK = 0xff

interface SqliteError extends Error {
  code: 'ERR_SQLITE_ERROR'
  errcode: number
}

function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR'
}

function adviceFor(code: StoreError['code'], path: string, detail: string): string {
  switch (code) {
    case 'locked':
      return `another process is using ${path}: stop that node, or use another data folder`
    case 'full':
      return `no space left to write ${path}: free some space and start again; everything acknowledged is kept`
    case 'corrupt':
      return `${path} is damaged: put back a backup, or move it away and get its rooms from other nodes by joining again`
    case 'newer':
      return `${path} was written by a newer Kith (${detail}): update Kith, or use another data folder`
    case 'io':
      return `cannot use ${path} (${detail}): check that its folder exists and is writable, and the disk and its quota`
  }
}

/** The StoreError for the store at `path`. `detail` is what the system said; only `io` and `newer` show it. */
export function storeError(code: StoreError['code'], path: string, detail: string, cause?: unknown): StoreError {
  return new StoreError(code, adviceFor(code, path, detail), { cause })
}

/** Runs `work`; what SQLite refuses is thrown as a StoreError, everything else is a bug and passes unchanged. */
export function withStoreErrors<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!isSqliteError(error)) throw error
    const code = CODES.get(error.errcode & PRIMARY_CODE_MASK) ?? 'io'
    throw storeError(code, path, `${error.message}, SQLite code ${error.errcode}`, error)
  }
}
