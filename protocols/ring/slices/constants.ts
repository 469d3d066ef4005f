/** Limits of slices; README.md gives them with their reasons. */

/** Slices that a node keeps up to date at a time, and holders that it compares each with. */
export const MAX_SLICES = 16
export const MAX_HOLDERS = 8

/** Slices of one peer that are compared with what is here, at a time: each costs 100 bytes for an id in it. */
export const MAX_GIVEN_PER_PEER = 4
export const MAX_GIVEN = 32

/** Ids in a slice: 5 MB on either side. A longer part of the ring is compared in several. */
export const MAX_SLICE_IDS = 131_072

/** How often a slice is compared with each holder, and how long it waits after something new, so that more may join it. */
export const COMPARE_MS = 60_000
export const COMPARE_SOON_MS = 1_000

/** How many times as long these pauses become after comparisons that moved nothing: a quarter of an hour, and 16 s. */
export const MAX_BACKOFF = 16

/** Comparisons that a peer may ask for: something new each few seconds. */
export const OPEN_BURST = 32
export const OPENS_PER_SECOND = 1

/**
 * Ids read for a peer's slices, and for those of all peers together, as anybody can have many keys: some 4 us each. A slice
 * is read once, unless the peer asks for another key or part.
 */
export const READ_BURST = 1_000_000
export const READS_PER_SECOND = 10_000
export const ALL_READ_BURST = 4_000_000
export const ALL_READS_PER_SECOND = 40_000

/** Symbols in one record: 38 to 160 kB. */
export const MAX_SYMBOLS_SENT = 4_096

/** Items asked for at a time, and the bytes in one answer beyond its first item. */
export const MAX_WANTED = 128
export const ITEMS_BYTES = 262_144

/** Without an answer for so long, a comparison is given up. */
export const ANSWER_MS = 30_000

/** A part that differs too much at once is halved, and halved again, into at most so many that wait. */
export const MAX_PIECES = 16

/** How often it is looked at what is due. */
export const TICK_MS = 1_000

/** Ids read, or symbols looked at, for one input: some 5 ms. */
export const STEPS = 1_024

/** Items of which it is looked up for one input whether a holder should have them: some 5 ms. */
export const GIVE_STEPS = 256

/** What one side did not take is not offered to it again for so long; of more than so many, all are. */
export const SETTLED_MS = 3_600_000
export const MAX_SETTLED = 8_192
