/**
 * How much of a table guests of this node may take. What they have there counts as what the node has, which could write
 * nothing more itself if they filled the table.
 */
import type { map } from './apps/map/index.ts'
import { keyIn, type MapEntry } from './apps/map/state.ts'
import { grouped } from './grouped.ts'
import { KithError, type RoomOf } from './kith.ts'

/** What one guest has in a table: a twentieth of it, some thousand short entries. Marks of what it removed count, too. */
export const MAX_GUEST_TABLE_BYTES = 256 * 1024
/** What all guests of this node have in a table: a fifth of it, however many come and go. */
export const MAX_GUESTS_TABLE_BYTES = 1024 * 1024
/** What an entry takes in the state besides what its document says: clock, id and author. */
const BESIDE_BODY_BYTES = 128

/** What a guest is about to have in a table. */
interface Taking {
  guest: string
  key: string
  /** Of the body of its document. */
  sizeBytes: number
}

export class GuestSpace {
  /** What is being written, by room: it may be in no state yet. */
  readonly #underWay = new Map<string, Set<Taking>>()

  /** Writes in a table if the guest has the space for it there. Throws a KithError `quota`, and whatever `write` does. */
  async within<Written>(table: RoomOf<typeof map>, taking: Taking, write: () => Promise<Written>): Promise<Written> {
    const underWay = this.#underWay.get(table.id) ?? new Set()
    requireSpace(table, taking, underWay)
    this.#underWay.set(table.id, underWay.add(taking))
    try {
      return await write()
    } finally {
      underWay.delete(taking)
      if (underWay.size === 0) this.#underWay.delete(table.id)
    }
  }
}

function requireSpace({ state, self }: RoomOf<typeof map>, taking: Taking, underWay: Iterable<Taking>): void {
  let [ofGuest, ofGuests] = [0, 0]
  const count = (guest: string, sizeBytes: number): void => {
    ofGuests += sizeBytes
    if (guest === taking.guest) ofGuest += sizeBytes
  }
  for (const { author, guest, sizeBytes } of state.entries.values()) {
    if (author === self && guest !== undefined) count(guest, sizeBytes)
  }
  const heldAt = (key: string): Pick<MapEntry, 'guest' | 'sizeBytes'> => {
    const entry = state.entries.get(keyIn(state, key))
    return entry?.author === self && entry.guest !== undefined ? entry : { sizeBytes: 0 }
  }
  for (const { guest, key, sizeBytes } of underWay) {
    const held = heldAt(key)
    count(guest, Math.max(0, sizeBytes + BESIDE_BODY_BYTES - (held.guest === guest ? held.sizeBytes : 0)))
  }
  const replaced = heldAt(taking.key)
  const freedBytes = replaced.sizeBytes
  const ownFreedBytes = replaced.guest === taking.guest ? freedBytes : 0
  const addedBytes = taking.sizeBytes + BESIDE_BODY_BYTES
  // Who makes an entry shorter is never refused.
  if (addedBytes > ownFreedBytes && ofGuest + addedBytes - ownFreedBytes > MAX_GUEST_TABLE_BYTES) {
    throw new KithError(
      'quota',
      `a guest may have ${grouped(MAX_GUEST_TABLE_BYTES)} bytes in a table, and you have them`,
    )
  }
  if (addedBytes > freedBytes && ofGuests + addedBytes - freedBytes > MAX_GUESTS_TABLE_BYTES) {
    throw new KithError(
      'quota',
      `guests of this node may have ${grouped(MAX_GUESTS_TABLE_BYTES)} bytes in a table, and they have them`,
    )
  }
}
