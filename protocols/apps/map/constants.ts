/** Rules of maps that all nodes must agree on, each with its reason. Changing one changes the protocol. */
import { MAX_BODY_DEPTH } from '../../document/constants.ts'

/** The kind of a document that sets a key. */
export const PUT_KIND = 'put'
/** The kind of a document that removes a key. */
export const DELETE_KIND = 'delete'

/** A key is a name: it is listed, compared and typed. */
export const MAX_KEY_BYTES = 1024

/** In a removal that names a guest, besides the key: the name, its key and heads take 45. */
export const MAX_BESIDE_KEY_BYTES = 64

/** A value is stored in an array with its key, which uses up one level of the body's nesting. */
export const MAX_VALUE_DEPTH = MAX_BODY_DEPTH - 1

/**
 * Once something has to give way in a full map, it does so until the map is no larger than this: nodes look through
 * all entries once for many writes, not for each. It is 15/16 of the state's cap.
 */
export const MAKE_ROOM_TO_BYTES = (15 / 16) * 5 * 1024 * 1024
