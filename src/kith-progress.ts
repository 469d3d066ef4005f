/** How far rooms have got, in the library's public types; part of kith.ts. */

import type { PeerSync } from './kith-peers.ts'

/** Which other peers are known to hold a document. */
export interface DocumentSync {
  id: string
  clock: number
  /** Peer ids. */
  heldBy: string[]
  /** Number of peers ever met in the room. */
  ofPeers: number
}

/** How far a room's documents have spread. */
export interface RoomSync {
  id: string
  name: string
  documents: number
  /** Peers that are in the room now come first. */
  peers: PeerSync[]
  /** The newest documents, or only the requested one. */
  newest: DocumentSync[]
}

/** How far a room has got with what the peers have that are in it. */
export interface RoomProgress {
  /** Id of the room. */
  room: string
  /** The name of the room, as in `RoomSummary`. */
  name: string
  /**
   * What is counted: `history` is documents, `state` the bytes of the state of a checkpoint, which a newcomer fetches
   * first.
   */
  what: 'history' | 'state'
  /**
   * How much there is, as far as peers say. Nobody can check what they say of a history, so this is a hint: at most
   * 10,000,000 more than `have`, and only of a peer that sends what is missing, or of the checkpoint with which the room
   * begins.
   */
  known: number
  /** How much of that is here. */
  have: number
  /** How much is not; 0 once this node holds all that the peers have, and while fewer than 100 documents are missing. */
  missing: number
  /** How much came in a second lately; 0 if nothing came for 10 s. */
  perSecond: number
  /** How long the rest takes at this rate; null if nothing comes. */
  remainingMs: number | null
}
