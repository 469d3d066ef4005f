/** Sizes and limits of the reconciliation of sets; README.md gives them with their reasons. */

/** Ids are SHA-256 digests. */
export const ID_BYTES = 32

/** What each side adds to the key: nobody can guess it, and no two comparisons have the same. */
export const NONCE_BYTES = 16

/**
 * Of an item, under the key. One sum of several items in 2^32 has that of a single one by chance; other checks refuse most
 * of these, and the rest leaves a comparison incomplete, not wrong.
 */
export const CHECKSUM_BYTES = 4

/** Symbols to ask for first: 300 bytes, enough for sets that are equal or nearly so, and for a guess how far they are not. */
export const FIRST_SYMBOLS = 8

/** Differences found in one comparison: a megabyte of ids. Sets that differ more are compared in parts, or listed. */
export const MAX_DIFFERENCES = 32_768

/** Symbols of one comparison: half as many again, while sets that differ so much need some 1.36 for each difference. */
export const MAX_SYMBOLS = 49_152

/** Ids in a set: half a gigabyte. What is computed from counts stays exact. */
export const MAX_ITEMS = 16_777_216

/** After so many symbols, and as many more for each difference that their counts suggest, they are those of no set. */
export const HOPELESS_SYMBOLS = 256
export const HOPELESS_PER_DIFFERENCE = 4
