/**
 * How much of a table guests of this node may take. What they have there counts as what the node has, which could write
 * nothing more itself if they filled the table.
 */
import { map } from './apps/map/index.ts'
import type { KeyValue, RemovedKey } from './apps/map/kinds.ts'
import { keyIn } from './apps/map/state.ts'
import { grouped } from './grouped.ts'
import { KithError, type RoomOf } from './kith.ts'

/** A key and its value, as long as the longest message. */
export const MAX_GUEST_ENTRY_BYTES = 16 * 1024
/** What one guest has in a table: a twentieth of it, some thousand short entries. Marks of what it removed count, too. */
export const MAX_GUEST_TABLE_BYTES = 256 * 1024
/** What all guests of this node have in a table: a fifth of it, however many come and go. */
export const MAX_GUESTS_TABLE_BYTES = 1024 * 1024
/** What an entry takes in the state besides what its document says: clock, id and author. */
const BESIDE_BODY_BYTES = 128

type Write =
  { kind: 'put'; value: KeyValue & { guest: string } } | { kind: 'delete'; value: RemovedKey & { guest: string } }

/**
 * The bytes of what a guest writes in a table. Throws a KithError `too-large` or `quota` if a guest may not write that, and
 * `bad-name` or `bad-value` for what nobody can write.
 */
export function requireGuestSpace({ state, self }: RoomOf<typeof map>, { kind, value }: Write): number {
  const sizeBytes = map.body(kind, value).length
  if (sizeBytes > MAX_GUEST_ENTRY_BYTES) {
    throw new KithError(
      'too-large',
      `a guest may write entries of ${grouped(MAX_GUEST_ENTRY_BYTES)} bytes, this one has ${grouped(sizeBytes)}`,
    )
  }
  const replaced = state.entries.get(keyIn(state, value.key))
  let [ofGuest, ofGuests] = [0, 0]
  for (const { author, guest, sizeBytes: heldBytes } of state.entries.values()) {
    if (author !== self || guest === undefined) continue
    ofGuests += heldBytes
    if (guest === value.guest) ofGuest += heldBytes
  }
  const addedBytes = sizeBytes + BESIDE_BODY_BYTES
  const isOfGuests = replaced?.author === self && replaced.guest !== undefined
  // Who makes an entry shorter is never refused.
  const growthBytes = addedBytes - (isOfGuests ? replaced.sizeBytes : 0)
  const ownGrowthBytes = addedBytes - (isOfGuests && replaced.guest === value.guest ? replaced.sizeBytes : 0)
  if (ownGrowthBytes > 0 && ofGuest + ownGrowthBytes > MAX_GUEST_TABLE_BYTES) {
    throw new KithError(
      'quota',
      `a guest may have ${grouped(MAX_GUEST_TABLE_BYTES)} bytes in a table, and you have as much`,
    )
  }
  if (growthBytes > 0 && ofGuests + growthBytes > MAX_GUESTS_TABLE_BYTES) {
    throw new KithError(
      'quota',
      `guests of this node may have ${grouped(MAX_GUESTS_TABLE_BYTES)} bytes in a table, and they have as much`,
    )
  }
  return sizeBytes
}
