/** Messages in the library's public types; part of kith.ts. */

import type { FileInfo } from './kith-blocks.ts'

/** A document that people read: a message in a chat room, say, or a file shared there. */
export interface Message {
  id: string
  room: string
  /** Peer id of the author. */
  author: string
  /**
   * The author's display name when it was written, as it is shown, or a short form of the peer id. That stands behind the name
   * where another member's looks the same, which may come about at any time. Of what a guest of the author says, the
   * guest's, followed by whose guest that is: `Kim (guest of Anna)`.
   */
  name: string
  /** The name of the guest of the author who says it, as the author has it; left out for the author itself. See `name`. */
  guest?: string
  /** What it says. For a shared file, which `file` describes: `shared NAME`. */
  text: string
  timeMs: number
  clock: number
  /** Set if the author shared a file or folder. */
  file?: Pick<FileInfo, 'id' | 'name' | 'type' | 'sizeBytes'>
  /** Set if it answers another message; `message` is null if that is not here, or not shown. */
  replyTo?: { id: string; message: QuotedMessage | null }
  /** Whom it concerns, if its author said so, with their names at that time. */
  mentions?: Mention[]
}

/** A message as those that answer it quote it. */
export interface QuotedMessage extends Pick<Message, 'author' | 'name'> {
  /** The beginning of what it says. */
  text: string
}

/** Somebody whom a message concerns. */
export interface Mention {
  peer: string
  name: string
  /** Whether it is the person in front of this node. */
  self: boolean
}

/** A message that cannot take its place in the room yet. */
export interface PendingMessage extends Message {
  /** `ancestors`: documents before it are missing. `proof`: nothing signed by its author reaches it, or one before it. */
  waitsFor: 'ancestors' | 'proof'
}

/** Which messages to read. Without `before` and `after`: the newest. */
export interface PageOptions {
  /** Id of a message, or `next` of a page: the newest ones that are older. */
  before?: string
  /** The same: the oldest ones that are newer. */
  after?: string
  /** At most so many, from 1 to 100. Default: 50. */
  limit?: number
}

/** Messages that follow one another. */
export interface MessagePage {
  /** In the room's order. There may be fewer than asked for, or none, before the end of the history. */
  messages: Message[]
  /** Where to go on in the same direction; null if there is nothing more. */
  next: string | null
}

/** Reading a room a page at a time, part of `Room`. */
export interface RoomPaging {
  /**
   * Some messages of the room, without reading those before them: costs the same in a long room as in a short one. While
   * the state is that of a checkpoint (`RoomSummary.provisional`), there are only the messages after it; in a room with
   * members, only those that the state of a chat has. None while waiting. Throws a KithError `no-such-document`, `bad-value`, `carried`, or `wrong-app` if the app has no messages.
   */
  messagePage(options?: PageOptions): MessagePage
  /**
   * A message by its id, or one of the newest by the end of that, 6 characters or more. Throws a KithError
   * `no-such-document`, `ambiguous`, `waiting`, `carried` or `wrong-app`.
   */
  message(reference: string): Message
}
