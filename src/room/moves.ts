/**
 * Moves: the owner of a room says that it goes on in another one. Nothing that others wrote counts less for it. What a
 * move names of the other room tells only those which room it is who know that room.
 */
import { encode } from '@ipld/dag-cbor'
import { Map as ImmutableMap } from 'immutable'
import { MAX_MOVES, MOVE_MARK_BYTES, MOVED_DOMAIN, MOVED_KIND } from '../../protocols/room/constants.ts'
import type { Document } from '../../protocols/document/document.ts'
import { sha256 } from '../../protocols/wire/crypto.ts'
import { digestOfDocumentId, type DocumentId, type PeerId, type RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import { decodeExact } from '../apps/cbor.ts'
import type { AccessControl } from './access/access-control.ts'
import { withNewest } from './newest.ts'

export interface Move {
  /** See `markOf`. */
  mark: Uint8Array
  writtenAt: Position
}

/** The last move of each author that owned the room by what the move knows. */
export type Moves = ImmutableMap<PeerId, Move>

export const noMoves: Moves = ImmutableMap()

/** What a move from one room to another says: a hash of both ids. */
export function markOf(from: RoomId, to: RoomId): Uint8Array {
  return sha256(Buffer.from(MOVED_DOMAIN), digestOfDocumentId(from), digestOfDocumentId(to))
}

/** Whether a move in a room leads to another one. */
export function leadsTo({ mark }: Move, from: RoomId, to: RoomId): boolean {
  return Buffer.compare(mark, markOf(from, to)) === 0
}

/** The moves after a document; the same ones if it is no move of the owner, or an older one. */
export function withMove(moves: Moves, document: Document, isByOwner: (document: Document) => boolean): Moves {
  const { kind, room, body: mark, author, clock, id } = document
  if (kind !== MOVED_KIND || room === null || mark.length !== MOVE_MARK_BYTES || !isByOwner(document)) return moves
  const move = { mark, writtenAt: { clock, id } }
  return leadsTo(move, room, room) ? moves : withNewest(moves, author, move, MAX_MOVES)
}

/** A room, as far as its moves go. */
export interface MovableRoom {
  readonly view: { readonly state: { readonly moves: Moves } }
  readonly graph: { readonly gate: { readonly control: Pick<AccessControl, 'owner'> | undefined } }
  /** The author of the root. */
  readonly owner: PeerId | undefined
}

/** Who owns a room now; undefined until its root is here. */
export function ownerOf({ graph, owner }: Omit<MovableRoom, 'view'>): PeerId | undefined {
  return graph.gate.control?.owner ?? owner
}

/** The move of a room's present owner; undefined if there is none. */
export function moveIn(room: MovableRoom): Move | undefined {
  const { moves } = room.view.state
  const owner = moves.isEmpty() ? undefined : ownerOf(room)
  return owner === undefined ? undefined : moves.get(owner)
}

/** Whether a room goes on in another one. */
export function isMovedTo(room: MovableRoom & { readonly record: { readonly id: RoomId } }, to: RoomId): boolean {
  const move = moveIn(room)
  return move !== undefined && leadsTo(move, room.record.id, to)
}

/** Whether one of these documents moves a room. */
export function isMoveAmong(documents: readonly Document[], room: MovableRoom): boolean {
  return documents.some(({ kind, id }) => kind === MOVED_KIND && moveIn(room)?.writtenAt.id === id)
}

type MoveTuple = [author: PeerId, mark: Uint8Array, clock: number, id: DocumentId]

export function encodeMoves(moves: Moves): Uint8Array {
  const tuples = [...moves].map<MoveTuple>(([author, { mark, writtenAt }]) => {
    return [author, mark, writtenAt.clock, writtenAt.id]
  })
  return encode(tuples.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Throws if they are none. */
export function decodeMoves(bytes: Uint8Array): Moves {
  return ImmutableMap(
    decodeExact<MoveTuple[]>(bytes).map(([author, mark, clock, id]): [PeerId, Move] => {
      if (!(mark instanceof Uint8Array) || mark.length !== MOVE_MARK_BYTES) throw new TypeError('no mark of a move')
      return [author, { mark, writtenAt: { clock, id } }]
    }),
  )
}
