/** What the library tells of peers: how they are reached, and how far they have got. */

/** A peer that this node is connected to, or was. */
export interface PeerInfo {
  peer: string
  /** What it is called in a room of this node, as in `Message`; null where it has not said. */
  name: string | null
  connected: boolean
  /** That of the live connection first, then the known ones. Of an inbound connection it has the port from which the peer called. */
  addresses: string[]
  direction: 'inbound' | 'outbound' | null
  /** Last measured round trip; null if none. */
  roundTripMs: number | null
  /** Names of the rooms shared with it now. */
  rooms: string[]
  lastSeenMs: number
  /** How often something that it sent was refused since the start; `node.peerDetails` says why. */
  refused: number
}

/** All that is known of a peer. */
export interface PeerDetails {
  peer: string
  /** What it is called, by room. */
  names: { room: string; roomName: string; name: string }[]
  connected: boolean
  /** When the live connection opened; null if there is none, as for the next three. */
  connectedSinceMs: number | null
  direction: 'inbound' | 'outbound' | null
  /** Last measured round trip; null also before the first. */
  roundTripMs: number | null
  /** The peer's software, by its own word; null also where it has not said. */
  agent: string | null
  /** When it was last connected; 0 if never. */
  lastSeenMs: number
  /** The user named it, or an address of its: it is dialled for ever. */
  pinned: boolean
  /** That of the live connection first, then the known ones. */
  addresses: PeerAddress[]
  /** When it is dialled next; null while it is connected, or where no address is known. */
  nextDialMs: number | null
  /** Kith's protocols with it. */
  protocols: PeerProtocol[]
  /** Rooms in which it was ever met, and how far it has got in each. */
  rooms: PeerRoom[]
  /** What it sent and was refused since the start, by reason. */
  refused: Record<string, number>
}

/** An address of a peer, and what dialling it came to since the start. */
export interface PeerAddress {
  address: string
  /** Dials that failed since the last one that did not. */
  failures: number
  /** Why the last one failed; null if it did not. */
  error: string | null
  /** When it ended; null if there was none. */
  triedMs: number | null
}

/** An address that the user named, where nobody has answered yet. */
export interface UnansweredAddress extends PeerAddress {
  /** When it is dialled next. */
  nextDialMs: number
}

/** One of Kith's protocols with a peer. */
export interface PeerProtocol {
  /** As `room-state`, `batch-sync` or `ensure-map`. */
  protocol: string
  /** `failed`: no stream could be opened, and that is tried again. `unsupported`: the peer says that it does not speak it. */
  state: 'open' | 'closed' | 'failed' | 'unsupported'
  /** Since when it is `open`, `closed` or `failed`; null where that was not seen. */
  sinceMs: number | null
  /** How often opening a stream failed since one was open. */
  failures: number
  /** Why it failed last, or the last stream ended; null if it did not fail. */
  error: string | null
}

/** How far a peer has got in a room, and what of it is here. */
export interface PeerRoom {
  id: string
  name: string
  /** Documents that are here. */
  documents: number
  sync: PeerSync
}

/** How a room is shared with a peer. */
export interface Sharing {
  /** `share`: documents go both ways. `accept`: they are taken and not given. `none`: neither. */
  policy: 'share' | 'accept' | 'none'
  /** `batch`: documents are sent at once. `interactive`: they are offered first. `auto`: the large ones are. */
  mode: 'batch' | 'interactive' | 'auto'
}

/** How far a peer of a room has got. */
export interface PeerSync {
  peer: string
  name: string
  /** Connected and in the room now. */
  online: boolean
  lastSeenMs: number
  sharing: Sharing
  /** It takes no more documents from this node. */
  refusesDocuments: boolean
  /** Documents it is known to hold; null while it is compared, as it has some that are not here. */
  held: number | null
  /** Sent or offered, and not acknowledged. */
  unacked: number
  /** Still to be sent, of which at most some thousands are counted; null as `held`. */
  waiting: number | null
  /** When the oldest unacknowledged document is sent again; null where none is, or the peer is away. */
  nextSendMs: number | null
}
