/** The interface of the batch-sync machine apart from the wire: what it reads, its commands, and its events. */
import type { DocumentId, HeadsDigest, PeerId, RoomId } from '../wire/ids.ts'
import type { Effects } from '../wire/effects.ts'
import type { Frontier } from '../wire/frontier.ts'
import type { Effect, Input, Random } from '../wire/machine.ts'
import type { SortKey, Position } from '../wire/order.ts'
import type { NewDocument } from './author-lines.ts'
import type { BatchSyncRecord, Header, HeaderRequestRecord } from './records.ts'

export interface HeldDocument extends Position {
  block: Uint8Array
}

/** What one peer receives of one room, as the user decided. */
export interface Sharing {
  /** `share`: documents are sent and received. `accept`: they are only received. `none`: neither. */
  policy: 'share' | 'accept' | 'none'
  /**
   * `batch`: documents are sent at once. `interactive`: they are offered first. `auto`: only large ones are
   * offered first.
   */
  mode: 'batch' | 'interactive' | 'auto'
}

/** The store, read synchronously. Documents are those accepted into the room. */
export interface BatchSyncPorts {
  has(room: RoomId, id: DocumentId): boolean
  /** Also true if it is pending. */
  isDurable(room: RoomId, id: DocumentId): boolean
  /** How many accepted documents have at least this clock. */
  count(room: RoomId, clock: number): number
  /** Documents with a smaller clock were dropped here, or are not wanted; 0: none. */
  historyFrom(room: RoomId): number
  /** The newest documents that no other one names, with a digest of all if there are more. */
  frontier(room: RoomId): Frontier
  /** The digest of the frontier. */
  headsDigest(room: RoomId): HeadsDigest | undefined
  /**
   * What was accepted since the heads had a digest, in the order of acceptance; undefined if they did not have it
   * lately.
   */
  acceptedSince(room: RoomId, digest: HeadsDigest): Position[] | undefined
  /** The last `limit` documents that no other one names, in the room's order. */
  newestHeads(room: RoomId, limit: number): Position[]
  document(room: RoomId, id: DocumentId): HeldDocument | undefined
  /** `previous` and parents of a held document. */
  ancestors(id: DocumentId): Position[]
  /**
   * Documents after a position in (clock, id) order; undefined starts at the beginning. They end with the one with
   * which they have `maxBytes`.
   */
  documentsAfter(room: RoomId, after: Position | undefined, limit: number, maxBytes: number): HeldDocument[]
  /** The last documents of a room, in its order. */
  newest(room: RoomId, limit: number): Position[]
  /** Documents from `lower` (inclusive) to `upper` (exclusive), in the room's order; without `upper`, to the end. */
  sortKeys(room: RoomId, lower: SortKey, upper: SortKey | undefined, limit: number): SortKey[]
  /** The same for documents that are stored and pending; the first `limit` of them. */
  pendingKeys(room: RoomId, lower: SortKey, upper: SortKey | undefined, limit: number): SortKey[]
  /** Of documents that were dropped here for a base, those after a position; undefined if that is not the base here. */
  headers(room: RoomId, base: DocumentId, after: Position | undefined, limit: number): Header[] | undefined
  /** Of a document that is held, or was dropped. */
  header(room: RoomId, id: DocumentId): Header | undefined
  sharing(room: RoomId, peer: PeerId): Sharing
  /** What a peer held when it was last a neighbour, if that was kept: these and all their ancestors, and nothing else. */
  lastFrontier(room: RoomId, peer: PeerId): readonly DocumentId[]
  /** Documents saved as sent to a peer and not acknowledged. */
  unacked(room: RoomId, peer: PeerId): DocumentId[]
}

/** What the machine is made of. */
export interface BatchSyncInit {
  self: PeerId
  ports: BatchSyncPorts
  random: Random
}

/** A neighbour's statement about its copy of a room. */
export interface NeighbourStanding {
  frontier: readonly DocumentId[]
  /** Of all its heads, if they are more than the frontier names. */
  headsDigest?: HeadsDigest | undefined
  /** It accepts no more documents. */
  refusesDocuments: boolean
  /** It wants the newest documents before the others that it lacks. */
  isNewestFirst: boolean
  /** It dropped documents with a smaller clock, or does not want them. Undefined: none. */
  historyFrom?: number | undefined
}

/** Which headers a peer is asked for: see `HeaderRequestRecord`. */
export type HeaderRequest = Pick<HeaderRequestRecord, 'base' | 'after'> & { ids?: readonly DocumentId[] }

/** Where documents came from that are new here. */
export type DocumentSource = PeerId | 'self' | 'gossip'

