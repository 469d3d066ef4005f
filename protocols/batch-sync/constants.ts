/** Names and limits of batch sync, each limit with its reason. */

/** What libp2p calls the protocol, and the versions of its records that are spoken here. */
export const BATCH_SYNC_PROTOCOL = '/kith/batch-sync/1.0.0'
export const BATCH_SYNC_VERSIONS = [1]

/**
 * Bytes of documents we take from one peer before we acknowledge: enough to keep a fast link busy
 * during a commit, a quarter of what libp2p buffers unread before it resets a stream.
 */
export const CREDIT_BYTES = 1024 * 1024

/** What we send unacknowledged at most, whatever a peer claims to take. */
export const MAX_CREDIT_BYTES = 4 * 1024 * 1024

/** A credit below one document of the largest size would stop everything. */
export const MIN_CREDIT_BYTES = 64 * 1024

/** Documents in one MESSAGE: the receiver commits and acknowledges them together. */
export const MAX_MESSAGE_BYTES = 256 * 1024

/** Ids or documents in one record (Briar's limit: 48 KiB of 32-byte ids). */
export const MAX_IDS = 1_536

/** Documents read from the store at a time while everything is sent. */
export const READ_AHEAD = 16

/**
 * Documents waiting for one peer and room. A peer that falls further behind is compared again by
 * its frontier once it has caught up with what was sent.
 */
export const MAX_QUEUED = 10_000

/** Ids remembered per peer and room as held by the peer beyond what its frontier says. */
export const MAX_REMEMBERED = 8_192

/** Documents looked at in one go while a difference is found; then other inputs get their turn. */
export const WALK_STEPS = 2_048

/** Past this difference the whole history is sent in order, which needs no list in memory. */
export const MAX_DIFFERENCE = 100_000

/**
 * Without any acknowledgement for this long, the oldest unacknowledged documents are sent again;
 * doubles up to the maximum, starts anew with every acknowledgement and every new stream.
 */
export const RESEND_MS = 1_000
export const MAX_RESEND_MS = 60_000

/** Part of the wait that is random, so that peers do not resend in step. */
export const RESEND_JITTER = 0.2

/** Sent again at a time: enough to find out whether the peer answers now. */
export const RESEND_BYTES = 64 * 1024

/** Locators taken from one peer: a few for every room when it connects, then a trickle. Each may cost a walk through the history. */
export const LOCATOR_BURST = 256
export const LOCATORS_PER_SECOND = 1

/** Ids in a locator: with distances that double, enough for any clock. */
export const MAX_LOCATOR_IDS = 64

/** To whom a new document was not forwarded, for gossip or others bring it, is compared again after this time. */
export const COMPARE_AGAIN_MS = 2_000

/**
 * Neighbours that a document from a peer is forwarded to at once; its author sent it to all of its
 * own. In a wide room the others are compared a little later and then mostly have it.
 */
export const FORWARD_FANOUT = 8
