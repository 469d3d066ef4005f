/** A request of this node for a lock, and what the electors have said about it. */
import type { DocumentId, PeerId } from '../wire/ids.ts'
import type { GrantRecord, Held, LockId, RefuseReason } from './records.ts'

/** What an elector has said about a request. */
export interface Answer {
  /** When this node last asked, and heard. */
  askedMs: number
  heardMs: number
  /** Its grant: the fence, and when this node sent what it was granted for. */
  vote?: { fence: number; sentMs: number; mark?: DocumentId }
  held?: Held
  refusal?: RefuseReason | 'contradiction'
}

/** What this node wants, or has. */
export interface Claim {
  lock: LockId
  request: number
  leaseMs: number
  ticket: number
  /** The lowest fence that is of use. */
  fence: number
  /** The fence with which the lock is held, and until when. */
  held?: { fence: number; untilMs: number }
  collisions: number
  isBackingOff: boolean
  isLooking: boolean
  answers: Map<PeerId, Answer>
}

/** Whether a grant is for what this node has asked, and no older than the last one. */
export function isNext({ askedMs, vote }: Answer, { sentMs }: GrantRecord): boolean {
  return sentMs <= askedMs && sentMs >= (vote?.sentMs ?? 0)
}

/** Whether a refusal may be over in a moment: the elector learns of the lock, or of the asker, just now. */
export function isPassing(refusal: NonNullable<Answer['refusal']>): boolean {
  return refusal === 'unknown' || refusal === 'not-allowed'
}
