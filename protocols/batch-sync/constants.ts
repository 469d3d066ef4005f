/** Names and limits of batch sync, each limit with its reason. */

/** The libp2p id of the protocol, and the versions of its records that this implementation speaks. */
export const BATCH_SYNC_PROTOCOL = '/kith/batch-sync/1.0.0'
export const BATCH_SYNC_VERSIONS = [1, 2]

/** The few messages that people write at a time are sent as they are: nobody waits for the difference. */
export const MIN_PACKED_BYTES = 4 * 1024

/** How many times its size a pack may unpack to: each document has some bytes that do not shrink, so that most are below 10. */
export const MAX_PACK_RATIO = 64

/**
 * Bytes of documents that one peer may send before we acknowledge them: enough to keep a fast link busy
 * during a commit, and a quarter of what libp2p buffers unread before it resets a stream.
 */
export const CREDIT_BYTES = 1024 * 1024

/** Maximum that we send unacknowledged, however large the peer's credit. */
export const MAX_CREDIT_BYTES = 4 * 1024 * 1024

/** A credit below the largest document could block a document forever. */
export const MIN_CREDIT_BYTES = 64 * 1024

/** Documents in one MESSAGE: the receiver commits and acknowledges them together. */
export const MAX_MESSAGE_BYTES = 256 * 1024

/** Ids or documents in one record (Briar's limit: 48 KiB of 32-byte ids). */
export const MAX_IDS = 1_536

/**
 * MESSAGEs of a few new documents that a peer is sent in a room at once, and in a second. Where more are written, several
 * share a MESSAGE, and so a commit, a flush and, in a chain, a signature check, which cost the peer more than the
 * documents do. People write fewer at once, and nobody sees a delay of 20 ms.
 */
export const SMALL_MESSAGES_AT_ONCE = 4
export const SMALL_MESSAGES_PER_SECOND = 50

/** So many new documents are worth a MESSAGE of their own. */
export const MAX_COLLECTED = 64

/** Documents sent in one turn of the whole history, while new ones take turns with it. */
export const HISTORY_TURN = 16

/** Documents read from the store at a time while the whole history is sent, if a MESSAGE has space for so many. */
export const READ_AHEAD = 512

/**
 * Documents waiting for one peer and room. If a peer falls further behind, its frontier is compared again
 * once it has caught up with what was sent.
 */
export const MAX_QUEUED = 10_000

/**
 * The first documents of each author in a room, which share one line with those of all other newcomers: anybody can
 * invent authors, but each has to come through this line before it has turns of its own.
 */
export const NEWCOMER_DOCUMENTS = 16

/**
 * How far back ancestors are looked for that have to be sent before a document whose turn it is: people answer what
 * they have seen, which was sent long ago or is about to be. What needs more waits for what came before it.
 */
export const MAX_ANCESTORS_IN_TURN = 8

/** Ids remembered per peer and room that the peer holds beyond its frontier. */
export const MAX_REMEMBERED = 8_192

/**
 * Documents checked at a time while a difference is searched for; then other inputs get their turn. Each is read
 * and decoded, which takes as long as comparing the ids of so many.
 */
export const WALK_STEPS = 256
export const WALK_COST = 8

/**
 * How far before the newest document of a peer with a long history to come those are mostly that it lacks beside what
 * comes after it: who was sent a history in order lacks none but of the last clock or two.
 */
export const NEAR_CLOCKS = 4

/** Beyond this difference, the whole history is sent in order, which needs no list in memory. */
export const MAX_DIFFERENCE = 100_000

/**
 * Without any acknowledgement for this long, the oldest unacknowledged documents are sent again. The wait
 * doubles up to the maximum, and starts anew with every acknowledgement and every new stream.
 */
export const RESEND_MS = 1_000
export const MAX_RESEND_MS = 60_000

/**
 * A neighbour that keeps only a copy, or gets the documents from others, is sent all that is new at once after this: a
 * frontier and a MESSAGE or two for what many take otherwise. Whoever follows the room is level long before.
 */
export const ASIDE_COMPARE_MS = 30_000

/** Random part of the wait, so that peers do not resend in step. */
export const RESEND_JITTER = 0.2

/** Resent at a time: enough to find out whether the peer answers now. */
export const RESEND_BYTES = 64 * 1024

/**
 * If a frontier's documents have not arrived by then, both sides have diverged, and reconciliation starts.
 * It repeats with doubling waits until the documents are here.
 */
export const RECONCILE_MS = 1_000
export const MAX_RECONCILE_MS = 10 * 60_000

/**
 * While a peer brings so many documents in RECONCILE_MS, a history is on its way, which people do not write so fast:
 * the comparison is put off, for MAX_RECONCILE_MS at most.
 */
export const FLOW_DOCUMENTS = 256

/** Random bytes in every fingerprint, so that nobody can choose ids that collide. */
export const SALT_BYTES = 16

