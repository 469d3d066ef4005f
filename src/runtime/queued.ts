/** What waits for a node, and how what a peer sent becomes inputs of its machine. */
import { MAX_INPUT_STEPS } from '../../protocols/wire/pieces.ts'
import type { CommandOutcome } from '../machine/io.ts'
import type { NodeInput, NodeMachine } from '../machine/node-machine.ts'
import type { Write } from '../store/store.ts'
import type { Checks } from './signature-checks.ts'
import type { Surroundings } from './surroundings.ts'
import type { Unread } from './unread.ts'

/**
 * The outcome of an input or a write: durable with all its effects executed and, for a command, its result;
 * or the error because of which it had no effect.
 */
export type Completion = CommandOutcome | { error: Error }

export type Done = (completion: Completion) => void

/** Something for the next batch: an input, or a write that does not concern the machine. */
export type Queued = Read | Whole

/** What a peer sent, before it is read. */
interface Whole {
  unread: Unread
  done: Done | undefined
}

/** An entry that needs no more reading. `checks`: it waits for these, and their cost is part of what it costs. */
export type Read = ({ input: NodeInput; checks?: Checks } | { write: Write }) & { done: Done | undefined }

/** A handled entry of a batch, and its outcome once it is durable. */
export interface Handled {
  queued: Read
  completion: Completion
}

/** An input of a peer that has to be slowed down: a few milliseconds, as nobody else is to wait for more. */
export const MAX_PACED_STEPS = MAX_INPUT_STEPS / 4

/** As many signatures as are worth a detour: the loop goes on meanwhile, and comes back. */
const MIN_CHECKED = 8

/** What a check costs, on whatever thread. */
const CHECK_MS = 0.06

/** The node's own commands and writes of a batch. */
export function ownOf(handled: readonly Handled[]): Read[] {
  const all = handled.map(({ queued }) => queued)
  return all.filter((queued) => 'write' in queued || queued.input.type === 'command')
}

export function isReady(queued: Queued): boolean {
  return !('checks' in queued) || queued.checks?.isDone !== false
}

/** What it cost elsewhere to have an entry ready. */
export function checksMs(queued: Queued): number {
  return 'checks' in queued ? (queued.checks?.count ?? 0) * CHECK_MS : 0
}

/** In pieces of at most so many steps, of which the last ends it; none if it cannot be read. */
export function readOf(
  queued: Queued,
  machine: Pick<NodeMachine, 'piecesOf'>,
  maxStepsOf: (input: NodeInput) => number,
): Read[] {
  if (!('unread' in queued)) return [queued]
  const { unread, done } = queued
  let input: NodeInput
  try {
    input = unread.read()
  } catch (thrown) {
    done?.({ error: errorOf(thrown) })
    return []
  }
  const pieces = machine.piecesOf(input, maxStepsOf(input))
  const last = pieces.length - 1
  return pieces.map((piece, i) => ({ input: piece, done: i === last ? done : undefined }))
}

/** Begins the checks of signatures that pieces need, each of which then waits for its own. Returns whether there are any. */
export function startChecks(
  pieces: readonly Read[],
  machine: Pick<NodeMachine, 'signedBlocksOf'>,
  check: Surroundings['checkSignatures'],
  done: () => void,
): boolean {
  const signed = pieces.map((piece) => ('input' in piece ? machine.signedBlocksOf(piece.input) : []))
  const count = signed.reduce((sum, blocks) => sum + blocks.length, 0)
  if (count < MIN_CHECKED) return false
  let isChecking = false
  for (const [i, piece] of pieces.entries()) {
    const checks = signed[i]?.length ? check(signed[i], done) : undefined
    if (checks === undefined || !('input' in piece)) continue
    piece.checks = checks
    isChecking = true
  }
  return isChecking
}

export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
