/** Locks of rooms, and what this node has promised about them as an elector: what the store has of that. */
import type { LockId, Vote } from '../../protocols/lock/index.ts'
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'

/** An accepted document that describes a lock. */
export interface LockRow extends Position {
  id: LockId
  room: RoomId
  author: PeerId
  name: string
  electors: PeerId[]
  /** Whether the document counts no more, as its author was removed. The vote stays. */
  isVoid?: true
  /** Undefined if this node has no memory of what it has promised. */
  vote?: Vote
}

export interface LockWrite {
  type: 'put-lock'
  row: LockRow
}

export interface LockReads {
  /** In (clock, id) order. They stay when a room is deleted, as what was promised to others does. */
  locks(): LockRow[]
}
