/** What the library offers of rooms; a part of kith.ts. */

import type { App, CommandDescriptions, CommandsOf, InputOf, JsonValue, Kinds, KindsOf, StateOf } from './kith-apps.ts'
import type { Files } from './kith-blocks.ts'
import type { PeerSync, Sharing } from './kith-peers.ts'

/** A room in a list. */
export interface RoomSummary {
  id: string
  /** As it is shown: what cannot be seen in it stands as `⟨U+200B⟩`. Empty while waiting for the root document, and where that document is no room's. */
  name: string
  app: string
  /** False where this node does not have the app: it keeps the documents and passes them on, but makes no state of them. */
  isAppKnown: boolean
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
  /** sha-256 of the encoded state, hex; empty while waiting, and where the app is not known. Equal on nodes with equal documents. */
  stateHash: string
  stateSizeBytes: number
  /** Documents kept but not yet usable, as ancestors are missing. */
  pending: number
  /** What the room is waiting for, in words that go on after 'waiting for'; empty if for nothing. */
  waitingFor: string
}

/** What a document says to people: in a chat room, a message. */
export interface Message {
  id: string
  room: string
  /** Peer id of the author. */
  author: string
  /**
   * The author's display name, as it is shown, or a short form of the peer id. That stands behind the name
   * where another member's looks the same, which may come about at any time.
   */
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

/** A document that was just written. */
export interface SentDocument {
  id: string
  room: string
  clock: number
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

/** What all rooms of this node have, whatever their app. */
export interface Room {
  readonly id: string
  /** As in `RoomSummary`. */
  readonly name: string
  readonly app: string
  readonly status: 'waiting' | 'open'
  /** Peer id of this node, which is the author of what is written here. */
  readonly self: string
  readonly files: Files
  /** The room as in a list. */
  summary(): RoomSummary
  /** All about the room but its content. The state hash costs the encoding of the state. */
  details(): RoomDetails
  /** Everybody who wrote in the room, this node included. */
  members(): Member[]
  /**
   * What the app makes of the documents; not to be changed. Throws a KithError `waiting` or `carried`, or
   * `wrong-app` for an app that this node does not have.
   */
  readonly state: unknown
  /** The state as plain JSON; null if there is none. */
  stateJson(): JsonValue
  /**
   * The room with its state and the commands of its app: the same object. While a room waits for its
   * root document it is taken to be of that app; its commands throw a KithError `waiting` until it is
   * open, and `wrong-app` if it then is of another. Throws a KithError `wrong-app` or `carried`, or
   * `unknown-app` for an app that the node was not made with.
   */
  as<SomeApp extends App>(app: SomeApp): RoomOf<SomeApp>
  /** The commands that its app offers to terminals and programs. Throws a KithError `waiting`, `carried` or `wrong-app`. */
  commands(): CommandDescriptions
  /**
   * Runs one of these commands, with its arguments by name. With `app`, only in a room of that app.
   * Throws a KithError `no-such-command`, `bad-value`, `waiting`, `carried` or `wrong-app`, and what the
   * command throws.
   */
  do(command: string, args?: Readonly<Record<string, JsonValue>>, options?: { app?: string }): Promise<unknown>
  /**
   * Documents in the room's order. They are read from the disk a few at a time as they are taken, so
   * `for (const document of room.documents())` needs no more memory for a long history than for a
   * short one, and `[...room.documents({ last: 10 })]` is a list. Can be read once. What arrives while
   * it is being read may be left out.
   */
  documents(options?: HistoryOptions): Iterable<DocumentInfo>
  /**
   * What the documents say to people, as `documents`: in a chat room, its messages. None while waiting.
   * Throws a KithError `carried`, or `wrong-app` if the app has no messages.
   */
  messages(options?: HistoryOptions): Iterable<Message>
  /**
   * The documents there are, in the room's order, then those that come, each once, until the signal or
   * the node's end: `for await (const document of room.followDocuments({ last: 10 }))`. It is read from
   * the disk as it is taken, too. One that arrives late, and belongs before what was given already,
   * is given when it arrives. Throws a KithError `too-slow` for a reader whom too many of these overtake.
   */
  followDocuments(options?: FollowOptions): AsyncIterable<DocumentInfo>
  /** Messages, as `followDocuments`. Throws as `messages`. */
  followMessages(options?: FollowOptions): AsyncIterable<Message>
  /**
   * Messages whose history has not arrived, oldest first: they take their place, and are told
   * of, once it has. With `newestFirst` the end of a long history is among them at once.
   */
  pendingMessages(): Message[]
  /**
   * Writes a document of any kind; resolves once it is durable. Throws a KithError `bad-name` for
   * a kind that is not valid, `too-large`, `waiting`, `carried` or `state-full`.
   */
  write(kind: string, body: Uint8Array): Promise<SentDocument>
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

/** A room as the commands of its app see it. */
export interface AppRoom<State, AppKinds extends Kinds> extends Room {
  /** Not to be changed. Throws a KithError `waiting`, `carried` or `wrong-app`. */
  readonly state: State
  /**
   * Writes a document of one of the app's kinds; resolves once it is durable. Throws as `write`, and a
   * KithError `wrong-app`, or `bad-value` for what is no value of the kind.
   */
  update<Name extends keyof AppKinds & string>(kind: Name, value: InputOf<AppKinds[Name]>): Promise<SentDocument>
}

/** A room with the state and the commands of an app. */
export type RoomOf<SomeApp> = AppRoom<StateOf<SomeApp>, KindsOf<SomeApp>> & CommandsOf<SomeApp>

/** A room of the app `chat`. */
export interface ChatRoom extends Room {
  /** The newest 100 messages, in the room's order. */
  readonly state: {
    readonly recent: readonly { id: string; clock: number; author: string; timeMs: number; text: string }[]
  }
  /**
   * Says something; resolves once it is durable. Throws as `write`, and a KithError `wrong-app`, or
   * `bad-value` for an empty text.
   */
  send(text: string): Promise<SentDocument>
}

/** How to join a room. */
export interface JoinOptions {
  /** Multiaddrs to keep connecting to, over restarts too. */
  peers?: string[]
  /** Ask peers for the newest documents before the others, for slow links and long histories. */
  newestFirst?: boolean
}

/** The rooms of a node. */
export interface Rooms {
  /**
   * Makes a room; resolves once its root document is durable. Default app: `chat`. Throws a KithError
   * `bad-name` or `unknown-app`.
   */
  create(options: { name: string; app?: undefined }): Promise<ChatRoom>
  create<SomeApp extends App>(options: { name: string; app: SomeApp }): Promise<RoomOf<SomeApp>>
  create(options: { name: string; app: string }): Promise<Room>
  /**
   * Joins a room by the id of its root document or by an invite line. Resolves at once; the room is
   * `waiting` until a peer has sent the root document. With `app` it has the commands of that app, as by
   * `Room.as`. Throws a KithError `bad-room-id`, or `bad-address` for a peer or an address in the invite,
   * and what `as` throws.
   */
  join(idOrInvite: string, options?: JoinOptions): Promise<Room>
  join<SomeApp extends App>(idOrInvite: string, options: JoinOptions & { app: SomeApp }): Promise<RoomOf<SomeApp>>
  /**
   * Keeps a room's documents and passes them on without being a member: nothing of it can be read or
   * written here. Once `maxBytes` are kept, the node says so to its neighbours and takes no more; a
   * later call with a larger number goes on. What the documents need no space for is for the files
   * that they link to. `join` makes it a member. Throws a KithError `bad-room-id`, `bad-address`,
   * `bad-value` where `maxBytes` is less than a document may take, or `is-member`.
   */
  carry(idOrInvite: string, options?: { maxBytes?: number; peers?: string[] }): Promise<Room>
  /**
   * A room by id, name, or unique prefix of either; with `app`, as `Room.as` gives it. The name may be typed
   * in any form that looks the same, composed or not. Throws a KithError `no-such-room` or `ambiguous`,
   * and what `as` throws.
   */
  get(reference: string): Room
  get<SomeApp extends App>(reference: string, app: SomeApp): RoomOf<SomeApp>
  /** All rooms, those that are only carried included. */
  list(): Room[]
}
