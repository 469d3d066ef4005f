/** What somebody wrote who was removed, and that waits for ancestors: nobody may have these any more. */
import { ROLE_KIND } from '../../protocols/access/constants.ts'
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId, PeerId } from '../../protocols/wire/ids.ts'
import { comparePositions } from '../../protocols/wire/order.ts'
import type { AccessControl } from './access/access-control.ts'
import { actOf } from './access/acts.ts'
import { NO_RIGHT } from './faults.ts'
import type { Intake } from './intake.ts'
import type { PendingDocuments } from './pending-documents.ts'

/**
 * Drops such documents of those that arrived, or of all if somebody was removed now. What a removal knows came with it,
 * and nobody needs the rest but for what follows it: then it is taken once that comes. `self`: this node's stay.
 */
export function dropRemoved(
  control: AccessControl | undefined,
  pending: PendingDocuments,
  arrived: readonly Document[],
  intake: Intake,
  self: PeerId | undefined,
): void {
  if (control === undefined || pending.size === 0) return
  const all = intake.accepted.some(({ kind }) => kind === ROLE_KIND) ? pending.documents() : arrived
  const isRemoved = removedBy(control, self)
  const removed = all.filter(({ author }) => isRemoved(author))
  // What somebody did beside a removal may count: those who remove each other are all removed.
  const { ids, missing } = pending.dropUnawaited(removed.filter((document) => actOf(document) === undefined))
  const dropped = new Set(ids)
  intake.rejected.push(...ids.map(() => NO_RIGHT))
  intake.unawaited.push(...ids, ...missing)
  intake.durable = intake.durable.filter((id) => !dropped.has(id))
  intake.known = intake.known.filter((id) => !dropped.has(id))
  intake.awaited = intake.awaited.filter((id) => pending.isAwaited(id))
  if (removed.length > ids.length) {
    const asked = new Set(missingOf(control, pending, self))
    const unasked = pending.missing().filter((id) => !asked.has(id))
    intake.unawaited.push(...unasked)
    intake.awaited = intake.awaited.filter((id) => !unasked.includes(id))
  }
}

/**
 * Ids that pending documents wait for and that are not pending themselves. What only acts of the removed wait for is left
 * out: whoever has it sends it unasked, and where nobody has it, it would be asked for without end.
 */
export function missingOf(
  control: AccessControl | undefined,
  pending: PendingDocuments,
  self: PeerId | undefined,
): DocumentId[] {
  const missing = pending.missing()
  if (control === undefined || missing.length === 0) return missing
  const isRemoved = removedBy(control, self)
  const unneeded = new Set<DocumentId>()
  const isUnneeded = (id: DocumentId): boolean =>
    pending.waitingFor(id).every(({ document }) => unneeded.has(document.id))
  // The last one first: what follows a document decides on it.
  for (const { id, author } of pending.documents().sort(comparePositions).reverse())
    if (isRemoved(author) && isUnneeded(id)) unneeded.add(id)
  return missing.filter((id) => !isUnneeded(id))
}

/** Tells of each author only once. */
function removedBy(control: AccessControl, self: PeerId | undefined): (author: PeerId) => boolean {
  const known = new Map<PeerId, boolean>()
  return (author) => {
    const isRemoved = known.get(author) ?? (author !== self && control.isRemoved(author))
    known.set(author, isRemoved)
    return isRemoved
  }
}
