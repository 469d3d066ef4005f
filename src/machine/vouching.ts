/** What checkpoints go by in one room. */
import type { Standing } from '../../protocols/room-state/index.ts'
import type { DocumentId, PeerId } from '../../protocols/wire/ids.ts'

/** What the neighbours in a room say of checkpoints. */
export interface Vouching {
  /**
   * For each neighbour, the checkpoint that it vouches for, the clock that it has reached, and its newest documents;
   * `newest`: in a room that begins with a checkpoint also those that were its newest before, as they may come here later.
   */
  neighbours: Map<
    PeerId,
    Pick<Standing, 'checkpoint' | 'clock' | 'frontier' | 'isNewestFirst' | 'historyFrom'> & {
      newest: readonly DocumentId[]
    }
  >
  /** The checkpoint that each was asked for last. */
  asked: Map<PeerId, DocumentId>
  /** A document that was asked for last of those that nobody has. */
  absent?: DocumentId
  /** Whether it is known when the history is taken at the latest. */
  isTimed?: boolean
}
