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

/**
 * A frontier that is not held by then shows that both sides wrote apart (else what it names would
 * have come), and reconciliation starts; again with doubling waits while the frontier is not held.
 */
export const RECONCILE_MS = 1_000
export const MAX_RECONCILE_MS = 10 * 60_000

/** Random bytes in every fingerprint, so that nobody can choose ids that collide. */
export const SALT_BYTES = 16

/** Of a salted hash: that one of 256 listed is taken for one of 256 others happens once in 2^48 times, and not twice. */
export const SHORT_ID_BYTES = 8

/** Documents in the newest ranges of an opening: their short ids cost about what the ranges do. */
export const MIN_RANGE_DOCUMENTS = 8

/** A range of an opening holds this part of the documents that are newer than it. */
export const RECENCY_STEPS = 128

/** No range of an opening holds more than this part of all documents: 100 differences anywhere in 100,000 cost 100 kB. */
export const MAX_OPENING_RANGES = 1_024

/** Ranges and bytes in one record, so that a large answer is sent and worked on in pieces. */
export const MAX_RANGES = 512
export const MAX_RANGES_BYTES = 32 * 1024

/** A range that differs is answered by the short ids of all its documents (2 KiB), or past this by finer ranges. */
export const MAX_LISTED = 256
export const SPLIT = 16

/** Documents read at a time while ranges are compared. */
export const SCAN_PAGE = 1_024

/** Documents looked at in one go while ranges are compared; then other inputs get their turn. */
export const SCAN_STEPS = 8_192

/** Documents that one peer's ranges make us look at: reconciling a large room a few times, then a trickle; the rest waits. */
export const SCAN_BURST = 4_000_000
export const SCANS_PER_SECOND = 50_000

/** Past the rate, the next step comes after this time. */
export const SCAN_WAIT_MS = 1_000

/** RANGES of one peer waiting to be answered. */
export const MAX_WAITING_RANGES = 256

/** A document larger than this is offered first, where nothing else was said: asking costs a round trip and 80 bytes. */
export const OFFER_ABOVE_BYTES = 8 * 1024

/** Offers of one peer that wait for their document, in either direction. */
export const MAX_PENDING_OFFERS = 1_000

/** A requested document that did not come by then is asked for again, of the next peer that offered it. */
export const REQUEST_MS = 2_000
export const MAX_REQUEST_MS = 60_000

/** Peers remembered to have offered a document that is on its way. */
export const MAX_OFFERERS = 8

/** Sent first to a peer that wants the newest first: some screens full, which fit the space for what waits for its ancestors. */
export const NEWEST_FIRST = 256

/** The longest a peer can put documents off. */
export const MAX_DEFER_MS = 60_000

/** A peer's frontier is saved at most this often, and when it goes. */
export const SAVE_FRONTIER_MS = 10_000

/** Documents saved as sent and not acknowledged, for each peer and room. */
export const MAX_SAVED_UNACKED = 1_024

/** To whom a new document was not forwarded, for gossip or others bring it, is compared again after this time. */
export const COMPARE_AGAIN_MS = 2_000

/**
 * Neighbours that a document from a peer is forwarded to at once; its author sent it to all of its
 * own. In a wide room the others are compared a little later and then mostly have it.
 */
export const FORWARD_FANOUT = 8
