/** People of a room: the keys of devices that belong together, as acts that count say. */
import type { PeerId } from '../../../protocols/wire/ids.ts'
import type { AccessControl } from './access-control.ts'
import type { ActOf } from './acts.ts'

/**
 * The first key of the person to whom an author belongs; itself if it has no other devices. Where devices say it of each
 * other, it is the one of these with the lowest peer id.
 */
export function personOf(control: AccessControl, author: PeerId): PeerId {
  return firstOf(author, control.deviceActs)
}

/** The keys with a rank that belong to a person, its first key included, which is given. */
export function devicesOf(control: AccessControl, person: PeerId): PeerId[] {
  return control
    .authors()
    .filter((author) => firstOf(author, control.deviceActs) === person && control.rank(author) > 0)
}

function firstOf(author: PeerId, acts: ReadonlyMap<PeerId, ActOf<'device'>>): PeerId {
  const personIn = (key: PeerId): PeerId | undefined => acts.get(key)?.saying.person
  const path = [author]
  for (let next = personIn(author); next !== undefined; next = personIn(next)) {
    const again = path.indexOf(next)
    if (again >= 0) return path.slice(again).sort()[0] ?? author
    path.push(next)
  }
  return path.at(-1) ?? author
}