export type BatchSyncCommand =
  | { type: 'open'; room: RoomId }
  | { type: 'close'; room: RoomId }
  /** A peer that proved to know the room reported its state, for the first time or again. */
  | ({ type: 'neighbour'; room: RoomId; peer: PeerId } & NeighbourStanding)
  | { type: 'neighbour-left'; room: RoomId; peer: PeerId }
  /** A neighbour is sent new documents at once, as everybody at first; or `isAside`, from time to time. */
  | { type: 'aside'; room: RoomId; peer: PeerId; isAside: boolean }
  /**
   * Documents were accepted for the first time, ancestors first: written here, or received from a peer or by
   * gossip.
   */
  | { type: 'stored'; room: RoomId; documents: readonly NewDocument[]; from: DocumentSource }
  /** Documents of a peer's MESSAGE are durable here: acknowledges them. `hadBefore`: those that were when it came. */
  | { type: 'acknowledge'; room: RoomId; ids: readonly DocumentId[]; hadBefore: readonly DocumentId[]; to: PeerId }
  /** Documents of a peer's MESSAGE were not accepted, because too many came at once. */
  | { type: 'defer'; room: RoomId; ids: readonly DocumentId[]; to: PeerId; afterMs: number }
  /** Asks a neighbour for headers of documents that were dropped. */
  | ({ type: 'ask-headers'; room: RoomId; to: PeerId } & HeaderRequest)
  /** The result of `sharing` for the room changed, for some or all of its peers. */
  | { type: 'sharing-changed'; room: RoomId }

/** How far a neighbour has got in a room. */
export interface PeerProgress {
  peer: PeerId
  /** Its last frontier: it holds these documents and all their ancestors. */
  frontier: readonly DocumentId[]
  /** Of all its heads, if they are more than the frontier names: it holds other documents too. */
  headsDigest?: HeadsDigest | undefined
  refusesDocuments: boolean
  /** Sent or offered, but not acknowledged. */
  inFlight: readonly { id: DocumentId; isOffer: boolean; sends: number; sentMs: number }[]
  /** When the oldest of these is resent, by the machine's clock. */
  nextSendMs: number | undefined
  /** Whether the peer is known to hold a document beyond its frontier; only the latest are remembered. */
  isHeld(id: DocumentId): boolean
}

export type BatchSyncEvent =
  /** A neighbour sent documents; the room decides what to do with them. */
  | { type: 'received'; room: RoomId; from: PeerId; blocks: readonly Uint8Array[] }
  /** A neighbour answered a request for headers; `isOfBase`: it has the base of the request, if that named one. */
  | {
      type: 'headers'
      room: RoomId
      from: PeerId
      isOfBase: boolean
      headers: readonly Header[]
      isLast: boolean
    }
  /** A neighbour has documents that comparing ranges cannot find, because one of both dropped what is around them. */
  | { type: 'unheld'; room: RoomId; from: PeerId; ids: readonly DocumentId[] }

/** A peer holds these documents and all their ancestors, and others too if there is a digest of all its heads. */
export interface PeerFrontierWrite {
  type: 'put-peer-frontier'
  room: RoomId
  peer: PeerId
  frontier: readonly DocumentId[]
  headsDigest?: HeadsDigest | undefined
  seenMs: number
}

/** What is saved about a peer over restarts. */
export type BatchSyncWrite =
  | PeerFrontierWrite
  /** A document was sent this many times, last at `sentMs`, and not acknowledged. */
  | { type: 'put-unacked'; room: RoomId; peer: PeerId; id: DocumentId; sends: number; sentMs: number }
  | { type: 'delete-unacked'; room: RoomId; peer: PeerId; id: DocumentId }

export type BatchSyncTimer =
  | { type: 'resend'; peer: PeerId; session: number }
  | { type: 'scan'; peer: PeerId; session: number }
  | { type: 'send'; peer: PeerId; session: number }
  | { type: 'walk'; peer: PeerId; session: number; room: RoomId }
  | { type: 'compare'; peer: PeerId; session: number; room: RoomId }
  | { type: 'aside'; peer: PeerId; session: number; room: RoomId }
  | { type: 'reconcile'; peer: PeerId; session: number; room: RoomId }
  | { type: 'deferred'; peer: PeerId; session: number; room: RoomId }
  | { type: 'offer'; peer: PeerId; session: number; room: RoomId }
  | { type: 'chase'; peer: PeerId; session: number; room: RoomId }
  | { type: 'request' }

export type BatchSyncInput = Input<BatchSyncCommand, BatchSyncRecord, BatchSyncTimer>
export type BatchSyncEffect = Effect<BatchSyncWrite, BatchSyncRecord, BatchSyncEvent, BatchSyncTimer>
export type BatchSyncEffects = Effects<BatchSyncWrite, BatchSyncRecord, BatchSyncEvent, BatchSyncTimer>
