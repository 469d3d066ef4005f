/** Rooms below others in the library's public types; part of kith.ts. */

/** A room that another one links to as below it: a thread about a message, or a room of its own. */
export interface ChildRoom {
  /** Id of the room. */
  id: string
  /** Id of the document, in the room above, that links to it. */
  link: string
  /** As shown; what whoever started it calls it. */
  title: string
  /** Id of the message that it is about; null if it is no thread. */
  about: string | null
  startedBy: { peer: string; name: string }
  startedAtMs: number
  /**
   * `linked`: this node does not follow it, and has nothing of it. `waiting`: followed, and still to come. `followed`: here.
   * `foreign`: this node has that room, which says itself that it is below another one, or below none. It is listed, and
   * nothing else: it is found by its own name and id only.
   */
  status: 'linked' | 'waiting' | 'followed' | 'foreign'
  /** As in `RoomSummary`, for a room that is followed; null otherwise. */
  newMessages: number | null
  newMentions: number | null
  /** How many messages it has, of which 100 stand for any more; null unless it is followed and has messages. */
  messages: number | null
}

/** A room that was just linked to as below another one. */
export interface LinkedRoom extends ChildRoom {
  /** Id of the room that links to it. */
  room: string
}

/** Which of the rooms below a room to list. */
export interface ChildOptions {
  /** Only threads, or only rooms of their own. Default: both. */
  threads?: boolean
  /** Only those that were linked before this document: the `next` of the page before. */
  before?: string
  /** 1 to 100. Default: 50. */
  limit?: number
}

/** Some of the rooms below a room. */
export interface ChildPage {
  /** Those that were linked last come first. */
  children: ChildRoom[]
  /** For `before`, to list the next ones; null if there are no more. */
  next: string | null
}

/** A room in the tree below another one. */
export interface TreeRoom extends ChildRoom {
  /** 1 for those right below the room that was asked. */
  depth: number
}

/** The rooms below a room, and those below them. */
export interface RoomTree {
  /** Each followed by those below it. */
  rooms: TreeRoom[]
  /** Whether there are more than a tree lists: 100 below each room, 1,000 in all, 16 levels. */
  isCut: boolean
}

/** The rooms below a room: `room.children`. Nothing of one is here, but for the link, unless it is followed. */
export interface Children {
  /** A page of them. Throws a KithError `no-such-document` for a `before` that is not here, `bad-value`, `waiting` or `carried`. */
  list(options?: ChildOptions): ChildPage
  /**
   * The threads about some messages, at most 100, named by their whole ids: of each message those that are followed first,
   * then those that are waited for, then links, 5 at most. Throws like `list`.
   */
  about(messages: readonly string[]): ChildRoom[]
  /**
   * One of them by its alias, its title, its id or that of the message that it is about; of the newest 1,000 also by the id of the link,
   * the beginning of the title or the end of an id. Of several, those that are followed come first, then those that are
   * waited for. Throws a KithError `no-such-room`, `not-below` for a `foreign` one, `ambiguous`, `waiting` or `carried`.
   */
  get(reference: string): ChildRoom
  /** Walks down through those that are followed. A room that several link to, in circles even, comes once. Throws like `list`. */
  tree(): RoomTree
  /**
   * Starts a thread about a message, named as for `room.message`, and follows it. Default title: the beginning of the message.
   * Whoever may read and write in the room may so in the thread. Throws a KithError `thread-exists` if one about the message
   * is followed or waited for, `bad-name`, or like `room.message` and `room.write`. Links to others are no obstacle: anybody
   * can write one, also to a room that does not exist.
   */
  startThread(message: string, options?: { title?: string }): Promise<ChildRoom>
  /**
   * Joins one of them, named as for `get`: only then anything of it is fetched. Resolves at once, like `rooms.join`,
   * whose `peers` these are; the room is `node.rooms.get(child.id)` from then on. Throws like `get` and `rooms.join`.
   */
  follow(reference: string, options?: { peers?: string[] }): Promise<ChildRoom>
  /** Leaves one of them, like `room.leave`; the link stays. Throws a KithError `not-followed`, or like `get`. */
  unfollow(reference: string, options?: { delete?: boolean; onlyHere?: boolean }): Promise<ChildRoom>
}
