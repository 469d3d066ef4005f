/** What a node keeps for its rooms and takes from peers, each limit with its reason: its own affair, unlike protocols/room. */
import { MAX_ROOTS } from '../../protocols/ensure-map/constants.ts'

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

/** Documents by gossip taken from one author; the rest comes by batch sync. */
export const GOSSIP_RATE_PER_AUTHOR = { burst: 256, perSecond: 50 }

/** New documents taken from one author: more than people write, so that a program cannot drown them. History is not limited. */
export const RATE_PER_AUTHOR = { burst: 20_000, perSecond: 2_000 }
/** A document is new while the time that its author gave it is not longer ago. */
export const NEW_FOR_MS = 10 * 60_000

/** Bytes of documents taken from one peer: several times what a history comes in with. */
export const BYTES_RATE_PER_PEER = { burst: 64 * 1024 * 1024, perSecond: 16 * 1024 * 1024 }

/** What came too fast is welcome again after this time. */
export const DEFER_MS = 1_000

/** Bytes of documents and files that a node keeps of a room it only carries, where the user did not say. */
export const DEFAULT_CARRIED_BYTES = 256 * 1024 * 1024

/** Peers of a room with whom sharing is decided one by one: a user does it by hand. */
export const MAX_SHARING_ROWS = 1_024

/** Documents that a peer lacks are counted up to this: a person wants to know whether it is many. */
export const MAX_COUNTED_LACKING = 2_000

/** Peers of a room whose frontier is remembered; the one seen longest ago goes. */
export const MAX_PEER_FRONTIERS = 256

/** Faulty documents in one MESSAGE that end the stream: refusing them costs more than sending them. */
export const MAX_FAULTS_PER_MESSAGE = 16

/** Files up to this size are fetched as soon as a document links to them, where the user did not say: pictures and texts, at no cost that anybody notices. */
export const DEFAULT_AUTO_FETCH_BYTES = 1024 * 1024

/** Bytes of blocks kept for a room's files, where the user did not say. */
export const DEFAULT_FILES_BYTES = 10 * 1024 * 1024 * 1024

/** What the blocks of a file have beside its bytes: 50 bytes for each block and its link, however small others cut theirs (1 KiB). */
export const DAG_OVERHEAD = 0.1
export const DAG_OVERHEAD_BYTES = 64 * 1024
/** Of a folder also the names: as many as a folder may have (100,000), each of the greatest length. */
export const FOLDER_OVERHEAD_BYTES = 32 * 1024 * 1024

/** Things that are fetched without being asked for, in all rooms: half of what a node looks for at a time, so that users find a place. */
export const MAX_AUTO_FETCHES = MAX_ROOTS / 2

/** What a document links to without saying how large it is takes so much of a carrier's free space at most: others may fit beside it. */
export const CARRIED_UNSIZED_SHARE = 1 / 4
