/**
 * The library's public types: what `createNode()` (node.ts) returns, the local API serves as JSON and
 * the terminal prints. Ids and addresses are text; times are milliseconds since 1970.
 */

import type { AccessChange, Removal } from './kith-access.ts'
import type { App, AppFault } from './kith-apps.ts'
import type { EnsureOptions, EnsureStatus, Ensured, GarbageReport } from './kith-blocks.ts'
import type { DeviceList, Devices } from './kith-devices.ts'
import type { DiagnoseOptions, Diagnosis, Health } from './kith-diagnosis.ts'
import type { ComponentLogger } from './kith-logger.ts'
import type { PeerDetails, PeerInfo, UnansweredAddress } from './kith-peers.ts'
import type { Ring } from './kith-ring.ts'
import type { RoomProgress } from './kith-progress.ts'
import type { Message } from './kith-messages.ts'
import type { LinkedRoom } from './kith-children.ts'
import type { Rooms } from './kith-node-rooms.ts'
import type { DocumentInfo, RoomSummary } from './kith-rooms.ts'

export type * from './kith-access.ts'
export type * from './kith-apps.ts'
export type * from './kith-blocks.ts'
export type * from './kith-chat.ts'
export type * from './kith-children.ts'
export type * from './kith-directory.ts'
export type * from './kith-locks.ts'
export type * from './kith-devices.ts'
export type * from './kith-diagnosis.ts'
export * from './kith-error.ts'
export type * from './kith-keys.ts'
export type * from './kith-logger.ts'
export type * from './kith-messages.ts'
export type * from './kith-moves.ts'
export type * from './kith-nearby.ts'
export type * from './kith-node-rooms.ts'
export type * from './kith-peers.ts'
export type * from './kith-progress.ts'
export type * from './kith-repair.ts'
export type * from './kith-room-space.ts'
export type * from './kith-ring.ts'
export type * from './kith-ring-size.ts'
export type * from './kith-network.ts'
export type * from './kith-room-ring.ts'
export type * from './kith-rooms.ts'

/** How to create a node. Every field has a default. */
export interface NodeOptions<Services extends object = object> {
  /** Folder for the key, documents and address book; `:memory:` keeps everything in memory. Default: `~/.kith/default`. */
  dataDir?: string
  /**
   * Opens the node's key where that is protected; the key of a new node is protected by it from the beginning. Refused for
   * a key that has none: see `protectKey`. One that is forgotten cannot be found again by anybody.
   */
  passphrase?: string
  /** The name others see, from now on. Default: the last one given, at first the machine's host name. */
  name?: string
  /** Multiaddrs to listen on. Default: all IPv4 interfaces, on a port derived from the node's key, or any free port if that one is taken. */
  listen?: string[]
  /** Find peers on the local network by multicast DNS. Default: true. */
  mdns?: boolean
  /** Multiaddrs of peers to stay connected to. They are remembered, so later starts need not repeat them. */
  peers?: string[]
  /** Taking part in the ring, and how much is kept there for others. `false`: not at all. Default: 256 MiB. */
  ring?: false | { quotaBytes?: number }
  /** Without network: for what is done to the folder of a node that does not run, such as freeing space. Default: false. */
  offline?: boolean
  /** Apps to have in addition to `chat` and `map`. Rooms of other apps are stored, relayed, and shown as documents. */
  apps?: readonly App[]
  /** Where libp2p and Kith log. Default: libp2p's logger, which writes to stderr whatever `enableLogs` or DEBUG has enabled. */
  logger?: ComponentLogger
  /**
   * Additional libp2p services by name: factories that take libp2p's components, as for `createLibp2p`.
   * The services they return are in `node.services`.
   */
  services?: { readonly [Name in keyof Services]: (components: never) => Services[Name] }
}

