/**
 * The libp2p host: transport, encryption, discovery and gossip, and what js-libp2p does not do itself: dial
 * discovered peers, keep one connection per pair, remember addresses, reconnect forever, and notice dead
 * links.
 */
import type { PrivateKey } from '@libp2p/interface'
import type { DialledConnection } from '../../protocols/ring/index.ts'
import type { PeerId, ProvideKey } from '../../protocols/wire/ids.ts'
import type {
  CheckupFacts,
  ComponentLogger,
  ConnectionLoad,
  InterfaceFacts,
  NamedAddress,
  PeerNetwork,
  Probe,
  ProbeStep,
} from '../kith.ts'
import type { AddressRow, PinnedAddressRow } from '../store/store.ts'

export interface AddressBook {
  list(): AddressRow[]
  put(row: AddressRow): void
  delete(peer: PeerId): void
  /** Addresses named without a peer id, oldest first. */
  pinnedAddresses(): PinnedAddressRow[]
  putPinnedAddress(row: PinnedAddressRow): void
  deletePinnedAddress(address: string): void
}

/**
 * A gossip validator's verdict on a payload: deliver it and pass it on, drop it, or drop it and lower the
 * sender's score.
 */
export type GossipVerdict = 'accept' | 'ignore' | 'reject'

export interface Gossip {
  /** Subscribes; `validate` checks every received payload before it is passed on. */
  subscribe(topic: string, validate: (payload: Uint8Array, from: PeerId) => GossipVerdict): void
  unsubscribe(topic: string): void
  /** Publishes; no error if nobody listens. */
  publish(topic: string, payload: Uint8Array): void
  subscribers(topic: string): PeerId[]
}

/** A peer and its addresses, according to somebody else. */
export interface FoundPeer {
  peer: PeerId
  /** Multiaddrs, unchecked. */
  addresses: string[]
}

/** Records in the DHT of who has what. Only peers that are meant to find something can compute its key. */
export interface ContentRouting {
  /**
   * Announces to the peers nearest to a key that this node has what the key stands for; they remember it for
   * two days. Resolves with how many stored it by the time the signal aborts; 0 if there is nobody yet.
   */
  provide(key: ProvideKey, signal: AbortSignal): Promise<number>
  /** Stops answering with it; other peers forget it in time. */
  stopProviding(key: ProvideKey): void
  /**
   * Peers that are said to have it, as they are found until the signal aborts. Leaves out this node and
   * connected peers.
   */
  findProviders(key: ProvideKey, signal: AbortSignal): AsyncIterable<FoundPeer>
}

export interface HostPeer {
  peer: PeerId
  connected: boolean
  /** Remote address of the live connection first, then the known ones. */
  addresses: string[]
  direction: 'inbound' | 'outbound' | null
  /** Where the live connection leads. */
  network: PeerNetwork | null
  /** In ms since 1970. */
  connectedSinceMs: number | null
  roundTripMs: number | null
  lastSeenMs: number
}

/** An address and the results of dialling it since the start. */
export interface DialledAddress {
  address: string
  /** Dials that failed since the last success. */
  failures: number
  /** Why the last dial failed, in words; null if it succeeded. */
  error: string | null
  /** When it ended, in ms since 1970; null if there was none. */
  triedMs: number | null
}

export interface HostPeerDetails extends HostPeer {
  /** The user named it or one of its addresses: it is dialled forever. */
  pinned: boolean
  /** When it is dialled next, in ms since 1970; null while it is connected, or if no address is known. */
  nextDialMs: number | null
  /** Its software, according to itself; null if it is not connected or has not said. */
  agent: string | null
  /** Ids of the libp2p protocols that it speaks; empty while it is not connected. */
  speaks: string[]
  /** Connections in a row that ended soon: it may have no place for this node. */
  shortConnections: number
  /** The addresses above. */
  dialled: DialledAddress[]
}

/** The network as the host sees it, for a diagnosis. */
export interface HostNetwork {
  mdns: boolean
  interfaces: InterfaceFacts[]
  /** Where this node's own key was heard from another process, and when. */
  twins: { ip: string; isHere: boolean; atMs: number }[]
  /** When peers were last heard by multicast, in ms since 1970. */
  heardMs: ReadonlyMap<PeerId, number>
  /** Peers that the host knows and never reached, unless the user named them: `peers` leaves them out. */
  unreached: PeerId[]
  namedAddresses: NamedAddress[]
  /** Nodes in the routing table of the DHT. */
  dhtPeers: number
}

