/** Limits and times of the host, each with its reason. */

/** Addresses kept per peer: a machine with a few interfaces, TCP and WebSockets, and some old ones. */
export const MAX_ADDRESSES_PER_PEER = 16
/**
 * Rows of the address book: far more peers than one person's LANs have, yet still read in a millisecond.
 * Strangers are dropped first.
 */
export const MAX_BOOK_ROWS = 1_000
/** Peers heard of but never connected to. A LAN neighbour can invent them, so they are few and only in memory. */
export const MAX_UNSEEN_CONTACTS = 256
/** Rows of peers that nobody pinned are dropped after this: the peer has most likely gone for good. */
export const FORGET_AFTER_MS = 30 * 24 * 3_600_000
/**
 * While a peer stays connected, its row is refreshed this often, so that after a crash the node still knows
 * who was recent.
 */
export const REFRESH_ROWS_MS = 5 * 60_000

/**
 * Of these, addresses where the peer was reached: the newest stay. The others are hearsay, so others cannot
 * push these out.
 */
export const MAX_PROVEN_ADDRESSES = 8
/**
 * A peer of a room that always dialled this node has no proven address. Of what it says itself, this many at
 * the IP address it came from are kept over a restart; it listens on one port, or also on one for WebSockets.
 */
export const MAX_CLAIMED_ADDRESSES = 2
/**
 * Dials of addresses that others named, in total by who named them: a LAN of dozens of nodes that start at
 * once, a room's members whom one neighbour names, or the peers of a full address book.
 */
export const HEARSAY_RATES = {
  mdns: { burst: 64, perSecond: 8 },
  suggestion: { burst: 32, perSecond: 4 },
  identify: { burst: 32, perSecond: 2 },
  dht: { burst: 32, perSecond: 2 },
  book: { burst: 64, perSecond: 10 },
} as const
/** The share of one peer in that: two peers with all their addresses. */
export const SOURCE_RATE = { burst: 16, perSecond: 1 }
/** Peers whose shares are remembered; beyond this, the total still holds. */
export const MAX_HEARSAY_SOURCES = 1_024
/** After a dial of an address that others named, its IP address and port are left alone for this long, then doubling. */
export const ENDPOINT_PAUSE_MS = 2_000
export const MAX_ENDPOINT_PAUSE_MS = 10 * 60_000
/** Endpoints whose pauses are remembered; at the rates above they last for several minutes. */
export const MAX_ENDPOINT_RECORDS = 4_096

/** Interval of the loop that dials what is due: small compared to the retry time, but too long to cost CPU time. */
export const DIAL_TICK_MS = 200
/** Peers seen this recently are most likely back soon (a cut cable, a laptop lid, a restart). */
export const RECENT_MS = 10 * 60_000
/** Time between the starts of two dials to a recently seen peer. */
export const RECENT_RETRY_MS = 1_000
/** Pause after a dial that timed out, so that a dead peer is not dialled without a break. */
export const MIN_RETRY_PAUSE_MS = 200
/** Maximum backoff for peers that the user named: somebody waits for them. */
export const MAX_PINNED_RETRY_MS = 5_000
/** Maximum backoff for all others. */
export const MAX_RETRY_MS = 60_000
/** A peer that was never reached is dropped after this many dials; discovery will find it again. */
export const MAX_UNSEEN_FAILURES = 5
/** Time limit for one dial of a peer, for all its addresses together: 15 times the round trip of a slow LAN. */
export const DIAL_TIMEOUT_MS = 2_000
/** The next address of a peer starts this long after the one before (as RFC 8305 does), so a dead address costs little. */
export const DIAL_STAGGER_MS = 100
/** Peers dialled at the same time: enough to dial a LAN at once, but an address book of dead rows causes no flood. */
export const MAX_PARALLEL_DIALS = 16
/** `connect` is called by a person who can wait, perhaps across the internet. */
export const CONNECT_TIMEOUT_MS = 10_000
/**
 * The peer with the larger id dials this much later, so that two peers do not dial each other at once,
 * which libp2p's discovery would cause.
 */
export const LARGER_PEER_WAITS_MS = 1_500
/**
 * Connections of a pair opened further apart than this are not a mutual dial: the other end of the older
 * one is dead.
 */
export const MUTUAL_DIAL_WINDOW_MS = 10_000
/**
 * When this side dialled several connections, it chooses this much later: by then libp2p has dropped its
 * own duplicates.
 */
export const DUPLICATES_SETTLE_MS = 100
/**
 * Addresses whose last dial results are remembered: a few for each peer of a full address book. Those
 * dialled longest ago are dropped.
 */
export const MAX_DIAL_RECORDS = 4_096
/** Above this many connected peers, only pinned peers are dialled; the other places are for those who come themselves. */
export const MAX_DIALLED_PEERS = 200
/** Connections of peers of rooms and those that the user named. With the strangers' they make 300, as many as libp2p's own limit. */
export const MAX_KEPT_CONNECTIONS = 236
/** Connections of all others: LAN neighbours without a common room, members who have not said so yet, the DHT. */
export const MAX_STRANGERS = 64
/**
 * Of those, from one IP address. A machine or a NAT may have many honest nodes, so this bounds only strangers:
 * those who share a room pass to the kept ones at once, and the others displace each other, nobody else.
 */
