/** Rules of chats that all nodes must agree on, each with its reason. Changing one changes the protocol. */

/** The kind of a document that is a message. */
export const MESSAGE_KIND = 'message'

/** A long letter; a hundred of them stay well below the state's size limit. Longer texts are files. */
export const MAX_TEXT_BYTES = 16 * 1024

/** Messages in the state: what people want to see when they open the room. */
export const RECENT_MESSAGES = 100
