/** What a document follows, and how much of it that may take. */
import { MAX_DOCUMENT_BYTES, MAX_PARENTS, OTHER_ELEMENTS_BYTES } from '../../protocols/document/constants.ts'
import type { BlockId, DocumentId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import { headsOf } from './ancestors.ts'
import type { RoomGraph } from './graph.ts'

/** A parent in an encoded document: a tag and a byte string around a CID. */
const PARENT_BYTES = 41

/**
 * How many parents a document can name beside its content: its author does not choose how many heads there are, so
 * they must not take space from what the author writes.
 */
export function parentsBeside(bodyBytes: number, links: readonly BlockId[]): number {
  const linksBytes = links.reduce((sum, link) => sum + link.length, 0)
  const freeBytes = MAX_DOCUMENT_BYTES - OTHER_ELEMENTS_BYTES - bodyBytes - linksBytes
  return Math.min(Math.max(1, Math.floor(freeBytes / PARENT_BYTES)), MAX_PARENTS)
}

/** A room as far as it tells what comes last in it. */
interface Followed {
  readonly graph: RoomGraph
  readonly isAgreedOn: (id: DocumentId) => boolean
}

/**
 * What a document written now follows, oldest first. While the history before a checkpoint is still to come: that, and what
 * the neighbours agree on that came after it.
 */
export function parentsOf({ graph, isAgreedOn }: Followed, checkpoint: Position | undefined): readonly Position[] {
  if (checkpoint === undefined) return graph.heads.newest()
  const ahead = graph.rightfulPendingAfter(checkpoint)
  const agreed = ahead.filter(({ id }) => isAgreedOn(id))
  const written = graph.newestAhead
  const since = headsOf(agreed, ahead).filter(({ clock }) => written === undefined || clock >= written.clock)
  return since.length > 0 || written !== undefined ? since : [checkpoint]
}
