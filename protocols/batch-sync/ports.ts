/** What the batch-sync machine reads, is told, and tells: its whole surface beside the wire. */
import type { DocumentId, PeerKey, RoomId } from '../wire/ids.ts'
import type { Effect, Input } from '../wire/machine.ts'
import type { Position } from '../wire/order.ts'
import type { BatchSyncRecord } from './records.ts'

export interface HeldDocument extends Position {
  block: Uint8Array
}

/** What the machine reads of the store, synchronously. Documents are those accepted into the room. */
export interface BatchSyncPorts {
  has(id: DocumentId): boolean
  /** Documents that no other one names, in the room's order. */
  heads(room: RoomId): Position[]
  document(id: DocumentId): HeldDocument | undefined
  /** `previous` and parents of a held document. */
  ancestors(id: DocumentId): Position[]
  /** The last document before a clock in the room's order. */
  documentBefore(room: RoomId, clock: number): Position | undefined
  /** Documents after a position in (clock, id) order; from the start where it is undefined. */
  documentsAfter(room: RoomId, after: Position | undefined, limit: number): HeldDocument[]
}

export type BatchSyncCommand =
  | { type: 'open'; room: RoomId }
  | { type: 'close'; room: RoomId }
  /** A peer that proved to know the room told its frontier, for the first time or anew. */
  | { type: 'neighbour'; room: RoomId; peer: PeerKey; frontier: readonly DocumentId[] }
  | { type: 'neighbour-left'; room: RoomId; peer: PeerKey }
  /** Documents were accepted for the first time, ancestors first: written here, or come from a peer or by gossip. */
  | { type: 'stored'; room: RoomId; documents: readonly Position[]; from: PeerKey | 'self' | 'gossip' }
  /** Documents of a peer's MESSAGE are durable here, new or not: the peer gets its acknowledgement. */
  | { type: 'acknowledge'; room: RoomId; ids: readonly DocumentId[]; to: PeerKey }

/** A neighbour sent documents; what becomes of them is the room's to say. */
export interface BatchSyncEvent {
  type: 'received'
  room: RoomId
  from: PeerKey
  blocks: readonly Uint8Array[]
}

export type BatchSyncTimer =
  | { type: 'resend'; peer: PeerKey; session: number }
  | { type: 'walk'; peer: PeerKey; session: number; room: RoomId }
  | { type: 'compare'; peer: PeerKey; session: number; room: RoomId }

export type BatchSyncInput = Input<BatchSyncCommand, BatchSyncRecord, BatchSyncTimer>
export type BatchSyncEffect = Effect<never, BatchSyncRecord, BatchSyncEvent, BatchSyncTimer>
