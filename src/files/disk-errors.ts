/** Errors of the file system as KithErrors: one line with the path and, if possible, what to do about it. */
// By name, an older Node could not load it, and could not be told so: see `needed-node.ts`.
import * as util from 'node:util'
import { KithError, type KithErrorCode } from '../kith.ts'

/** Codes for problems with the path that a user gave. All others, except for a full disk, mean `disk-error`. */
const PATH_CODES = new Set([
  ...['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM', 'EROFS', 'ELOOP', 'ENAMETOOLONG', 'EINVAL'],
])

/** No space left, the user's quota is used up, or the file is larger than the file system or the user's limits allow. */
const FULL_CODES = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

interface SystemError extends Error {
  code: string
  errno: number
}

/** Whether an error comes from the system and has one of the codes. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return isSystemError(error) && codes.includes(error.code)
}

/**
 * Turns an error of the system at `path` into a KithError `bad-path`, `disk-full` or `disk-error`, and returns any other
 * error unchanged. `verb` is what failed: `read` or `write`.
 */
export function diskErrorOf(error: unknown, verb: string, path: string): unknown {
  if (!isSystemError(error)) return error
  const isFull = FULL_CODES.has(error.code)
  const code: KithErrorCode = isFull ? 'disk-full' : PATH_CODES.has(error.code) ? 'bad-path' : 'disk-error'
  const advice = isFull ? ': free some space, or use another disk' : ''
  return new KithError(code, `cannot ${verb} ${path}: ${util.getSystemErrorMessage(error.errno)}${advice}`, {
    cause: error,
  })
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'code' in error && 'errno' in error && typeof error.errno === 'number'
}