/** Places for connections of a node, and how many are taken. At a limit, the oldest idle one gives way to a new one. */
export interface ConnectionLoad {
  open: number
  max: number
  /** Connections of peers that share no room with this node and that the user did not name. */
  strangers: number
  maxStrangers: number
  /** Connections whose handshake is not finished. */
  handshakes: number
  maxHandshakes: number
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
  /** Of rooms whose history is not all here. */
  progress: RoomProgress[]
  connectedPeers: number
  /** Places for connections, and how many are taken. */
  connections: ConnectionLoad
  /** Addresses the user gave where nobody has answered yet. */
  unanswered: UnansweredAddress[]
  /** How often something was refused since the start, by reason, such as bad signatures or exceeded limits. Only reasons that occurred. */
  refused: Record<string, number>
  /** Errors inside this node, at most 5, the latest first. Each is a bug of Kith: please report it. */
  faults: FaultInfo[]
  memoryBytes: number
  /** What is wrong with the store, one line each with what to do: damage, and rooms where nothing can be written. Empty if nothing is. */
  findings: string[]
  /** Rooms with members from which this node was removed, or of which a member says so. */
  removed: ({ room: string; name: string } & Removal)[]
  /** Null if nothing is on a disk. */
  disk: DiskStatus | null
  /** What `diagnose()` would call wrong, as far as that is known without asking anybody. */
  health: Health
}

/** An error inside a node: what it was handling had no effect, and is refused if it comes again. */
export interface FaultInfo {
  /** What was handled, such as `batch-sync records`. */
  kind: string
  /** The peer that sent it; no streams with it are opened for five minutes. Null if it was the node's own. */
  peer: string | null
  atMs: number
  error: string
}

/** What the disk of the data folder leaves, and what pauses until there is more; each of these includes those before it. */
export interface DiskStatus {
  freeBytes: number
  /** `all`: not even the node's own documents are written. */
  paused: 'nothing' | 'files' | 'documents' | 'all'
  /** A write found no space a moment ago, although the system counts that much as free: it does not know of a quota, say. */
  overcounted: boolean
}

/** Events of a node, for `node.on(name, listener)`. */
export interface NodeEvents {
  /**
   * A document came, one's own or a peer's, in order of arrival: it was applied, or, in a room whose history is still
   * to come, is shown already. Each is told once; also those of that history, as they are applied. Of those of a
   * private room that can be read since a key came, only the newest 1,024 are told: `messages()` gives all. For what is
   * new to people, use `room.followDocuments({ last: 0 })`.
   */
  document: [document: DocumentInfo]
  /** The same for documents that people read, such as a chat message or a shared file: see `room.followMessages`. */
  message: [message: Message]
  /** A room opened, changed its status, or gained or lost a neighbour. */
  room: [room: RoomSummary]
  /** This node left a room. */
  left: [room: { id: string }]
  /**
   * The state of a room that was joined is here: that of a checkpoint, whose history follows, or the one after all that
   * a neighbour has.
   */
  joined: [room: RoomSummary]
  /** A checkpoint in a room says another state than its history leads to; the history counts. */
  refuted: [checkpoint: { room: string; id: string; author: string }]
  /**
   * Something came of a room's state or history that is not all here, told four times a second at most. The last event has
   * nothing `missing`, or a `perSecond` of 0 if nothing more comes for now.
   */
  progress: [progress: RoomProgress]
  /** A peer connected or disconnected. */
  peer: [peer: { peer: string; connected: boolean }]
  /**
   * An author has two documents at the same place in its chain, because of a copied key or a restored backup. Told
   * once for each author of a room until the next start, and for at most 16 of them; `room.details()` counts all.
   */
  fork: [fork: { room: string; author: string; seq: number }]
  /** The owner says that a room goes on in another one: see `moved` of the room. */
  moved: [room: RoomSummary]
  /**
   * In a room with members, something is not as it was: who may do what, an invite, or the key of a private room. Each
   * difference is told once, and what was told before still adds up to what holds. Of a room that is being joined, only
   * what this node itself was given, after `joined`.
   */
  access: [change: AccessChange]
  /** A room links to another one as below it, such as a thread: one's own, or as the link comes. Not while a history comes. */
  child: [child: LinkedRoom]
  /** An update was rejected because it exceeds the room's state limit. All nodes reject it alike. */
  refused: [update: { room: string; id: string }]
  /** An app threw while applying an update. */
  fault: [fault: AppFault]
  /** The devices of this person, or what is known of them, changed. */
  devices: [devices: DeviceList]
  /** Something is wrong with the store, or is so no longer: one line, as in `status().findings`. */
  finding: [finding: string]
  /** The node cannot go on (full disk, damaged store) and has stopped. */
  failed: [error: Error]
  /** The disk is nearly full, or there is space again. */
  disk: [disk: DiskStatus]
  /** Something requested by `ensure` is complete or has failed. */
  ensured: [status: EnsureStatus]
}

