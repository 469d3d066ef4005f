/** Names and limits of announced rooms, each limit with its reason. */

/** The libp2p id of the protocol, and the versions of its records that this implementation speaks. */
export const NEARBY_PROTOCOL = '/kith/nearby/1.0.0'
export const NEARBY_VERSIONS = [1]

/** Rooms in one answer, and so what a node may announce: a list that people still read (limit in messages.proto). */
export const MAX_OFFERS = 32

/** Names in an answer, as long as they may be in a room. */
export const MAX_OFFERED_NAME_BYTES = 64

/** Answers to one peer: somebody who looks at the list for a while, and comes back to it. */
export const ASK_BURST = 8
export const ASKS_PER_SECOND = 0.5

/** Answers to all peers together, as anybody can have many keys: a class that opens the list at once, and then 200 KB a second. */
export const ALL_ASKS_BURST = 128
export const ALL_ASKS_PER_SECOND = 16

/** A peer is not asked again sooner, whoever looks: slower than it must answer. */
export const ASK_AGAIN_MS = 2_500

/** What a peer said counts for as long, unless it says it again: somebody looks at the list, and then joins. */
export const OFFERS_LIFETIME_MS = 60_000

/** Offers that are kept, of all peers together: those of whoever told most give way, and of several the first who did, so that many keys push out no honest list of a few. */
export const MAX_OFFERS_KEPT = 1_024

/** What an ask costs: the answer is looked up and written. */
export const ASK_STEPS = 64
