/** The records of room state as the machine sees them; codec.ts defines their place in a frame. */
import type { DocumentId, HeadsDigest, TopicKey } from '../wire/ids.ts'

/** The current state of the sender's copy of a room; proves that the sender knows the room. */
export interface MetadataRecord {
  type: 'metadata'
  topic: TopicKey
  serial: number
  proof: Uint8Array
  frontier: DocumentId[]
  /** Of all heads, if the frontier does not name them all. */
  headsDigest?: HeadsDigest | undefined
  clock: number
  /** How many documents the sender holds: only for showing progress. Undefined if it does not say. */
  documents?: number | undefined
  /** The sender accepts no documents from the receiver. */
  refusesDocuments: boolean
  /** The sender wants the newest documents before the others that it lacks. */
  isNewestFirst: boolean
  /** The newest checkpoint that the sender vouches for: it came to the same state itself, and gives it. */
  checkpoint?: DocumentId | undefined
  /** The sender has dropped documents with a smaller clock, or does not want them. Undefined: none. */
  historyFrom?: number | undefined
  /** The checkpoint before which the sender dropped documents. */
  base?: DocumentId | undefined
}

/** Echoes a serial; `unknown` if the sender is not in such a room. */
export interface MetadataAckRecord {
  type: 'metadata-ack'
  topic: TopicKey
  serial: number
  unknown: boolean
}

/** The sender left the room. */
export interface GoodbyeRecord {
  type: 'goodbye'
  topic: TopicKey
}

export interface GoodbyeAckRecord {
  type: 'goodbye-ack'
  topic: TopicKey
}

/** Signed address record of a third peer that proved to know the room. */
export interface SuggestionRecord {
  type: 'suggestion'
  topic: TopicKey
  peerRecord: Uint8Array
}

/** The sender gives the receiver nothing of a room, as this document removed the receiver. */
export interface RemovalRecord {
  type: 'removal'
  topic: TopicKey
  block: Uint8Array
}

/** The sender has the secret of an invite to a room of which the receiver gives it nothing. */
export interface InvitedRecord {
  type: 'invited'
  topic: TopicKey
  /** The invite's public key of Ed25519. */
  key: Uint8Array
  /** By that key: see `invitedContent`. */
  proof: Uint8Array
}

export type RoomStateRecord =
  | MetadataRecord
  | MetadataAckRecord
  | GoodbyeRecord
  | GoodbyeAckRecord
  | SuggestionRecord
  | RemovalRecord
  | InvitedRecord
