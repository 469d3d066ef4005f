/** What the file system refuses, said as a KithError: one line with the path and what to do about it. */
import { getSystemErrorMessage } from 'node:util'
import { KithError, type KithErrorCode } from '../kith.ts'

/** Codes that are about the path which somebody gave; all others but a full disk are a `disk-error`. */
const PATH_CODES = new Set([
  ...['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM', 'EROFS', 'ELOOP', 'ENAMETOOLONG', 'EINVAL'],
])

/** No space, none left of the user's share, or more than the file system or a limit of the user takes in one file. */
const FULL_CODES = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

interface SystemError extends Error {
  code: string
  errno: number
}

/** Whether an error is the system's, with any of some codes. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return isSystemError(error) && codes.includes(error.code)
}

/**
 * The KithError `bad-path`, `disk-full` or `disk-error` for an error of the system at `path`; any
 * other error as it is. `verb` is what was tried: `read`, `write`.
 */
export function diskErrorOf(error: unknown, verb: string, path: string): unknown {
  if (!isSystemError(error)) return error
  const isFull = FULL_CODES.has(error.code)
  const code: KithErrorCode = isFull ? 'disk-full' : PATH_CODES.has(error.code) ? 'bad-path' : 'disk-error'
  const advice = isFull ? ': free some space, or use another disk' : ''
  return new KithError(code, `cannot ${verb} ${path}: ${getSystemErrorMessage(error.errno)}${advice}`, { cause: error })
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'code' in error && 'errno' in error && typeof error.errno === 'number'
}
