/** Why nothing is written in a room. */
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
export function lacksKey({ id, alias, name }: RoomRecord, why: KeyLack = 'missing'): KithError {
  const room = `'${shownName(alias ?? name) || id}'`
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
    case 'lost':
      return new KithError(
        'no-key',
        `what this node would open the keys of ${room} with is gone, so nobody can give it one: ask an admin for an invite, and join with that`,
      )
    case 'carrier':
      return new KithError('no-right', `this node is a carrier of ${room}, and carriers do not read: ${ASK}`)
    case 'outsider':
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

export function stateFull({ id, alias, name }: RoomRecord): KithError {
  return new KithError(
    'state-full',
    `the state of '${shownName(alias ?? name) || id}' is full: remove something from it first`,
  )
}
