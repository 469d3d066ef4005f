/**
 * What the library offers: the shapes that `createNode()` (node.ts) gives, that the local API
 * serves as JSON, and that the terminal prints. Ids and addresses are in their text forms, times in
 * milliseconds since 1970.
 */

/** How to make a node. Every field has a default. */
export interface NodeOptions {
  /** Folder for key, documents and address book; `:memory:` keeps nothing. Default: `~/.kith/default`. */
  dataDir?: string
  /** The name others see. Default: the machine's host name. */
  name?: string
  /** Multiaddrs to listen on. Default: `/ip4/0.0.0.0/tcp/0` with the port of the last run, if free. */
  listen?: string[]
  /** Find peers on the local network by multicast DNS. Default: true. */
  mdns?: boolean
  /** Multiaddrs of peers to keep connected to. */
  peers?: string[]
}

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }

export interface RoomSummary {
  id: string
  /** Empty while waiting for the root document. */
  name: string
  app: string
  status: 'waiting' | 'open'
  documents: number
  sizeBytes: number
  /** Peers connected now that proved to know the room. */
  neighbours: number
}

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
  parked: number
  /** What the room is waiting for, in words that go on after 'waiting for'; empty if for nothing. */
  waitingFor: string
}

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
  body: Uint8Array
}

export interface Member {
  peer: string
  name: string
  /** How many documents the author's chain has. */
  documents: number
  /** Connected and in the room now; true for this node itself. */
  online: boolean
  self: boolean
}

export interface PeerInfo {
  peer: string
  connected: boolean
  /** The remote address in use, or the known ones. */
  addresses: string[]
  direction: 'inbound' | 'outbound' | null
  /** Last measured round trip; null if none. */
  roundTripMs: number | null
  /** Names of the rooms shared with it. */
  rooms: string[]
  lastSeenMs: number
}

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
  /** What was refused since the start, by reason: garbage, limits passed, bad signatures. Only reasons that happened. */
  refused: Record<string, number>
  memoryBytes: number
}

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
}

/** Events of one room, for `room.on(name, listener)`: those of the node that concern it. */
export interface RoomEvents {
  document: [document: DocumentInfo]
  message: [message: Message]
  room: [room: RoomSummary]
}

export interface HistoryOptions {
  /** Only the newest `last` ones. Default: all. */
  last?: number
}

export interface Room {
  readonly id: string
  readonly name: string
  readonly app: string
  readonly status: 'waiting' | 'open'
  summary(): RoomSummary
  details(): RoomDetails
  members(): Member[]
  /** The reduced state as plain JSON; its shape is the app's. */
  state(): JsonValue
  /** Documents in the room's order. */
  documents(options?: HistoryOptions): DocumentInfo[]
  /** Chat messages in the room's order; none while waiting. Throws a KithError `wrong-app` in other rooms. */
  messages(options?: HistoryOptions): Message[]
  /** Says something in a chat room; resolves once it is durable. */
  send(text: string): Promise<SentDocument>
  /** Writes a document of any kind; resolves once it is durable. */
  write(kind: string, body: Uint8Array): Promise<SentDocument>
  /** Sets a key of a map room. */
  put(key: string, value: JsonValue): Promise<SentDocument>
  /** Removes a key of a map room. */
  delete(key: string): Promise<SentDocument>
  /** The value of a map room's key; undefined where it has none. */
  get(key: string): JsonValue | undefined
  /** Keys of a map room, sorted. */
  keys(): string[]
  /** Stops sharing the room; what was stored stays on the disk and comes back on joining again. */
  leave(): Promise<void>
  on<Name extends keyof RoomEvents>(name: Name, listener: (...args: RoomEvents[Name]) => void): this
  off<Name extends keyof RoomEvents>(name: Name, listener: (...args: RoomEvents[Name]) => void): this
}

export interface Rooms {
  /** Makes a room; resolves once its root document is durable. Default app: `chat`. */
  create(options: { name: string; app?: string }): Promise<Room>
  /**
   * Joins a room by the id of its root document or by an invite line. Resolves at once; the room is
   * `waiting` until a peer has sent the root document. `peers` are multiaddrs to keep connecting to, over restarts
   * too where they end in a peer id or somebody answered there once.
   */
  join(idOrInvite: string, options?: { peers?: string[] }): Promise<Room>
  /** A room by id, name, or unique prefix of either. Throws a KithError `no-such-room` or `ambiguous`. */
  get(reference: string): Room
  list(): Room[]
}

export interface KithNode {
  /** Peer id; also the author of what this node writes. */
  readonly peer: string
  readonly name: string
  readonly rooms: Rooms
  addresses(): string[]
  status(): NodeStatus
  peers(): PeerInfo[]
  /** Dials a multiaddr and keeps connecting to it from now on; resolves with the peer id. */
  connect(address: string): Promise<string>
  stop(): Promise<void>
  on<Name extends keyof NodeEvents>(name: Name, listener: (...args: NodeEvents[Name]) => void): this
  off<Name extends keyof NodeEvents>(name: Name, listener: (...args: NodeEvents[Name]) => void): this
}

/** Codes of errors that are the caller's or the surroundings' and not a bug. */
export type KithErrorCode =
  | 'no-such-room'
  | 'ambiguous'
  | 'bad-room-id'
  | 'bad-address'
  | 'bad-name'
  | 'bad-value'
  | 'bad-config'
  | 'unknown-app'
  | 'wrong-app'
  | 'waiting'
  | 'too-large'
  | 'state-full'
  | 'unreachable'
  | 'port-in-use'
  | 'folder-in-use'
  | 'disk-full'
  | 'corrupt'
  | 'newer-data'
  | 'disk-error'
  | 'stopped'

/** An error with one line for the user that says what to do, and a code for programs. */
export class KithError extends Error {
  override readonly name = 'KithError'
  readonly code: KithErrorCode
  constructor(code: KithErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
