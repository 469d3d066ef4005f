/** What the parts of the machine share. */
import type { PeerId } from '../../wire/ids.ts'
import type { Random } from '../../wire/machine.ts'
import { NONCE_BYTES } from '../reconciliation/index.ts'
import { ITEMS_BYTES, MAX_WANTED } from './constants.ts'
import type { PlacedItem, SlicesEffects, SlicesPorts } from './ports.ts'

export interface SlicesCore {
  readonly effects: SlicesEffects
  readonly ports: SlicesPorts
  readonly random: Random
  /** Keeps an item that a peer sent. Returns false if it is not welcome. */
  accept(item: PlacedItem, packed: Uint8Array, from: PeerId): boolean
  /** Counts ids that were read for a peer's slice. */
  spend(peer: PeerId, ids: number): void
  /** Asks for `work` on what a peer began, in another input. */
  workLater(peer: PeerId): void
}

const BYTES = 256

/** A fresh nonce. */
export function newNonce(random: Random): Uint8Array {
  return Uint8Array.from({ length: NONCE_BYTES }, () => Math.floor(random() * BYTES))
}

/** Whether two arrays have the same bytes. */
export function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

/** The first items, as many as one record may hold, and the ids of those that are left. Those that are gone are left out. */
export function packedItems(
  ports: SlicesPorts,
  ids: readonly Uint8Array[],
): { items: Uint8Array[]; rest: Uint8Array[] } {
  const items: Uint8Array[] = []
  let sizeBytes = 0
  for (const [index, id] of ids.entries()) {
    const packed = ports.packed(id)
    if (packed === undefined) continue
    sizeBytes += packed.length
    const isFull = items.length === MAX_WANTED || (items.length > 0 && sizeBytes > ITEMS_BYTES)
    if (isFull) return { items, rest: ids.slice(index) }
    items.push(packed)
  }
  return { items, rest: [] }
}
