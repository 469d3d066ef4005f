/** How much of a room a node takes and keeps; part of kith.ts. */

/** How much of a room's documents this node accepts from others. Null: no limit. */
export interface RoomLimits {
  maxBytes: number | null
  /** What builds on documents that this refuses waits, whoever wrote it. */
  maxBytesPerAuthor: number | null
  /** Of all documents that are here. */
  sizeBytes: number
}

/** Which documents of a room a node keeps: all, so many of the newest, or those that are not older. */
export type Kept = 'all' | { documents: number } | { ageMs: number }

/** What a node has of a room's history. */
export interface RoomHistory {
  keep: Kept
  /** How many documents were dropped. They count as before, and cannot be read here. */
  dropped: number
  /** All documents with this clock or a larger one are here; 0 if nothing was dropped. */
  fromClock: number
  /** Members that are here now and say that they have kept all. */
  keepers: { peer: string; name: string }[]
}

/** The part of a `Room` that says how much of it a node takes and keeps. */
export interface RoomSpace {
  /** How much of the room is accepted from others. */
  limits(): RoomLimits
  /**
   * Changes these limits; 0: no limit. What is here stays. Throws a KithError `bad-value`, or `carried` if the node
   * only carries the room, whose limit is set by `carry`.
   */
  setLimits(limits: { maxBytes?: number; maxBytesPerAuthor?: number }): Promise<void>
  /** What is kept of the room's history, and who has kept all of it. */
  history(): RoomHistory
  /**
   * Changes what is kept. The rest is dropped in the background from now on: what is before a checkpoint, and known to
   * be with another node too. What was dropped does not come back. Throws a KithError `bad-value`, or `carried`.
   */
  keep(kept: Kept): Promise<void>
}
