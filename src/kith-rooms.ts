/** Rooms in the library's public types; part of kith.ts. */

import type {
  AccessChange,
  AccessMode,
  HeldInvite,
  Removal,
  RoomMembership,
  RoomVerification,
  Standing,
} from './kith-access.ts'
import type { App, CommandDescriptions, CommandsOf, InputOf, JsonValue, Kinds, KindsOf, StateOf } from './kith-apps.ts'
import type { Files } from './kith-blocks.ts'
import type { Children, LinkedRoom } from './kith-children.ts'
import type { Directory } from './kith-directory.ts'
import type { Locks, RoomLock } from './kith-locks.ts'
import type { Sharing } from './kith-peers.ts'
import type { Message, PendingMessage, RoomPaging } from './kith-messages.ts'
import type { RoomMove, RoomMoving } from './kith-moves.ts'
import type { RoomAnnouncing } from './kith-nearby.ts'
import type { RoomNetworking } from './kith-network.ts'
import type { RoomInRing } from './kith-room-ring.ts'
import type { RoomProgress, RoomSync } from './kith-progress.ts'
import type { RoomHistory, RoomSpace } from './kith-room-space.ts'

/** A room in a list. */
export interface RoomSummary {
  id: string
  /** As shown: invisible characters appear as `⟨U+200B⟩`. The alias, if there is one. Otherwise empty until the root document arrives, and if that document does not describe a room. */
  name: string
  /** Set if `name` is an alias: the name that the room has for others, empty while unknown. */
  originalName?: string
  app: string
  /** False if this node lacks the app: it stores and relays the documents, but computes no state from them. */
  isAppKnown: boolean
  status: 'waiting' | 'open'
  /**
   * Messages of others that came after what the user has read (`markRead`), of which 100 stand for any more; null if the
   * room has no messages.
   */
  newMessages: number | null
  /** How many of those concern the user: see `mentions` of a message. */
  newMentions: number | null
  documents: number
  sizeBytes: number
  /** Connected peers that have proved that they know the room. */
  neighbours: number
  /**
   * Set while the state is that of a checkpoint by `author`, which has so many documents before it, because these are
   * still to come. It may lack something that was written at the same time, and in a room with members lacks all that came
   * after it. With `of: 'newest'`, it is made of the newest documents of a private room alone, about as many are before
   * them, and `author` made the invite whose key opens them: whether they count, nobody can tell yet.
   */
  provisional: { of: 'checkpoint' | 'newest'; author: string; documents: number } | null
  /** Whether the room was joined and its state is still to come: see the event `joined`. */
  isJoining: boolean
  /** Set if the owner says that the room goes on in another one. */
  moved?: RoomMove
  /** Set if this node was removed, or a member says so. What is here can still be read. */
  removed?: Removal
  /** Id of the room of this node that this one is below: see `Children`. */
  parent?: string
  /**
   * What the link in that room says: what this one is called there, and the message that it is about, if it is a thread.
   * As long as it is not known whether a room is below another one, as it is still to come, that of a `room` which links to it.
   */
  link?: { room: string; title: string; about: string | null }
  /** Set if this node only carries the room for others. */
  carried?: { maxBytes: number; isQuotaReached: boolean }
}

/** Everything about a room except its content. */
export interface RoomDetails extends RoomSummary {
  /** One line that another person can pass to `kith join`. */
  invite: string
  /**
   * Ids of the newest documents: those that no other document names, the last of them if they are many. All of
   * them together identify the whole history.
   */
  frontier: string[]
  /** The number of documents that no other document names. */
  heads: number
  clock: number
  /** SHA-256 of the encoded state, in hex. Equal on nodes that hold the same documents. Empty while waiting, or if the app is unknown. */
  stateHash: string
  /** Size of the app's part, which is what has a limit. */
  stateSizeBytes: number
  history: RoomHistory
  /** Whether peers on this network are told of the room, and how to join it. */
  isAnnounced: boolean
  /** Whether this node keeps files of the room in the ring. */
  isInRing: boolean
  /** Peer id of the owner, who created the room or was handed it; null while waiting. */
  owner: string | null
  /** Who may write. `open` also while that is not known. */
  access: AccessMode
  /** In a private room, documents here that this node has no key for. */
  unread: number
  /** In a private room, members to whom nobody has sealed its newest key yet, as far as this node knows. */
  withoutKey: { peer: string; name: string }[]
  /** What this node may do; null in an open room. */
  role: Standing['role'] | null
  /** The invite that this node has not accepted; null if it has, or never had one. */
  invited: HeldInvite | null
  /** Authors that the owner has dropped: nothing that they wrote counts. */
  dropped: { peer: string; name: string }[]
  /** Authors that have forked, those that did so most often first. */
  forks: Fork[]
  /** Stored documents that cannot be used yet, because ancestors are missing or nothing proves who wrote them. */
  pending: number
  /** Those of them that only lack a proof of their author: nothing signed by it reaches them. */
  pendingUnproven: number
  /** What the room is waiting for, worded to follow 'waiting for'; empty if nothing. */
  waitingFor: string
  /** Ids of other rooms of this node whose names look the same. `setAlias` tells them apart. */
  namesakes: string[]
}

