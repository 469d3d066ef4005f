/** Decides when a peer has too many faults for an accident. */
import { MAX_FAULTS_PER_MESSAGE } from './constants.ts'

/**
 * What this node lacks at the moment, space or time: no fault of whoever sends. Where several newcomers fetch a
 * history, for instance, each passes on what the others cannot apply yet.
 */
const OWN_LACKS = new Set(['pending-full', 'carrier-full', 'room-full', 'author-full', 'disk-full', 'too-fast'])

/** The author may not write in the room, or not any more: whoever passes that on may not know it yet. */
export const NO_RIGHT = 'no-right'

/** Faults that honest peers also cause, such as those of a later version. */
const INNOCENT = new Set([...OWN_LACKS, 'bad-version', NO_RIGHT])

/** Whether something was not taken only because this node had no space or time for it, so that nobody is to blame. */
export function isOwnLack(code: string): boolean {
  return OWN_LACKS.has(code)
}

/** Whether one MESSAGE has more faults, given by their codes, than an honest peer could cause. */
export function isAttack(codes: readonly string[]): boolean {
  return (
    codes.length > MAX_FAULTS_PER_MESSAGE && codes.filter((code) => !INNOCENT.has(code)).length > MAX_FAULTS_PER_MESSAGE
  )
}

/** Not a fault: the document has to wait. */
export const MISSING_ANCESTOR = 'missing-ancestor'
