/**
 * What the library offers: the shapes that `createNode()` (node.ts) gives, that the local API
 * serves as JSON, and that the terminal prints. Ids and addresses are in their text forms, times in
 * milliseconds since 1970.
 */

import type { EnsureOptions, EnsureStatus, Ensured, Files, GarbageReport } from './kith-blocks.ts'
import type { ComponentLogger } from './kith-logger.ts'
import type { PeerDetails, PeerInfo, PeerSync, Sharing, UnansweredAddress } from './kith-peers.ts'

export type * from './kith-blocks.ts'
export * from './kith-error.ts'
export type * from './kith-logger.ts'
export type * from './kith-peers.ts'

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
  /** Where libp2p and Kith log. Default: libp2p's own logger, which writes to stderr what `enableLogs`, or DEBUG, switched on. */
  logger?: ComponentLogger
  /**
   * libp2p services to run beside Kith's own, by name: each a factory that is given libp2p's
   * components, as `createLibp2p` takes them. What they make is in `node.services`.
   */
  services?: { readonly [Name in keyof Services]: (components: never) => Services[Name] }
}

/** A value that JSON can say. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }

/** A room in a list. */
export interface RoomSummary {
  id: string
  /** Empty while waiting for the root document, and where that document is no room's. */
  name: string
  app: string
  status: 'waiting' | 'open'
  documents: number
  sizeBytes: number
  /** Peers connected now that proved to know the room. */
  neighbours: number
  /** Set where this node only carries the room for others. */
  carried?: { maxBytes: number; isQuotaReached: boolean }
}

/** All about a room but its content. */
export interface RoomDetails extends RoomSummary {
  /** One line that another person can give to `kith join`. */
  invite: string
  /** Ids of the newest documents, which name the whole history. */
  frontier: string[]
  clock: number
  /** sha-256 of the encoded state, hex; empty while waiting. Equal on nodes with equal documents. */
  stateHash: string
  stateSizeBytes: number
  /** Documents kept but not yet usable, as ancestors are missing. */
  pending: number
  /** What the room is waiting for, in words that go on after 'waiting for'; empty if for nothing. */
  waitingFor: string
}

/** A message of a chat room. */
export interface Message {
  id: string
  room: string
  /** Peer id of the author. */
  author: string
  /** The author's display name, or a short form of the peer id. */
  name: string
  text: string
  timeMs: number
  clock: number
}

/** A document of a room, of whatever kind. */
export interface DocumentInfo {
  id: string
  room: string
  author: string
  seq: number
  previous: string | null
  parents: string[]
  clock: number
  timeMs: number
  kind: string
  /** CIDs of blocks that it needs. */
  links: string[]
  body: Uint8Array
}

/** Somebody who wrote in a room. */
export interface Member {
  peer: string
  name: string
  /** How many documents the author's chain has. */
  documents: number
  /** Connected and in the room now; true for this node itself. */
  online: boolean
  self: boolean
}

/** Who is known to hold a document beside this node. */
export interface DocumentSync {
  id: string
  clock: number
  /** Peer ids. */
  heldBy: string[]
  /** Peers of the room that were ever met. */
  ofPeers: number
}

/** How far a room's documents have got. */
export interface RoomSync {
  id: string
  name: string
  documents: number
  /** Those in the room now first. */
  peers: PeerSync[]
  /** The newest documents, or the one that was asked for. */
  newest: DocumentSync[]
}

