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
  /** What is nearer to this node than to all others that it knows. */
  part: RingPart
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
  /** Slices of this node that are open. */
  slices: RingPart[]
}

/** A part of the ring. */
export interface RingPart {
  /** From a place, inclusive, to another one, exclusive, of 64 hex digits each; the whole ring if both are the same. */
  from: string
  to: string
  /** How much of the ring it is, from 0 to 1. */
  share: number
}

/** An item of a slice. */
export interface RingSliceItem {
  key: string
  /** Of a named item: which version it is; otherwise 0. */
  sequence: number
  /** Of its value, and 128 for what is kept beside it. */
  sizeBytes: number
  /** Peer id of who gave it for the slice; null if it came by other ways, or was here. */
  from: string | null
}

export interface RingSliceEvents {
  /** Something new came into the slice. */
  item: [item: RingSliceItem]
  /** It may be another part, have other holders, or be equal with others. */
  change: []
}

/**
 * A part of the ring that is kept up to date: this node keeps what the connected nodes hold there, as far as its quota has
 * space. Parts that no connected node holds are not in it.
 */
export interface RingSlice extends Readonly<RingPart> {
  /** Peer ids of the nodes that it is compared with. */
  readonly holders: string[]
  /** Those of them with which the last comparison was completed: each has what it takes of the other. */
  readonly equalWith: string[]
  /** What is here of it, in order of the keys from `from` on. */
  items(): Iterable<RingSliceItem>
  /** Makes it another part; what is in both is not fetched again. Throws a KithError `bad-value`. */
  resize(from: string, to: string): Promise<void>
  /** Resolves once it was compared with each holder, or could not be; or once it is closed. */
  compared(): Promise<void>
  on<Name extends keyof RingSliceEvents>(name: Name, listener: (...args: RingSliceEvents[Name]) => void): this
  off<Name extends keyof RingSliceEvents>(name: Name, listener: (...args: RingSliceEvents[Name]) => void): this
  /** What is here may leave again. */
  close(): Promise<void>
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
  /**
   * Keeps a part of the ring up to date: places by their first hex digits, so that `40` to `80` is a quarter. Throws a KithError
   * `bad-value` or `too-many`.
   */
  slice(from: string, to: string): Promise<RingSlice>
  /** The same for the part that this node owns, which follows it as its neighbours change. */
  ownSlice(): Promise<RingSlice>
  /** The key of what a node puts under a name. Throws a KithError `bad-value`. */
  keyOf(author: string, name: string): string
  /** Calls the listener for each message that comes through the ring; `from` passed it on last. */
  on(name: 'hello', listener: (message: { payload: Uint8Array; from: string }) => void): this
  off(name: 'hello', listener: (message: { payload: Uint8Array; from: string }) => void): this
}
