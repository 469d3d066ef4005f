/** The interface of the ring's machine apart from the wire: what it reads and writes, its commands, events and timers. */
import type { Effects } from '../wire/effects.ts'
import type { PeerId } from '../wire/ids.ts'
import type { Effect, Input } from '../wire/machine.ts'
import type { ItemKey, Place } from './circle.ts'
import type { Item } from './items.ts'
import type { Part, SlicesTimer } from './slices/index.ts'
import type { Failure, Listed, RingRecord } from './records.ts'
import type { Estimate } from './size/index.ts'

/** An item that this node keeps for others, without its value. */
export interface HeldItem extends Listed {
  /** Of this version: 64 hex digits, see `itemId`. */
  id: string
  copies: number
  /** In ms since 1970. */
  expiresAtMs: number
  storedAtMs: number
  /** How far its nearest place is from this node: bits of the distance. */
  farness: number
}

/** The same with the item as `packItem` made it. */
export interface ItemRow extends HeldItem {
  packed: Uint8Array
}

/** The machine's environment, read synchronously. */
export interface RingPorts {
  /** The wall clock, in ms since 1970: how long items live does not depend on how long this node runs. */
  wallMs(): number
  heldItem(key: ItemKey): HeldItem | undefined
  /** An item by the id of its version. */
  itemOfId(id: string): HeldItem | undefined
  packedItem(key: ItemKey): Uint8Array | undefined
  /** The first `limit` items after a key, or before one, backwards; undefined: from the start, or the end. */
  heldItems(after: ItemKey | undefined, isPrevious: boolean, limit: number): HeldItem[]
  /** Those that make way first: the farthest, and of equally far ones the oldest. */
  farthestItems(limit: number): HeldItem[]
  heldTotals(): { items: number; sizeBytes: number }
  /** The most that is kept for others. */
  quotaBytes(): number
  /** The signed peer record of a connected peer, or of this node; undefined if there is none. */
  peerRecord(peer: PeerId): Uint8Array | undefined
}

/** Of this node's user. The result is an event with the same `call`, which no other call has at that time. */
export type RingCommand =
  | { type: 'put'; call: number; item: Item }
  /** Looks at up to so many of the item's places. */
  | { type: 'get'; call: number; key: ItemKey; copies: number }
  /** Who should hold an item, and who does. */
  | { type: 'where'; call: number; key: ItemKey; copies: number }
  /** Sends a message to the node nearest to a place. */
  | { type: 'ping'; call: number; place: Place; payload: Uint8Array }
  /** Counts nodes and items, and asks around for as much as that takes. */
  | { type: 'size'; call: number }

/** Slices of this node's user, each under a number that no other one has. */
export type RingSliceCommand =
  /** Keeps a part equal with the nodes that hold it; undefined: what this node owns. Or makes a slice another part. */
  { type: 'slice'; slice: number; part: Part | undefined } | { type: 'close-slice'; slice: number }

/** Why nobody answered: too many calls at once, or a failure on the way, or no time was left. */
export type RingFailure = Failure | 'too-many' | 'no-answer'

export type RingResult =
  /** `isHeld`: a majority of its places holds it durably. `newer`: an item with this sequence or a higher one is there. */
  | { type: 'put'; key: ItemKey; isHeld: boolean; holders: PeerId[]; newer: number | undefined; full: number }
  | { type: 'got'; item: Item | undefined; from: PeerId | undefined; isUnsure: boolean }
  | { type: 'where'; places: PlaceHolder[] }
  | { type: 'pinged'; by: PeerId; path: readonly PeerId[] }
  | { type: 'sized'; size: RingSizes }
  | { type: 'failed'; failure: RingFailure }

/**
 * An estimate of nodes from how close together some of them are, and from how many were met twice; the standard error is 0 if
 * known ones go around the ring.
 */
export interface CountedNodes extends Estimate {
  /** How many it rests on. */
  known: number
  /** How many were met twice; 0: too few for an estimate of its own. */
  inCommon: number
}

/** An estimate of items from those whose keys are in this node's part of the ring. */
export interface CountedItems extends Estimate {
  known: number
  /** How large the part is, as a fraction of the ring. */
  share: number
}

export interface RingSizes {
  /** Undefined: too few nodes are known, or the neighbours are about to change. */
  nodes: CountedNodes | undefined
  items: CountedItems | undefined
}

/** The node at one of an item's places. */
export interface PlaceHolder {
  place: Place
  /** Undefined: nobody answered. */
  peer: PeerId | undefined
  path: readonly PeerId[]
  holds: boolean
  sequence: number
}

export type RingEvent =
  | { type: 'done'; call: number; result: RingResult }
  /** A peer should be dialled, as it is a neighbour or a finger. */
  | { type: 'wanted'; peer: PeerId; record: Uint8Array; from: PeerId }
  /** A message reached this node through the ring. */
  | { type: 'hello'; payload: Uint8Array; record: Uint8Array; from: PeerId }
  /** The neighbours are others. */
  | { type: 'neighbours' }
  /** A slice has something new; `from` sent it to this node for a slice. */
  | { type: 'slice-item'; slice: number; item: Listed; from: PeerId | undefined }
  /** A slice was compared with a holder; `isEqual`: both hold there what they should. */
  | { type: 'slice-compared'; slice: number; holder: PeerId; isEqual: boolean }
  /** The part or the holders of a slice may be others. */
  | { type: 'slice-placed'; slice: number }
  /** An item came that this node lacked, or left it. */
  | { type: 'moved' }

export type RingWrite = { type: 'put-ring-item'; item: ItemRow } | { type: 'delete-ring-item'; key: ItemKey }

export type RingTimer =
  | { type: 'requests' }
  | { type: 'stabilise' }
  | { type: 'fingers' }
  | { type: 'repair' }
  | { type: 'calls' }
  | { type: 'slices'; timer: SlicesTimer }

export type RingInput = Input<RingCommand | RingSliceCommand, RingRecord, RingTimer>
export type RingEffect = Effect<RingWrite, RingRecord, RingEvent, RingTimer>
export type RingEffects = Effects<RingWrite, RingRecord, RingEvent, RingTimer>
