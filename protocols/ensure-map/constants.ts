/** Names and limits of the ensure map, each limit with its reason. */

/** What libp2p calls the protocol, and the versions of its records that are spoken here. */
export const ENSURE_MAP_PROTOCOL = '/kith/ensure-map/1.0.0'
export const ENSURE_MAP_VERSIONS = [1]

/** The largest block: what fits a frame. Kith and IPFS cut files into blocks of 256 KiB; those of 1 MiB, as IPFS can be asked to, do not fit. */
export const MAX_BLOCK_BYTES = 1024 * 1024 - 4 * 1024

/** Ids in one record: 36 KiB. */
export const MAX_IDS = 1_024

/** Bytes of records in one frame, where none of them is larger alone. */
export const MAX_FRAME_RECORD_BYTES = 512 * 1024

/**
 * Bytes of blocks we take from one peer before we say that we have: enough to keep a fast link busy
 * during a commit. With one answer more (a block, and ancestors) it is within what is read ahead here
 * (1 MiB) and what libp2p buffers before it resets a stream (4 MiB).
 */
export const CREDIT_BYTES = 3 * 1024 * 1024

/** What we send unacknowledged at most, whatever a peer claims to take, and at least: one block of the largest size. */
export const MAX_CREDIT_BYTES = 4 * 1024 * 1024
export const MIN_CREDIT_BYTES = 1024 * 1024

/** What was received is told after so many bytes, so that the credit never runs out on the way. */
export const REPORT_EVERY_BYTES = CREDIT_BYTES / 8

/** Longer than a transport holds what a peer does not read (10 s): without a report by then, more is sent all the same. */
export const UNREPORTED_MS = 15_000

/**
 * Bytes of blocks asked of one peer that have not come: it begins with the least, doubles while the
 * peer sends that much within `FAST_MS`, and halves where it falls silent.
 */
export const MIN_WINDOW_BYTES = 512 * 1024
export const MAX_WINDOW_BYTES = 8 * 1024 * 1024
export const FAST_MS = 2_000

/** How large a block is taken to be before a peer has sent any: what IPFS and Kith cut files into. */
export const EXPECTED_BLOCK_BYTES = 256 * 1024

/** Blocks asked of one peer at a time, however small: what it queues for us. */
export const MAX_ASKED = 1_024

/** Ids that one peer may have asked of us and we not answered; past it its wants are refused. */
export const MAX_QUEUED_WANTS = 4_096

/**
 * Blocks and ancestors looked up for one peer's wants at a time, where those that are here count twice: some 10 ms; what
 * is left waits behind what the peer has sent since.
 */
export const GIVE_STEPS = 512

/** Ids asked of us by one peer over all its streams, and by all strangers together: many times what a link carries blocks for. */
export const WANT_BURST = 50_000
export const WANTS_PER_SECOND = 10_000

/** What we ask of one peer at once, so that what bunches up on the way stays within `WANT_BURST`; and the wait once it is used up. */
export const ASK_BURST = WANT_BURST / 2
export const ASK_PAUSE_MS = 100

/** Ids that a peer asked for and that are not here, remembered so that it is told once they are. */
export const MAX_INTERESTS = 4_096

/** Peers asked for the same block at a time. */
export const MAX_ASKED_PEERS = 2

/** A peer that was asked and has sent nothing for this long is not asked for more, and others are asked for the same. */
export const SILENT_MS = 5_000
/** What a peer was asked for and did not answer by then is taken as absent there. */
export const GIVE_UP_MS = 30_000

/** A peer that so often sent wrong bytes is not asked again before it has come back. */
export const MAX_BAD_BLOCKS = 3

/** Where nobody has a block, all are asked again after this time; doubles up to the maximum. A new peer is asked at once. */
export const RETRY_MS = 5_000
export const MAX_RETRY_MS = 10 * 60_000
/** Part of the wait that is random, so that nodes do not ask in step. */
export const RETRY_JITTER = 0.2
/** Ends of waits are rounded down to these, so that many blocks are asked for in few records. */
export const RETRY_STEP_MS = 250

/** Wants looked at in one go when peers have room: some of them may wait for a peer that has none. */
export const LOOK_AHEAD = 256

/** Wants of one root at a time; what else it needs is found out as these are filled. */
export const MAX_OPEN_WANTS = 2_048
/** More is found out, 512 at once, when no more than these are left: each time it is noted on the disk, which takes a flush. */
export const FEW_OPEN_WANTS = MAX_OPEN_WANTS - 512

/** Blocks of one root: 64 GiB in blocks of 256 KiB. Each takes a row, and memory while it is being fetched. */
export const MAX_BLOCKS = 262_144
/** Of a root that nobody asked for by hand: one for each so many bytes that it may have, as others split files, and some for small files. */
export const AUTO_BLOCK_BYTES = 1_024
export const MIN_AUTO_BLOCKS = 1_024
/** Wants of such a root at a time: documents may link to hundreds of them. */
export const MAX_AUTO_OPEN_WANTS = 64
/** Links from a root to a block: a file of that size has 4; folders add one each. */
export const MAX_DEPTH = 128
/** Blocks looked at in one go while a root's DAG is walked; then other inputs get their turn. */
export const WALK_STEPS = 512

/** Roots that are being fetched: what they need of memory is about 1 KiB each. */
export const MAX_ROOTS = 200_000

/** Missing ancestors of one room that are asked for at a time; batch sync brings the others. */
export const MAX_MISSING = 1_024

/** A missing ancestor is asked for once nothing has come into its room for so long: it may be on its way. */
export const PATIENCE_MS = 1_000

/** Sent with a document where its ancestors are welcome. */
export const MAX_ANCESTOR_BYTES = 256 * 1024
export const MAX_ANCESTORS = 512

/**
 * Ancestors are welcome from the newest document on that is here; where some of theirs turn out to be
 * missing, as others wrote at the same time, from so many clocks before it, and then all.
 */
export const CONCURRENT_CLOCKS = 64

/** What is wanted first: a document that others wait for, then what shows what else is needed, then the rest. */
export const PRIORITY = { ancestor: 2, node: 1, leaf: 0 } as const
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY]

/** Arrays and maps in one another in a block of dag-cbor: people make far fewer, and a recursive reader can follow so many. */
export const MAX_BLOCK_DEPTH = 1_024
