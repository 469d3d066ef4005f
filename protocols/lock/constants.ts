/** Names and limits of locks, each limit with its reason. */

/** The libp2p id of the protocol, and the versions of its records that this implementation speaks. */
export const LOCK_PROTOCOL = '/kith/lock/1.0.0'
export const LOCK_VERSIONS = [1]

/** The kind of a document that describes a lock. */
export const LOCK_KIND = 'room/lock'

/** A name is shown in lists and typed in commands, as those of rooms. */
export const MAX_LOCK_NAME_BYTES = 64

/** Of each lock: a majority of nine goes on without four, and each more makes every lock slower. */
export const MAX_ELECTORS = 9

/**
 * Locks of a room that a node knows, the first ones that came, as it keeps what it knows of each in memory: 700 bytes, also
 * once the room is left.
 */
export const MAX_ROOM_LOCKS = 1_024

/** A name, nine ids of 32 bytes, and their heads take 390. */
export const MAX_LOCK_BODY_BYTES = 512

/** Shorter leases than a second end while a laptop is busy, or a radio network repeats a packet. */
export const MIN_LEASE_MS = 1_000

/**
 * What a holder that vanishes costs others at most, and what an elector that has lost its memory waits: longer work
 * renews its lease.
 */
export const MAX_LEASE_MS = 300_000

/** Long enough for a pause of some seconds in a program or a network, short enough to wait for. */
export const DEFAULT_LEASE_MS = 15_000

/**
 * How much faster or slower than real time a monotonic clock may run: a hundredth. Quartz clocks err by a ten
 * thousandth, and operating systems slew them by a two thousandth.
 */
export const MAX_DRIFT = 0.01

/** The share of a lease before its end at which a holder stops: to end a program takes time. */
export const STOP_SHARE = 0.1

/** A request is sent again to electors that have not granted it, by the time that this takes and up to as much more. */
export const ASK_AGAIN_MS = 1_000

/** A request that was not sent again for so long waits no more: three were lost. */
export const WAITING_MS = 3 * 2 * ASK_AGAIN_MS

/** An elector that has not answered by then counts as missing: more than a flush of a slow disk and a busy network. */
export const ANSWER_MS = 3_000

/** With some votes but no majority, the others are asked again after so long: their answers are on the way before. */
export const LOOK_AGAIN_MS = 20

/** After a collision, a request comes back after a random time up to this, doubled for each further one. */
export const BACK_OFF_MS = 16
export const MAX_BACK_OFF_MS = 1_024

/** An elector without its memory asks the other electors again after so long. */
export const RECALL_AGAIN_MS = 2_000

/** Requests that wait for one elector's grant, each of another node: more than share a printer. */
export const MAX_WAITING = 256

/**
 * How far above an elector's own fence a request may raise it: nobody may use up all numbers, which end at 2^53. At the
 * rate of one peer, these steps take two years there; whoever has missed more grants is raised by several.
 */
export const MAX_FENCE_STEP = 2 ** 16
/** The same of tickets: those behind the last number could not be told. */
export const MAX_TICKET_STEP = 2 ** 16

/** Records of one peer about locks: a program that takes and releases locks as fast as a disk can flush. */
export const RECORD_BURST = 4_000
export const RECORDS_PER_SECOND = 2_000

/** What an ask or release costs: a row is written. Other records cost 1. */
export const WRITE_STEPS = 16