/** A running node. */
export interface KithNode<Services extends object = object> {
  /** Peer id; also the author of what this node writes. */
  readonly peer: string
  /** By which others know it, unless it is one of several devices that have a name in common. */
  readonly name: string
  readonly rooms: Rooms
  /** The other devices of the person in front of this node. */
  readonly devices: Devices
  /** Items kept by whichever nodes are up, and found by whoever knows their key. */
  readonly ring: Ring
  /** The libp2p services passed to `createNode`, by name. */
  readonly services: Services
  /**
   * Gives the node another name, which its rooms are told at once, and which it has after the next start, too. It becomes
   * the name of all devices of the person. Throws a KithError `bad-name`, `disk-full` or `disk-error`.
   */
  setName(name: string): Promise<void>
  /** Multiaddrs that others can dial, including this node's peer id. */
  addresses(): string[]
  /** How the node is doing. */
  status(): NodeStatus
  /** Peers that are or were connected. */
  peers(): PeerInfo[]
  /**
   * Everything known about a peer, found by its name, one of its addresses, its id, the beginning or end
   * of its id, or the short id that logs and lists print. Throws a KithError `no-such-peer`, `ambiguous`
   * or `bad-address`.
   */
  peerDetails(reference: string): PeerDetails
  /**
   * Looks for what keeps nodes from meeting, and says what to do. `about` is a room or a peer, named as for `rooms.get`
   * and `peerDetails`, or a multiaddr, which is tried step by step; without it, everything is looked at. Takes some
   * seconds: connected peers are asked to dial back. Throws a KithError `no-such-peer`, `ambiguous` or `bad-address`.
   */
  diagnose(about?: string, options?: DiagnoseOptions): Promise<Diagnosis>
  /**
   * Fetches a block and everything it depends on, asking current and future peers until it is complete,
   * even after restarts. Throws a KithError `bad-id` or `no-such-room`; other errors (`too-many`,
   * `quota`) reject `noted` and `done`.
   */
  ensure(id: string, options?: EnsureOptions): Ensured
  /** Requests that are incomplete or have failed; with `all`, also complete ones. */
  wants(options?: { all?: boolean }): EnsureStatus[]
  /** Cancels a request. Throws a KithError `no-such-want`, or `ambiguous` if it was made for several rooms and none is named. */
  unwant(id: string, options?: { room?: string }): Promise<void>
  /** A locally stored block, or undefined. Throws a KithError `bad-id`. */
  block(id: string): Uint8Array | undefined
  /**
   * Registers a callback for requests made by `ensure` with this job name. It runs once for each as it
   * completes, also for those already complete. If it rejects, or the node stops before it resolves, it
   * runs again after the next start.
   */
  job(name: string, run: (status: EnsureStatus) => Promise<void> | void): void
  /** Removes blocks that nothing needs any more; `dryRun` only counts them. The node also does this on its own from time to time. */
  gc(options?: { dryRun?: boolean }): Promise<GarbageReport>
  /**
   * Dials a multiaddr, or a known peer named as for `peerDetails`, and stays connected to it from now on;
   * resolves with the peer id. Throws a KithError `bad-address`, `no-such-peer`, `ambiguous`, or
   * `unreachable` if nobody answers.
   */
  connect(peer: string): Promise<string>
  /** Stops the node. Resolves once everything written is durable. */
  stop(): Promise<void>
  /** Calls the listener for every later event of that name. */
  on<Name extends keyof NodeEvents>(name: Name, listener: (...args: NodeEvents[Name]) => void): this
  /** Removes a listener. */
  off<Name extends keyof NodeEvents>(name: Name, listener: (...args: NodeEvents[Name]) => void): this
}
