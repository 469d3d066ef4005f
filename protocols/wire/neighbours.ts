/**
 * Which peers are neighbours in which rooms: both have the room open, and the peer proved to know it. A
 * protocol is notified once, and remembers it whether or not its own stream to the peer is open, so that
 * its streams may open and close in any order. Room state limits their number, and ends them all.
 */
import type { PeerId, RoomId } from './ids.ts'

/** The neighbours of a node, each with its last statement about its copy of a room. */
export class Neighbours<Standing> {
  readonly #byRoom = new Map<RoomId, Map<PeerId, Standing>>()
  readonly #rooms = new Map<PeerId, Set<RoomId>>()

  /** Stores a peer's statement about its copy of a room; returns true if the peer is a new neighbour. */
  set(room: RoomId, peer: PeerId, standing: Standing): boolean {
    let peers = this.#byRoom.get(room)
    if (peers === undefined) this.#byRoom.set(room, (peers = new Map()))
    const isNew = !peers.has(peer)
    peers.set(peer, standing)
    if (isNew) this.#addRoom(peer, room)
    return isNew
  }

  /** A peer is no longer a neighbour in a room; returns false if it was not one. */
  delete(room: RoomId, peer: PeerId): boolean {
    const peers = this.#byRoom.get(room)
    if (peers?.delete(peer) !== true) return false
    if (peers.size === 0) this.#byRoom.delete(room)
    this.#deleteRoom(peer, room)
    return true
  }

  /** This node left a room. */
  close(room: RoomId): void {
    for (const peer of this.of(room).keys()) this.#deleteRoom(peer, room)
    this.#byRoom.delete(room)
  }

  has(room: RoomId, peer: PeerId): boolean {
    return this.#byRoom.get(room)?.has(peer) === true
  }

  /** The neighbours of a room. */
  of(room: RoomId): ReadonlyMap<PeerId, Standing> {
    return this.#byRoom.get(room) ?? NOBODY
  }

  /** The rooms in which a peer is a neighbour. */
  roomsOf(peer: PeerId): ReadonlySet<RoomId> {
    return this.#rooms.get(peer) ?? NO_ROOMS
  }

  #addRoom(peer: PeerId, room: RoomId): void {
    const rooms = this.#rooms.get(peer)
    if (rooms === undefined) this.#rooms.set(peer, new Set([room]))
    else rooms.add(room)
  }

  #deleteRoom(peer: PeerId, room: RoomId): void {
    const rooms = this.#rooms.get(peer)
    if (rooms?.delete(room) === true && rooms.size === 0) this.#rooms.delete(peer)
  }
}

const NOBODY = new Map<PeerId, never>()
const NO_ROOMS: ReadonlySet<RoomId> = new Set()
