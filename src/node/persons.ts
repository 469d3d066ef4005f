/** Which authors of a room are one person, for whoever shows their names. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import { personOf } from '../room/access/persons.ts'
import type { Room } from '../room/room.ts'
import { ITSELF, type PersonOf } from '../room/roster.ts'

/** One function for as long as the same devices count, as what is computed with it is remembered. */
const functions = new WeakMap<object, PersonOf>()

export function personsIn(room: Room): PersonOf {
  const { control } = room.graph.gate
  if (control === undefined || control.deviceActs.size === 0) return ITSELF
  const known = functions.get(control.deviceActs) ?? ((author: PeerId) => personOf(control, author))
  functions.set(control.deviceActs, known)
  return known
}
