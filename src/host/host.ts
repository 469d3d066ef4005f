/**
 * The libp2p host: transport, encryption, discovery and gossip, and what js-libp2p does not do by
 * itself: dialling what is discovered, one connection per pair, remembering addresses,
 * reconnecting for ever, noticing dead links.
 */
import type { PrivateKey } from '@libp2p/interface'
import type { PeerId, ProvideKey } from '../../protocols/wire/ids.ts'
import type { ComponentLogger } from '../kith.ts'
import type { AddressRow, PinnedAddressRow } from '../store/store.ts'

export interface AddressBook {
  list(): AddressRow[]
  put(row: AddressRow): void
  delete(peer: PeerId): void
  /** Addresses named without a peer id, the one named first at first. */
  pinnedAddresses(): PinnedAddressRow[]
  putPinnedAddress(row: PinnedAddressRow): void
  deletePinnedAddress(address: string): void
}

/** What a gossip validator says of a payload: pass it on and hand it over, drop it, or drop it and lower the sender's score. */
export type GossipVerdict = 'accept' | 'ignore' | 'reject'

export interface Gossip {
  /** Subscribes; `validate` runs in front of everything received, before it is passed on. */
  subscribe(topic: string, validate: (payload: Uint8Array, from: PeerId) => GossipVerdict): void
  unsubscribe(topic: string): void
  /** Publishes; not an error when nobody listens. */
  publish(topic: string, payload: Uint8Array): void
  subscribers(topic: string): PeerId[]
}

/** A peer and where it may be reached, as somebody said. */
export interface FoundPeer {
  peer: PeerId
  /** Multiaddrs; anything may be wrong with them. */
  addresses: string[]
}

/** Who has what, told and asked in the DHT under keys that only those can make who shall find it. */
export interface ContentRouting {
  /**
   * Tells the peers nearest to a key that this node has what it stands for; they know it for two days.
   * Resolves with how many took note, by the time the signal aborts; 0 where there is nobody yet.
   */
  provide(key: ProvideKey, signal: AbortSignal): Promise<number>
  /** Answers with it no more; what others know of it they forget in time. */
  stopProviding(key: ProvideKey): void
  /** Peers said to have it, as they are found until the signal aborts: not this node, and none that is connected. */
  findProviders(key: ProvideKey, signal: AbortSignal): AsyncIterable<FoundPeer>
}

export interface HostPeer {
  peer: PeerId
  connected: boolean
  /** Remote address of the live connection first, then the known ones. */
  addresses: string[]
  direction: 'inbound' | 'outbound' | null
  roundTripMs: number | null
  lastSeenMs: number
}

/** An address, and what dialling it came to since the start. */
export interface DialledAddress {
  address: string
  /** Dials that failed since the last one that did not. */
  failures: number
  /** Why the last one failed, in words; null if it did not. */
  error: string | null
  /** When it ended, in ms since 1970; null if there was none. */
  triedMs: number | null
}

export interface HostPeerDetails extends HostPeer {
  /** The user named it, or an address of its: it is dialled for ever. */
  pinned: boolean
  /** In ms since 1970, as the following. */
  connectedSinceMs: number | null
  /** When it is dialled next; null while it is connected, or where no address is known. */
  nextDialMs: number | null
  /** Its software, by its own word; null if it is not connected, or has not said. */
  agent: string | null
  /** Ids of the libp2p protocols that it speaks; none while it is not connected. */
  speaks: string[]
  /** The addresses above. */
  dialled: DialledAddress[]
}

/** Gives a peer as logs show it, for a `%p`: the text is made only where a log is on. */
export type LabelPeer = (peer: PeerId) => { toString(): string }

export interface HostInit<Protocols extends Record<string, unknown>> {
  privateKey: PrivateKey
  /** Multiaddrs to listen on. */
  listen: string[]
  mdns: boolean
  /** Multiaddrs to keep connected to, for ever: as `pin` does. */
  peers: string[]
  addressBook: AddressBook
  /** libp2p services to mount beside the host's own: the Kith protocols. */
  protocols: { [Name in keyof Protocols]: (components: never) => Protocols[Name] }
  /** Other people's libp2p services, by name. */
  services: Readonly<Record<string, (components: never) => unknown>>
  logger: ComponentLogger
  label: LabelPeer
  /** When bytes of a Kith protocol last came from a peer, by the monotonic clock, -Infinity if never: a busy link needs no pings. */
  lastReceivedMs(peer: PeerId): number
}

export interface HostEvents {
  connected: [peer: PeerId]
  disconnected: [peer: PeerId]
}

export interface Host<Protocols extends Record<string, unknown>> {
  readonly peer: PeerId
  readonly protocols: Protocols
  /** What the factories of other people's services made. */
  readonly services: Readonly<Record<string, unknown>>
  readonly gossip: Gossip
  readonly contentRouting: ContentRouting
  /** Dialable multiaddrs, with the peer id. */
  addresses(): string[]
  peers(): HostPeer[]
  /** All that is known of a peer; undefined if nothing is. */
  peerDetails(peer: PeerId): HostPeerDetails | undefined
  /** Who was last met at a multiaddr, or is said to be there. */
  peerAt(address: string): PeerId | undefined
  /** Addresses that the user named where nobody has answered yet. */
  unanswered(): (DialledAddress & { nextDialMs: number })[]
  /**
   * Connects to a multiaddr now and for ever, over restarts too, whether or not somebody answers
   * there yet: to its peer, wherever that is found, or to whoever is there where it names none. Of
   * addresses without a peer the last MAX_PINNED_ADDRESSES are kept. Throws a KithError `bad-address`.
   */
  pin(address: string): void
  /** Dials a multiaddr, pins it, and resolves with the peer's id. Throws a KithError `bad-address` or `unreachable`. */
  connect(address: string): Promise<PeerId>
  /** Dials a peer soon that somebody told of, if it is not connected. */
  heard(found: FoundPeer): void
  /** Says that a connected peer is in a room with this node: it is dialled before strangers, and remembered longer. */
  markRoommate(peer: PeerId): void
  /** The peer's own signed address record (a libp2p envelope), if it is connected and gave one. */
  peerRecord(peer: PeerId): Uint8Array | undefined
  /**
   * Takes a signed address record that a third peer passed on: verified, remembered, dialled.
   * Resolves with false where it is garbage, too large or not signed by its subject: the third
   * peer's fault.
   */
  acceptPeerRecord(envelope: Uint8Array): Promise<boolean>
  on<Name extends keyof HostEvents>(name: Name, listener: (...args: HostEvents[Name]) => void): this
  stop(): Promise<void>
}
