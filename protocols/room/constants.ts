/** Rules of rooms that all nodes must agree on, each with its reason. Changing one changes the protocol. */

/** The kind of a root document. */
export const ROOT_KIND = 'room'
/** The kind of a document whose body is its author's name. */
export const PROFILE_KIND = 'profile'
/** The kind of a document by which the owner drops an author. */
export const DROP_KIND = 'drop-author'
/** The kind of a document by which the owner takes a dropped author back. */
export const RESTORE_KIND = 'restore-author'

/** The kind of a document by which the owner says that the room goes on in another one. */
export const MOVED_KIND = 'room/moved'

/** What comes first in what is hashed for the mark of a move, so that the mark is worth nothing elsewhere. */
export const MOVED_DOMAIN = 'kith/moved/1'

/** The mark of a move: a SHA-256. */
export const MOVE_MARK_BYTES = 32

/** Moves in a state, each by another author: more than a room has owners in its life. */
export const MAX_MOVES = 16

/** The kind of a document that links to a room below this one. */
export const CHILD_KIND = 'room/child'

/** What comes first in what is hashed for the mark of a parent, so that the mark is worth nothing elsewhere. */
export const CHILD_DOMAIN = 'kith/child/1'

/** The mark of a parent: a SHA-256. */
export const PARENT_MARK_BYTES = 32

/** A title, two digests, and their keys take 170. */
export const MAX_CHILD_BODY_BYTES = 256

/** How far below a room others are looked for: deeper than people find their way. */
export const MAX_CHILD_DEPTH = 16

/** A name is shown in lists and typed in commands. */
export const MAX_ROOM_NAME_BYTES = 64
export const MAX_AUTHOR_NAME_BYTES = 64
/** Shorter than names of members: what says whose guest it is stands behind it, and is to be seen. */
export const MAX_GUEST_NAME_BYTES = 32

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

/** The kind of a document that names the state after all documents before it. */
export const CHECKPOINT_KIND = 'checkpoint'

/**
 * Documents between two checkpoints: as many as a newcomer gets first, so that all that a checkpoint does not cover is
 * among them.
 */
export const CHECKPOINT_DOCUMENTS = 256

/** The state in a checkpoint is a list of blocks of this size: small enough to be rows of the store. */
export const STATE_CHUNK_BYTES = 32 * 1024

/** What an encoded state may take with all its parts: the app's and, at most 190 KB each, names and rulings; moves. */
export const MAX_ENCODED_STATE_BYTES = MAX_STATE_BYTES + 1024 * 1024
