/** When faults in what a peer sent are no accident any more. */
import { MAX_FAULTS_PER_MESSAGE } from './constants.ts'

/** Faults that an honest peer shows too: it is ahead of us in time or in version, or has more than we take. */
const INNOCENT = new Set(['pending-full', 'bad-version', 'carrier-full', 'too-fast'])

/** Whether the faults of one MESSAGE, by their codes, are more than an honest peer could show. */
export function isAttack(codes: readonly string[]): boolean {
  return (
    codes.length > MAX_FAULTS_PER_MESSAGE && codes.filter((code) => !INNOCENT.has(code)).length > MAX_FAULTS_PER_MESSAGE
  )
}
