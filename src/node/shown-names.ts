/** Names of rooms and people as they are shown: never blank, and without invisible characters. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import { shownName } from '../names.ts'
import { looksOf } from '../room/looks.ts'
import { ITSELF, looksLikeAnother, type PersonOf, type RosterState } from '../room/roster.ts'
import type { RoomRecord } from '../store/store.ts'
import { shortNameOf } from './short-name.ts'

/** Enough of an id to find a room by. */
const ROOM_ID_LENGTH = 16

/**
 * What this node calls a room: its alias or its name, or the start of its id if nothing in the name can be seen;
 * empty if the name is unknown.
 */
export function roomName({ id, name, alias }: Pick<RoomRecord, 'id' | 'name' | 'alias'>): string {
  if (alias !== undefined) return alias
  return name === '' ? '' : shownName(name) || id.slice(0, ROOM_ID_LENGTH)
}

/** Characters that look like one dot, or like several in a row, upright or not. */
const DOTS = String.raw`[.\u00b7\u0387\u0701\u0702\u1427\u2022\u2027\u2219\u22c5\u30fb\u3002\ua78f]`
const ELLIPSES = String.raw`[\u1801\u205d\u205e\u22ee-\u22f1\u2d57]`

/**
 * Matches a name with something in it that looks like an id, short or whole: anybody could put that of another
 * there. Few honest names have an ellipsis, and it does those no harm.
 */
const LIKE_ID = new RegExp(`${DOTS}\\s*${DOTS}|${ELLIPSES}|12D3KooW`, 'iu')

/** What `shownGuest` puts behind the name of a guest looks like this, without blanks and brackets. */
const GUEST_LOOK = 'guestof'

/** Whether a name has something in it that only nodes put there: an id, or whose guest somebody is. */
function isPosing(name: string): boolean {
  if (LIKE_ID.test(name.normalize('NFKC'))) return true
  return looksOf(name.replaceAll(/\s/gu, '')).some((look) => look.includes(GUEST_LOOK))
}

/** The names of members as they are shown: each message has one, and finding it out takes longer than storing the message. */
const shownOf = new WeakMap<RosterState['profiles'], { personOf: PersonOf; names: Map<PeerId, string> }>()

/**
 * The name of a member, or a short form of the peer id if there is none. The short form also stands behind a name
 * that looks like another member's, or that itself seems to have one in it. `personOf`: who is one person, whose devices
 * are not told apart.
 */
export function personName(peer: PeerId, roster: RosterState, personOf = ITSELF): string {
  const given = roster.profiles.get(peer)?.name
  if (given === undefined) return shortNameOf(peer)
  const before = shownOf.get(roster.profiles)
  const { names } = before?.personOf === personOf ? before : { names: new Map<PeerId, string>() }
  shownOf.set(roster.profiles, { personOf, names })
  const known = names.get(peer) ?? nameAmong(peer, given, roster, personOf)
  names.set(peer, known)
  return known
}

function nameAmong(peer: PeerId, given: string, roster: RosterState, personOf: PersonOf): string {
  const name = shownName(given)
  if (name === '') return shortNameOf(peer)
  const isAmbiguous = looksLikeAnother(roster, peer, given, personOf) || isPosing(name)
  return isAmbiguous ? withShortName(name, peer) : name
}

/**
 * The name that a member had before, as it is shown: with the short form of the peer id behind it under the same
 * conditions, or if `isOfAnother`.
 */
export function formerName(
  peer: PeerId,
  name: string,
  roster: RosterState,
  { isOfAnother, personOf }: { isOfAnother: boolean; personOf: PersonOf },
): string {
  const shown = shownName(name)
  if (shown === '') return shortNameOf(peer)
  const isAmbiguous = isOfAnother || looksLikeAnother(roster, peer, name, personOf) || isPosing(shown)
  return isAmbiguous ? withShortName(shown, peer) : shown
}

/** A name with the short form of the peer id behind it, unless it ends in that already. */
export function withShortName(name: string, peer: PeerId): string {
  const short = shortNameOf(peer)
  return name.endsWith(short) ? name : `${name} ${short}`
}

/** The name that a stranger says it has, as it is shown: with the short form of the peer id behind it if it seems to have one in it. */
export function claimedName(peer: PeerId, name: string): string {
  const shown = shownName(name)
  if (shown === '') return shortNameOf(peer)
  return isPosing(shown) ? withShortName(shown, peer) : shown
}
