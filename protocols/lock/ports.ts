/** The interface of the machine of locks apart from the wire: what it reads and writes, its commands, and its events. */
import type { Effects } from '../wire/effects.ts'
import type { DocumentId, PeerId } from '../wire/ids.ts'
import type { Effect, Input } from '../wire/machine.ts'
import type { Held, LockId, LockRecord, RefuseReason } from './records.ts'

/** What an elector has promised about a lock, and must not forget. */
export interface Vote {
  /** The highest that it has granted. */
  fence: number
  /** Whether it has lost its memory, and does not vote yet. */
  hasForgotten: boolean
  /** The last grant, unless it was released. */
  grant?: { holder: PeerId; request: number; fence: number; leaseMs: number; ticket: number }
  /** What the holder with the highest fence left that left something, and that fence. */
  mark?: { fence: number; document: DocumentId }
}

/** The machine's environment, read synchronously. */
export interface LockPorts {
  /** The electors of a lock, each once; undefined if the lock is unknown. They never change. */
  electors(lock: LockId): readonly PeerId[] | undefined
  /** Whether a peer is a neighbour in the lock's room, or this node, which is in it. */
  isNeighbour(lock: LockId, peer: PeerId): boolean
  /** Whether such a peer may take the lock: it may write in the room. */
  mayTake(lock: LockId, peer: PeerId): boolean
  /** What this node has promised; undefined if it has no memory of the lock. */
  vote(lock: LockId): Vote | undefined
  /** Whether something tells that the store is older than what this node has told others. */
  isOutdated(lock: LockId): boolean
}

export type LockCommand =
  /** Wants a lock. One request of a lock at a time: a second one replaces the first. */
  | { type: 'acquire'; lock: LockId; leaseMs: number }
  /** Asks all electors for the whole lease again. */
  | { type: 'renew'; lock: LockId }
  /** Ends the request. `mark`: a document that the next holder should have. */
  | { type: 'release'; lock: LockId; mark?: DocumentId }
  /** Asks all electors how the lock is. */
  | { type: 'query'; lock: LockId }

/** Why a request failed, of the electors that are missing. */
export interface MissingElector {
  elector: PeerId
  reason: 'not-connected' | 'silent' | 'contradiction' | RefuseReason
}

export type LockEvent =
  /**
   * The lock is held until `untilMs` of the monotonic clock; again after each renewal. `marks`: what holders before left,
   * as far as the electors of the majority know.
   */
  | { type: 'held'; lock: LockId; fence: number; untilMs: number; marks: readonly DocumentId[] }
  /** It is held no more, though it was not released. */
  | { type: 'lost'; lock: LockId; fence: number }
  /** Somebody else has it. */
  | { type: 'waiting'; lock: LockId; held: Held }
  /** There is no majority now; what was only wanted is given up. */
  | { type: 'no-majority'; lock: LockId; isHeld: boolean; missing: readonly MissingElector[] }
  /** As many electors know as make a majority, or the lease has ended since. */
  | { type: 'released'; lock: LockId; fence: number; isKnown: boolean }
  /** How an elector says that the lock is. */
  | { type: 'state'; lock: LockId; elector: PeerId; fence: number; hasForgotten: boolean; waiting: number; held?: Held }
  /** An elector contradicted itself; its vote does not count for this request. */
  | { type: 'contradiction'; lock: LockId; elector: PeerId }

export interface LockWrite {
  type: 'put-vote'
  lock: LockId
  vote: Vote
}

export type LockTimer =
  /** A grant of this elector may have ended. */
  | { type: 'expiry'; lock: LockId }
  /** This elector may be able to vote again. */
  | { type: 'recall'; lock: LockId }
  /** A request is looked at again. */
  | { type: 'look'; lock: LockId; request: number; what: 'again' | 'majority' | 'answers' | 'end' | 'back' }
  /** What was released is not worth telling any more. */
  | { type: 'forget'; lock: LockId; request: number }

export type LockInput = Input<LockCommand, LockRecord, LockTimer>
export type LockEffect = Effect<LockWrite, LockRecord, LockEvent, LockTimer>
export type LockEffects = Effects<LockWrite, LockRecord, LockEvent, LockTimer>
