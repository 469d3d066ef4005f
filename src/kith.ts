/**
 * What the library offers: the shapes that `createNode()` (node.ts) gives, that the local API
 * serves as JSON, and that the terminal prints. Ids and addresses are in their text forms, times in
 * milliseconds since 1970.
 */

import type { App, AppFault } from './kith-apps.ts'
import type { EnsureOptions, EnsureStatus, Ensured, GarbageReport } from './kith-blocks.ts'
import type { ComponentLogger } from './kith-logger.ts'
import type { PeerDetails, PeerInfo, UnansweredAddress } from './kith-peers.ts'
import type { DocumentInfo, Message, RoomSummary, Rooms } from './kith-rooms.ts'

export type * from './kith-apps.ts'
export type * from './kith-blocks.ts'
export * from './kith-error.ts'
export type * from './kith-logger.ts'
export type * from './kith-peers.ts'
export type * from './kith-rooms.ts'

/** How to make a node. Every field has a default. */
export interface NodeOptions<Services extends object = object> {
  /** Folder for key, documents and address book; `:memory:` keeps nothing. Default: `~/.kith/default`. */
  dataDir?: string
  /** The name others see. Default: the machine's host name. */
  name?: string
  /** Multiaddrs to listen on. Default: all IPv4 interfaces, on a port that follows from the node's key, or any free one. */
  listen?: string[]
  /** Find peers on the local network by multicast DNS. Default: true. */
  mdns?: boolean
  /** Multiaddrs of peers to keep connected to; remembered, so a later start need not name them again. */
  peers?: string[]
  /** Apps that this node has besides `chat` and `map`. It keeps and passes on rooms of other apps, and shows their documents. */
  apps?: readonly App[]
  /** Where libp2p and Kith log. Default: libp2p's own logger, which writes to stderr what `enableLogs`, or DEBUG, switched on. */
  logger?: ComponentLogger
  /**
   * libp2p services to run beside Kith's own, by name: each a factory that is given libp2p's
   * components, as `createLibp2p` takes them. What they make is in `node.services`.
   */
  services?: { readonly [Name in keyof Services]: (components: never) => Services[Name] }
}

/** How a node is doing. */
export interface NodeStatus {
  peer: string
  name: string
  version: string
  dataDir: string
  addresses: string[]
  startedAtMs: number
  rooms: number
  documents: number
  connectedPeers: number
  /** Addresses that the user named where nobody has answered yet. */
  unanswered: UnansweredAddress[]
  /** What was refused since the start, by reason: garbage, limits passed, bad signatures. Only reasons that happened. */
  refused: Record<string, number>
  memoryBytes: number
}

/** Events of a node, for `node.on(name, listener)`. */
export interface NodeEvents {
  /** A document was applied, own or another's, in the order of arrival. */
  document: [document: DocumentInfo]
  /** A document was applied that says something to people: in a chat room, a message. */
  message: [message: Message]
  /** A room opened, changed its status, or got or lost a neighbour. */
  room: [room: RoomSummary]
  /** A peer connected or disconnected. */
  peer: [peer: { peer: string; connected: boolean }]
  /** Two documents of one author with the same place in its chain: a copied key or a restored backup. */
  fork: [fork: { room: string; author: string; seq: number }]
  /** An update that the state of its room does not take, as it would pass its cap; all nodes refuse it alike. */
  refused: [update: { room: string; id: string }]
  /** An app failed at an update. */
  fault: [fault: AppFault]
  /** The node cannot go on (full disk, damaged store) and has stopped. */
  failed: [error: Error]
  /** Something that was asked for is complete, or cannot be had. */
  ensured: [status: EnsureStatus]
}

/** A running node. */
export interface KithNode<Services extends object = object> {
  /** Peer id; also the author of what this node writes. */
  readonly peer: string
  readonly name: string
  readonly rooms: Rooms
  /** The libp2p services that `createNode` was given, by name. */
  readonly services: Services
  /** Multiaddrs that others can dial, with this node's peer id. */
  addresses(): string[]
  /** How the node is doing. */
  status(): NodeStatus
  /** Peers that are connected, and those that were. */
  peers(): PeerInfo[]
  /**
   * All that is known of a peer, by its id, its name, the short form of the id that logs and lists
   * print, the beginning or end of the id, or an address of its. Throws a KithError `no-such-peer`, `ambiguous` or `bad-address`.
   */
  peerDetails(reference: string): PeerDetails
  /**
   * Sets out to hold a block and everything it depends on: asks peers for it, now and whenever one
   * comes, over restarts too. Throws a KithError `bad-id` or `no-such-room`; what else is wrong
   * (`too-many`, `quota`) rejects `noted` and `done`.
   */
  ensure(id: string, options?: EnsureOptions): Ensured
  /** All that was asked for and is not here, or could not be had; with `all`, also what is complete. */
  wants(options?: { all?: boolean }): EnsureStatus[]
  /** Lets go of what was asked for. Throws a KithError `no-such-want`, or `ambiguous` where it was for several rooms and none is named. */
  unwant(id: string, options?: { room?: string }): Promise<void>
  /** A block that is here; undefined where it is not. Throws a KithError `bad-id`. */
  block(id: string): Uint8Array | undefined
  /**
   * Registers what is to be done once something that was ensured with the job's name is complete:
   * called once for each, also for those that became complete before; again at the next start where
   * it rejected, or the node ended before it resolved.
   */
  job(name: string, run: (status: EnsureStatus) => Promise<void> | void): void
  /** Removes blocks that nothing needs any more, which the node also does by itself every now and then; `dryRun` only counts them. */
  gc(options?: { dryRun?: boolean }): Promise<GarbageReport>
  /**
   * Dials a multiaddr, or a known peer named as for `peerDetails`, and stays connected to it from now on;
   * resolves with the peer id. Throws a KithError `bad-address`, `no-such-peer`, `ambiguous`, or
   * `unreachable` if nobody answers.
   */
  connect(peer: string): Promise<string>
  /** Stops the node; what was written is durable before it resolves. */
  stop(): Promise<void>
  /** Calls back for every event of that name from now on. */
  on<Name extends keyof NodeEvents>(name: Name, listener: (...args: NodeEvents[Name]) => void): this
  /** Ends what `on` began. */
  off<Name extends keyof NodeEvents>(name: Name, listener: (...args: NodeEvents[Name]) => void): this
}
