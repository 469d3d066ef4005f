/** The calls and the stream that were made for the page in the browser: their inputs and answers. */
import type { FileInfo, LinkedRoom, Message, MessagePage, NodeStatus, RoomProgress, RoomSummary } from '../kith.ts'
import type { PictureSize } from './picture-size.ts'
import { COUNT, field, fileField, FILLED, FLAG, roomField } from './fields.ts'

export const pageInputs = {
  'page.link': {
    required: {},
    optional: { only: field('Also log out all browsers that are logged in.', FLAG) },
  },
  'messages.page': {
    required: { room: roomField },
    optional: {
      before: field('Id of a message, or `next` of a page: what is older. Default: the newest.', FILLED),
      after: field('The same: what is newer.', FILLED),
      limit: field('At most so many, up to 100. Default: 50.', COUNT),
    },
  },
  'files.show': { required: { room: roomField, file: fileField }, optional: {} },
  'files.check': {
    required: {
      room: roomField,
      name: field('How the file is to be called.', FILLED),
      sizeBytes: field('How many bytes it has.', COUNT),
    },
    optional: {},
  },
  'files.link': { required: { room: roomField, file: fileField }, optional: {} },
  'rooms.watch': { required: {}, optional: {} },
} as const

/** A link to the page. */
export interface PageLink {
  /** It logs one browser in, once. It is a secret. */
  url: string
  expiresMs: number
}

/** A link to the bytes of a file. */
export interface FileLinkInfo {
  /** For the browser that asked, as long as it is logged in and the node runs. It is a secret. */
  path: string
  /** The media type of a picture, sound or film that a page may show, told by its first bytes; null for everything else. */
  type: string | null
  /** Of a picture, if its first bytes say so: a page shows none that would be drawn with too many pixels, or with it knows not how many. */
  size: PictureSize | null
  /** Whether it is text, as far as its first bytes show. A page shows it as such and as nothing else. */
  isText: boolean
}

/** The newest message of a room, as a list shows it. */
export type LastMessage = Pick<Message, 'id' | 'author' | 'name' | 'guest' | 'timeMs'> & {
  /** The beginning of the text. */
  text: string
}

/** A room with its newest message; null if there is none near the end of its history. */
export interface RoomOverview extends RoomSummary {
  last: LastMessage | null
}

/** Who a guest is on the page of the node whose guest it is. */
export interface GuestSelf {
  name: string
  /** The name of the node. */
  host: string
  /** The peer id of the node, which signs what its guests write. */
  peer: string
  maxFileBytes: number
}

/**
 * What a page has to know at once. It begins with how everything is, so that nothing is missed by who begins again after
 * a pause: `node` (on the page for guests `guest`), a `room` for each, then `listed`. `many`: more messages came to a room than are told one by one.
 */
export type WatchRecord =
  | { event: 'node'; node: NodeStatus }
  | { event: 'room'; room: RoomOverview }
  | { event: 'guest'; guest: GuestSelf }
  | { event: 'listed' }
  | { event: 'left'; left: { id: string } }
  | { event: 'message'; message: Message }
  | { event: 'child'; child: LinkedRoom }
  | { event: 'many'; many: { room: string } }
  | { event: 'progress'; progress: RoomProgress }

export interface PageCallOutputs {
  /** Makes a link that logs a browser in to the page of this node. */
  'page.link': PageLink
  /** A file of a room. */
  'files.show': FileInfo
  /** Says whether a file could be added, before its bytes are sent: answers with nothing, or with what is wrong. */
  'files.check': Record<string, never>
  /** Makes a link by which the browser that is logged in reads a file that is here. */
  'files.link': FileLinkInfo
  /** Messages next to another one, or the newest, without those before them. */
  'messages.page': MessagePage
}

export interface PageStreamOutputs {
  /** The rooms and how the node is doing, now and whenever that changes, and new messages. */
  'rooms.watch': WatchRecord
}
