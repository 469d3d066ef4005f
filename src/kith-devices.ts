/** Several devices of one person, in the library's public types; part of kith.ts. */

/**
 * Whether this node is one of several devices of a person. `none`: it is not. `waiting`: it was added, and what the others
 * share is still to come. `ready`: it is. `removed`: another device has removed it. `refused`: the line by which it was added
 * was used, withdrawn, or has ended. `foreign`: the line was for another kind of room, and nothing is shared with that.
 */
export type DevicesState = 'none' | 'waiting' | 'ready' | 'removed' | 'refused' | 'foreign'

/** A room in which a device has no part, though this one has. */
export interface DeviceLack {
  room: string
  roomName: string
  /** Why, as a sentence without a full stop. */
  why: string
}

/** One of several devices of a person. */
export interface Device {
  /** Its peer id, by which others know what it writes. */
  peer: string
  /** What the user calls it; the end of its peer id as long as that is not known. */
  name: string
  /** This one. */
  self: boolean
  /** It made the list of devices, so the others cannot remove it from that: see `remove`. */
  isFirst: boolean
  /** When it was added, and by which device; null for the first one. */
  added: { atMs: number; by: { peer: string; name: string } } | null
  online: boolean
  /** When this node was last connected to it; null if never. */
  lastSeenMs: number | null
  /** It says that it is no device any more: `remove` takes it out of the rooms, too. */
  hasLeft: boolean
  /** Rooms of this node that it is not let into, as far as this node knows; empty for this one. */
  lacks: DeviceLack[]
  /** There are more devices than are let into rooms, and it is one of the last: others have to be removed first. */
  isBeyondLimit: boolean
}

/** What has a part in a room as a device of this person, and is none: another device let it in, such as a stolen one. */
export interface UnlistedDevice {
  peer: string
  room: string
  roomName: string
}

/** All devices of a person, as this one knows them. */
export interface DeviceList {
  state: DevicesState
  /** The name by which others know the person; null as long as that is not known. */
  person: string | null
  /** What is waited for, worded to follow 'waiting for'; empty if nothing. */
  waitingFor: string
  /** Added first comes first. */
  devices: Device[]
  /** Rooms in which devices still have a part that were removed, and why. */
  stillIn: (DeviceLack & { peer: string })[]
  /** What is no device, and has a part in rooms as one: to be removed there (`setRole`) where it is not known. */
  unlisted: UnlistedDevice[]
  /** Entries of the list of rooms that make no sense, or are too many: another device wrote them. */
  ignored: number
}

/** What became of a device that was removed. */
export interface DeviceRemoval {
  peer: string
  name: string
  /** From how many rooms with members it was removed. */
  rooms: number
  /** Rooms in which it still has a part, and why. What can be done later is done then. */
  remaining: DeviceLack[]
  /** What is no device, and has a part in rooms as one, whoever let it in; without those to add again. */
  unlisted: UnlistedDevice[]
  /** Rooms that everybody reads and writes who has their ids, as it has. */
  openRooms: { room: string; roomName: string }[]
  /** Devices that it had added. */
  added: { peer: string; name: string }[]
  /** The list of devices had to be made anew, as it had made it: these have to be added again. */
  toAddAgain: { peer: string; name: string }[]
}

/** A line that makes whoever has it a device. */
export interface DeviceLine {
  /** For `join` on the other device. It is a secret: whoever has it reads and writes what the person does. */
  line: string
  expiresMs: number
}

/** Devices of one person: rooms, names and what was read are the same on all of them. Part of `KithNode`. */
export interface Devices {
  /**
   * Makes a line by which another node becomes a device of this person. `name`: what to call this device; default: its host
   * name. `expiresInMs`: default an hour. Throws a KithError `not-ready`, `bad-name` or `bad-value`.
   */
  add(options?: { name?: string; expiresInMs?: number }): Promise<DeviceLine>
  /**
   * Makes this node a device of whoever made the line. The rooms of this node become those of the others, and theirs this
   * one's. Resolves at once; `list().state` says how far it is. `peers`: multiaddrs to stay connected to. Throws a KithError
   * `bad-room-id`, `bad-invite`, `bad-name`, or `is-device` where this node is a device of somebody already.
   */
  join(line: string, options?: { name?: string; peers?: string[] }): Promise<void>
  /** All devices, and how far this one is. */
  list(): DeviceList
  /** Calls this device something else. Throws a KithError `not-ready` or `bad-name`. */
  rename(name: string): Promise<void>
  /**
   * Removes a device, named by its name or its id, or the beginning or end of that: from the rooms with members of this
   * person, which get new keys, and from what the devices share. What it has read cannot be recalled. Rooms that are not
   * here now follow by themselves. Throws a KithError `not-ready`, `no-such-peer`, `ambiguous`, or `no-right` for this one.
   */
  remove(device: string): Promise<DeviceRemoval>
  /** Ends that this node is a device of the person. It keeps its rooms. Throws a KithError `not-ready` if it is none. */
  leave(): Promise<void>
}
