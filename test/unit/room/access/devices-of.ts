/** Which devices a person has. */
import type { PeerId } from '../../../../protocols/wire/ids.ts'
import type { AccessControl } from '../../../../src/room/access/access-control.ts'
import { personOf } from '../../../../src/room/access/persons.ts'

/** The keys with a rank that belong to a person, who is named by the first of them. */
export function devicesOf(control: AccessControl, person: PeerId): PeerId[] {
  return control.authors().filter((author) => personOf(control, author) === person && control.rank(author) > 0)
}
