/** Explains failed dials to people. */
import { KithError, type ProbeFailure } from '../kith.ts'
import { isBug } from './failures.ts'

/** A longer text is a message for the developers of some library. */
const MAX_FAILURE_LENGTH = 200

const NO_ANSWER = 'no answer'

/** What comes of it if the other side speaks another protocol. */
const NOT_LIBP2P = /UnsupportedProtocol|InvalidData|InvalidMessage|MalformedMultistream|EncryptionFailed/

const OUT_OF_TIME = /Timeout|ETIMEDOUT|AbortError|aborted/i
const MEANINGS: readonly (readonly [pattern: RegExp, meaning: string, failure: ProbeFailure])[] = [
  [/ECONNREFUSED/, 'nothing listens there', 'refused'],
  [/EHOSTUNREACH|ENETUNREACH/, 'that network cannot be reached from here', 'no-route'],
  [/ENOTFOUND|EAI_AGAIN/, 'the name is unknown', 'no-name'],
  [/EACCES|EPERM/, "this machine's own firewall forbids it", 'forbidden'],
  [/dial self/, 'this node itself answers there', 'self'],
  [/UnexpectedPeer|does not match expected/i, 'another peer answers there', 'other-peer'],
  [NOT_LIBP2P, 'something else than Kith answers there', 'not-kith'],
  [/ECONNRESET|EPIPE|ended|closed/i, 'the other side closed the connection', 'closed'],
]

/**
 * The error to throw if a dial with a time limit failed: a KithError `unreachable` with the address and the
 * cause on one line. A bug is returned unchanged.
 */
export function unreachable(address: string, error: unknown, timeoutMs: number): Error {
  if (isBug(error)) return error
  const message = `Could not reach ${address}: ${dialFailureOf(error, timeoutMs)}. Check the address, and that Kith is running there.`
  return new KithError('unreachable', message, { cause: error })
}

/** Why a dial with a time limit failed, in a few words. */
export function dialFailureOf(error: unknown, timeoutMs: number): string {
  const meanings = new Set(leavesOf(error).map((leaf) => meaningOf(leaf, timeoutMs)))
  return [...meanings].join('; ').slice(0, MAX_FAILURE_LENGTH)
}

/** What kind of failure the words of `dialFailureOf` tell of; the first, if of several. */
export function failureIn(words: string): ProbeFailure {
  const known = MEANINGS.find(([, meaning]) => words.includes(meaning))
  return known?.[2] ?? (words.includes(NO_ANSWER) ? 'no-answer' : 'other')
}

function leavesOf(error: unknown): unknown[] {
  return error instanceof AggregateError && error.errors.length > 0 ? error.errors.flatMap(leavesOf) : [error]
}

function meaningOf(error: unknown, timeoutMs: number): string {
  const text = error instanceof Error ? `${error.name} ${error.message}` : String(error)
  const known = MEANINGS.find(([pattern]) => pattern.test(text))
  if (known !== undefined) return known[1]
  if (OUT_OF_TIME.test(text)) return `${NO_ANSWER} within ${timeoutMs / 1_000} s`
  return (error instanceof Error ? error.message : text).replaceAll(/\s+/g, ' ')
}
