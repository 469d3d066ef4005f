/** The calls about rooms below others: their inputs and answers. */
import type { ChildPage, ChildRoom, LinkedRoom, RoomDetails, RoomTree } from '../kith.ts'
import { COUNT, field, FILLED, FLAG, roomField, TEXT } from './fields.ts'

const pathField = field(
  'The room above, a slash, and the title of the one below it or an id, such as `Kitchen/Soup`.',
  FILLED,
)

export const childInputs = {
  'children.list': {
    required: { room: roomField },
    optional: {
      threads: field('Only threads; false: only rooms of their own. Default: both.', FLAG),
      before: field('Those that were linked before this document: the `next` of the page before.', FILLED),
      limit: field('1 to 100. Default: 50.', COUNT),
    },
  },
  'children.tree': { required: { room: roomField }, optional: {} },
  'children.watch': { required: { room: roomField }, optional: {} },
  'children.follow': {
    required: { path: pathField },
    optional: { peers: field('Multiaddrs of peers to stay connected to.', { type: 'array', items: FILLED }) },
  },
  'children.unfollow': {
    required: { path: pathField },
    optional: {
      delete: field('Delete the contents of the room from this node, too.', FLAG),
      onlyHere: field("Leave it on this node only. Default: the user's other devices leave it, too.", FLAG),
    },
  },
  'threads.about': {
    required: {
      room: roomField,
      messages: field('Their whole ids, at most 100.', { type: 'array', items: FILLED }),
    },
    optional: {},
  },
  'threads.start': {
    required: { room: roomField, message: field('Id of the message that it is about, or its end.', FILLED) },
    optional: { title: field('Default: the beginning of the message.', TEXT) },
  },
} as const

export interface ChildOutputs {
  /** Threads and other rooms below a room, those that were linked last first. */
  'children.list': ChildPage
  /** The rooms below a room, and those below them that are followed. */
  'children.tree': RoomTree
  /** Joins a room below another one; answers at once, even if it waits for its first document. */
  'children.follow': RoomDetails
  /** Leaves a room below another one; the link to it stays. */
  'children.unfollow': ChildRoom
  /** The threads about some messages: of each those that are followed first, 5 at most. */
  'threads.about': ChildRoom[]
  /** Starts a thread about a message, and follows it. */
  'threads.start': ChildRoom
}

export interface ChildStreamOutputs {
  /** Rooms that a room links to as below it, from now on. */
  'children.watch': LinkedRoom
}
