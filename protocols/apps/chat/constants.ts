/** What all nodes must agree on in a chat, each with its reason. To change one is to change the protocol. */

/** The kind of a document that says something. */
export const MESSAGE_KIND = 'message'

/** A long letter; a hundred of them stay well under the state cap. Longer texts are files. */
export const MAX_TEXT_BYTES = 16 * 1024

/** Messages in the state: what people want to see when they open the room. */
export const RECENT_MESSAGES = 100
