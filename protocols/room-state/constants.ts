/** Names and limits of room state, each limit with its reason. */

/** The libp2p id of the protocol, and the versions of its records that this implementation speaks. */
export const ROOM_STATE_PROTOCOL = '/kith/room-state/1.0.0'
export const ROOM_STATE_VERSIONS = [1]

/**
 * Wait before unacknowledged metadata or goodbyes are resent; doubles up to the maximum (cliqueclique's
 * metadata sync, with a cap).
 */
export const RESEND_MS = 1_000
export const MAX_RESEND_MS = 60_000

/**
 * A frontier changes with every document, but the documents themselves are sent at once. Metadata only
 * helps to find missed ones, which can wait this long.
 */
export const ANNOUNCE_DELAY_MS = 1_000

/**
 * The same for a neighbour that keeps only a copy, or gets the documents from others: by then it has been sent what it
 * lacked, and need not ask for it.
 */
export const ASIDE_ANNOUNCE_MS = 60_000

/** Heads named in one metadata record; more heads are rare, and the newest are the most useful. */
export const MAX_FRONTIER_IDS = 256

/** What a metadata record costs without its frontier (a proof, an answer); each id of it is one step more. */
export const METADATA_STEPS = 8

/**
 * Steps of metadata accepted from one peer, over all its streams, and from all strangers together: a burst for
 * a peer with 2,000 rooms, then 100 records a second, or three with 256 heads. Any more are dropped and
 * counted; the peer resends them later.
 */
export const METADATA_STEPS_BURST = 2_048 * METADATA_STEPS
export const METADATA_STEPS_PER_SECOND = 100 * METADATA_STEPS

/** Suggestions accepted from one peer: a burst for a few rooms joined at once, then a trickle. */
export const SUGGESTION_BURST = 64
export const SUGGESTIONS_PER_SECOND = 1

/** Removals and proofs of invites accepted from one peer: those of a few rooms when a stream opens, then a trickle. */
export const NOTICE_BURST = 64
export const NOTICES_PER_SECOND = 1

/** How often each is sent on a stream, with METADATA that comes or is acknowledged: a receiver may drop some of them. */
export const NOTICE_REPEATS = 3

/** What begins the content that the key of an invite signs for whoever shows that it has it. */
export const INVITED_DOMAIN = 'kith/invited/1'

/** What a proof of an invite costs: a signature to check. */
export const INVITED_STEPS = 24

/** Neighbours suggested to a newcomer of a room, which learns of more from them. */
export const MAX_SUGGESTIONS = 16

/** A signed peer record with all its addresses is far smaller. */
export const MAX_PEER_RECORD_BYTES = 4 * 1024

/** The maximum number of records of each type in one frame (limits in messages.proto). */
export const MAX_RECORDS_PER_FRAME = 4_096
export const MAX_SUGGESTIONS_PER_FRAME = 64
export const MAX_NOTICES_PER_FRAME = 64

/** Target size of frames, well below the largest frame allowed. */
export const TARGET_FRAME_BYTES = 256 * 1024