export const MAX_STRANGERS_PER_ADDRESS = 16
/** Above this many connected strangers, no more are dialled: a quarter of the places is for those who come themselves. */
export const MAX_DIALLED_STRANGERS = 48
/** A stranger that has used no protocol for this long is not going to: a Kith node does so within seconds. */
export const IDLE_STRANGER_MS = 2 * 60_000
/** Interval of checks for those. */
export const IDLE_CHECK_MS = 15_000
/** libp2p's own limit, above ours, which take effect after a connection has opened. */
export const LIBP2P_MAX_CONNECTIONS = 500
/** A stranger's connection that ends sooner was closed on purpose, so it is dialled less and less often. */
export const LASTING_CONNECTION_MS = 60_000
/** Time for the handshake of a connection that others open: ten round trips of a slow link. */
export const HANDSHAKE_TIMEOUT_MS = 5_000
/** Time that a surplus connection gets to finish what is in progress. */
export const CLOSE_TIMEOUT_MS = 1_000

/** Many nodes behind one address (one machine, NAT) dial at once; libp2p's own limit is 5 a second. */
export const INBOUND_CONNECTIONS_PER_SECOND = 100
/** Connections in the handshake, as many as may come in a second; libp2p's own limit is 10. */
export const MAX_PENDING_INBOUND = 100

/** Interval of the loop that looks for quiet links. */
export const LIVENESS_TICK_MS = 500
/**
 * A link that was quiet for this long is pinged. Including the loop's interval and the ping's time limit, a
 * dead link is noticed within 4.5 s.
 */
export const QUIET_MS = 2_000
export const PING_TIMEOUT_MS = 2_000
/** A stream is used for as many pings as fit: libp2p's ping service for Node ends one after 10 s, whatever comes over it. */
export const PING_STREAM_MS = 8_000
/** If the loop runs this late, our own process was suspended, and the silence proves nothing. */
export const LATE_TICK_MS = 1_000
/** Concurrent ping streams per connection: one in use, others still closing. */
export const MAX_PING_STREAMS = 4

/** Largest gossip RPC: a few dozen documents of the largest size, 64 KiB, for example in an answer to IWANT. */
export const MAX_GOSSIP_RPC_BYTES = 4 * 1024 * 1024
/** Bytes waiting for a slow peer before gossip to it is dropped; batch sync delivers what gossip lost. */
export const MAX_GOSSIP_QUEUE_BYTES = 16 * 1024 * 1024
/** Half-life of rejected payloads: after about this time, one stops counting against its sender. */
export const REJECT_HALF_LIFE_MS = 60_000
/** Senders of rejected payloads that are remembered. */
export const MAX_REJECT_RECORDS = 1_000
/** Interval of checks for gossip streams that were lost without a disconnect. */
export const GOSSIP_CHECK_MS = 2_000

/** A signed peer record of 16 addresses has under 1 KiB; room-state accepts up to 4 KiB. */
export const MAX_PEER_RECORD_BYTES = 4 * 1024
/** Records that strangers may store in the DHT part of the datastore; the oldest are dropped first. */
export const MAX_DHT_RECORDS = 10_000
/** Limit for one of them with its key: a provider record has 130 bytes. kad-dht itself accepts keys of 4 MiB. */
export const MAX_DHT_RECORD_BYTES = 1_024
/** Providers of one key: kad-dht looks for no more, and sends all it has at once. */
export const MAX_PROVIDERS_PER_KEY = 20
/** Peers in libp2p's own peer store, to which the DHT adds those it hears of. */
export const MAX_STORED_PEERS = 5_000
/** Limit for one of them: a peer with 16 addresses has about 1 KiB. Others may claim any number of addresses for it. */
export const MAX_STORED_PEER_BYTES = 8 * 1024

/** The name that all libp2p mDNS discovery uses: https://github.com/libp2p/specs/blob/master/discovery/mdns.md */
export const MDNS_SERVICE = '_p2p._udp.local'
/** The same as in @libp2p/mdns. */
export const MDNS_TTL_SECONDS = 120
/** Queries after the start. The interval is shorter at first, because the first queries may be lost. */
export const MDNS_FIRST_QUERIES_MS: readonly number[] = [1_000, 3_000]
/** Later queries; another node's query on the same interface counts as ours (RFC 6762, 7.3). */
export const MDNS_QUERY_INTERVAL_MS = 10_000
/** A random time up to this is added, so that nodes do not query in step. */
export const MDNS_QUERY_JITTER_MS = 2_000
/** Answers are multicast, so one answer serves everyone who asked within this time. */
export const MDNS_ANSWER_INTERVAL_MS = 250
/** Interval of checks of the machine's interfaces and our addresses. */
export const INTERFACE_POLL_MS = 2_000
/** Addresses in one packet: eight stay below 1,400 bytes, one Ethernet frame. */
export const MDNS_MAX_ADDRESSES = 8
/** Records of one packet that are read. */
export const MDNS_MAX_RECORDS = 64
/** Responses handled per interface and second. More would be a flood, and peers repeat themselves. */
export const MDNS_MAX_RESPONSES_PER_SECOND = 200

/**
 * Addresses without a peer id that the user named: more than anybody types. Even if all are dead and
 * dialled every 5 s, that is only 20 dials a second. The oldest is dropped, because an error would leave no
 * way to add another.
 */
export const MAX_PINNED_ADDRESSES = 100

/** A checkup of a peer: its own dials take up to 2 s, and a busy machine as much. */
export const CHECKUP_TIMEOUT_MS = 5_000
/** Peers heard by multicast that are remembered for a diagnosis; those heard longest ago are dropped. */
export const MAX_SIGHTINGS = 256
/** Places where this node's own key was heard; a neighbour can invent them. */
export const MAX_TWINS = 8
/** Time for each step on the way to an address that a user asks about: a person waits. */
export const PROBE_STEP_MS = 5_000
