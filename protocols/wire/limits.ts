/** Limits that all Kith protocols share. */

/** A frame is read whole into memory before it is looked at, for every peer at once. */
export const MAX_FRAME_BYTES = 1024 * 1024

/**
 * Bytes of received frames that wait to be processed for one peer; above it the stream is paused.
 * As large as the largest frame, or a frame of that size could not pass.
 */
export const MAX_UNPROCESSED_BYTES = 1024 * 1024

/**
 * Bytes waiting to be written to one peer before its stream is given up. The machines bound what
 * they send without an answer to far less; only a peer that stopped reading gets here.
 */
export const MAX_UNSENT_BYTES = 8 * 1024 * 1024

/** A peer that has taken none of the bytes offered to it for this long is gone or stuck. */
export const SEND_STALL_MS = 10_000

/** Long enough for a slow link's round trip, short enough not to hold a half-open stream. */
export const HELLO_TIMEOUT_MS = 10_000

/** The peer with the smaller id opens the stream; the other one waits this long before it does so itself. */
export const OPEN_DELAY_MS = 500

/** Wait before opening a stream again that closed while the peer is still connected; doubles up to the maximum. */
export const REOPEN_DELAY_MS = 1_000
export const MAX_REOPEN_DELAY_MS = 60_000

/** More versions than an implementation could keep alive. */
export const MAX_VERSIONS = 10
