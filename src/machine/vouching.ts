/** What checkpoints go by in one room. */
import type { Document } from '../../protocols/document/document.ts'
import type { Standing } from '../../protocols/room-state/index.ts'
import type { KeyId } from '../../protocols/sealing/index.ts'
import type { DocumentId, PeerId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import type { Room } from '../room/room.ts'
import type { StoreReads } from '../store/store.ts'

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
  /** The document before a checkpoint that was asked for, as it may give the key to that. */
  askedKey?: DocumentId
  /** The first of the newest documents of which the state is made, until the history is here. */
  newestFrom?: Position
  /** The keys that these are read with. */
  opening?: Set<KeyId>
  /** Whether it is known when the history is taken at the latest. */
  isTimed?: boolean
}

/** Where the checkpoint is of which a node came to the same state; before all others if there is none. */
export function vouchedClock({ record: { checkpoint } }: Room): number {
  return checkpoint?.isVouched === true ? checkpoint.position.clock : 0
}

/**
 * Whether the document of a checkpoint is believed, as protocols/room/README.md says. `isNew`: nothing of the room was here before it.
 * `trusted`: who alone is believed, in a room with members.
 */
export function isBelieved(
  { id, author }: Pick<Document, 'id' | 'author'>,
  { owner, isNew, trusted }: { owner: PeerId | undefined; isNew: boolean; trusted?: ReadonlySet<PeerId> | undefined },
  neighbours: ReadonlyMap<PeerId, VouchingNeighbour>,
): boolean {
  if (trusted !== undefined) {
    const isVouchedFor = [...trusted].some((peer) => neighbours.get(peer)?.checkpoint === id)
    return trusted.has(author) || isVouchedFor
  }
  if (author === owner) return true
  // Peers can claim to be ahead, and be several: a state that was here does not give way to what they say.
  if (!isNew) return false
  const vouchers = [...neighbours].filter(([, { checkpoint, base }]) => checkpoint === id || base === id)
  return new Set([author, ...vouchers.map(([peer]) => peer)]).size > 1 || neighbours.size === 1
}

/**
 * Whether several neighbours, or the only one, have a document as one of their newest. Those that have not got as far as
 * the checkpoint, such as other newcomers, have no say.
 */
export function isAgreedOn(document: DocumentId, { clock: since }: Position, { neighbours }: Vouching): boolean {
  const arrived = [...neighbours.values()].filter(({ clock }) => clock >= since)
  const having = arrived.filter(({ newest }) => newest.includes(document)).length
  return having > 1 || (having === 1 && arrived.length === 1)
}

/**
 * Whether a room begins with a checkpoint whose history may not exist: nobody has what it came of, and all is here that
 * some neighbour has who does not vouch for it.
 */
export function isLost(id: DocumentId, { graph }: Room, { neighbours, absent }: Vouching, store: StoreReads): boolean {
  if (absent === undefined || store.hasDocument(absent) || graph.isPending(absent)) return false
  const isHeld = [...neighbours.values()].some(
    ({ checkpoint: vouched, frontier, isNewestFirst }) =>
      vouched !== id && !isNewestFirst && frontier.length > 0 && frontier.every((head) => store.hasDocument(head)),
  )
  return isHeld && graph.waitsFor(id, absent)
}
