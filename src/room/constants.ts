/** Limits on what a node keeps of a room, each with its reason. Unlike protocols/room, nodes need not agree on them. */

/**
 * Pending documents of one room: enough for a burst that overtakes its history. Of any more, those of the peers with
 * most give way; who has most is deferred and sends again later.
 */
export const MAX_PENDING_PER_ROOM = 8_192
/** How much of that one peer may use, in documents and bytes. */
export const MAX_PENDING_PER_PEER = 1_024
export const MAX_PENDING_BYTES_PER_PEER = 8 * 1024 * 1024
/** What each parent of a pending document takes in memory, which counts against these bytes. */
export const PENDING_PARENT_BYTES = 256
/** They are also kept in memory, so that later documents can prove them. */
export const MAX_PENDING_BYTES_PER_ROOM = 64 * 1024 * 1024

/**
 * Acts of a room that are void because of others and are looked at again with the next ones, with what they need: circles
 * of more are nobody's mistake, and each costs a check whenever an act arrives.
 */
export const MAX_CONTESTED = 128
export const MAX_CONTESTED_BYTES = 1024 * 1024

/**
 * While a room has more heads than a frontier names: the latest changes of its heads that are remembered, to
 * know what a peer lacks that was away for a moment.
 */
export const MAX_RECENT_DIGESTS = 256

/** Heads read from the store at a time on start, to make the digest of all: whatever their number, few are in memory. */
export const HEADS_PAGE = 1_024

/** A state is kept once per this many documents, so that one that is a little late replays at most that many. */
export const KEEP_STATE_EVERY = 256
/** States kept. Beyond that, some are dropped, more of those further back: some five are left for each half of the rest. */
export const MAX_KEPT_STATES = 64

/** The most documents to replay on start after a crash; a clean stop leaves none. */
export const PERSIST_STATE_EVERY = 1_024

/** Documents read from the store at a time during a replay. */
export const REPLAY_PAGE = 512

/** Faulty documents in one MESSAGE that end the stream: refusing them costs more than sending them. */
export const MAX_FAULTS_PER_MESSAGE = 16

/** How soon a node may write its name to a room again, after those of others took its place: one document an hour. */
export const INTRODUCE_AGAIN_MS = 60 * 60 * 1000

/**
 * How far back documents are looked for that a checkpoint does not cover, and how many are folded again without them:
 * those written at the same time are near it.
 */
export const MAX_CHECKPOINT_STEPS = 1_024

/**
 * Checkpoints of the owner, and of all others, that are compared with the own state until as many documents have come
 * as there are between two: each costs an encoded state, and anybody can write them.
 */
export const MAX_COMPARED_CHECKPOINTS = 4

/** Documents that are looked at in one go for what can be dropped: some 20 ms. */
export const RETENTION_PAGE = 1_024

/** How many checkpoints of a page are tried as the base: each costs a state, and anybody can write wrong ones. */
export const MAX_TRIED_BASES = 2

/**
 * Documents that are read to find what of this node comes before a peer's newest ones, with each frontier that it sends:
 * as many as a frontier names.
 */
export const MAX_HELD_STEPS = 256

/** So many documents in a row decide together whether they are old: one with a wrong time decides nothing. */
export const AGE_WINDOW = 16

/** By how much clocks are wrong that are set at all. */
export const MAX_CLOCK_AHEAD_MS = 24 * 60 * 60 * 1000

/** Documents beside a base stay, and are folded again with each start: as many as come between two checkpoints. */
export const MAX_BESIDE_BASE = 256

/** Documents that are told to a user once they can be read: a screen's worth. Those before them are history by then. */
export const MAX_TOLD_READABLE = 1_024

/** What a node may write in a room whose history is still to come: it all stays in memory until that is here. */
export const MAX_AHEAD = 1_024
