/** Who holds a node of the tree: rendezvous hashing, so that a peer that comes or goes moves as few of them as possible. */
import { sha256Latin1 } from '../wire/crypto.ts'
import { digestOfDocumentId, type PeerId, type RoomId } from '../wire/ids.ts'
import { COPIES, HOLDER_DOMAIN } from './constants.ts'
import type { Place } from './key.ts'

/** Those of some peers that hold a node, the first one first. */
export function holdersOf(room: RoomId, prefix: Place, peers: Iterable<PeerId>, copies = COPIES): PeerId[] {
  const node = Buffer.concat([Buffer.from(HOLDER_DOMAIN), digestOfDocumentId(room), Buffer.from(prefix, 'latin1')])
  const ranked = [...peers].map((peer) => ({ peer, rank: sha256Latin1(Buffer.concat([node, Buffer.from(peer)])) }))
  return ranked
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, copies)
    .map(({ peer }) => peer)
}
