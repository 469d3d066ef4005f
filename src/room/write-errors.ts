/** Why nothing is written in a room. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import { grouped } from '../grouped.ts'
import { KithError } from '../kith.ts'
import { shownName } from '../names.ts'
import type { RoomRecord } from '../store/store.ts'
import { MAX_AHEAD } from './constants.ts'
import type { KeyLack } from './sealing/key-lack.ts'

export function tooFarAhead(): KithError {
  return new KithError(
    'waiting',
    `${grouped(MAX_AHEAD)} documents were written before the history of the room is here: wait for it`,
  )
}

export function heldBack(room: string): KithError {
  return new KithError(
    'held-back',
    `documents that this node once wrote in '${room}' are missing here, or follow what nobody here has; nothing is written in their place until they have come from a member who has them. Only if nobody can have them any more: stop the node, kith repair --write-anyway, and start it`,
  )
}

/** `no-key`; `no-right` if the key is not for this node. */
export function lacksKey(record: RoomRecord, why: KeyLack = 'missing'): KithError {
  const room = called(record)
  switch (why) {
    case 'missing':
      return new KithError(
        'no-key',
        `this node has no key for ${room}: it comes once a member's node is connected that has one`,
      )
    case 'stale':
      return new KithError(
        'no-key',
        `somebody was removed from ${room}, and no admin has made a new key since: it comes once an admin's node is connected`,
      )
    case 'behind':
      return new KithError(
        'no-key',
        `somebody who reads ${room} was removed from the room above it: it goes on once the node of an admin there, or of whoever started it, is connected; if that is who was removed, start it anew`,
      )
    case 'lost':
      return new KithError(
        'no-key',
        `what this node would open the keys of ${room} with is gone, so nobody can give it one: ask an admin for an invite, and join with that`,
      )
    case 'carrier':
      return new KithError('no-right', `this node is a carrier of ${room}, and carriers do not read: ${ASK}`)
    case 'outsider':
      if (record.inviteSeed !== undefined) {
        return new KithError(
          'no-key',
          `the invite to ${room} brings the key, and has not been accepted here: it is once it has come with the history, if it still holds (kith room show)`,
        )
      }
      return new KithError('no-right', `only members read ${room}, and this node is not one: ${ASK}`)
  }
}

const ASK = 'ask an admin for an invite'

export function carried(): KithError {
  return new KithError('carried', 'this node only carries the room for others: join it to write')
}

export function waiting(): KithError {
  return new KithError('waiting', 'the room is not here yet: its root document has not arrived from a peer')
}

export function stateFull(room: RoomRecord): KithError {
  return new KithError('state-full', `the state of ${called(room)} is full: remove something from it first`)
}

/** Of a room from which this node was removed. `name`: of who did, empty if that is not known. */
export function removedFrom(
  room: RoomRecord,
  { by, name, atMs }: { by: PeerId; name: string; atMs: number },
): KithError {
  const reading =
    room.access === 'private' ? 'you can still read what this node has' : 'you read on, as whoever has its id does'
  return new KithError(
    'no-right',
    `you were removed from ${called(room)} by ${shownName(name) || by} on ${dateOf(atMs)}: ${reading}, and who removed you can invite you again`,
  )
}

/** The last time that calendars go up to; anybody may claim any. */
const LAST_MS = 8.64e15

/** Year, month and day in UTC: Swedish dates are those of ISO 8601. */
const DAYS = new Intl.DateTimeFormat('sv-SE', { timeZone: 'UTC' })

function dateOf(timeMs: number): string {
  return timeMs > LAST_MS ? 'an unknown day' : DAYS.format(timeMs)
}

/** Of a room that goes on in another one. `successor`: that, if this node is in it. `isOwn`: this node is the owner. */
export function movedAway(
  room: RoomRecord,
  owner: { peer: PeerId | undefined; name: string | undefined; isOwn: boolean },
  successor: RoomRecord | undefined,
): KithError {
  if (successor !== undefined) {
    const what = successor.access === 'private' ? 'the private room' : 'the room'
    return new KithError('moved', `${calledFully(room)} has moved to ${what} ${calledFully(successor)}: write there`)
  }
  if (owner.isOwn) {
    return new KithError('moved', `${calledFully(room)} has moved to another room, which this node has left`)
  }
  const name = shownName(owner.name ?? '')
  const who = name === '' ? `its owner, ${owner.peer}` : `its owner, ${name} (${owner.peer})`
  return new KithError(
    'moved',
    `${calledFully(room)} has moved to another room, where everybody is invited anew: ask ${who}, for an invite`,
  )
}

export function notOwner(room: RoomRecord, owner: PeerId | undefined): KithError {
  return new KithError('not-owner', `only the owner of ${called(room)}, ${owner ?? 'unknown'}, can make it private`)
}

export function waitingForHistory(): KithError {
  return new KithError('waiting', 'the history of the room is not here yet: wait for it (kith status)')
}

function called({ id, alias, name }: RoomRecord): string {
  return `'${shownName(alias ?? name) || id}'`
}

/** With its id, as both rooms usually have one name. */
function calledFully(room: RoomRecord): string {
  return `${called(room)} (${room.id})`
}
