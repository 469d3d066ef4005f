/** The records of the ensure map as the machine sees them; codec.ts has their place in a frame. */
import type { BlockId, TopicKey } from '../wire/ids.ts'
import { chunksOf } from '../wire/pack.ts'
import { MAX_IDS } from './constants.ts'

/** The sender asks for blocks of a room. */
export interface WantRecord {
  type: 'want'
  topic: TopicKey
  ids: BlockId[]
  /** Those with the highest are answered first. */
  priority: number
  /** With documents: their ancestors with a larger clock are welcome, too. Undefined: none are. */
  afterClock?: number
}

/**
 * `cancel`: the sender does not want these blocks any more. `have`: it has got these, which the
 * receiver asked for. `dont-have`: it has not, or does not give the receiver, what it asked for.
 */
export interface IdsRecord {
  type: 'cancel' | 'have' | 'dont-have'
  topic: TopicKey
  ids: BlockId[]
}

export interface BlockRecord {
  type: 'block'
  topic: TopicKey
  id: BlockId
  data: Uint8Array
}

/** Bytes of blocks that the sender has taken from the stream since it was opened. */
export interface ReceivedRecord {
  type: 'received'
  sizeBytes: number
}

export type EnsureMapRecord = WantRecord | IdsRecord | BlockRecord | ReceivedRecord

/** As many records as the ids take. */
export function* idsRecords(type: IdsRecord['type'], topic: TopicKey, ids: readonly BlockId[]): Generator<IdsRecord> {
  for (const some of chunksOf(ids, MAX_IDS)) yield { type, topic, ids: some }
}
