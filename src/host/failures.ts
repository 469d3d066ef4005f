/** What becomes of an error that nobody waits for: no error goes unseen, and least of all a bug. */
import type { Logger } from '../kith.ts'

/** Warnings of different bugs; a peer that finds a way to cause one after another shall not fill the terminal. */
export const MAX_BUG_WARNINGS = 20

const warned = new Set<string>()

/** Logs what an operation failed with; where it is a bug, the process warns of it, once, whether or not logs are on. */
export function reportFailure(log: Logger, what: string, error: unknown): void {
  log.error('%s: %e', what, error)
  if (isBug(error)) warnOfBug(what, error)
}

/** Whether an error means that code is wrong, Kith's or a library's, and not that something happened on the network. */
export function isBug(error: unknown): error is Error {
  return [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind)
}

function warnOfBug(what: string, error: Error): void {
  const text = `${what}: ${error.message}`
  if (warned.has(text) || warned.size >= MAX_BUG_WARNINGS) return
  warned.add(text)
  process.emitWarning(text, { type: `Bug${error.name}`, detail: error.stack ?? '' })
}
