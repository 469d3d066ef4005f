/** Rules of rooms that all nodes must agree on, each with its reason. Changing one changes the protocol. */

/** The kind of a root document. */
export const ROOT_KIND = 'room'
/** The kind of a document whose body is its author's name. */
export const PROFILE_KIND = 'profile'

/** A name is shown in lists and typed in commands. */
export const MAX_ROOM_NAME_BYTES = 64
export const MAX_AUTHOR_NAME_BYTES = 64

/** Longer than any app's name needs to be. */
export const MAX_APP_NAME_BYTES = 64

/** 128 bits: rooms with the same author and name differ, and nobody can guess a room's id, which is its secret. */
export const NONCE_BYTES = 16

/** Every node keeps the state in memory and may send all of it to newcomers. */
export const MAX_STATE_BYTES = 5 * 1024 * 1024
