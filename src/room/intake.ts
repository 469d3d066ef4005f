/** What becomes of the blocks that a room's graph receives. */
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId, PeerId } from '../../protocols/wire/ids.ts'

/** The outcome of receiving some blocks. */
export interface Intake {
  /** Accepted now, ancestors first, including pending documents that had waited for them. */
  accepted: Document[]
  /** Those of the given blocks that are durable here, new or not: they can be acknowledged. */
  durable: DocumentId[]
  /** Those of the durable ones that were here before. */
  known: DocumentId[]
  /** The codes of faults, for counting. */
  rejected: string[]
  /**
   * Those of the given documents that came too fast or had no space to be pending: the peer may send them
   * again later.
   */
  deferred: DocumentId[]
  /** Ancestors that the given documents wait for and that nobody has sent yet, and what pending ones do as it has left. */
  awaited: DocumentId[]
  /** The same for the first of those that had no space to be pending. */
  awaitedByDeferred: DocumentId[]
  /** Documents that came, are not here, and that nothing waits for any more: they need not be asked for. */
  unawaited: DocumentId[]
  /** A document written here, which is pending as its ancestors are still to come. */
  ahead?: Document
  /** Pending documents whose authors are proven since these arrived. */
  proven: Document[]
  /** Documents that are not part of the room any more. */
  left: Document[]
  /** From this clock on others of the accepted documents count than before. */
  ruledFrom?: number
  /** Documents that have the same author and seq as another one. */
  forks: { author: PeerId; seq: number }[]
}

/**
 * Whether a new document may be added now; none of the others is the document's fault. `carrier-full` and `room-full`:
 * the room has as much as it may take here. `author-full`: its author has. `disk-full`: there is no space.
 */
export type Admission = (document: Document) => 'welcome' | keyof typeof NOT_ADMITTED

/** Whether the peer may send the document again later; of a full room it is told by METADATA. */
export const NOT_ADMITTED = {
  'too-fast': true,
  'author-full': true,
  'disk-full': true,
  'carrier-full': false,
  'room-full': false,
} as const

export function emptyIntake(): Intake {
  const ids = { durable: [], known: [], deferred: [], awaited: [], awaitedByDeferred: [], unawaited: [] }
  return { ...ids, accepted: [], proven: [], rejected: [], left: [], forks: [] }
}
