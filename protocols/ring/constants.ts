/** Names and limits of the ring, each limit with its reason. */
import { MAX_FRAME_BYTES } from '../wire/limits.ts'

/** The libp2p id of the protocol, and the versions of its records that this implementation speaks. */
export const RING_PROTOCOL = '/kith/ring/1.0.0'
export const RING_VERSIONS = [1]

/** What is signed of a named item begins with it, and so does what its key is the hash of, and the id of a version. */
export const ITEM_DOMAIN = 'kith/ring/item/1'
export const NAME_DOMAIN = 'kith/ring/name/1'
export const VERSION_DOMAIN = 'kith/ring/version/1'

/** What a provider signs begins with it. */
export const PROVIDER_DOMAIN = 'kith/provider-record/1'

/** Places for provider records of one block: it is fetched from two peers at a time, and some may be gone. */
export const PROVIDER_PLACES = 4

/** For how long a provider record counts: a node that is off over night is found again. Put again after a third of it. */
export const PROVIDER_TTL_SECONDS = 24 * 3_600
export const PROVIDER_RENEW_SECONDS = PROVIDER_TTL_SECONDS / 3

/** A record that is older was not put again when it was time, so another provider may take its place. */
export const PROVIDER_OVERDUE_SECONDS = PROVIDER_TTL_SECONDS / 2

/** How far clocks may be apart. */
export const MAX_CLOCK_SKEW_SECONDS = 3_600

/** Neighbours on each side that a node stays connected to: the ring holds if no three in a row are lost at once. */
export const LEAVES = 2

/** Neighbours told on each side (limit in messages.proto): those of a small ring are known to everybody. */
export const MAX_TOLD = 8

/** A signed peer record with a dozen addresses. */
export const MAX_RECORD_BYTES = 2_048

/** The most a request is forwarded (limit in messages.proto): three times what a sound ring of a million nodes needs. */
export const MAX_HOPS = 40

/** The most nodes that a request excludes (limit in messages.proto): those that hold a copy already. */
export const MAX_EXCEPT = 16

/** Copies of an item: a power of two up to this. */
export const MAX_COPIES = 16
export const DEFAULT_COPIES = 4

/** An item with what a frame adds to it, such as a path of MAX_HOPS. */
export const MAX_ITEM_BYTES = MAX_FRAME_BYTES - 4_096

/** Of a named item. */
export const MAX_ITEM_NAME_BYTES = 64

/** How long an item is kept at most, and by default: whoever needs it longer puts it again. */
export const MAX_TTL_SECONDS = 30 * 24 * 3_600

/** Of a message routed through the ring: a greeting, not a transport. */
export const MAX_PAYLOAD_BYTES = 1_024

/** Keys in one list, and items in one offer (limits in messages.proto): some 6 kB. */
export const MAX_LISTED = 128

/** What a node keeps for others unless its user says otherwise. */
export const DEFAULT_QUOTA_BYTES = 256 * 1024 * 1024

/** Rows that make way for one item: a large one may come after many small ones. */
export const MAX_EVICTED = 1_024

/** Requests of one peer, its own and those it forwards: joining costs a few dozen, and 64 lookups a second are a busy program. */
export const REQUEST_BURST = 512
export const REQUESTS_PER_SECOND = 64

/** Bytes of items in requests of one peer: a dozen of the largest, and then a third of a slow disk's rate. */
export const ITEM_BYTES_BURST = 16 * 1024 * 1024
export const ITEM_BYTES_PER_SECOND = 1024 * 1024

/** Requests that are forwarded at a time, for one peer and for all: each holds its record until it is answered. */
export const MAX_FORWARDED_PER_PEER = 128
export const MAX_FORWARDED = 1_024

/** Bytes of items in these, for all peers. */
export const MAX_FORWARDED_BYTES = 16 * 1024 * 1024

/** Requests of this node's own that wait for an answer: more are refused to its user. */
export const MAX_OWN_REQUESTS = 4_096

/** Without any sign of the next node for so long, a request is sent again: longer than a round trip round the world. */
export const RESEND_MS = 1_000

/** Sent so often to one peer, it goes to the next best. */
export const MAX_SENDS = 4

/** Peers that one hop tries. */
export const MAX_TRIED = 3

/** A request that has no answer by then is given up: a dozen hops, some of which were lost. */
export const REQUEST_MS = 20_000

/** How often neighbours are asked for theirs: what nobody tells, such as a crash behind a neighbour, is found after it. */
export const STABILISE_MS = 30_000

/** After a change it is done sooner, with jitter, so that many who notice the same do not ask at once. */
export const STABILISE_SOON_MS = 500

/** How often a node looks for itself through another peer, which shows a ring that is split or wound. */
export const SELF_LOOKUP_MS = 300_000

/** How often a missing finger is looked for while some are missing, and how long a part without nodes is left alone. */
export const FINGER_MS = 2_000
export const EMPTY_FINGER_MS = 600_000

/** Peers heard of that may become neighbours: those of all neighbours. */
export const MAX_CANDIDATES = 64

/** A peer that was asked for and did not come is left alone for a while; of these, the last are remembered. */
export const WANT_MS = 30_000
export const UNREACHABLE_MS = 300_000
export const MAX_UNREACHABLE = 256

/** Connections that a node has dialled and keeps without need: a network of so few nodes stays connected as a whole. */
export const SPARE_CONNECTIONS = 8

/** A connection that was used within it is not closed as spare: the other side may compare a slice over it every minute. */
export const SPARE_QUIET_MS = 120_000

/** Each item is offered to the others that should hold it as often as this, each time at another moment. */
export const REPAIR_MS = 600_000

/** After a change among neighbours it is done sooner, with jitter. */
export const REPAIR_SOON_MS = 2_000

/** Items that are looked at in one step of a repair, and the time between steps: the work of an instant. */
export const REPAIR_BATCH = 64
export const REPAIR_STEP_MS = 1_000

/** Bytes of items sent by repairs: a node that joins gets its part without a storm. */
export const REPAIR_BURST_BYTES = 4 * 1024 * 1024
export const REPAIR_BYTES_PER_SECOND = 512 * 1024

/** A place that has not answered a get for so long is no longer waited for alone: the next one is asked too. */
export const NEXT_PLACE_MS = 500

/** A put or get is over by then. */
export const CALL_MS = 30_000

/** A copy that nobody confirmed is put again so often: several hops may each have lost something. */
export const MAX_PUT_TRIES = 3

/** Puts and gets of this node's user at a time. */
export const MAX_CALLS = 1_024

/** What requests cost, in steps: looking up a route, reading an item, listing keys. */
export const REQUEST_STEPS = 4
