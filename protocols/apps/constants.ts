/** What is common to the states of all apps, each with its reason. To change one is to change the protocol. */

/** A list in a state counts this much beside its elements: the CBOR head of up to 2^32 elements, so that the size is a sum. */
export const ARRAY_HEADER_BYTES = 5
