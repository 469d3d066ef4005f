/** The roles that a room takes over from the one above it. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { AccessControl } from './access/access-control.ts'
import { isOfType, rankOf, type ActOf, type Rank, type Saying } from './access/acts.ts'
import { loweredBy } from './access/settings.ts'
import { ROLES } from '../../protocols/access/constants.ts'
import { memberBoxes } from './sealing/recipients.ts'

const READER = rankOf('reader')
const WRITER = rankOf('writer')
const ADMIN = rankOf('admin')

/**
 * What is to be said in a room so that those who are or were in the one above have the role that they have there, its owner
 * that of an admin, and so has whoever started the room as long as that one may write above. Others, who may have been let
 * in here or be new there, are left alone. Nothing, if whoever started or owns the room is not in that one: its members are
 * none of their business.
 *
 * `self` hands a room of its own over to the owner of the one above, so that it never belongs to who was removed there. It
 * gives nobody back what another one took who is still an admin: that one may know of a later role in the room above. So two who know different
 * histories do not correct each other without end, and nobody who was removed is given keys meanwhile.
 */
export function missingRoles(parent: AccessControl, child: AccessControl, self: PeerId): Saying[] {
  if (!isOfMembers(parent, child)) return []
  const boxes = new Map(child.founding === undefined ? [] : memberBoxes(parent).map(({ author, box }) => [author, box]))
  const authors = everIn(parent)
  authors.delete(child.owner)
  // Whoever has lowered itself may say nothing about others.
  if (authors.delete(self)) authors.add(self)
  const roles = [...authors].flatMap((member): Saying[] => {
    const rank = dueRank(parent, child, member)
    const before = child.rank(member)
    if (rank === before || (rank > before && !mayGiveBack(child, member, self))) return []
    const box = boxes.get(member)
    const role = ROLES[rank] ?? 'none'
    return [{ type: 'role', member, role, ...(rank >= READER && box !== undefined && { box }) }]
  })
  const handover = dueHandover(parent, child, self)
  return handover === undefined ? roles : [...roles, handover]
}

/** Whether somebody reads a room who may not read the one above any more, or it belongs to who is not in that, as far as is known here. */
export function isBehind(parent: AccessControl, child: AccessControl): boolean {
  if (!isOfMembers(parent, child)) return true
  return [...everIn(parent)].some((author) => parent.rank(author) < READER && child.rank(author) >= READER)
}

/** Whether a room belongs to who is in the one above, and was started by who was in it once: anybody can name any owner. */
function isOfMembers(parent: AccessControl, child: AccessControl): boolean {
  return parent.rank(child.owner) >= READER && everIn(parent).has(child.founder)
}

function mayGiveBack(child: AccessControl, member: PeerId, self: PeerId): boolean {
  const by = loweredBy(child, member)
  return by === undefined || by === self || (by !== 'others' && child.rank(by) < ADMIN)
}

/**
 * With which `self` hands its room over to the owner of the one above, if that has been handed over more often than it had
 * when this one was last: as long as it has not, as far as is known here, the last handover there has yet to come here.
 */
function dueHandover(parent: AccessControl, child: AccessControl, self: PeerId): Saying | undefined {
  if (child.owner !== self || parent.owner === self) return undefined
  const turn = handoversOf(parent).length
  if (handoversOf(child).some(({ saying }) => (saying.turn ?? 0) >= turn)) return undefined
  return { type: 'owner', member: parent.owner, turn }
}

function handoversOf(control: AccessControl): ActOf<'owner'>[] {
  return control.acts().filter((act) => isOfType(act, 'owner'))
}

function everIn(control: AccessControl): Set<PeerId> {
  return new Set([...control.authors(), control.founder, control.owner])
}

function dueRank(parent: AccessControl, child: AccessControl, author: PeerId): Rank {
  const rank = Math.min(parent.rank(author), ADMIN)
  if (rank < READER) return 0
  return author === child.founder && rank >= WRITER ? ADMIN : rank
}
