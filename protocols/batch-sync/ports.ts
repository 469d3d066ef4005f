/** What the batch-sync machine reads, is told, and tells: its whole surface beside the wire. */
import type { DocumentId, PeerId, RoomId } from '../wire/ids.ts'
import type { Effects } from '../wire/effects.ts'
import type { Effect, Input } from '../wire/machine.ts'
import type { SortKey, Position } from '../wire/order.ts'
import type { BatchSyncRecord } from './records.ts'

export interface HeldDocument extends Position {
  block: Uint8Array
}

/** What one peer gets of one room, as the user decided. */
export interface Sharing {
  /** `share`: documents go both ways. `accept`: they are taken and not given. `none`: neither. */
  policy: 'share' | 'accept' | 'none'
  /** `batch`: documents are sent at once. `interactive`: they are offered first. `auto`: the large ones are. */
  mode: 'batch' | 'interactive' | 'auto'
}

/** What the machine reads of the store, synchronously. Documents are those accepted into the room. */
export interface BatchSyncPorts {
  has(room: RoomId, id: DocumentId): boolean
  /** Also where it waits for its ancestors. */
  isDurable(room: RoomId, id: DocumentId): boolean
  count(room: RoomId): number
  /** Documents that no other one names, in the room's order. */
  heads(room: RoomId): Position[]
  document(room: RoomId, id: DocumentId): HeldDocument | undefined
  /** `previous` and parents of a held document. */
  ancestors(id: DocumentId): Position[]
  /** Documents after a position in (clock, id) order; from the start where it is undefined. */
  documentsAfter(room: RoomId, after: Position | undefined, limit: number): HeldDocument[]
  /** The last documents of a room, in its order. */
  newest(room: RoomId, limit: number): Position[]
  /** Documents from `lower` on, in the room's order, up to before `upper` if there is one. */
  sortKeys(room: RoomId, lower: SortKey, upper: SortKey | undefined, limit: number): SortKey[]
  sharing(room: RoomId, peer: PeerId): Sharing
  /** Documents saved as sent to a peer and not acknowledged. */
  unacked(room: RoomId, peer: PeerId): DocumentId[]
}

/** What a neighbour tells of its copy of a room. */
export interface NeighbourStanding {
  frontier: readonly DocumentId[]
  /** It takes no more documents. */
  refusesDocuments: boolean
  /** It wants the newest documents before the rest of what it lacks. */
  isNewestFirst: boolean
}

export type BatchSyncCommand =
  | { type: 'open'; room: RoomId }
  | { type: 'close'; room: RoomId }
  /** A peer that proved to know the room told how it stands, for the first time or anew. */
  | ({ type: 'neighbour'; room: RoomId; peer: PeerId } & NeighbourStanding)
  | { type: 'neighbour-left'; room: RoomId; peer: PeerId }
  /** Documents were accepted for the first time, ancestors first: written here, or come from a peer or by gossip. */
  | { type: 'stored'; room: RoomId; documents: readonly Position[]; from: PeerId | 'self' | 'gossip' }
  /** Documents of a peer's MESSAGE are durable here, new or not: the peer gets its acknowledgement. */
  | { type: 'acknowledge'; room: RoomId; ids: readonly DocumentId[]; to: PeerId }
  /** Documents of a peer's MESSAGE were not taken, as too much came at once. */
  | { type: 'defer'; room: RoomId; ids: readonly DocumentId[]; to: PeerId; afterMs: number }
  /** What `sharing` says of the room changed, for some or all of its peers. */
  | { type: 'sharing-changed'; room: RoomId }

/** How far a neighbour has got in a room. */
export interface PeerProgress {
  peer: PeerId
  /** What it told last: it holds these and all before them. */
  frontier: readonly DocumentId[]
  refusesDocuments: boolean
  /** Sent or offered, and not acknowledged. */
  inFlight: readonly { id: DocumentId; isOffer: boolean; sends: number; sentMs: number }[]
  /** When the oldest of these is sent again, by the clock of the machine. */
  nextSendMs: number | undefined
  /** Whether the peer is known to hold a document beyond what its frontier says; only the latest are remembered. */
  isHeld(id: DocumentId): boolean
}

/** A neighbour sent documents; what becomes of them is the room's to say. */
export interface BatchSyncEvent {
  type: 'received'
  room: RoomId
  from: PeerId
  blocks: readonly Uint8Array[]
}

/** What is kept of a peer over restarts. */
export type BatchSyncWrite =
  /** It holds these documents and all before them. */
  | { type: 'put-peer-frontier'; room: RoomId; peer: PeerId; frontier: readonly DocumentId[]; seenMs: number }
  /** A document was sent so often, last at `sentMs`, and not acknowledged. */
  | { type: 'put-unacked'; room: RoomId; peer: PeerId; id: DocumentId; sends: number; sentMs: number }
  | { type: 'delete-unacked'; room: RoomId; peer: PeerId; id: DocumentId }

export type BatchSyncTimer =
  | { type: 'resend'; peer: PeerId; session: number }
  | { type: 'scan'; peer: PeerId; session: number }
  | { type: 'walk'; peer: PeerId; session: number; room: RoomId }
  | { type: 'compare'; peer: PeerId; session: number; room: RoomId }
  | { type: 'reconcile'; peer: PeerId; session: number; room: RoomId }
  | { type: 'deferred'; peer: PeerId; session: number; room: RoomId }
  | { type: 'request' }

export type BatchSyncInput = Input<BatchSyncCommand, BatchSyncRecord, BatchSyncTimer>
export type BatchSyncEffect = Effect<BatchSyncWrite, BatchSyncRecord, BatchSyncEvent, BatchSyncTimer>
export type BatchSyncEffects = Effects<BatchSyncWrite, BatchSyncRecord, BatchSyncEvent, BatchSyncTimer>
