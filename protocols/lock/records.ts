/** The records of locks. Times are whole milliseconds. */
import type { DocumentId, PeerId } from '../wire/ids.ts'

/** A lock is named by the document that describes it. */
export type LockId = DocumentId

/** Asks for a grant, or for a longer one. */
export interface AskRecord {
  type: 'ask'
  lock: LockId
  request: number
  /** By the asker's monotonic clock. */
  sentMs: number
  /** The lowest that is of use. */
  fence: number
  leaseMs: number
  ticket: number
  /** The highest fence that the elector has granted the asker. */
  seen: number
}

export interface GrantRecord {
  type: 'grant'
  lock: LockId
  request: number
  sentMs: number
  fence: number
  /** The highest that the elector has seen. */
  ticket: number
  /** A document that the last holder left. */
  mark?: DocumentId
}

/** Somebody else has the elector's grant. */
export interface WaitRecord {
  type: 'wait'
  lock: LockId
  request: number
  /** The highest that the elector has seen. */
  ticket: number
  held: Held
}

/** A grant as its elector shows it. */
export interface Held {
  holder: PeerId
  request: number
  fence: number
  ticket: number
  /** For how long it was granted without a break. */
  forMs: number
  /** Of its lease. */
  leftMs: number
}

/**
 * Why an elector does not vote: it does not know the lock, or is none of its electors; it has lost its memory; too many
 * wait; the lease is too short or too long; the asker may not write in the room.
 */
export type RefuseReason = 'unknown' | 'forgotten' | 'full' | 'lease' | 'not-allowed'

export interface RefuseRecord {
  type: 'refuse'
  lock: LockId
  request: number
  reason: RefuseReason
}

/** Ends a request, whether it was granted or waits. */
export interface ReleaseRecord {
  type: 'release'
  lock: LockId
  request: number
  /** The highest that the sender knows for this request. */
  fence: number
  /** A document that the next holder should have. */
  mark?: DocumentId
}

export interface ReleasedRecord {
  type: 'released'
  lock: LockId
  request: number
}

/** How is the lock? */
export interface QueryRecord {
  type: 'query'
  lock: LockId
  serial: number
  /** As in an ask. */
  seen: number
}

export interface StateRecord {
  type: 'state'
  lock: LockId
  serial: number
  /** The highest that the elector has granted. */
  fence: number
  hasForgotten: boolean
  /** How many requests wait for its grant. */
  waiting: number
  held?: Held
}

export type LockRecord =
  AskRecord | GrantRecord | WaitRecord | RefuseRecord | ReleaseRecord | ReleasedRecord | QueryRecord | StateRecord
