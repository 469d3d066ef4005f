/** Limits that all Kith protocols share. */

/** A whole frame is read into memory before it is decoded, possibly for every peer at once. */
export const MAX_FRAME_BYTES = 1024 * 1024

/**
 * Bytes of received frames that wait to be processed for one peer, over all its streams of all protocols; above
 * this, reading pauses. At least as large as the largest frame, which otherwise could not pass.
 */
export const MAX_UNPROCESSED_BYTES = 1024 * 1024

/** The same for all peers together that share no room with this node, as they also share one turn. */
export const MAX_UNPROCESSED_STRANGERS_BYTES = 4 * 1024 * 1024

/**
 * The same for all peers together, each of which then has an equal share: what waits of those that left stays, and
 * anybody who knows a room may come under key after key. More of it would not be processed sooner.
 */
export const MAX_UNPROCESSED_TOTAL_BYTES = 8 * 1024 * 1024

/**
 * Unfinished frames of one peer, over all protocols and streams: the largest frame of the two protocols that
 * send such, one stream replacing another, and what their parts cost.
 */
export const MAX_UNFINISHED_PEER_BYTES = 3 * 1024 * 1024

/** The same of all peers together that share no room with this node: they have no use for large frames yet. */
export const MAX_UNFINISHED_STRANGERS_BYTES = 8 * 1024 * 1024

/** The same of all peers together: dozens of large frames that arrive at once. */
export const MAX_UNFINISHED_BYTES = 32 * 1024 * 1024

/** What a part of an unfinished frame costs besides its bytes: otherwise single bytes would cost a hundred times their size. */
export const PART_COST_BYTES = 256

/** Time for a frame that has begun, while this side reads: 35 kB/s for the largest. */
export const FRAME_TIMEOUT_MS = 30_000

/**
 * Bytes waiting to be written to one peer before its stream is given up. The machines send far less without
 * an answer, so only a peer that stopped reading reaches this.
 */
export const MAX_UNSENT_BYTES = 8 * 1024 * 1024

/** A peer that has read none of the bytes sent to it for this long is gone or stuck. */
export const SEND_STALL_MS = 10_000

/** Long enough for a slow link's round trip, short enough not to keep a half-open stream. */
export const HELLO_TIMEOUT_MS = 10_000

/** The peer with the smaller id opens the stream; the other one waits this long before it opens one itself. */
export const OPEN_DELAY_MS = 500

/** Wait before reopening a stream that closed while the peer is still connected; doubles up to the maximum. */
export const REOPEN_DELAY_MS = 1_000
export const MAX_REOPEN_DELAY_MS = 60_000

/** More versions than an implementation would support. */
export const MAX_VERSIONS = 10

/** The most that IPFS allows for a block within its CID. Larger ones are blocks of their own. */
export const MAX_INLINE_BYTES = 128