/** An author with documents at places of its chain that others of its documents have. */
export interface Fork {
  peer: string
  name: string
  /** How many documents came for a place that was taken. */
  documents: number
}

/** A document of a room, whatever its kind. */
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
  /** CIDs of the blocks it needs. */
  links: string[]
  body: Uint8Array
}

/** Somebody who has written in a room, is in it now, or has or had a role there. */
export interface Member {
  peer: string
  name: string
  /** Its person, by the peer id of the first device of that: its own, unless a device of that person added it there. */
  person: string
  /** Length of the author's chain. */
  documents: number
  /** Connected and in the room now; always true for this node. */
  online: boolean
  self: boolean
  /** The owner of the room dropped the author: nothing that it wrote counts. */
  dropped: boolean
  /** How many of its documents came for a place in its chain that was taken, because of a copied key or a restored backup. */
  forks: number
  /** When the user of this node compared its key with it; null if never. */
  verifiedMs: number | null
  /** In a room with members: what it may do. */
  standing?: Standing
}

/** What is shared with whom in a room. */
export interface RoomSharing {
  /** The default, for peers without a policy of their own. */
  everybody: Sharing
  peers: ({ peer: string } & Sharing)[]
}

/** A document that was just written. */
export interface SentDocument {
  id: string
  room: string
  clock: number
}

/** Events of one room, for `room.on(name, listener)`: the node's events that concern this room. */
export interface RoomEvents {
  document: [document: DocumentInfo]
  message: [message: Message]
  room: [room: RoomSummary]
  joined: [room: RoomSummary]
  moved: [room: RoomSummary]
  access: [change: AccessChange]
  child: [child: LinkedRoom]
  progress: [progress: RoomProgress]
}

/** How much of a room's history to read. */
export interface HistoryOptions {
  /** Only the newest `last` items. Default: all. */
  last?: number
}

/** How much of a room's history to read, and when to stop following. */
export interface FollowOptions extends HistoryOptions {
  /** Ends the sequence normally, without an error. */
  signal?: AbortSignal
  /**
   * In a room that begins with a checkpoint (see `RoomSummary.provisional`): whether also to yield the history before
   * it, as it arrives behind what was yielded already. Default: only without `last`, as everything is wanted then.
   */
  older?: boolean
}

