/** Which authors of a room are one person, for whoever shows their names. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import { isOfType } from '../room/access/acts.ts'
import type { AccessControl } from '../room/access/access-control.ts'
import { personOf } from '../room/access/persons.ts'
import type { Room } from '../room/room.ts'
import { ITSELF, type PersonOf } from '../room/roster.ts'

/** One function for as long as the same devices count, as what is computed with it is remembered. */
const functions = new WeakMap<object, PersonOf>()

export function personsIn(room: Room): PersonOf {
  const { control } = room.graph.gate
  if (control === undefined) return ITSELF
  const known = functions.get(control.deviceActs) ?? personsBy(control)
  functions.set(control.deviceActs, known)
  return known
}

/** A device that was removed stays one of its person, whose words it wrote before. */
function personsBy(control: AccessControl): PersonOf {
  const former = new Map<PeerId, PeerId>()
  for (const act of control.acts()) {
    if (isOfType(act, 'device') && control.rank(act.saying.member) === 0)
      former.set(act.saying.member, act.saying.person)
  }
  if (control.deviceActs.size === 0 && former.size === 0) return ITSELF
  return (author) => personOf(control, former.get(author) ?? author)
}
