/** The interface of the machine of slices apart from the wire: what it reads and writes, its commands, events and timers. */
import type { Effects } from '../../wire/effects.ts'
import type { PeerId } from '../../wire/ids.ts'
import type { Effect, Input } from '../../wire/machine.ts'
import type { Part } from './parts.ts'
import type { SlicesRecord } from './records.ts'

/** An item on the ring. Another version of it has another id at the same place. */
export interface PlacedItem {
  place: bigint
  /** 32 bytes. */
  id: Uint8Array
}

/** The machine's environment, read synchronously. */
export interface SlicesPorts {
  /** The first `limit` items in a part, clockwise. */
  itemsIn(part: Part, limit: number): PlacedItem[]
  /** An item as bytes. */
  packed(id: Uint8Array): Uint8Array | undefined
  /** Which item these bytes are; undefined if they are none, or not what they say. */
  read(packed: Uint8Array): PlacedItem | undefined
  /** Whether an item would be kept. Not if it is here, or a newer version, or if there is no space. */
  isWelcome(item: PlacedItem): boolean
  /** Whether a holder should have an item, as far as is known here. */
  isFor(id: Uint8Array, holder: PeerId): boolean
}

/** A node that holds a part of a slice. */
export interface Holder {
  peer: PeerId
  part: Part
}

export type SlicesCommand =
  /**
   * Keeps a part of the ring equal with its other holders, with each in the part that both hold; or changes a slice. Its
   * number is the caller's.
   */
  | { type: 'slice'; slice: number; part: Part; holders: readonly Holder[] }
  | { type: 'close'; slice: number }
  /** An item came or went by other ways. */
  | { type: 'changed'; item: PlacedItem; isHeld: boolean }

export type SlicesEvent =
  /** Something new in a slice. */
  | { type: 'item'; slice: number; item: PlacedItem; from: PeerId }
  /** So many items were found on one side only; they are on their way. */
  | { type: 'compared'; slice: number; holder: PeerId; here: number; there: number }
  /** A comparison is over; `isEqual`: each has what it takes of the other, in all of the part. */
  | { type: 'ended'; slice: number; holder: PeerId; isEqual: boolean }

export interface SlicesWrite {
  type: 'put-item'
  item: PlacedItem
  packed: Uint8Array
}

/** `work`: goes on with what a peer began. */
export type SlicesTimer = { type: 'tick' } | { type: 'work'; peer: PeerId }

export type SlicesInput = Input<SlicesCommand, SlicesRecord, SlicesTimer>
export type SlicesEffect = Effect<SlicesWrite, SlicesRecord, SlicesEvent, SlicesTimer>
export type SlicesEffects = Effects<SlicesWrite, SlicesRecord, SlicesEvent, SlicesTimer>