/** What every room has, whatever its app. */
export interface Room
  extends
    RoomSpace,
    RoomMembership,
    RoomVerification,
    RoomMoving,
    RoomAnnouncing,
    RoomInRing,
    RoomNetworking,
    RoomPaging {
  readonly id: string
  /** As in `RoomSummary`. */
  readonly name: string
  readonly app: string
  readonly status: 'waiting' | 'open'
  /** Peer id of this node, the author of everything written here. */
  readonly self: string
  readonly files: Files
  /** The rooms below this one, such as threads. */
  readonly children: Children
  /** What is found in the room, if its app is `directory`. */
  readonly directory: Directory
  /** What only one node at a time may do, such as use a printer. */
  readonly locks: Locks
  /** One of its locks: `locks.get`. Throws a KithError `no-such-lock`. */
  lock(name: string): RoomLock
  /** The room as lists show it. */
  summary(): RoomSummary
  /** Everything about the room except its content. Encodes the state to compute its hash. */
  details(): RoomDetails
  /** Everybody who has written in the room, this node included. */
  members(): Member[]
  /**
   * The state that the app computes from the documents; do not modify it. Throws a KithError `waiting`,
   * `carried`, or `wrong-app` if this node lacks the app.
   */
  readonly state: unknown
  /** The state as plain JSON; null if the room has none. */
  stateJson(): JsonValue
  /**
   * The same object, typed with the state and commands of the app. A room that is still waiting for its root document is
   * assumed to belong to that app; its commands throw a KithError `waiting` until it opens, and `wrong-app` if it turns out
   * to belong to another. Throws a KithError `wrong-app`, `carried`, or `unknown-app` if the node was created without the app.
   */
  as<SomeApp extends App>(app: SomeApp): RoomOf<SomeApp>
  /** The commands that the app offers to terminals and other programs. Throws a KithError `waiting`, `carried` or `wrong-app`. */
  commands(): CommandDescriptions
  /**
   * Runs one of these commands with named arguments. With `app`, only if the room belongs to that app.
   * Throws a KithError `no-such-command`, `bad-value`, `waiting`, `carried` or `wrong-app`, and whatever
   * the command throws.
   */
  do(command: string, args?: Readonly<Record<string, JsonValue>>, options?: { app?: string }): Promise<unknown>
  /**
   * Documents in the room's order, read from disk a few at a time, so a long history needs no more
   * memory than a short one. `[...room.documents({ last: 10 })]` gives a list. Iterate only once.
   * Documents that arrive meanwhile may be left out. While the state is that of a checkpoint (`RoomSummary.provisional`),
   * these are the documents after it, which wait for the history before them.
   */
  documents(options?: HistoryOptions): Iterable<DocumentInfo>
  /**
   * Messages in the room's order, and files that were shared, read like `documents`. None while waiting. Throws a KithError
   * `carried`, or `wrong-app` if the app has no messages.
   */
  messages(options?: HistoryOptions): Iterable<Message>
  /**
   * Existing documents in the room's order, then new ones as they arrive, each exactly once, until the
   * signal aborts or the node stops: `for await (const document of room.followDocuments({ last: 10 }))`.
   * Also read from disk as you iterate. A document that belongs before ones already yielded is yielded
   * when it arrives. While the state is that of a checkpoint, a document after that is yielded as soon as it is shown,
   * and not again when the history before it is here; that history is yielded only if it is wanted (`older`).
   * Throws a KithError `too-slow` if too many late documents overtake the reader.
   */
  followDocuments(options?: FollowOptions): AsyncIterable<DocumentInfo>
  /** Messages, like `followDocuments`. Throws like `messages`. */
  followMessages(options?: FollowOptions): AsyncIterable<Message>
  /**
   * Messages whose predecessors or proofs are missing, oldest first. Once those arrive, the messages take their
   * place in the room and are announced. With `newestFirst`, the end of a long history shows up here
   * at once.
   */
  pendingMessages(): PendingMessage[]
  /**
   * Writes a document of any kind; resolves once it is durable. Throws a KithError `bad-name` for an
   * invalid kind, `too-large`, `waiting`, `carried`, `moved`, `no-right` or `state-full`.
   */
  write(kind: string, body: Uint8Array): Promise<SentDocument>
  /** How far the room's peers have got; with an id, who holds that document. Throws a KithError `no-such-document`. */
  sync(document?: string): RoomSync
  /** How far the state of a room that was joined, and then its history, has got: how much peers have that is not here. */
  progress(): RoomProgress
  /** What is shared with whom. */
  sharing(): RoomSharing
  /**
   * Sets the policy for one peer, named as for `node.peerDetails`, or the default. What is left out stays as it is:
   * for a peer, as for everybody. `default` ends what was set. Takes effect at once.
   * Throws a KithError `no-such-peer`, `ambiguous` or `too-many`.
   */
  share(sharing: Partial<Sharing> | 'default', peer?: string): Promise<void>
  /**
   * Drops an author, named as for `node.peerDetails`: from now on nothing that it wrote counts in the state, on any
   * node. The documents stay. Only who created the room can do that. Resolves with the author's peer id.
   * Throws a KithError `not-owner`, `no-such-peer`, `ambiguous`, or like `write`.
   */
  dropAuthor(author: string): Promise<string>
  /** Takes a dropped author back; everything that it wrote counts again. Throws like `dropAuthor`. */
  restoreAuthor(author: string): Promise<string>
  /**
   * Notes that the user has read the room up to a message, or all that is here: on all devices of the user, and never less
   * than before. Throws a KithError `no-such-document`, `waiting` or `carried`.
   */
  markRead(message?: string): Promise<void>
  /**
   * What this node calls the room from now on, instead of by its name; undefined ends that. Nobody else learns it.
   * Throws a KithError `bad-name`.
   */
  setAlias(alias: string | undefined): Promise<void>
  /**
   * Stops sharing the room. Its documents stay on disk and are back if you join again. With `delete`, they and the
   * files that no other room has are deleted: what no other node has is lost. The user's other devices leave it, too, and
   * keep what is on their disks, except with `onlyHere`.
   */
  leave(options?: { delete?: boolean; onlyHere?: boolean }): Promise<void>
  /** Calls the listener for every later event of that name. */
  on<Name extends keyof RoomEvents>(name: Name, listener: (...args: RoomEvents[Name]) => void): this
  /** Removes a listener. */
  off<Name extends keyof RoomEvents>(name: Name, listener: (...args: RoomEvents[Name]) => void): this
}

/** A room as the commands of its app see it: with typed state and updates. */
export interface AppRoom<State, AppKinds extends Kinds> extends Room {
  /** Do not modify it. Throws a KithError `waiting`, `carried` or `wrong-app`. */
  readonly state: State
  /**
   * Writes a document of one of the app's kinds; resolves once it is durable. Throws like `write`, and a
   * KithError `wrong-app`, or `bad-value` if the value does not fit the kind.
   */
  update<Name extends keyof AppKinds & string>(kind: Name, value: InputOf<AppKinds[Name]>): Promise<SentDocument>
  /**
   * Writes several documents, each of which is the next one of this node in the room; resolves with the last one, once all
   * are durable. Throws like `update`; those before the one that cannot be written may have been written then.
   */
  updateTogether(
    ...updates: readonly {
      [Name in keyof AppKinds & string]: { kind: Name; value: InputOf<AppKinds[Name]> }
    }[keyof AppKinds & string][]
  ): Promise<SentDocument>
}

/** A room with the state and the commands of an app. */
export type RoomOf<SomeApp> = AppRoom<StateOf<SomeApp>, KindsOf<SomeApp>> & CommandsOf<SomeApp>
