/** The interface of the room-state machine apart from the wire: what it reads, its commands, and its events. */
import type { Effects } from '../wire/effects.ts'
import type { Frontier } from '../wire/frontier.ts'
import type { DocumentId, HeadsDigest, PeerId, RoomId } from '../wire/ids.ts'
import type { Effect, Input } from '../wire/machine.ts'
import type { RoomStateRecord } from './records.ts'

/** The machine's environment, read synchronously. */
export interface RoomStatePorts {
  /** This node. */
  self: PeerId
  /**
   * Heads of a room, at most MAX_FRONTIER_IDS, those with the largest clocks, with a digest of all if there are more;
   * the largest clock among them; and how many documents of the room are here.
   */
  frontier(room: RoomId): Frontier & Pick<Standing, 'clock' | 'documents'>
  /** Whether this node accepts no more documents of a room from a peer. */
  refusesDocuments(room: RoomId, peer: PeerId): boolean
  /** Whether this node wants the newest documents of a room before the others that it lacks. */
  isNewestFirst(room: RoomId): boolean
  /** The newest checkpoint of a room that this node vouches for. */
  checkpoint(room: RoomId): DocumentId | undefined
  /** Documents with a smaller clock were dropped here, or are not wanted. Undefined: none. */
  historyFrom(room: RoomId): number | undefined
  /** The checkpoint before which documents of a room were dropped. */
  base(room: RoomId): DocumentId | undefined
  /** The document that removed a peer from a room, of which it is given nothing since. */
  removal(room: RoomId, peer: PeerId): { id: DocumentId; block: Uint8Array } | undefined
  /** That this node has the secret of an invite to a room: its key, and `proof` by that of `invitedContent`. */
  invitation(room: RoomId): { key: Uint8Array; proof: Uint8Array } | undefined
  /** The signed address record of a connected peer, if the peer sent one. */
  peerRecord(peer: PeerId): Uint8Array | undefined
}

export type RoomStateCommand =
  | { type: 'open'; room: RoomId }
  | { type: 'close'; room: RoomId }
  /** The room's heads changed, or whether it is full. */
  | { type: 'changed'; room: RoomId; isUrgent?: boolean }
  /** A neighbour is to be told of changes less often, or as soon as others again. */
  | { type: 'aside'; room: RoomId; peer: PeerId; isAside: boolean }

/** A neighbour's statement about its copy of a room. */
export interface Standing {
  frontier: readonly DocumentId[]
  /** Of all its heads, if they are more than the frontier names. */
  headsDigest?: HeadsDigest | undefined
  clock: number
  /** How many documents it says it holds. Nobody checks that. Undefined if it does not say. */
  documents?: number | undefined
  /** It accepts no documents from us. */
  refusesDocuments: boolean
  /** It wants the newest documents before the others that it lacks. */
  isNewestFirst: boolean
  /** The newest checkpoint that it vouches for. */
  checkpoint?: DocumentId | undefined
  /** It dropped documents with a smaller clock, or does not want them. Undefined: none. */
  historyFrom?: number | undefined
  /** The checkpoint before which it dropped documents. */
  base?: DocumentId | undefined
}

export type RoomStateEvent =
  /** A peer that proved to know the room announced what it has; `isNew` if that makes it a neighbour. */
  | ({ type: 'neighbour'; isNew: boolean; room: RoomId; peer: PeerId } & Standing)
  | { type: 'neighbour-left'; room: RoomId; peer: PeerId }
  /** A neighbour relayed another peer's signed address record. */
  | { type: 'suggestion'; from: PeerId; peerRecord: Uint8Array }
  /** A neighbour says that this node was removed from a room, by a document that nobody has checked. */
  | { type: 'removal'; room: RoomId; from: PeerId; block: Uint8Array }
  /** A neighbour shows that it has the secret of an invite to a room, by a proof that nobody has checked. */
  | { type: 'invited'; room: RoomId; peer: PeerId; key: Uint8Array; proof: Uint8Array }

/** Time to send a peer everything it has not acknowledged. */
export interface RoomStateTimer {
  type: 'announce'
  peer: PeerId
  /** The stream it was set for: timers of earlier streams are ignored. */
  session: number
  /** If an earlier timer has been set since, this one is ignored. */
  dueMs: number
}

export type RoomStateInput = Input<RoomStateCommand, RoomStateRecord, RoomStateTimer>
export type RoomStateEffect = Effect<never, RoomStateRecord, RoomStateEvent, RoomStateTimer>
export type RoomStateEffects = Effects<never, RoomStateRecord, RoomStateEvent, RoomStateTimer>
