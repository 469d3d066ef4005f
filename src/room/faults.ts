/** Decides when a peer has too many faults for an accident. */
import { MAX_FAULTS_PER_MESSAGE } from './constants.ts'

/** Faults that honest peers also cause: they are ahead of us in time or version, or send more than we accept. */
const INNOCENT = new Set([
  'pending-full',
  'bad-version',
  'carrier-full',
  'room-full',
  'author-full',
  'disk-full',
  'too-fast',
])

/** Whether one MESSAGE has more faults, given by their codes, than an honest peer could cause. */
export function isAttack(codes: readonly string[]): boolean {
  return (
    codes.length > MAX_FAULTS_PER_MESSAGE && codes.filter((code) => !INNOCENT.has(code)).length > MAX_FAULTS_PER_MESSAGE
  )
}
