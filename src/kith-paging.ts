/** Reading messages a page at a time, in the library's public types; part of kith.ts. */

import type { Message } from './kith-rooms.ts'

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
   * the state is that of a checkpoint (`RoomSummary.provisional`), there are only the messages after it. None while
   * waiting. Throws a KithError `no-such-document`, `bad-value`, `carried`, or `wrong-app` if the app has no messages.
   */
  messagePage(options?: PageOptions): MessagePage
}
