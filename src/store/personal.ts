/** What the store has of a room that concerns the person in front of this node, and the other devices of that person. */
import type { DocumentId, PeerId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'

export interface Personal {
  /** In the room by which the devices of a person know of each other, which is in no list: what this one is called. */
  deviceName?: string
  /** Where the entry of the devices' list was written that this node followed or wrote last: see `src/node/devices`. */
  listed?: Position
  /** The user left it on this device only. */
  isLeftHere?: true
  /** What comes up to here was read by the person, on any device. */
  readTo?: Position
  /** A neighbour says that this node was removed from the room, which is private, by what is not in the history here. */
  removal?: ToldRemoval
  /** The document of the invite with which this node came, as the line says it. */
  invite?: DocumentId
  /**
   * The user announces the room to peers nearby. `invite`: to a private one, which others come in with; its seed in hex.
   */
  announced?: { invite?: { seed: string; act: DocumentId } }
  /** The user keeps only a copy of the room: it is not sent what is new at once. */
  isCopyOnly?: true
  /** The user shares the room in the ring: what this node has of its files is put there, and what it lacks asked for. */
  inRing?: true
}

/** The place of the document that removes this node, and what it says. */
export interface ToldRemoval extends Position {
  author: PeerId
  /** When, by the clock of the author. */
  atMs: number
  /** The neighbour. */
  from: PeerId
}

/** Whether a room is the one by which the devices of a person know of each other. */
export function isOfDevices({ personal }: { personal?: Personal }): boolean {
  return personal?.deviceName !== undefined
}