/** Returns a peer for a `%p` in a log; the text is computed only if that log is on. */
export type LabelPeer = (peer: PeerId) => { toString(): string }

/** What the ring needs of connections. */
export interface RingNeeds {
  /** The peers to which it needs a connection. */
  needed(): ReadonlySet<PeerId>
  /** Of connections of strangers that this node has dialled, those to close. By the monotonic clock. */
  spare(dialled: readonly DialledConnection[], nowMs: number): PeerId[]
}

export interface HostInit<Protocols extends Record<string, unknown>> {
  privateKey: PrivateKey
  /** Multiaddrs to listen on. */
  listen: string[]
  mdns: boolean
  /** Multiaddrs to stay connected to, forever, like `pin`. */
  peers: string[]
  addressBook: AddressBook
  /** libp2p services to mount in addition to the host's own: the Kith protocols. */
  protocols: { [Name in keyof Protocols]: (components: never) => Protocols[Name] }
  /** Third-party libp2p services, by name. */
  services: Readonly<Record<string, (components: never) => unknown>>
  logger: ComponentLogger
  label: LabelPeer
  /**
   * When bytes of a Kith protocol last arrived from a peer, by the monotonic clock; -Infinity if never. A
   * busy link needs no pings.
   */
  lastReceivedMs(peer: PeerId): number
  ring: RingNeeds
}

export interface HostEvents {
  connected: [peer: PeerId]
  disconnected: [peer: PeerId]
}

export interface Host<Protocols extends Record<string, unknown>> {
  readonly peer: PeerId
  readonly protocols: Protocols
  /** The third-party services, as their factories returned them. */
  readonly services: Readonly<Record<string, unknown>>
  readonly gossip: Gossip
  readonly contentRouting: ContentRouting
  /** Dialable multiaddrs, with the peer id. */
  addresses(): string[]
  peers(): HostPeer[]
  /** What is needed to say why peers do not meet. */
  network(): HostNetwork
  /** Asks a connected peer to dial this node back and to tell its time. */
  checkUp(peer: PeerId, signal: AbortSignal): Promise<CheckupFacts>
  /**
   * Tries to reach a multiaddr step by step, up to the protocols that are spoken there; a connection that opens stays.
   * Throws a KithError `bad-address`, also for this node's own; rejects if the signal aborts.
   */
  probe(address: string, onStep: (step: ProbeStep['step']) => void, signal: AbortSignal): Promise<Probe>
  /** Everything known about a peer; undefined if nothing is. */
  peerDetails(peer: PeerId): HostPeerDetails | undefined
  /** Whether a peer is connected, and on this machine or in its local network. */
  isNear(peer: PeerId): boolean
  /** The peer that was last met at a multiaddr, or that is said to be there. */
  peerAt(address: string): PeerId | undefined
  /** Addresses that the user named but where nobody has answered yet. */
  unanswered(): (DialledAddress & { nextDialMs: number })[]
  /**
   * Stays connected to a multiaddr, forever and over restarts, even if nobody answers there yet: to its peer,
   * wherever it is found, or to whoever is there if the address names none. Of addresses without a peer id,
   * the last MAX_PINNED_ADDRESSES are kept. Throws a KithError `bad-address`.
   */
  pin(address: string): void
  /** Dials a multiaddr, pins it, and resolves with the peer's id. Throws a KithError `bad-address` or `unreachable`. */
  connect(address: string): Promise<PeerId>
  /** Soon dials a peer that the DHT found, unless it is connected. */
  heard(found: FoundPeer): void
  /** The places for connections and how many are taken. */
  connectionLoad(): ConnectionLoad
  /** Marks a connected peer as being in a room with this node: it is dialled before strangers and remembered longer. */
  markRoommate(peer: PeerId): void
  /** The ring needs a peer, of which something was heard: it is dialled soon, even if it was let go before. */
  want(peer: PeerId): void
  /** The peer's own signed address record (a libp2p envelope), if it is connected and sent one. */
  peerRecord(peer: PeerId): Uint8Array | undefined
  /**
   * Accepts a signed address record that `from` passed on: verifies and remembers it, and dials its subject.
   * Resolves with that, or with undefined if the record is malformed, too large or not signed by its subject: the third
   * peer's fault; and if a `subject` is given and it is another one's.
   */
  acceptPeerRecord(envelope: Uint8Array, from: PeerId, subject?: PeerId): Promise<PeerId | undefined>
  on<Name extends keyof HostEvents>(name: Name, listener: (...args: HostEvents[Name]) => void): this
  stop(): Promise<void>
}
