/** What the room-state machine reads, is told, and tells: its whole surface beside the wire. */
import type { Effects } from '../wire/effects.ts'
import type { DocumentId, PeerId, RoomId } from '../wire/ids.ts'
import type { Effect, Input } from '../wire/machine.ts'
import type { RoomStateRecord } from './records.ts'

/** What the machine reads of its surroundings, synchronously. */
export interface RoomStatePorts {
  /** This node. */
  self: PeerId
  /** Heads of a room, at most MAX_FRONTIER_IDS, those with the highest clocks; and the largest clock among them. */
  frontier(room: RoomId): { ids: DocumentId[]; clock: number }
  /** Whether documents of a room are taken from a peer no more. */
  refusesDocuments(room: RoomId, peer: PeerId): boolean
  /** Whether the newest documents of a room are wanted before the others that are lacking. */
  isNewestFirst(room: RoomId): boolean
  /** The signed address record of a connected peer, if it gave one. */
  peerRecord(peer: PeerId): Uint8Array | undefined
}

export type RoomStateCommand =
  | { type: 'open'; room: RoomId }
  | { type: 'close'; room: RoomId }
  /** The room's heads changed, or whether it is full. */
  | { type: 'changed'; room: RoomId }

/** What a neighbour told of its copy of a room. */
export interface Standing {
  frontier: readonly DocumentId[]
  clock: number
  /** It takes no documents from us. */
  refusesDocuments: boolean
  /** It wants the newest documents before the rest of what it lacks. */
  isNewestFirst: boolean
}

export type RoomStateEvent =
  /** A peer that proved to know the room says what it has; `isNew` where that makes it a neighbour. */
  | ({ type: 'neighbour'; isNew: boolean; room: RoomId; peer: PeerId } & Standing)
  | { type: 'neighbour-left'; room: RoomId; peer: PeerId }
  /** A neighbour passed on the signed address record of another one. */
  | { type: 'suggestion'; from: PeerId; peerRecord: Uint8Array }

/** Time to send a peer whatever it has not acknowledged. */
export interface RoomStateTimer {
  type: 'announce'
  peer: PeerId
  /** The stream it was set for: timers of an earlier one mean nothing. */
  session: number
  /** An earlier due time that was set since makes this one mean nothing. */
  dueMs: number
}

export type RoomStateInput = Input<RoomStateCommand, RoomStateRecord, RoomStateTimer>
export type RoomStateEffect = Effect<never, RoomStateRecord, RoomStateEvent, RoomStateTimer>
export type RoomStateEffects = Effects<never, RoomStateRecord, RoomStateEvent, RoomStateTimer>