/**
 * Length of a salted hash. The chance that one of 256 listed ids is mistaken for one of 256 others is 1 in
 * 2^48, and a new salt rules out a repetition.
 */
export const SHORT_ID_BYTES = 8

/** Newest documents whose short ids an opening lists: what is new on either side is mostly among them, and sent at once. */
export const LISTED_NEWEST = 16

/** Documents in the smallest ranges: their short ids cost about as much as finer ranges would. */
export const MIN_RANGE_DOCUMENTS = 8

/** A range of an opening has this fraction of the documents that are newer than it: some 50 ranges of 100,000 documents. */
export const RECENCY_STEPS = 4

/** Ranges and bytes in one record, so that a large answer is sent and processed in pieces. */
export const MAX_RANGES = 512
export const MAX_RANGES_BYTES = 32 * 1024

/** A range that differs is answered with the short ids of all its documents (2 KiB), or beyond this number with finer ranges. */
export const MAX_LISTED = 256

/** Documents in a finer range, so that the peer lists it, even if it holds twice as many there. */
export const MAX_PART_DOCUMENTS = 128

/** Finer ranges for one that differs, even if each is too large to be listed: 15 KiB. */
export const MAX_PARTS = 1_024

/** Documents read at a time while ranges are compared. */
export const SCAN_PAGE = 512

/**
 * Documents looked at for one input, however many records it holds: some 10 ms. Other inputs get their turn then,
 * and what is left waits behind what the peer has sent since.
 */
export const SCAN_STEPS = 2_048

/** Documents read to be sent for one input, whatever the credit: some 10 ms. */
export const SEND_STEPS = 1_024

/** A range without documents costs as much as reading so many: it is looked up all the same. */
export const RANGE_COST = 16

/**
 * Documents that one peer's ranges and frontiers can make us check, over all its streams: enough to reconcile a
 * large room a few times, then a trickle; the rest waits.
 */
export const SCAN_BURST = 4_000_000
export const SCANS_PER_SECOND = 50_000

/** Above the rate, the next step waits this long. */
export const SCAN_WAIT_MS = 1_000

/** RANGES of one peer waiting to be answered. */
export const MAX_WAITING_RANGES = 256

/**
 * By default, a document larger than this is offered first: an offer costs a round trip and 80 bytes. Above a message
 * that joins as many heads as it may, so that who makes many heads does not delay what others write.
 */
export const OFFER_ABOVE_BYTES = 12 * 1024

/** Offers of one peer that wait for their document, in either direction. */
export const MAX_PENDING_OFFERS = 1_000

/** A requested document that has not arrived by then is requested again, from the next peer that offered it. */
export const REQUEST_MS = 2_000
export const MAX_REQUEST_MS = 60_000

/**
 * A document is requested so often, some twenty minutes and three times from each that is
 * remembered, until it is offered again: whoever still has it does that, and from a room with members it may have left.
 */
export const MAX_REQUESTS = 24

/** Peers remembered to have offered a document that is on its way. */
export const MAX_OFFERERS = 8

/**
 * Documents sent first to a peer that wants the newest first: a few screens, which fit into its space for
 * pending documents.
 */
export const NEWEST_FIRST = 256

/**
 * Documents that are new while such a peer is sent the history, and that are sent to it at once: more than people write
 * meanwhile, and beside the newest they fit into its space for pending documents. Any more come in order.
 */
export const NEW_AHEAD = 512

/** Headers of dropped documents in one record: some 45 KiB, and as many rows as one input may read. */
export const MAX_HEADERS = 1_024

/** The longest time for which a peer can defer documents. */
export const MAX_DEFER_MS = 60_000

/** A peer's frontier is saved at most this often, and when the peer leaves. */
export const SAVE_FRONTIER_MS = 10_000

/** Documents saved as sent and not acknowledged, for each peer and room. */
export const MAX_SAVED_UNACKED = 1_024

/**
 * Peers to which a new document was not forwarded, because gossip or other peers deliver it, are compared
 * again after this time.
 */
export const COMPARE_AGAIN_MS = 2_000

/**
 * Documents in a row that a peer had before they were forwarded to it: after that they are offered to it later. So many
 * cost little, and one that came over another link first by chance changes nothing.
 */
export const LAZY_AFTER = 16

/** Until then, a document comes over other links if any brings it; people hardly notice if none does. */
export const LAZY_OFFER_MS = 100

/**
 * How long an offer waits for an answer: then it is repeated, as the peer may have the document by now, and after the same
 * time again the document is sent. Others may have offered it to the peer first, and never send it.
 */
export const OFFER_PATIENCE_MS = 1_000

/** Forwarded documents of which the acknowledgement is looked at; what is forgotten teaches nothing. */
export const MAX_PUSHED = 1_024

/**
 * Neighbours to which a peer's document is forwarded at once; its author has sent it to all of its own
 * neighbours. In a wide room, the others are compared a little later and mostly have it by then.
 */
export const FORWARD_FANOUT = 8
