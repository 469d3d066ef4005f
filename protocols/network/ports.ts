/** The interface of the machine of document networks apart from the wire: what it reads, its commands, and its events. */
import type { Effects } from '../wire/effects.ts'
import type { PeerId, RoomId } from '../wire/ids.ts'
import type { Effect, Input } from '../wire/machine.ts'
import type { Counts, NetworkRecord } from './records.ts'

/** The machine's environment, read synchronously. */
export interface NetworkPorts {
  /** This node. */
  self: PeerId
  /** Signs with the key of this node. */
  sign(content: Uint8Array): Uint8Array
  isSigned(by: PeerId, content: Uint8Array, signature: Uint8Array): boolean
  /** The sequence number to begin with in a room: above those of earlier runs, as the seconds of the wall clock mostly are. */
  firstSequence(): number
  /** Whether this node keeps only a copy of a room. */
  isCopy(room: RoomId): boolean
}

export type NetworkCommand =
  | { type: 'open'; room: RoomId }
  | { type: 'close'; room: RoomId }
  /** A peer proved to know the room. */
  | { type: 'neighbour'; room: RoomId; peer: PeerId }
  | { type: 'neighbour-left'; room: RoomId; peer: PeerId }
  /** Documents came. */
  | { type: 'active'; room: RoomId }
  /** The result of `isCopy` changed. */
  | { type: 'changed'; room: RoomId }

/**
 * Whether a neighbour is to be sent new documents at once changed; it is, until this says otherwise. `isAside`: it keeps only
 * a copy, or gets them from others.
 */
export interface NetworkEvent {
  type: 'aside'
  room: RoomId
  peer: PeerId
  isAside: boolean
}

/** Something is due in a room. */
export interface NetworkTimer {
  type: 'due'
  room: RoomId
  /** If another time was set since, this one is ignored. */
  dueMs: number
}

/** A neighbour in the network of a room. */
export interface NeighbourView {
  peer: PeerId
  /** Undefined if it has said nothing, as it may not speak this protocol. */
  said:
    | { isCopy: boolean; isRelay: boolean; root: PeerId; distance: number; subscribers: number; copies: number }
    | undefined
  place: 'parent' | 'child' | 'other'
  /** Whether documents go to it, and come from it, at once. */
  isLinked: boolean
  /** For how long it has named another root; undefined if it does not. */
  apartForMs: number | undefined
}

/** The network of a room as one node knows it. */
export interface NetworkView {
  isCopy: boolean
  isRelay: boolean
  root: PeerId
  sequence: number
  distance: number
  /** Estimates: what all nodes say of themselves, added up. */
  all: Counts
  neighbours: NeighbourView[]
}

export type NetworkInput = Input<NetworkCommand, NetworkRecord, NetworkTimer>
export type NetworkEffect = Effect<never, NetworkRecord, NetworkEvent, NetworkTimer>
export type NetworkEffects = Effects<never, NetworkRecord, NetworkEvent, NetworkTimer>
