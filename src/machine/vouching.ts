/** What checkpoints go by in one room. */
import type { Standing } from '../../protocols/room-state/index.ts'
import type { DocumentId, PeerId } from '../../protocols/wire/ids.ts'
import type { Checkpoint } from '../room/checkpoint.ts'

/**
 * A neighbour: the checkpoint that it vouches for, or if there is none its base, the clock that it has reached, and its
 * newest documents; `newest`: in a room that begins with a checkpoint also those that were its newest before, as they
 * may come here later.
 */
export type VouchingNeighbour = Pick<
  Standing,
  'checkpoint' | 'clock' | 'frontier' | 'isNewestFirst' | 'historyFrom' | 'base'
> & { newest: readonly DocumentId[] }

/** What the neighbours in a room say of checkpoints. */
export interface Vouching {
  neighbours: Map<PeerId, VouchingNeighbour>
  /** The checkpoint that each was asked for last. */
  asked: Map<PeerId, DocumentId>
  /** A document that was asked for last of those that nobody has. */
  absent?: DocumentId
  /** Whether it is known when the history is taken at the latest. */
  isTimed?: boolean
}

/** Whether a checkpoint is believed, as protocols/room/README.md says. `isNew`: nothing of the room was here before it. */
export function isBelieved(
  { position: { id }, author }: Checkpoint,
  { owner, isNew }: { owner: PeerId | undefined; isNew: boolean },
  neighbours: ReadonlyMap<PeerId, VouchingNeighbour>,
): boolean {
  if (author === owner) return true
  // Peers can claim to be ahead, and be several: a state that was here does not give way to what they say.
  if (!isNew) return false
  const vouchers = [...neighbours].filter(([, { checkpoint, base }]) => checkpoint === id || base === id)
  return new Set([author, ...vouchers.map(([peer]) => peer)]).size > 1 || neighbours.size === 1
}
