/** Rules of private rooms that all nodes must agree on, each with its reason. Changing one changes the protocol. */

/** The kind of a document whose kind and body only those read who have the key of its epoch. */
export const SEALED_KIND = 'sealed'

/** The first byte of what is sealed. */
export const SEALED_VERSION = 1

/** A key of an epoch, of a document, and of X25519: 256 bits. */
export const KEY_BYTES = 32

/** What names the key of an epoch: nobody finds two keys with the same one. */
export const KEY_ID_BYTES = 16

/** Random bytes in each document, of which its key is made: none is used twice, whatever became of a data folder. */
export const SALT_BYTES = 16

/** ChaCha20-Poly1305. */
export const TAG_BYTES = 16
export const NONCE_BYTES = 12

/** What is sealed has these before and behind it. */
export const SEALED_OVERHEAD_BYTES = 1 + KEY_ID_BYTES + SALT_BYTES + TAG_BYTES

/** An epoch's key sealed to somebody: an ephemeral key of X25519, and the key with its tag. */
export const SEALED_KEY_BYTES = KEY_BYTES + KEY_BYTES + TAG_BYTES

/** The beginning of the recipient's key, before a key that is sealed to it: enough to find one's own among thousands. */
export const RECIPIENT_BYTES = 8

/** Recipients of one document: 45 kB, which leaves space for all parents. More of them take further documents. */
export const MAX_RECIPIENTS = 512

/** Of the recipients of one document that begin alike, a reader tries so many: opening one in vain costs 0.2 ms. */
export const MAX_ALIKE = 16

/** Epochs that a rekey names as those before it: more are not open side by side. */
export const MAX_PREDECESSORS = 64

/** A key of an epoch sealed under the one that comes after it. */
export const WRAPPED_KEY_BYTES = KEY_BYTES + TAG_BYTES

/** What keys are derived for. */
export const EPOCH_DOMAIN = 'kith/epoch/1'
export const DOCUMENT_DOMAIN = 'kith/sealed/1'
export const STATE_DOMAIN = 'kith/state/1'
export const STATE_SALT_DOMAIN = 'kith/state-salt/1'
export const WRAP_DOMAIN = 'kith/wrapped/1'
export const INVITE_BOX_DOMAIN = 'kith/invite-box/1'
/** What a key is sealed to somebody for. */
export const RECIPIENT_DOMAIN = 'kith/key/1'
