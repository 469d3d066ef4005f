/** Limits of what the devices of one person do for each other. */
import { DEFAULT_CARRIED_BYTES } from '../../machine/constants.ts'

/**
 * How much of a room that another device joined is accepted, until the user of this one says otherwise: more than a
 * million words, and no disk is filled by a room that somebody else chose.
 */
export const LISTED_ROOM_BYTES_MAX = DEFAULT_CARRIED_BYTES

/** Of one run. What is left is done in the next one, after a pause, so that a long list keeps no node from its user. */
export const MAX_STEPS = 32

/** Several things happen at once, such as the arrival of a history. */
export const RUN_AFTER_MS = 200

/** What failed is tried again then, if nothing else happens. */
export const RUN_AGAIN_MS = 60_000

/**
 * How long a device waits for the one that added a device to let that into a room, and up to twice that: each act that
 * adds a device counts, also one that says what another says.
 */
export const OTHERS_FIRST_MS = 10_000

/** How often the same is done within that time: what has no effect, or is undone at once by others, must not go on and on. */
export const MAX_REPEATS = 4

/** No more of a processor's time than a tenth, however much happens. */
export const IDLE_SHARE = 9

/** Reading on costs one document so often, and not one for each message. */
export const TELL_READ_EVERY_MS = 30_000

/** Shorter than that of other invites: the other device is at hand. */
export const LINE_EXPIRES_IN_MS = 3_600_000
