/** Rules shared by the states of all apps, each with its reason. Changing one changes the protocol. */

/**
 * A list in a state counts this much in addition to its elements: the CBOR head of up to 2^32 elements, so
 * that sizes simply add up.
 */
export const ARRAY_HEADER_BYTES = 5
