/** Rules of chats that all nodes must agree on, each with its reason. Changing one changes the protocol. */

/** The kind of a document that is a message. */
export const MESSAGE_KIND = 'message'

/** The kind of a document that says what the next message of its author answers, and whom it concerns. */
export const CONTEXT_KIND = 'context'

/** A long letter; a hundred of them stay well below the state's size limit. Longer texts are files. */
export const MAX_TEXT_BYTES = 16 * 1024

/** What a message says beside its text, encoded, and what stands around both: see the kinds. */
export const MAX_BESIDE_TEXT_BYTES = 128

/** Messages in the state: what people want to see when they open the room. */
export const RECENT_MESSAGES = 100

/** Who has to look. What concerns more people than that concerns everybody. */
export const MAX_MENTIONS = 32

/** Ids of a message and of so many people with their heads take half of it; the rest is for what later versions add. */
export const MAX_CONTEXT_BYTES = 4 * 1024
