/** The records of batch sync as the machine sees them; codec.ts has their place in a frame. */
import type { DocumentId, TopicKey } from '../wire/ids.ts'

/** Documents of one room, ancestors before descendants. */
export interface MessageRecord {
  type: 'message'
  topic: TopicKey
  blocks: Uint8Array[]
}

/** Documents that the sender has stored durably. */
export interface AckRecord {
  type: 'ack'
  topic: TopicKey
  ids: DocumentId[]
}

/** The receiver's frontier is unknown to the sender, who holds these documents, from its newest ever further back. */
export interface LocatorRecord {
  type: 'locator'
  topic: TopicKey
  ids: DocumentId[]
}

export type BatchSyncRecord = MessageRecord | AckRecord | LocatorRecord
