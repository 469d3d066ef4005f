/** What all nodes must agree on in a map, each with its reason. To change one is to change the protocol. */
import { MAX_BODY_DEPTH } from '../../document/constants.ts'

/** The kind of a document that sets a key. */
export const PUT_KIND = 'put'
/** The kind of a document that removes a key. */
export const DELETE_KIND = 'delete'

/** A key is a name: it is listed, compared and typed. */
export const MAX_KEY_BYTES = 1024

/** A value stands in an array with its key, which is one of the levels of a body. */
export const MAX_VALUE_DEPTH = MAX_BODY_DEPTH - 1
