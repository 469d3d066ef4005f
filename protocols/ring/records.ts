/** The records of the ring. */
import type { PeerId } from '../wire/ids.ts'
import type { ItemKey, Place } from './circle.ts'
import type { Item } from './items.ts'
import type { SlicesRecord } from './slices/index.ts'

/** A question to one node, or to the node nearest to a place. */
export interface RequestRecord {
  type: 'request'
  /** Chosen by the sender for this hop. */
  request: number
  /** Undefined: the receiver answers. */
  target: Place | undefined
  /** How often it may be forwarded still. */
  hops: number
  /** The answer names the nodes that it passes. */
  isTraced: boolean
  /** Nodes that shall not answer. */
  except: readonly PeerId[]
  body: RequestBody
}

export interface AnswerRecord {
  type: 'answer'
  request: number
  /** Who answers; undefined: the sender. */
  from: PeerId | undefined
  path: readonly PeerId[]
  body: AnswerBody
}

/** A repeated request is still being worked on. */
export interface PendingRecord {
  type: 'pending'
  request: number
}

export type RequestBody =
  | { type: 'get-id'; key: ItemKey | undefined }
  /** How many on each side; `digest` of the last answer, 8 bytes in hex. */
  | { type: 'get-peers'; previous: number; next: number; digest: string | undefined }
  /** The keys after one, or before one if `isPrevious`. */
  | { type: 'get-items'; after: ItemKey | undefined; isPrevious: boolean; limit: number }
  | { type: 'get-item'; key: ItemKey }
  | { type: 'store'; item: Item }
  /** `copy`: the number of the places that are meant. */
  | { type: 'offer'; items: readonly Listed[]; copy: number }
  | Greeting

export type AnswerBody =
  | { type: 'failure'; failure: Failure }
  | { type: 'id'; items: number; sizeBytes: number; holds: boolean; sequence: number }
  | { type: 'peers'; isSame: boolean; previous: readonly ToldPeer[]; next: readonly ToldPeer[] }
  | { type: 'items'; items: readonly Listed[] }
  | { type: 'found'; item: Item | undefined }
  | { type: 'stored'; outcome: StoreOutcome; sequence: number }
  /** Of the first `answered` that were offered, whether each is lacking. */
  | { type: 'wanted'; lacking: readonly boolean[] }
  | Greeting

/** Anything, carried through the ring. */
export interface Greeting {
  type: 'hello'
  payload: Uint8Array
  /** The signed peer record of whoever says it; empty if there is none. */
  record: Uint8Array
}

/** A node that another one is connected to. */
export interface ToldPeer {
  peer: PeerId
  /** Its signed peer record; empty if there is none. */
  record: Uint8Array
}

export interface Listed {
  key: ItemKey
  sequence: number
  sizeBytes: number
}

export type Failure = 'busy' | 'too-many-hops' | 'nobody'

/** `newer`: an item of the same name with a higher sequence is held. */
export type StoreOutcome = 'held' | 'newer' | 'full'

/** Part of the comparison of a slice. */
export interface SliceRecord {
  type: 'slice'
  record: SlicesRecord
}

export type RingRecord = RequestRecord | AnswerRecord | PendingRecord | SliceRecord
