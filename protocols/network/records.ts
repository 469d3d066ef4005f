/** The records of document networks as the machine sees them; codec.ts defines their place in a frame. */
import type { PeerId, TopicKey } from '../wire/ids.ts'

/** That a root is there: only it can say so. */
export interface RootClaim {
  root: PeerId
  sequence: number
  /** The root keeps only a copy: any subscriber is preferred. */
  rootIsCopy: boolean
  /** By the root: see `rootContent`. */
  signature: Uint8Array
}

/** How many nodes of a network are subscribed, and how many keep only a copy. */
export interface Counts {
  subscribers: number
  copies: number
}

/** What a node says to a neighbour about its place in the network of a room. */
export interface Said extends RootClaim {
  /** Hops from the root. */
  distance: number
  /** The receiver is the sender's parent. */
  isParent: boolean
  /** Of the sender's part of the tree, for its parent; zeros for others. */
  part: Counts
  /** Of the whole network, as its root counted. */
  all: Counts
  /** The sender takes the receiver's root only with this sequence number or a higher one; 0: it needs none. */
  wantedSequence: number
  /** The sender keeps only a copy. */
  isCopy: boolean
  /** It does, and wants documents at once all the same, as others get them through it. */
  isRelay: boolean
  /** The sender does not exchange documents with the receiver at once. */
  declines: boolean
  /** The sender has no place for more with whom it does. */
  isFull: boolean
}

export interface ClaimRecord extends Said {
  type: 'claim'
  topic: TopicKey
  serial: number
}

/** Echoes the serial of a claim. */
export interface ClaimAckRecord {
  type: 'claim-ack'
  topic: TopicKey
  serial: number
}

export type NetworkRecord = ClaimRecord | ClaimAckRecord
