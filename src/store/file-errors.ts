/** What the file system refuses, said as a StoreError. */
import { storeError } from './store-errors.ts'

/** The disk is full, or the user's share of it. Every other code is `io`. */
const FULL_CODES = new Set(['ENOSPC', 'EDQUOT'])

/** Runs `work`; what the system refuses is thrown as a StoreError that names `path`, everything else is a bug and passes unchanged. */
export function withFileErrors<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw storeError(FULL_CODES.has(error.code) ? 'full' : 'io', path, error.message, error)
  }
}

/** Whether an error of the system says that there is no file. */
export function isMissing(error: unknown): boolean {
  return isSystemError(error) && error.code === 'ENOENT'
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && 'code' in error && 'syscall' in error && typeof error.code === 'string'
}
