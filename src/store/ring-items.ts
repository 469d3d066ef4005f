/** What a node keeps for others in the ring. */
import type { ItemKey } from '../../protocols/ring/index.ts'

/** An item without its value. The key is `key`. */
export interface RingItemInfo {
  key: ItemKey
  /** Of this version of it: 64 hex digits. */
  id: string
  sequence: number
  sizeBytes: number
  copies: number
  /** In ms since 1970. */
  expiresAtMs: number
  storedAtMs: number
  /** How far it is from this node: the farthest make way first. */
  farness: number
}

export interface RingItemRow extends RingItemInfo {
  /** Opaque here. */
  packed: Uint8Array
}

export type RingWrite = { type: 'put-ring-item'; item: RingItemRow } | { type: 'delete-ring-item'; key: ItemKey }

export interface RingReads {
  heldItem(key: ItemKey): RingItemInfo | undefined
  /** An item by the id of its version. */
  itemOfId(id: string): RingItemInfo | undefined
  packedItem(key: ItemKey): Uint8Array | undefined
  /** The first `limit` items after a key, or before one, backwards; undefined: from the start, or the end. */
  heldItems(after: ItemKey | undefined, isPrevious: boolean, limit: number): RingItemInfo[]
  /** The farthest first, and of equally far ones the oldest. */
  farthestItems(limit: number): RingItemInfo[]
  /** Costs the more, the more there are. */
  heldTotals(): { items: number; sizeBytes: number }
}
