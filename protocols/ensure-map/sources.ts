/** Which peers are in which rooms, and the places to ask that follow from it. */
import type { BlockId, PeerId, RoomId } from '../wire/ids.ts'
import type { Candidate, Source } from './ports.ts'

const NOBODY: readonly Candidate[] = []

/** Peers that proved to know a room. */
export class Neighbours {
  readonly #byRoom = new Map<RoomId, Set<PeerId>>()
  /** Made anew when somebody comes or goes, as they are read for every block. */
  readonly #candidates = new Map<RoomId, readonly Candidate[]>()
  #everybody: readonly Candidate[] | undefined

  /** False where it was known. */
  add(room: RoomId, peer: PeerId): boolean {
    const peers = this.#byRoom.get(room) ?? new Set()
    this.#byRoom.set(room, peers)
    if (peers.has(peer)) return false
    peers.add(peer)
    this.#changed(room)
    return true
  }

  remove(room: RoomId, peer: PeerId): void {
    const peers = this.#byRoom.get(room)
    if (peers?.delete(peer) !== true) return
    if (peers.size === 0) this.#byRoom.delete(room)
    this.#changed(room)
  }

  close(room: RoomId): void {
    this.#byRoom.delete(room)
    this.#changed(room)
  }

  has(room: RoomId, peer: PeerId): boolean {
    return this.#byRoom.get(room)?.has(peer) === true
  }

  /** Those of one room. */
  of(room: RoomId): readonly Candidate[] {
    const known = this.#candidates.get(room)
    if (known !== undefined) return known
    const candidates = [...(this.#byRoom.get(room) ?? [])].map((peer) => ({ peer, room }))
    this.#candidates.set(room, candidates)
    return candidates
  }

  /** Those of all rooms, each by one of the rooms it is in for every room. */
  all(): readonly Candidate[] {
    this.#everybody ??= [...this.#byRoom.keys()].flatMap((room) => this.of(room))
    return this.#everybody
  }

  #changed(room: RoomId): void {
    this.#candidates.delete(room)
    this.#everybody = undefined
  }
}

/** The peers in the room that a block is for. */
export function roomNeighbours(neighbours: Neighbours): Source {
  return { candidates: (scope) => (scope === undefined ? NOBODY : neighbours.of(scope)) }
}

/**
 * All peers that share any room: they may have the same block there. An open room's root is asked of
 * those alone who know that room, as its id is the room's secret.
 */
export function roommates(neighbours: Neighbours, openRoom: (id: BlockId) => RoomId | undefined): Source {
  return {
    candidates: (_scope, id) => {
      const room = openRoom(id)
      return room === undefined ? neighbours.all() : neighbours.of(room)
    },
  }
}
