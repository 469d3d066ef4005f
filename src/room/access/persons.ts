/** People of a room: the keys of devices that belong together, as acts that count say. */
import type { PeerId } from '../../../protocols/wire/ids.ts'
import type { AccessControl } from './access-control.ts'
import { isOfType } from './acts.ts'

/**
 * The first key of the person to whom an author belongs; itself if it has no other devices. Where devices say it of each
 * other, it is the one of these with the lowest peer id.
 */
export function personOf(control: AccessControl, author: PeerId): PeerId {
  return firstOf(author, personsIn(control))
}

/** The keys with a rank that belong to a person, its first key included, which is given. */
export function devicesOf(control: AccessControl, person: PeerId): PeerId[] {
  const persons = personsIn(control)
  return control.authors().filter((author) => firstOf(author, persons) === person && control.rank(author) > 0)
}

/** Whose devices say of themselves that they are, by the last act about each. */
function personsIn(control: AccessControl): ReadonlyMap<PeerId, PeerId> {
  const persons = new Map<PeerId, PeerId>()
  for (const act of control.acts()) {
    if (isOfType(act, 'device')) persons.set(act.saying.member, act.saying.person)
  }
  return persons
}

function firstOf(author: PeerId, persons: ReadonlyMap<PeerId, PeerId>): PeerId {
  const path = [author]
  for (let next = persons.get(author); next !== undefined; next = persons.get(next)) {
    const again = path.indexOf(next)
    if (again >= 0) return path.slice(again).sort()[0] ?? author
    path.push(next)
  }
  return path.at(-1) ?? author
}
