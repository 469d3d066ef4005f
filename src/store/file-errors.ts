/** Errors of the file system as StoreErrors. */
import { storeError } from './store-errors.ts'

/** The disk is full, or the user's quota. Every other code means `io`. */
const FULL_CODES = new Set(['ENOSPC', 'EDQUOT'])

/** Too many files are open, or something else lacks that will be there again. */
const BUSY_CODES = new Set(['EMFILE', 'ENFILE', 'EAGAIN'])

/** Codes of systems that cannot open or flush a folder. */
const UNFLUSHABLE_CODES = new Set(['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP'])

/** Runs `work`. Errors of the system are thrown as StoreErrors that name `path`; all others, which are bugs, unchanged. */
export function withFileErrors<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw fileError(path, error)
  }
}

/** Like `withFileErrors`, for asynchronous work. */
export async function withFileErrorsAsync<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw fileError(path, error)
  }
}

/** An error of the system as a StoreError that names `path`; any other, which is a bug, unchanged. */
export function fileError(path: string, error: unknown): Error {
  if (!isSystemError(error)) return error instanceof Error ? error : new Error(String(error))
  const code = FULL_CODES.has(error.code) ? 'full' : isOutOfDescriptors(error) ? 'busy' : 'io'
  return storeError(code, path, error.message, { cause: error })
}

/** Whether the error means that the process, or the system, has too many files open for now. */
export function isOutOfDescriptors(error: unknown): boolean {
  return isSystemError(error) && BUSY_CODES.has(error.code)
}

/** Whether the error means that the file does not exist. */
export function isMissing(error: unknown): boolean {
  return isSystemError(error) && error.code === 'ENOENT'
}

/** Whether the error means that folders cannot be flushed here. */
export function isUnflushable(error: unknown): boolean {
  return isSystemError(error) && UNFLUSHABLE_CODES.has(error.code)
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && 'code' in error && 'syscall' in error && typeof error.code === 'string'
}
