/** The records of directories on the wire. */
import type { TopicKey } from '../wire/ids.ts'
import type { Place } from './key.ts'
import type { NodeHead } from './prefix-node.ts'
import type { SignedRecord } from './record.ts'

/** What does the receiver have of the nodes on a path? */
export interface LookRecord {
  type: 'look'
  serial: number
  topic: TopicKey
  /** The first record to be told comes after it. */
  path: Place
  /** How many bytes of the path all records to be told begin with. */
  within: number
  /** The nodes: those named by so many bytes of the path. */
  first: number
  last: number
  /** Entries to be told at most; 0: none. */
  limit: number
  maxBytes: number
}

/** What a holder says about a node on a path. */
export interface NodeSeen extends NodeHead {
  length: number
}

/** An answer to `look`. */
export interface SeenRecord {
  type: 'seen'
  serial: number
  nodes: NodeSeen[]
  /** Of the first of the nodes that reaches beyond the path. */
  records: SignedRecord[]
  hasMore: boolean
}

/** Records for a node. */
export interface PutRecord {
  type: 'put'
  serial: number
  topic: TopicKey
  prefix: Place
  records: readonly SignedRecord[]
  /** From a holder: what it knows of the node. Without records, it asks whether the receiver has the same. */
  head?: NodeHead
}

/** An answer to `put`. */
export interface TakenRecord {
  type: 'taken'
  serial: number
  kept: number
  refused: number
  head: NodeHead
  /** For a holder: of all records of the node, hex. */
  digest?: string
}

export type DirectoryRecordOnWire = LookRecord | SeenRecord | PutRecord | TakenRecord
