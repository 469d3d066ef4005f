/** What rooms and people are called, as it is shown: never blank, and without anything that cannot be seen. */
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import { shownName } from '../names.ts'
import { looksLikeAnother, type RosterState } from '../room/roster.ts'
import { shortNameOf } from './short-name.ts'

/** Enough of an id to find a room by. */
const ROOM_ID_LENGTH = 16

/** Empty while the name of the room is not known. */
export function roomName({ id, name }: { id: RoomId; name: string }): string {
  return name === '' ? '' : shownName(name) || id.slice(0, ROOM_ID_LENGTH)
}

/** A name that ends like one behind which the short id of a peer was put. */
const POSING = /\.{3}\s*[1-9A-Za-z]{4,}$/

/**
 * What somebody is called in a room, or a short form of the peer id. That stands behind the name, too,
 * where it looks like that of another member, or as if it ended in such a short form.
 */
export function personName(peer: PeerId, roster: RosterState): string {
  const name = shownName(roster.profiles.get(peer)?.name ?? '')
  if (name === '') return shortNameOf(peer)
  const isAmbiguous = looksLikeAnother(roster, peer) || POSING.test(name.normalize('NFKC'))
  return isAmbiguous ? withShortName(name, peer) : name
}

/** A name with the short form of the peer id behind it, also where that is the name, or there already. */
export function withShortName(name: string, peer: PeerId): string {
  const short = shortNameOf(peer)
  return name.endsWith(short) ? name : `${name} ${short}`
}
