/** The ring in the library's public types; part of kith.ts. */
import type { RingSize } from './kith-ring-size.ts'

/** How an item is put into the ring. */
export interface RingPutOptions {
  /** How many nodes shall keep it: 1, 2, 4, 8 or 16. Default: 4. */
  copies?: number
  /** For how long, at most 30 days, which is the default. */
  ttlMs?: number
  /**
   * Puts it under a name of this node's, in place of what was there: its key is that of the node and the name. At most
   * 64 bytes. Default: under the hash of its value.
   */
  name?: string
}

/** An item that was put. */
export interface RingPut {
  /** 64 hex digits. */
  key: string
  copies: number
  /** Peer ids of nodes that were known to keep it when it was put; there may be more by now. */
  holders: string[]
  /** Of a named item: 1 the first time, and then 1 more than before. */
  sequence: number | null
}

/** An item that was found. */
export interface RingItem {
  key: string
  value: Uint8Array
  /** Of a named item: who signed it, under which name, and which version it is. */
  author: string | null
  name: string | null
  sequence: number | null
  /** Who gave it. */
  from: string
  /** Too few nodes answered to tell that this is the newest version. */
  isUnsure: boolean
}

/** One of the places of an item. */
export interface RingPlace {
  /** 64 hex digits. */
  place: string
  /** The node that is nearest to it; null if none answered. */
  peer: string | null
  /** Whether that one keeps the item, and which version; 0 if it is named by its hash. */
  holds: boolean
  sequence: number
  /** Peer ids of the nodes that passed the question on. */
  path: string[]
  /** Between this node and that one; 0 if it is this one. */
  hops: number
}

/** A message that went through the ring. */
export interface RingRoute {
  /** The node that is nearest to the place. */
  peer: string
  /** Whether that is the node that was named. */
  isThere: boolean
  /** Peer ids of the nodes that passed it on. */
  path: string[]
  /** Between this node and that one; 0 if it is this one. */
  hops: number
  roundTripMs: number
}

export interface RingNeighbour {
  peer: string
  /** Where it lies: 64 hex digits. */
  place: string
  connectedForMs: number
}

/** The ring as a node sees it. */
export interface RingStatus {
  /** Where this node lies: 64 hex digits. */
  place: string
  /** `off`: this node takes no part. `alone`: no other node of the ring is connected. */
  health: 'off' | 'alone' | 'joined'
  /** The nearest first. */
  previous: RingNeighbour[]
  next: RingNeighbour[]
  /** Nodes far away, the farthest first. */
  fingers: RingNeighbour[]
  /** Connected nodes of the ring. */
  connected: number
  /** As far as this node knows without asking. */
  size: RingSize
  /** What is kept here for others. */
  items: number
  sizeBytes: number
  quotaBytes: number
}

/**
 * A circle of nodes that keep items for each other. Anybody may put and get; nothing is sealed. All methods throw a
 * KithError `no-ring` if this node takes no part, and `no-answer` if nobody answers.
 */
export interface Ring {
  status(): RingStatus
  /**
   * Puts an item of at most 1,044,480 bytes; resolves once a majority of its places keeps it durably. Throws a KithError
   * `bad-value`, `ring-full`, or `newer-item` if a newer version of the name is there.
   */
  put(value: Uint8Array, options?: RingPutOptions): Promise<RingPut>
  /** Puts an item again that is in the ring, for longer or more often. Throws like `put`, or a KithError `no-such-item`. */
  prolong(key: string, options?: { copies?: number; ttlMs?: number }): Promise<RingPut>
  /** An item by its key; undefined if no node that should keep it has it. Throws a KithError `bad-key`. */
  get(key: string): Promise<RingItem | undefined>
  /** Who should keep an item, and who does. Throws a KithError `bad-key` or `bad-value`. */
  where(key: string, options?: { copies?: number }): Promise<RingPlace[]>
  /** Sends a message to a peer, or to the node nearest to a place of 64 hex digits. Throws a KithError `bad-key` or `bad-value`. */
  route(to: string, payload?: Uint8Array): Promise<RingRoute>
  /** How many nodes and items there are; looks up at most 32 random places, until the error is 11 %. */
  size(): Promise<RingSize>
  /** The key of what a node puts under a name. Throws a KithError `bad-value`. */
  keyOf(author: string, name: string): string
  /** Calls the listener for each message that comes through the ring; `from` passed it on last. */
  on(name: 'hello', listener: (message: { payload: Uint8Array; from: string }) => void): this
  off(name: 'hello', listener: (message: { payload: Uint8Array; from: string }) => void): this
}
