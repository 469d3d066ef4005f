/** Which guest of its author writes a document, as the kinds that name one have it beside what they say. */
import { isGuestName } from '../guest-name.ts'
import { KithError } from '../kith.ts'

/** Who writes something, if it is not the author. */
export interface ByGuest {
  /** The name of a guest of the author's node. */
  guest?: string
}

/** What a value says of who writes; undefined unless it is a map with the name of a guest and nothing else. */
export function readByGuest(value: unknown): ByGuest | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { guest, ...unknown } = value as Record<string, unknown>
  return Object.keys(unknown).length === 0 && isGuestName(guest) ? { guest } : undefined
}

/** What stands last in a list for whoever writes: nothing for the author. Throws a KithError `bad-value` for no name of a guest. */
export function listedGuest({ guest }: ByGuest): [] | [ByGuest] {
  if (guest === undefined) return []
  if (!isGuestName(guest)) throw new KithError('bad-value', 'the name of a guest is not valid')
  return [{ guest }]
}
