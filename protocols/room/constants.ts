/** Rules of rooms that all nodes must agree on, each with its reason. Changing one changes the protocol. */

/** The kind of a root document. */
export const ROOT_KIND = 'room'
/** The kind of a document whose body is its author's name. */
export const PROFILE_KIND = 'profile'
/** The kind of a document by which the owner drops an author. */
export const DROP_KIND = 'drop-author'
/** The kind of a document by which the owner takes a dropped author back. */
export const RESTORE_KIND = 'restore-author'

/** A name is shown in lists and typed in commands. */
export const MAX_ROOM_NAME_BYTES = 64
export const MAX_AUTHOR_NAME_BYTES = 64

/** Longer than any app's name needs to be. */
export const MAX_APP_NAME_BYTES = 64

/**
 * Names in a state: at most 190 KB of them. Anyone may invent authors in an open room, so names have a limit of
 * their own, in which the oldest give way.
 */
export const MAX_PROFILES = 1_000

/** Authors that the owner has dropped or restored; as many as there may be names. */
export const MAX_RULINGS = 1_000

/** 128 bits: rooms with the same author and name differ, and nobody can guess a room's id, which is its secret. */
export const NONCE_BYTES = 16

/** What an app's part may take. Every node keeps the state in memory and may send all of it to newcomers. */
export const MAX_STATE_BYTES = 5 * 1024 * 1024
