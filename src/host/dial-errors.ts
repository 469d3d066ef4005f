/** What a failed dial means, in words for a person. */
import { KithError } from '../kith.ts'
import { CONNECT_TIMEOUT_MS } from './constants.ts'

const NO_ANSWER = `no answer within ${CONNECT_TIMEOUT_MS / 1_000} s`
const REASONS: readonly (readonly [pattern: RegExp, meaning: string])[] = [
  [/ECONNREFUSED/, 'nothing listens there'],
  [/EHOSTUNREACH|ENETUNREACH/, 'there is no way to that network from here'],
  [/ENOTFOUND|EAI_AGAIN/, 'the name is not known'],
  [/ECONNRESET|EPIPE|ended|closed/i, 'the other side closed the connection'],
  [/UnexpectedPeer|does not match expected/i, 'another peer answers there'],
  [/Timeout|AbortError|aborted/i, NO_ANSWER],
]

/** The KithError `unreachable` for an address: what was tried and what came of it, in one line. */
export function unreachable(address: string, error: unknown): KithError {
  const meanings = new Set(leavesOf(error).map(meaningOf))
  const message = `Could not reach ${address}: ${[...meanings].join('; ')}. Check the address and that Kith runs there.`
  return new KithError('unreachable', message, { cause: error })
}

function leavesOf(error: unknown): unknown[] {
  return error instanceof AggregateError && error.errors.length > 0 ? error.errors.flatMap(leavesOf) : [error]
}

function meaningOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name} ${error.message}` : String(error)
  const known = REASONS.find(([pattern]) => pattern.test(text))
  return known?.[1] ?? (error instanceof Error ? error.message : text).replaceAll(/\s+/g, ' ')
}
