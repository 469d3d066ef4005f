/** Rooms that go on in other ones: what is refused in them, and who may move one. */
import type { RoomId } from '../../protocols/wire/ids.ts'
import { KithError } from '../kith.ts'
import { leadsTo, moveIn, ownerOf, type Move } from '../room/moves.ts'
import type { Room } from '../room/room.ts'
import { carried, movedAway, notOwner, waiting, waitingForHistory } from '../room/write-errors.ts'
import type { Rooms } from './rooms.ts'

/** The room of this node that another one goes on in; undefined if this node is not in it. */
export function successorOf(rooms: Pick<Rooms, 'list'>, from: RoomId, move: Move): Room | undefined {
  return rooms.list().find(({ record }) => leadsTo(move, from, record.id))
}

/** Throws a KithError `moved` if a room goes on in another one, so that nothing is written in it. */
export function requireStay(rooms: Rooms, id: RoomId): void {
  const room = rooms.require(id)
  const move = moveIn(room)
  if (move === undefined) return
  const owner = ownerOf(room)
  const profile = owner && room.view.state.roster.profiles.get(owner)
  throw movedAway(
    room.record,
    { peer: owner, name: profile?.name, isOwn: owner === rooms.author },
    successorOf(rooms, id, move)?.record,
  )
}

/** Throws a KithError if this node cannot move a room: `moved`, `carried`, `waiting`, `wrong-access` or `not-owner`. */
export function requireMovable(rooms: Rooms, id: RoomId): void {
  const room = rooms.require(id)
  if (room.isCarried) throw carried()
  if (room.record.status !== 'open') throw waiting()
  requireStay(rooms, id)
  if (room.record.access === 'private') throw new KithError('wrong-access', 'the room is private already')
  const owner = ownerOf(room)
  if (owner !== rooms.author) throw notOwner(room.record, owner)
  // What is copied from it would not be all.
  if (room.isPreview) throw waitingForHistory()
}
