/** Names and limits of document networks, each limit with its reason. */

/** The libp2p id of the protocol, and the versions of its records that this implementation speaks. */
export const NETWORK_PROTOCOL = '/kith/network/1.0.0'
export const NETWORK_VERSIONS = [1]

/** What begins the content that a root signs. */
export const ROOT_DOMAIN = 'kith/root/1'

/**
 * Neighbours of a room to whom each new document is sent at once: enough that a network of 1,000 is some four hops wide
 * and stays in one piece when a few leave, and few enough that one message costs a node eight copies at most.
 */
export const MAX_PEERS_PER_ROOM = 8

/** With fewer, a node looks for more: with four each, chosen at random, a network hangs together, and others come by themselves. */
export const MIN_PEERS_PER_ROOM = 4

/** Somebody in another part of the network that nobody took in for so long gets a link beyond these: it may have no other way. */
export const BRIDGE_PATIENCE_MS = 5_000

/** Hops from the root, far more than any network has: what counts up to it in a circle ends there. */
export const MAX_DISTANCE = 255

/**
 * When something happens in a room, a root that has said nothing for so long is asked for a sign of life, which costs a record
 * and an answer or two for each node of the network. While nothing happens, nothing is sent.
 */
export const REFRESH_MS = 600_000

/** A root that has not answered after this is gone, whoever still names it: many times what the way there and back takes. */
export const EXPIRY_MS = 120_000

/**
 * New sequence numbers that others may ask a root for: a few when a network falls apart, then one every ten seconds, as each
 * goes through the whole network.
 */
export const RAISE_BURST = 8
export const RAISES_PER_SECOND = 0.1

/**
 * Changes of its place that a node tells in a room: as many as an election takes at once, then two a second. Whoever changes
 * his claims without end so costs the others no more than that.
 */
export const TELL_BURST = 32
export const TELLS_PER_SECOND = 2

/** Wait before unacknowledged claims are sent again; doubles up to the maximum, as in room state. */
export const RESEND_MS = 1_000
export const MAX_RESEND_MS = 60_000

/** The most that one neighbour's part of a network counts, and the whole: nobody can check what a peer says of others. */
export const MAX_COUNT = 1_000_000

/**
 * Where only counts changed, they are told after this time and some more for each node of the network, so that the larger it
 * is, the more come and go between two of these records.
 */
export const COUNT_DELAY_MS = 1_000
export const COUNT_DELAY_PER_NODE_MS = 60
export const MAX_COUNT_DELAY_MS = 60_000

/** What a claim costs: a signature that may have to be checked, and a choice among the neighbours. */
export const CLAIM_STEPS = 32

/** Steps of claims accepted from one peer, over all its streams: those of 512 rooms at once, then 20 claims a second. */
export const CLAIM_STEPS_BURST = 512 * CLAIM_STEPS
export const CLAIM_STEPS_PER_SECOND = 20 * CLAIM_STEPS

/** Roots of a room whose sequence and distance are remembered. Whoever invents more pushes out what he invented before. */
export const MAX_ROOTS = 64

/** The maximum number of records of each type in one frame (limits in messages.proto). */
export const MAX_RECORDS_PER_FRAME = 1_024