/** Who gets what of a room. */
export interface RoomSharing {
  /** For everybody about whom nothing else was decided. */
  everybody: Sharing
  peers: ({ peer: string } & Sharing)[]
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

/** A document that was just written. */
export interface SentDocument {
  id: string
  room: string
  clock: number
}

/** Events of a node, for `node.on(name, listener)`. */
export interface NodeEvents {
  /** A document was applied, own or another's, in the order of arrival. */
  document: [document: DocumentInfo]
  /** A chat message was applied. */
  message: [message: Message]
  /** A room opened, changed its status, or got or lost a neighbour. */
  room: [room: RoomSummary]
  /** A peer connected or disconnected. */
  peer: [peer: { peer: string; connected: boolean }]
  /** Two documents of one author with the same place in its chain: a copied key or a restored backup. */
  fork: [fork: { room: string; author: string; seq: number }]
  /** An update that the state of its room does not take, as it would pass its cap; all nodes refuse it alike. */
  refused: [update: { room: string; id: string }]
  /** The node cannot go on (full disk, damaged store) and has stopped. */
  failed: [error: Error]
  /** Something that was asked for is complete, or cannot be had. */
  ensured: [status: EnsureStatus]
}

/** Events of one room, for `room.on(name, listener)`: those of the node that concern it. */
export interface RoomEvents {
  document: [document: DocumentInfo]
  message: [message: Message]
  room: [room: RoomSummary]
}

/** How much of a room's history to read. */
export interface HistoryOptions {
  /** Only the newest `last` ones. Default: all. */
  last?: number
}

/** How much of a room's history to read, and how long to go on. */
export interface FollowOptions extends HistoryOptions {
  /** Ends the sequence, which is no error. */
  signal?: AbortSignal
}

/** A room of this node. What its app does not offer throws a KithError `wrong-app`. */
export interface Room {
  readonly id: string
  readonly name: string
  readonly app: string
  readonly status: 'waiting' | 'open'
  readonly files: Files
  /** The room as in a list. */
  summary(): RoomSummary
  /** All about the room but its content. The state hash costs the encoding of the state. */
  details(): RoomDetails
  /** Everybody who wrote in the room, this node included. */
  members(): Member[]
  /** The reduced state as plain JSON; its shape is the app's. */
  state(): JsonValue
  /**
   * Documents in the room's order. They are read from the disk a few at a time as they are taken, so
   * `for (const document of room.documents())` needs no more memory for a long history than for a
   * short one, and `[...room.documents({ last: 10 })]` is a list. Can be read once. What arrives while
   * it is being read may be left out.
   */
  documents(options?: HistoryOptions): Iterable<DocumentInfo>
  /** Chat messages, as `documents`; none while waiting. Throws a KithError `wrong-app` in other rooms. */
  messages(options?: HistoryOptions): Iterable<Message>
  /**
   * The documents there are, in the room's order, then those that come, each once, until the signal or
   * the node's end: `for await (const document of room.followDocuments({ last: 10 }))`. It is read from
   * the disk as it is taken, too. One that arrives late, and belongs before what was given already,
   * is given when it arrives. Throws a KithError `too-slow` for a reader whom too many of these overtake.
   */
  followDocuments(options?: FollowOptions): AsyncIterable<DocumentInfo>
  /** Chat messages, as `followDocuments`; none while waiting. Throws a KithError `wrong-app` in other rooms. */
  followMessages(options?: FollowOptions): AsyncIterable<Message>
  /**
   * Chat messages whose history has not arrived, oldest first: they take their place, and are told
   * of, once it has. With `newestFirst` the end of a long history is among them at once.
   */
  pendingMessages(): Message[]
  /**
   * Says something in a chat room; resolves once it is durable. Throws a KithError `bad-value` for an
   * empty text, `too-large`, `wrong-app`, `waiting`, `carried` or `state-full`.
   */
  send(text: string): Promise<SentDocument>
  /**
   * Writes a document of any kind; resolves once it is durable. Throws a KithError `bad-name` for
   * a kind that is not valid, `too-large`, `waiting`, `carried` or `state-full`.
   */
  write(kind: string, body: Uint8Array): Promise<SentDocument>
  /**
   * Sets a key of a map room; resolves once it is durable. Throws a KithError `bad-name` for the key,
   * `bad-value`, `too-large`, `wrong-app`, `waiting`, `carried` or `state-full`.
   */
  put(key: string, value: JsonValue): Promise<SentDocument>
  /** Removes a key of a map room; resolves once it is durable. Throws as `put`. */
  delete(key: string): Promise<SentDocument>
  /** The value of a map room's key; undefined where it has none. Throws a KithError `wrong-app`, `waiting` or `carried`. */
  get(key: string): JsonValue | undefined
  /** Keys of a map room, sorted. Throws a KithError `wrong-app`, `waiting` or `carried`. */
  keys(): string[]
  /** How far its peers have got; with an id, who holds that document. Throws a KithError `no-such-document`. */
  sync(document?: string): RoomSync
  /** Who gets what of the room. */
  sharing(): RoomSharing
  /**
   * Sets the policy for one peer, named as for `node.peerDetails`, or the default for all others; applies
   * at once. Throws a KithError `no-such-peer`, `ambiguous` or `too-many`.
   */
  share(sharing: Partial<Sharing>, peer?: string): Promise<void>
  /** Stops sharing the room; what was stored stays on the disk and comes back on joining again. */
  leave(): Promise<void>
  /** Calls back for every event of that name from now on. */
  on<Name extends keyof RoomEvents>(name: Name, listener: (...args: RoomEvents[Name]) => void): this
  /** Ends what `on` began. */
  off<Name extends keyof RoomEvents>(name: Name, listener: (...args: RoomEvents[Name]) => void): this
}

/** The rooms of a node. */
export interface Rooms {
  /**
   * Makes a room; resolves once its root document is durable. Default app: `chat`. Throws a KithError
   * `bad-name` or `unknown-app`.
   */
  create(options: { name: string; app?: string }): Promise<Room>
  /**
   * Joins a room by the id of its root document or by an invite line. Resolves at once; the room is
   * `waiting` until a peer has sent the root document. `peers` are multiaddrs to keep connecting to, over restarts too.
   * `newestFirst` asks peers for the newest documents before the others, for slow links and long histories.
   * Throws a KithError `bad-room-id`, or `bad-address` for a peer.
   */
  join(idOrInvite: string, options?: { peers?: string[]; newestFirst?: boolean }): Promise<Room>
  /**
   * Keeps a room's documents and passes them on without being a member: nothing of it can be read or
   * written here. Once `maxBytes` are kept, the node says so to its neighbours and takes no more; a
   * later call with a larger number goes on. What the documents need no space for is for the files
   * that they link to. `join` makes it a member. Throws a KithError `bad-room-id`, `bad-address`,
   * `bad-value` where `maxBytes` is less than a document may take, or `is-member`.
   */
  carry(idOrInvite: string, options?: { maxBytes?: number; peers?: string[] }): Promise<Room>
  /** A room by id, name, or unique prefix of either. Throws a KithError `no-such-room` or `ambiguous`. */
  get(reference: string): Room
  /** All rooms, those that are only carried included. */
  list(): Room[]
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
   * Dials a multiaddr and keeps connecting to it from now on; resolves with the peer id. Throws a
   * KithError `bad-address`, or `unreachable` where nobody answers now.
   */
  connect(address: string): Promise<string>
  /** Stops the node; what was written is durable before it resolves. */
  stop(): Promise<void>
  /** Calls back for every event of that name from now on. */
  on<Name extends keyof NodeEvents>(name: Name, listener: (...args: NodeEvents[Name]) => void): this
  /** Ends what `on` began. */
  off<Name extends keyof NodeEvents>(name: Name, listener: (...args: NodeEvents[Name]) => void): this
}
