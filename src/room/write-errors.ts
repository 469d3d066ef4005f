/** Why nothing is written in a room. */
import { grouped } from '../grouped.ts'
import { KithError } from '../kith.ts'
import { shownName } from '../names.ts'
import type { RoomRecord } from '../store/store.ts'
import { MAX_AHEAD } from './constants.ts'

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

/** `why`: see `RoomKeys.forWriting`. */
export function lacksKey({ id, alias, name }: RoomRecord, why: unknown): KithError {
  const room = shownName(alias ?? name) || id
  return new KithError(
    'no-key',
    why === 'stale'
      ? `somebody was removed from '${room}', and no admin has made a new key since: it comes once an admin's node is connected`
      : `this node has no key for '${room}': it comes once a member's node is connected that has one`,
  )
}

export function carried(): KithError {
  return new KithError('carried', 'this node only carries the room for others: join it to write')
}

export function waiting(): KithError {
  return new KithError('waiting', 'the room is not here yet: its root document has not arrived from a peer')
}

export function stateFull({ id, alias, name }: RoomRecord): KithError {
  return new KithError(
    'state-full',
    `the state of '${shownName(alias ?? name) || id}' is full: remove something from it first`,
  )
}
