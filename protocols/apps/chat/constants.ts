/** Rules of chats that all nodes must agree on, each with its reason. Changing one changes the protocol. */

/** The kind of a document that is a message. */
export const MESSAGE_KIND = 'message'

/** A long letter; a hundred of them stay well below the state's size limit. Longer texts are files. */
export const MAX_TEXT_BYTES = 16 * 1024

/** What a message says beside its text, encoded, and what stands around both: see the kinds. */
export const MAX_BESIDE_TEXT_BYTES = 128

/** Messages in the state: what people want to see when they open the room. */
export const RECENT_MESSAGES = 100
