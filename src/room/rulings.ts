/**
 * Whom the owner of a room, the author of its root, has dropped: nothing that such an author wrote, earlier or
 * later, counts in the state.
 */
import { encode } from '@ipld/dag-cbor'
import { Map as ImmutableMap } from 'immutable'
import { DROP_KIND, MAX_RULINGS, RESTORE_KIND } from '../../protocols/room/constants.ts'
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId, PeerId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import { peerIdOfPublicKey, PUBLIC_KEY_BYTES, publicKeyOfPeerId } from '../../protocols/wire/peer-ids.ts'
import { decodeExact } from '../apps/cbor.ts'
import { withNewest } from './newest.ts'

interface Ruling {
  isDropped: boolean
  writtenAt: Position
}

/** What the owner ruled last about each author. */
export type Rulings = ImmutableMap<PeerId, Ruling>

export const noRulings: Rulings = ImmutableMap()

/** The rulings after a document; the same ones if it is no ruling of the owner, or an older one. */
export function withRuling(rulings: Rulings, document: Document, owner: PeerId | undefined): Rulings {
  const { kind, body, clock, id } = document
  if (document.author !== owner || (kind !== DROP_KIND && kind !== RESTORE_KIND)) return rulings
  const author = body.length === PUBLIC_KEY_BYTES ? peerIdOfPublicKey(body) : undefined
  if (author === undefined || author === owner) return rulings
  return withNewest(rulings, author, { isDropped: kind === DROP_KIND, writtenAt: { clock, id } }, MAX_RULINGS)
}

export function isDropped(rulings: Rulings, author: PeerId): boolean {
  return rulings.get(author)?.isDropped === true
}

/** Sorted. */
export function droppedAuthors(rulings: Rulings): PeerId[] {
  return [...rulings.keys()].filter((author) => isDropped(rulings, author)).sort()
}

/** The body of a document that drops or restores an author; undefined if the id has no key in it. */
export function rulingBody(author: PeerId): Uint8Array | undefined {
  return publicKeyOfPeerId(author)
}

type RulingTuple = [author: PeerId, isDropped: boolean, clock: number, id: DocumentId]

export function encodeRulings(rulings: Rulings): Uint8Array {
  const tuples = [...rulings].map<RulingTuple>(([author, { isDropped: dropped, writtenAt }]) => [
    ...([author, dropped, writtenAt.clock, writtenAt.id] as const),
  ])
  return encode(tuples.sort(([a], [b]) => (a < b ? -1 : 1)))
}

export function decodeRulings(bytes: Uint8Array): Rulings {
  return ImmutableMap(
    decodeExact<RulingTuple[]>(bytes).map(([author, dropped, clock, id]): [PeerId, Ruling] => [
      author,
      { isDropped: dropped, writtenAt: { clock, id } },
    ]),
  )
}
