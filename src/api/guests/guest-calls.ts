/** The calls by which the owner of a node decides on its guests: their inputs and answers. */
import { COUNT, field, FILLED, oneOf, roomField } from '../fields.ts'

/** What a guest may do in a room. */
export type GuestRight = 'read' | 'write'

const roomsField = (right: string) =>
  field(`Rooms that whoever comes in ${right}, by id or name.`, { type: 'array', items: FILLED })
const guestField = field('The name of the guest, or its id.', FILLED)
const fileBytesField = field('Files up to this size may be shared by the guest; 0: none.', COUNT)

export const guestInputs = {
  'guests.list': { required: {}, optional: {} },
  'guests.invite': {
    required: {},
    optional: {
      read: roomsField('reads'),
      write: roomsField('reads and writes'),
      maxFileBytes: fileBytesField,
      uses: field('How many browsers may come in by it, from 1 to 100. Default: 1.', COUNT),
      expiresInMs: field('For how long it holds, up to 30 days. Default: an hour.', COUNT),
    },
  },
  'guests.allow': {
    required: { guest: guestField },
    optional: {
      room: roomField,
      right: field('What the guest may do in the room.', oneOf('none', 'read', 'write')),
      maxFileBytes: fileBytesField,
    },
  },
  'guests.remove': { required: { guest: guestField }, optional: {} },
  'guests.withdraw': { required: { link: field('Id of a link.', FILLED) }, optional: {} },
} as const

/** What a guest may do in which room. */
export interface GuestRoom {
  room: string
  /** As this node calls the room; empty if it left it. */
  name: string
  right: GuestRight
}

/** What a guest, or whoever comes in by a link, may do. */
export interface GuestRights {
  rooms: GuestRoom[]
  /** How large a shared file may be; 0: none may be shared. */
  maxFileBytes: number
}

/** Somebody who uses this node in a browser on the local network. */
export interface GuestInfo extends GuestRights {
  id: string
  name: string
  enteredMs: number
  /** When it was here last, to the hour. */
  seenMs: number
  /** Where it came in from. */
  address: string
  /** Whether its page is open. */
  online: boolean
}

/** A link by which guests can come in. */
export interface GuestLinkInfo extends GuestRights {
  id: string
  usesLeft: number
  expiresMs: number
}

/** Everybody whom this node lets in, and how others can come in. */
export interface GuestList {
  guests: GuestInfo[]
  links: GuestLinkInfo[]
  /** Where the page for guests is served; empty if it is not. */
  addresses: string[]
  /** Whether others on the network can read along. */
  isEncrypted: boolean
}

/** A new link for guests. Its addresses are secrets. */
export interface GuestLink extends GuestLinkInfo {
  /** The same link by each address of this machine, the likeliest first. */
  urls: string[]
  isEncrypted: boolean
}

export interface GuestOutputs {
  /** The guests of this node, and the links by which more can come in. */
  'guests.list': GuestList
  /** Makes a link by which browsers on the local network come in as guests. */
  'guests.invite': GuestLink
  /** Changes what a guest may do; takes effect at once. */
  'guests.allow': GuestInfo
  /** Removes a guest: its browser is logged out at once. */
  'guests.remove': { id: string; name: string }
  /** Ends a link that was not used up. */
  'guests.withdraw': { id: string }
}
