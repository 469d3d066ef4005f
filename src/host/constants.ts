/** Limits and times of the host, each with its reason. */

/** Addresses kept per peer: a machine with a few interfaces, TCP and WebSockets, and some old ones. */
export const MAX_ADDRESSES_PER_PEER = 16
/** Rows of the address book: far more than one person's LANs hold, still read in a millisecond; strangers go first. */
export const MAX_BOOK_ROWS = 1_000
/** Peers heard of but never connected to; a LAN neighbour can make them up, so they live in memory only and are few. */
export const MAX_UNSEEN_CONTACTS = 256
/** Rows of peers nobody pinned are dropped after this: the peer has most likely gone for good. */
export const FORGET_AFTER_MS = 30 * 24 * 3_600_000
/** While a peer stays connected its row is refreshed this often, so that a killed process still knows who was recent. */
export const REFRESH_ROWS_MS = 5 * 60_000

/** Pause of the loop that dials what is due: small beside the retry time, far from costing CPU. */
export const DIAL_TICK_MS = 200
/** Peers seen this recently are most likely back soon (a cut cable, a laptop lid, a restart). */
export const RECENT_MS = 10 * 60_000
/** Time between the starts of two dials to a recently seen peer. */
export const RECENT_RETRY_MS = 1_000
/** Pause after a dial that used up its whole time, so that a dead peer is not dialled without a break. */
export const MIN_RETRY_PAUSE_MS = 200
/** Backoff of peers the user named: somebody waits for them. */
export const MAX_PINNED_RETRY_MS = 5_000
/** Backoff of all others. */
export const MAX_RETRY_MS = 60_000
/** A peer that was never reached is given up after this many dials; discovery will tell of it again. */
export const MAX_UNSEEN_FAILURES = 5
/** One dial of a peer, all its addresses together: 15 times the round trip of a slow LAN. */
export const DIAL_TIMEOUT_MS = 2_000
/** The next address of a peer starts this long after the one before (as RFC 8305 does), so a dead address costs little. */
export const DIAL_STAGGER_MS = 100
/** Peers dialled at the same time: a LAN is dialled at once, an address book of dead rows is not a flood. */
export const MAX_PARALLEL_DIALS = 16
/** `connect` is asked for by a person who can wait, perhaps across the internet. */
export const CONNECT_TIMEOUT_MS = 10_000
/** The peer with the larger id dials this much later, so that a pair does not dial each other at once (libp2p discovery does that). */
export const LARGER_PEER_WAITS_MS = 1_500
/** Connections of a pair opened further apart than this are not a mutual dial: the older one is dead at its other end. */
export const MUTUAL_DIAL_WINDOW_MS = 10_000
/** Of several connections that this side dialled it chooses this much later: libp2p is through with its own by then. */
export const DUPLICATES_SETTLE_MS = 100
/** Addresses of which it is known what dialling them came to: a few for each peer of a full address book; those dialled longest ago go. */
export const MAX_DIAL_RECORDS = 4_096
/** Above this many connected peers nobody but pinned peers is dialled; libp2p itself closes connections above 300. */
export const MAX_DIALLED_PEERS = 250
/** Time a surplus connection gets to finish what is under way. */
export const CLOSE_TIMEOUT_MS = 1_000

/** Many nodes behind one address (one machine, NAT) dial at once; libp2p's own limit is 5 a second. */
export const INBOUND_CONNECTIONS_PER_SECOND = 100
/** Connections in the handshake; libp2p's own limit is 10. */
export const MAX_PENDING_INBOUND = 100

/** Pause of the loop that looks for quiet links. */
export const LIVENESS_TICK_MS = 500
/** A link that was quiet this long is pinged. With the tick and the ping's time a dead link is noticed within 4.5 s. */
export const QUIET_MS = 2_000
export const PING_TIMEOUT_MS = 2_000
/** A tick this late means that our own process did not run: the silence proves nothing. */
export const LATE_TICK_MS = 1_000
/** Concurrent ping streams per connection: one in use, others still closing. */
export const MAX_PING_STREAMS = 4

/** Largest gossip RPC: a few dozen sealed documents of 64 KiB, as an answer to IWANT carries. */
export const MAX_GOSSIP_RPC_BYTES = 4 * 1024 * 1024
/** Bytes waiting for a slow peer before gossip to it is dropped; batch sync delivers what gossip lost. */
export const MAX_GOSSIP_QUEUE_BYTES = 16 * 1024 * 1024
/** A rejected payload stops counting against its sender after about this long (it halves each time). */
export const REJECT_HALF_LIFE_MS = 60_000
/** Senders of rejected payloads that are remembered. */
export const MAX_REJECT_RECORDS = 1_000
/** Pause between looks for gossip streams that were lost without a disconnect. */
export const GOSSIP_CHECK_MS = 2_000

/** A signed peer record of 16 addresses has under 1 KiB; room-state takes up to 4 KiB. */
export const MAX_PEER_RECORD_BYTES = 4 * 1024
/** Records that strangers may leave in the DHT part of the datastore; the oldest go first. */
export const MAX_DHT_RECORDS = 10_000
/** One of them with its key: a provider record has 130 bytes. kad-dht itself takes keys of 4 MiB. */
export const MAX_DHT_RECORD_BYTES = 1_024
/** Providers of one thing: kad-dht looks for no more, and sends all that it has at once. */
export const MAX_PROVIDERS_PER_KEY = 20
/** Peers in libp2p's own peer store; the DHT adds those it hears of. */
export const MAX_STORED_PEERS = 5_000
/** One of them: with 16 addresses a peer has about 1 KiB. Others may claim any number of addresses for it. */
export const MAX_STORED_PEER_BYTES = 8 * 1024

/** Name that all libp2p mDNS discovery uses: https://github.com/libp2p/specs/blob/master/discovery/mdns.md */
export const MDNS_SERVICE = '_p2p._udp.local'
/** As @libp2p/mdns says it. */
export const MDNS_TTL_SECONDS = 120
/** Queries after the start, closer together at first as the first ones may be lost. */
export const MDNS_FIRST_QUERIES_MS: readonly number[] = [1_000, 3_000]
/** Later queries; another node's query on the same interface counts as ours (RFC 6762, 7.3). */
export const MDNS_QUERY_INTERVAL_MS = 10_000
/** Up to this much is added, so that nodes do not query in step. */
export const MDNS_QUERY_JITTER_MS = 2_000
/** Answers are multicast, so one serves all who asked in this time. */
export const MDNS_ANSWER_INTERVAL_MS = 250
/** Pause between looks at the machine's interfaces and our addresses. */
export const INTERFACE_POLL_MS = 2_000
/** Addresses in one packet: eight stay below 1,400 bytes, one Ethernet frame. */
export const MDNS_MAX_ADDRESSES = 8
/** Records of one packet that are looked at. */
export const MDNS_MAX_RECORDS = 64
/** Responses handled per interface and second; more is a flood, and peers repeat themselves. */
export const MDNS_MAX_RESPONSES_PER_SECOND = 200

/**
 * Addresses without a peer id that the user named: more than anybody types, and dialled every 5 s
 * each, if all are dead, still only 20 dials a second. The one named first goes, as an error would
 * leave no way to name another.
 */
export const MAX_PINNED_ADDRESSES = 100
