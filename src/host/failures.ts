/** Handles errors that nobody waits for, so that none goes unseen, least of all a bug. */
import type { Logger } from '../kith.ts'

/** Warnings of different bugs; a peer that can cause one after another must not fill the terminal. */
export const MAX_BUG_WARNINGS = 20

const warned = new Set<string>()

/** Logs why an operation failed. If it is a bug, the process also emits a warning, once, whether or not logs are on. */
export function reportFailure(log: Logger, what: string, error: unknown): void {
  log.error('%s: %e', what, error)
  if (isBug(error)) warnOfBug(what, error)
}

/** Whether an error means a bug, in Kith or a library, rather than an event on the network. */
export function isBug(error: unknown): error is Error {
  return [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind)
}

function warnOfBug(what: string, error: Error): void {
  const text = `${what}: ${error.message}`
  if (warned.has(text) || warned.size >= MAX_BUG_WARNINGS) return
  warned.add(text)
  process.emitWarning(text, { type: `Bug${error.name}`, detail: error.stack ?? '' })
}
