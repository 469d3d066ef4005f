/** Rules of rooms with members that all nodes must agree on, each with its reason. Changing one changes the protocol. */

/** What the root of a room says about who may read and write; a root without it is that of an open room. */
export const ACCESS_MODES = ['public-read', 'private'] as const

/** One of these. */
export type Access = (typeof ACCESS_MODES)[number]

/** What an author may do, each including those before it. The author of the root may do everything. */
export const ROLES = ['none', 'carrier', 'reader', 'writer', 'admin'] as const

/** The kind of a document that gives an author a role, or takes all away. */
export const ROLE_KIND = 'access/role'
/** The kind of a document that offers a role to whoever has the secret of a key. */
export const INVITE_KIND = 'access/invite'
/** The kind of a document by which an author takes such an offer. */
export const ACCEPT_KIND = 'access/accept'
/** The kind of a document that ends an offer. */
export const WITHDRAW_KIND = 'access/withdraw'
/** The kind of a document by which the owner makes somebody else the owner. */
export const OWNER_KIND = 'access/owner'
/** The kind of a document that begins an epoch of a private room: its new key, sealed to everybody who may read. */
export const REKEY_KIND = 'access/rekey'
/** The kind of a document by which a device of a person gives another one of its devices a role. */
export const DEVICE_KIND = 'access/device'
/** The kind of a document by which a member gives an epoch's key to somebody who lacks it. */
export const KEY_KIND = 'access/key'

/** What an invite's key signs, before the ids of room and invite and the key of who accepts. */
export const ACCEPT_DOMAIN = 'kith/invite/1'

/** What a device signs for another one of its person, before the key of that one and its own box. */
export const DEVICE_DOMAIN = 'kith/device/1'

/**
 * More acceptances of an invite with `uses` by one author do not count. A node that goes on from a backup accepts again
 * what it does not know that it has; nobody does so this often, and who does it on purpose must not fill the room.
 */
export const MAX_ACCEPTANCES = 32

/** More devices nobody has; who is let in once must not be able to let in a crowd. */
export const MAX_DEVICES = 32
