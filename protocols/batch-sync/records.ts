/** The records of batch sync as the machine sees them; codec.ts has their place in a frame. */
import type { DocumentId, TopicKey } from '../wire/ids.ts'
import type { SortKey } from '../wire/order.ts'

/** Documents of one room, ancestors before descendants. */
export interface MessageRecord {
  type: 'message'
  topic: TopicKey
  blocks: Uint8Array[]
}

/**
 * `ack`: the sender has stored these documents durably. `offer`: it holds them and sends them on
 * request. `request`: it lacks these, which the receiver offered.
 */
export interface IdsRecord {
  type: 'ack' | 'offer' | 'request'
  topic: TopicKey
  ids: DocumentId[]
}

/** The sender did not take these documents, as too much came at once; they are welcome after a while. */
export interface DeferRecord {
  type: 'defer'
  topic: TopicKey
  ids: DocumentId[]
  afterMs: number
}

/** The first 8 bytes of a salted hash of a document's digest, as lower-case hex. */
export type ShortId = string

/** What is said of a range; `skip`: nothing. */
export type RangeContent =
  { type: 'skip' } | { type: 'fingerprint'; fingerprint: string } | { type: 'held' | 'wanted'; ids: readonly ShortId[] }

/** From the upper bound of the range before (inclusive) to its own (exclusive); without one, to the end. */
export interface Range {
  upper: SortKey | undefined
  content: RangeContent
}

/** What the sender holds of a room, range after range in the room's order. */
export interface RangesRecord {
  type: 'ranges'
  topic: TopicKey
  salt: Uint8Array
  lower: SortKey
  ranges: Range[]
}

export type BatchSyncRecord = MessageRecord | IdsRecord | DeferRecord | RangesRecord
