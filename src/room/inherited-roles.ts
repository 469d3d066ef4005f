/** The roles that a room takes over from the one above it. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { AccessControl } from './access/access-control.ts'
import { rankOf, type Rank, type Saying } from './access/acts.ts'
import { loweredBy } from './access/settings.ts'
import { ROLES } from '../../protocols/access/constants.ts'
import { memberBoxes } from './sealing/recipients.ts'

const READER = rankOf('reader')
const ADMIN = rankOf('admin')

/**
 * What is to be said in a room so that those who are or were in the one above have the role that they have there, its owner
 * that of an admin. Others, who may have been let in here or be new there, are left alone. Nothing, if the owner of the room
 * is not in that one: its members are none of their business.
 *
 * `self` gives nobody back what another admin took: that one may know of a later role in the room above. So two who know
 * different histories do not correct each other without end, and nobody who was removed is given keys meanwhile.
 */
export function missingRoles(parent: AccessControl, child: AccessControl, self: PeerId): Saying[] {
  if (parent.rank(child.owner) < READER) return []
  const boxes = new Map(child.founding === undefined ? [] : memberBoxes(parent).map(({ author, box }) => [author, box]))
  const authors = everIn(parent)
  authors.delete(child.owner)
  return [...authors].flatMap((member): Saying[] => {
    const rank = inherited(parent, member)
    const before = child.rank(member)
    if (rank === before || (rank > before && !mayGiveBack(child, member, self))) return []
    const box = boxes.get(member)
    const role = ROLES[rank] ?? 'none'
    return [{ type: 'role', member, role, ...(rank >= READER && box !== undefined && { box }) }]
  })
}

/** Whether somebody reads a room who may not read the one above any more, or whoever started it is not in that, as far as is known here. */
export function isBehind(parent: AccessControl, child: AccessControl): boolean {
  if (parent.rank(child.owner) < READER) return true
  return [...everIn(parent)].some((author) => parent.rank(author) < READER && child.rank(author) >= READER)
}

function mayGiveBack(child: AccessControl, member: PeerId, self: PeerId): boolean {
  const by = loweredBy(child, member)
  return by === undefined || by === self
}

function everIn(control: AccessControl): Set<PeerId> {
  return new Set([...control.authors(), control.founder, control.owner])
}

function inherited(parent: AccessControl, author: PeerId): Rank {
  const rank = Math.min(parent.rank(author), ADMIN)
  return rank < READER ? 0 : rank
}
