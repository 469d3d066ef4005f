/** People of a room: the keys of devices that belong together, as acts that count say. */
import type { PeerId } from '../../../protocols/wire/ids.ts'
import type { AccessControl } from './access-control.ts'

/**
 * The first key of the person to whom an author belongs; itself if it has no other devices. Where devices say it of each
 * other, it is the one of these with the lowest peer id.
 */
export function personOf(control: AccessControl, author: PeerId): PeerId {
  const personIn = (key: PeerId): PeerId | undefined => control.deviceActs.get(key)?.saying.person
  const path = [author]
  for (let next = personIn(author); next !== undefined; next = personIn(next)) {
    const again = path.indexOf(next)
    if (again >= 0) return path.slice(again).sort()[0] ?? author
    path.push(next)
  }
  return path.at(-1) ?? author
}
