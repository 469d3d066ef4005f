/** What somebody wrote who was removed, and that waits for ancestors: nobody may have these any more. */
import { ROLE_KIND } from '../../protocols/access/constants.ts'
import type { Document } from '../../protocols/document/document.ts'
import type { PeerId } from '../../protocols/wire/ids.ts'
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
  // What somebody did beside a removal may count: those who remove each other are all removed.
  const waiting = all.filter((document) => actOf(document) === undefined)
  const authors = [...new Set(waiting.map(({ author }) => author))]
  const removed = new Set(authors.filter((author) => author !== self && control.isRemoved(author)))
  const { ids, missing } = pending.dropUnawaited(waiting.filter(({ author }) => removed.has(author)))
  if (ids.length === 0) return
  const dropped = new Set(ids)
  intake.rejected.push(...ids.map(() => NO_RIGHT))
  intake.unawaited.push(...ids, ...missing)
  intake.durable = intake.durable.filter((id) => !dropped.has(id))
  intake.awaited = intake.awaited.filter((id) => pending.isAwaited(id))
}
