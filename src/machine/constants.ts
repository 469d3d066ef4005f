/** Limits on what a node accepts from its peers and keeps for its rooms, each with its reason. */
/** Documents accepted by gossip from one author; the rest comes by batch sync. */
export const GOSSIP_RATE_PER_AUTHOR = { burst: 256, perSecond: 50 }

/**
 * Bytes of documents accepted from one peer: several times the rate at which a history arrives. Authors have no rate:
 * those whose documents wait take turns, see `AuthorLines`.
 */
export const BYTES_RATE_PER_PEER = { burst: 64 * 1024 * 1024, perSecond: 16 * 1024 * 1024 }

/** What a byte of a document may take of the disk: in the log, in the database, and for what is noted about it. */
export const DISK_BYTES_PER_BYTE = 3

/** After this time, documents that had no space are accepted again, if there is some. */
export const FULL_DEFER_MS = 30_000

/** After this time, documents that came too fast are accepted again. */
export const DEFER_MS = 1_000

/** Default limit for the documents and files of a room that a node only carries, in bytes. */
export const DEFAULT_CARRIED_BYTES = 256 * 1024 * 1024

/** Peers of a room with a sharing policy of their own, which users set by hand. */
export const MAX_SHARING_ROWS = 1_024

/** Documents that a peer lacks are counted up to this number: people only want to know whether there are many. */
export const MAX_COUNTED_LACKING = 2_000

/** Peers of a room whose frontier is remembered; the one seen longest ago is dropped. */
export const MAX_PEER_FRONTIERS = 256

/**
 * Progress is shown of a room that lacks at least this many documents: fewer come in an instant, also while everybody
 * writes.
 */
export const MIN_MISSING_SHOWN = 100

/** The most documents that are shown as missing, whatever a peer claims: ten times the histories that Kith is made for. */
export const MAX_MISSING_SHOWN = 10_000_000

/**
 * How long the claim of a peer keeps out smaller ones while it sends nothing new: as long as the longest delay before
 * something is sent again.
 */
export const SILENT_CLAIM_MS = 60_000

/**
 * By default, files up to this size are fetched as soon as a document links to them: pictures and texts, at
 * no noticeable cost.
 */
export const DEFAULT_AUTO_FETCH_BYTES = 1024 * 1024

/** Default limit for the blocks of a room's files, in bytes. */
export const DEFAULT_FILES_BYTES = 10 * 1024 * 1024 * 1024

/**
 * What the blocks of a file take in addition to its bytes: 50 bytes for each block and its link, even if
 * others split theirs into small blocks (1 KiB).
 */
export const DAG_OVERHEAD = 0.1
export const DAG_OVERHEAD_BYTES = 64 * 1024
/** For a folder, also the names: as many as a folder may have (100,000), each of the maximum length. */
export const FOLDER_OVERHEAD_BYTES = 32 * 1024 * 1024

/** What sealing adds: 69 bytes for each block and its link, even in blocks of 1 KiB, and for each entry of a folder. */
export const SEALING_OVERHEAD = 0.07
export const FOLDER_SEALING_BYTES = 8 * 1024 * 1024

/**
 * Roots that are fetched automatically at a time, in all rooms, in one, and for one author in a room. They keep a
 * fast link busy and take some MiB, whatever they link to; the others wait in the store, where they cost no memory.
 */
export const AUTO_FETCH_PLACES = 512
export const AUTO_FETCH_PLACES_PER_ROOM = 64
export const AUTO_FETCH_PLACES_PER_AUTHOR = 32

/** How long a root that nobody has keeps its place while others wait for one: it was asked for several times. */
export const AUTO_FETCH_TURN_MS = 60_000

/** Links looked at in one go for those that may be fetched now: some milliseconds of lookups. */
export const AUTO_FETCH_LINKS_AT_ONCE = 256

const DAY_SECONDS = 24 * 60 * 60
/**
 * What is fetched automatically in a day, in files of the largest size that is: by default 256 MiB of one author and
 * 1 GiB in a room, more than people look at. An author could otherwise have every member download without end.
 */
export const AUTO_FETCHED_PER_AUTHOR = { burst: 256, perSecond: 256 / DAY_SECONDS }
export const AUTO_FETCHED_PER_ROOM = { burst: 1_024, perSecond: 1_024 / DAY_SECONDS }

/** A link without a stated size may use at most this share of a carrier's free space, so that others also fit. */
export const CARRIED_UNSIZED_SHARE = 1 / 4

/**
 * How long a newcomer takes no history while it fetches a checkpoint and its state, which would wait behind that: several
 * round trips, and a large state over a fast link. After that both come at the same time.
 */
export const STATE_FIRST_MS = 2_000

/** Checkpoints that are not asked for again, as they turned out to be wrong; more are asked for twice at worst. */
export const MAX_REFUSED_CHECKPOINTS = 256

/**
 * How long a room that begins with a checkpoint waits for somebody who has the history before, once all neighbours say
 * that they dropped it; and how often it is looked at after that.
 */
export const ADOPT_AFTER_MS = 10_000

/** Who has been asked for headers and does not answer for so long is asked no more: several round trips of a slow link. */
export const SILENT_GIVER_MS = 20_000

/** After this time, somebody who gave nothing of use for a base is asked again. */
export const ADOPT_AGAIN_MS = 10 * 60_000

/**
 * Within this time an admin's node makes a new key for a private room after somebody was removed elsewhere: any time of
 * it, as the nodes of several admins see that at once. Nobody else writes until then.
 */
export const KEY_REPAIR_ADMIN_MS = 2_000

/** The same for a key that is given to a member who was left out, which any member can do. */
export const KEY_REPAIR_MEMBER_MS = 5_000

/** The most documents before a base that is taken from others: their headers are in memory until all are here, 30 MB. */
export const MAX_ADOPTED_HEADERS = 200_000

/**
 * For so long what a peer that left may lack is kept for it: a day of cables, sleep and repairs. Whoever is away for
 * longer takes a base.
 */
export const AWAITED_PEER_MS = 86_400_000
/** Peers that are asked about, the latest first, and documents of each: some milliseconds of looking up. */
export const MAX_AWAITED_PEERS = 64
export const MAX_AWAITED_HEADS = 16
