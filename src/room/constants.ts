/** What a node keeps of a room, each limit with its reason: its own affair, unlike protocols/room. */

/** Documents of one room waiting for ancestors: a burst that overtakes its history; what is over it is put off, so it comes again. */
export const MAX_PENDING_PER_ROOM = 8_192
/** The share of it that one peer can fill, in documents and bytes. */
export const MAX_PENDING_PER_PEER = 1_024
export const MAX_PENDING_BYTES_PER_PEER = 8 * 1024 * 1024
/** They are in memory as well, so that they can be proven when more comes. */
export const MAX_PENDING_BYTES_PER_ROOM = 64 * 1024 * 1024

/** A state is kept this often, so that a late document replays at most so many. */
export const KEEP_STATE_EVERY = 256
/** States kept; past it every second one goes, and the distance doubles. */
export const MAX_KEPT_STATES = 64

/** Documents replayed at a start after a crash at most; a clean stop leaves none. */
export const PERSIST_STATE_EVERY = 1_024

/** Documents read from the store at a time during a replay. */
export const REPLAY_PAGE = 512

/** Faulty documents in one MESSAGE that end the stream: refusing them costs more than sending them. */
export const MAX_FAULTS_PER_MESSAGE = 16
