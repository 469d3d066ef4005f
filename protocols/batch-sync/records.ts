/** The records of batch sync as the machine sees them; codec.ts defines their place in a frame. */
import type { DocumentId, PeerId, TopicKey } from '../wire/ids.ts'
import type { Position, SortKey } from '../wire/order.ts'

/** Documents of one room, ancestors before descendants. */
export interface MessageRecord {
  type: 'message'
  topic: TopicKey
  blocks: Uint8Array[]
}

/** `offer`: the sender holds these documents and sends them on request. `request`: it lacks them; the receiver offered them. */
export interface IdsRecord {
  type: 'offer' | 'request'
  topic: TopicKey
  ids: DocumentId[]
}

/** The sender has stored these documents durably. */
export interface AckRecord {
  type: 'ack'
  topic: TopicKey
  ids: DocumentId[]
  /** It had them before the receiver of this record sent or offered them. */
  hadBefore?: true
}

/**
 * The sender did not accept these documents, because too many came at once; the receiver may resend them
 * after a while.
 */
export interface DeferRecord {
  type: 'defer'
  topic: TopicKey
  ids: DocumentId[]
  afterMs: number
}

/** The first 8 bytes of a salted hash of a document's digest, as lower-case hex. */
export type ShortId = string

/** The content of a range; `skip` for none. */
export type RangeContent =
  { type: 'skip' } | { type: 'fingerprint'; fingerprint: string } | { type: 'held' | 'wanted'; ids: readonly ShortId[] }

/** From the upper bound of the previous range (inclusive) to its own (exclusive); without one, to the end. */
export interface Range {
  upper: SortKey | undefined
  content: RangeContent
}

/** What the sender holds of a room, as consecutive ranges in the room's order. */
export interface RangesRecord {
  type: 'ranges'
  topic: TopicKey
  salt: Uint8Array
  lower: SortKey
  ranges: Range[]
}

/** What is left of a document that was dropped. */
export interface Header extends Position {
  author: PeerId
  seq: number
}

/**
 * The sender asks for headers: those of all documents that were dropped for a base, after a position; without a base,
 * those of the documents with these ids.
 */
export interface HeaderRequestRecord {
  type: 'header-request'
  topic: TopicKey
  base?: DocumentId | undefined
  after?: Position | undefined
  ids: readonly DocumentId[]
}

/** The answer. Without a base, what was asked for were ids, or the base is another one here. */
export interface HeadersRecord {
  type: 'headers'
  topic: TopicKey
  base?: DocumentId | undefined
  headers: readonly Header[]
  /** No others come after these. */
  isLast: boolean
}

export type BatchSyncRecord =
  MessageRecord | AckRecord | IdsRecord | DeferRecord | RangesRecord | HeaderRequestRecord | HeadersRecord
