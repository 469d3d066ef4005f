/** Names and limits of room state, each limit with its reason. */

/** What libp2p calls the protocol, and the versions of its records that are spoken here. */
export const ROOM_STATE_PROTOCOL = '/kith/room-state/1.0.0'
export const ROOM_STATE_VERSIONS = [1]

/** First resend of unacknowledged metadata or goodbyes; doubles up to the maximum (cliqueclique's metadata sync, with a cap). */
export const RESEND_MS = 1_000
export const MAX_RESEND_MS = 60_000

/**
 * A frontier changes with every document, but the documents themselves are pushed at once; what
 * metadata adds, finding what was missed, can wait this long.
 */
export const ANNOUNCE_DELAY_MS = 1_000

/** Heads named in one metadata record; more heads are rare and the newest say the most. */
export const MAX_FRONTIER_IDS = 256

/**
 * Metadata records taken from one peer: a burst for somebody with thousands of rooms, then a
 * steady rate. What is over it is dropped and counted; the peer sends it again later.
 */
export const METADATA_BURST = 2_048
export const METADATA_PER_SECOND = 100

/** Suggestions taken from one peer: a burst for a few rooms joined at once, then a trickle. */
export const SUGGESTION_BURST = 64
export const SUGGESTIONS_PER_SECOND = 1

/** Neighbours suggested to a newcomer of a room; it learns of more from those. */
export const MAX_SUGGESTIONS = 16

/** A signed peer record with all its addresses is far smaller. */
export const MAX_PEER_RECORD_BYTES = 4 * 1024

/** As many records as one frame may hold of each type (limits in messages.proto). */
export const MAX_RECORDS_PER_FRAME = 4_096
export const MAX_SUGGESTIONS_PER_FRAME = 64

/** Frames are filled to here, well under the largest frame allowed. */
export const TARGET_FRAME_BYTES = 256 * 1024
