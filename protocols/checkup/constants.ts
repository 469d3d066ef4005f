/** Names and limits of checkups, each limit with its reason. */

/** The libp2p id of the protocol. */
export const CHECKUP_PROTOCOL = '/kith/checkup/1.0.0'

/** Ports in one request: a node listens on one, or also on one for WebSockets, in both families of addresses. */
export const MAX_CHECKED_PORTS = 4

/** Bytes of a frame that are accepted: four times those of the longest answer, for what later versions add. */
export const MAX_CHECKUP_BYTES = 64

/** Time for one of the connections that a request makes: as long as a node waits for its own dials. */
export const DIAL_BACK_TIMEOUT_MS = 2_000

/** Requests of one peer: somebody who looks twice, and once more after a change. */
export const CHECKUP_BURST = 4
export const CHECKUPS_PER_SECOND = 0.1

/** Requests of all peers together, as anybody can have many keys: a class that looks at once. */
export const ALL_CHECKUPS_BURST = 32
export const ALL_CHECKUPS_PER_SECOND = 1

/** Peers whose share is remembered; beyond this, the total still holds. */
export const MAX_CHECKED_PEERS = 256
