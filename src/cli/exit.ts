/** How a command ends: its exit code and a one-line reason. */
import { NoNodeError } from '../api/client.ts'
import { ApiError } from '../api/errors.ts'
import type { ApiErrorCode } from '../api/errors.ts'
import { KithError } from '../kith.ts'

export const EXIT_DONE = 0
const EXIT_FAILED = 1
export const EXIT_WRONG_USE = 2
const EXIT_NO_NODE = 3

/** Enough for the files of a node, its peers, and blocks on their way to the disk. */
export const RAISE_OPEN_FILES = 'ulimit -n 1024'

/** The command line is wrong, so nothing was attempted. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The command failed; `message` says why. */
export class FailedError extends Error {
  override readonly name = 'FailedError'
}

/** A program that was run has ended; its output and exit code say how. */
export class EndedError extends Error {
  override readonly name = 'EndedError'
  readonly exitCode: number
  constructor(exitCode: number) {
    super(`the program ended with ${exitCode}`)
    this.exitCode = exitCode
  }
}

/** Codes that mean a bad argument, whatever state the node is in. */
const WRONG_USE_CODES = new Set<ApiErrorCode>([
  'bad-room-id',
  'bad-address',
  'bad-name',
  'bad-value',
  'bad-config',
  'bad-request',
  'unknown-app',
  'too-large',
  'bad-id',
  'bad-key',
  'bad-path',
  'bad-backup',
])

/** Why a command failed, for users and programs. */
export interface Failure {
  exitCode: number
  code: string
  message: string
  /** If several things are wrong, each of them; the message ends with all. */
  reasons?: readonly string[]
}

/** The exit code and message for an error; `startCommand` is the command that starts the node in question. */
export function failureOf(error: unknown, startCommand: string): Failure {
  if (error instanceof NoNodeError) {
    return { exitCode: EXIT_NO_NODE, code: 'no-node', message: `No node is running here. Start one: ${startCommand}` }
  }
  if (error instanceof UsageError) return { exitCode: EXIT_WRONG_USE, code: 'usage', message: error.message }
  if (error instanceof ApiError || error instanceof KithError) {
    const exitCode = WRONG_USE_CODES.has(error.code) ? EXIT_WRONG_USE : EXIT_FAILED
    const { code, message, reasons } = error
    return { exitCode, code, message, ...(reasons && { reasons }) }
  }
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE')) {
    const told = `Too many files are open (${message}): raise the limit (${RAISE_OPEN_FILES}), or end other programs.`
    return { exitCode: EXIT_FAILED, code: 'too-many-files', message: told }
  }
  return { exitCode: EXIT_FAILED, code: 'failed', message }
}
