/** Peers in the library's public types: how they are reached, and how far they have synced. */

/** A peer that this node is connected to, or was. */
export interface PeerInfo {
  peer: string
  /** Its name in a shared room as shown, like in `Message`; null if unknown. */
  name: string | null
  connected: boolean
  /** The live connection's address first, then other known ones. For an inbound connection, its port is the one the peer dialled from. */
  addresses: string[]
  direction: 'inbound' | 'outbound' | null
  /** Where the live connection leads, by its address; null if there is none. */
  network: PeerNetwork | null
  /** When the live connection opened; null if there is none. */
  connectedSinceMs: number | null
  /** Last measured round trip; null if none. */
  roundTripMs: number | null
  /** Names of the rooms shared with it now. */
  rooms: string[]
  /** What is on its way to it, by room: documents that it has not acknowledged. Only rooms with some. */
  sending: { room: string; name: string; documents: number }[]
  /** Blocks, such as those of files, that it asked for and that were not sent yet. */
  blocksAwaited: number
  /** Peers that it said it is connected to, since it is connected itself. They may have parted since. */
  introduced: { peer: string; name: string | null; atMs: number }[]
  lastSeenMs: number
  /** How often something it sent was refused since the start, but for lack of space or time here; `node.peerDetails` says why. */
  refused: number
}

/**
 * Where an address is: on this machine; in a local network, which a private network over the internet counts as, too; or
 * in the internet.
 */
export type PeerNetwork = 'machine' | 'local' | 'internet'

/** Everything known about a peer. */
export interface PeerDetails {
  peer: string
  /** Its names as shown, by room. */
  names: { room: string; roomName: string; name: string }[]
  connected: boolean
  /** When the live connection opened. This and the next four are null if there is none. */
  connectedSinceMs: number | null
  direction: 'inbound' | 'outbound' | null
  network: PeerNetwork | null
  /** Last measured round trip; null also before the first. */
  roundTripMs: number | null
  /** The software it claims to run; null also if it has not said. */
  agent: string | null
  /** When it was last connected; 0 if never. */
  lastSeenMs: number
  /** The user gave it or one of its addresses, so this node never stops dialling it. */
  pinned: boolean
  /** The live connection's address first, then other known ones. */
  addresses: PeerAddress[]
  /** When it is dialled next; null while connected, or if no address is known. */
  nextDialMs: number | null
  /** The state of Kith's protocols with it. */
  protocols: PeerProtocol[]
  /** Rooms in which it was ever met, and how far it has synced in each. */
  rooms: PeerRoom[]
  /** How often something it sent was refused since the start, by reason, but for lack of space or time here. */
  refused: Record<string, number>
}

/** An address of a peer, and how dialling it went since the start. */
export interface PeerAddress {
  address: string
  /** Failed dials since the last successful one. */
  failures: number
  /** Why the last dial failed; null if it succeeded. */
  error: string | null
  /** When the last dial ended; null if there was none. */
  triedMs: number | null
}

/** An address the user gave, where nobody has answered yet. */
export interface UnansweredAddress extends PeerAddress {
  /** When it is dialled next. */
  nextDialMs: number
}

/** One of Kith's protocols with a peer. */
export interface PeerProtocol {
  /** Such as `room-state`, `batch-sync` or `ensure-map`. */
  protocol: string
  /** `failed`: opening a stream failed and will be retried. `unsupported`: the peer does not speak the protocol. */
  state: 'open' | 'closed' | 'failed' | 'unsupported'
  /** Since when it has been in this state; null if unknown. */
  sinceMs: number | null
  /** Failed attempts to open a stream since one was last open. */
  failures: number
  /** Why the last attempt or stream failed; null if it did not. */
  error: string | null
}

/** How far a peer has synced in a room, and how much this node has. */
export interface PeerRoom {
  id: string
  name: string
  /** Documents that this node has. */
  documents: number
  sync: PeerSync
}

/** How a room is shared with a peer. */
export interface Sharing {
  /** `share`: send and accept documents. `accept`: only accept them. `none`: neither. */
  policy: 'share' | 'accept' | 'none'
  /** `batch`: send documents at once. `interactive`: offer them first. `auto`: offer only large ones. */
  mode: 'batch' | 'interactive' | 'auto'
}

/** How far a peer of a room has synced. */
export interface PeerSync {
  peer: string
  name: string
  /** Connected and in the room now. */
  online: boolean
  lastSeenMs: number
  sharing: Sharing
  /** The peer accepts no more documents from this node. */
  refusesDocuments: boolean
  /** Documents it is known to hold; null while histories are being compared because it has some that this node lacks. */
  held: number | null
  /** Documents sent or offered, but not acknowledged. */
  unacked: number
  /** Documents still to be sent, counted up to a few thousand; null when `held` is. */
  waiting: number | null
  /** When the oldest unacknowledged document is resent; null if there is none or the peer is offline. */
  nextSendMs: number | null
}
