/** What rooms and people are called, as it is shown: never blank, and without anything that cannot be seen. */
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import { shownName } from '../names.ts'
import { shortNameOf } from './short-name.ts'

/** Enough of an id to find a room by. */
const ROOM_ID_LENGTH = 16

/** Empty while the name of the room is not known. */
export function roomName({ id, name }: { id: RoomId; name: string }): string {
  return name === '' ? '' : shownName(name) || id.slice(0, ROOM_ID_LENGTH)
}

/** The name of somebody, or a short form of the peer id. */
export function personName(peer: PeerId, name: string | undefined): string {
  return shownName(name ?? '') || shortNameOf(peer)
}
