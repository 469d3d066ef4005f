/** What the file system refuses, said as a StoreError. */
import { storeError } from './store-errors.ts'

/** The disk is full, or the user's share of it. Every other code is `io`. */
const FULL_CODES = new Set(['ENOSPC', 'EDQUOT'])

/** What systems say that cannot open a folder, or not flush one. */
const UNFLUSHABLE_CODES = new Set(['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP'])

/** Runs `work`; what the system refuses is thrown as a StoreError that names `path`, everything else is a bug and passes unchanged. */
export function withFileErrors<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw fileError(path, error)
  }
}

/** As `withFileErrors`, for work that takes time. */
export async function withFileErrorsAsync<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw fileError(path, error)
  }
}

function fileError(path: string, error: unknown): unknown {
  if (!isSystemError(error)) return error
  return storeError(FULL_CODES.has(error.code) ? 'full' : 'io', path, error.message, error)
}

/** Whether an error of the system says that there is no file. */
export function isMissing(error: unknown): boolean {
  return isSystemError(error) && error.code === 'ENOENT'
}

/** Whether an error of the system says that it does not flush folders, or not this kind. */
export function isUnflushable(error: unknown): boolean {
  return isSystemError(error) && UNFLUSHABLE_CODES.has(error.code)
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && 'code' in error && 'syscall' in error && typeof error.code === 'string'
}
