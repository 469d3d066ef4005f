/** Names and limits of the room that the devices of one person share, which all of them must agree on. */

/** What the room is called by its root; nobody sees it but those who look at it by its id. */
export const DEVICES_ROOM_NAME = 'Devices'

/** The entry with the person's name. */
export const NAME_KEY = 'name'

/** Before a peer id: what a device says of itself. */
export const DEVICE_PREFIX = 'device/'

/** Before a room's id: whether the person is in it, and what it is called. */
export const ROOM_PREFIX = 'room/'

/** Before a room's id: how far the person has read. */
export const READ_PREFIX = 'read/'

/** Before a peer id: a device that was removed. */
export const REMOVED_PREFIX = 'removed/'

/** More than anybody is in. Each room of the list is joined, so a device that was stolen must not list any number. */
export const MAX_LISTED_ROOMS = 1_000
