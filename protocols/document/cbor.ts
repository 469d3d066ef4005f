/** The part of CBOR that documents use: https://www.rfc-editor.org/rfc/rfc8949, and tag 42 of dag-cbor. */

/** The major types, in the highest three bits of an element's first byte. */
export const UINT = 0
export const BYTES = 2
export const TEXT = 3
export const ARRAY = 4
export const TAG = 6

/** Simple values, and the tag of a CID. */
export const NULL = 0xf6
export const UNDEFINED = 0xf7
export const CID_TAG = 42

/** The largest value of the lowest five bits of a first byte that is the argument itself. */
export const MAX_SHORT = 23
/** The values that say in how many bytes the argument follows, and the least argument that needs so many. */
export const IN_1_BYTE = 24
export const IN_2_BYTES = 25
export const IN_4_BYTES = 26
export const IN_8_BYTES = 27
export const MIN_IN_2_BYTES = 2 ** 8
export const MIN_IN_4_BYTES = 2 ** 16
export const MIN_IN_8_BYTES = 2 ** 32
