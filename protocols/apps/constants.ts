/** What is common to the bodies and states of all apps, each with its reason. To change one is to change the protocol. */

/** JSON in a body is nested at most so deep: a decoder recurses, and people write nothing deeper. */
export const MAX_JSON_DEPTH = 32

/** A list in a state counts this much beside its elements: the CBOR head of up to 2^32 elements, so that the size is a sum. */
export const ARRAY_HEADER_BYTES = 5
