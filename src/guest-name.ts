/** Names of guests: people who write by the node of somebody else. */
import { MAX_GUEST_NAME_BYTES } from '../protocols/room/constants.ts'
import { isName } from './name-form.ts'
import { newTypedName, shownName } from './names.ts'

/** Whether a value in a document is the name of a guest. */
export function isGuestName(name: unknown): name is string {
  return isName(name, MAX_GUEST_NAME_BYTES)
}

/** The name that a guest of this node gets: see `newTypedName`. Throws a KithError `bad-name`. */
export function newGuestName(text: string): string {
  return newTypedName(text, MAX_GUEST_NAME_BYTES, "a guest's")
}

/** How a guest is shown, `host` being how the author is shown whose guest it is: so that it is never taken for a member. */
export function shownGuest(guest: string, host: string): string {
  return `${shownName(guest) || 'somebody'} (guest of ${host})`
}
