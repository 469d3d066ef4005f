/** The peers that may have a block: neighbours, of the room it is for before those of other rooms. */
import type { BlockId, RoomId } from '../wire/ids.ts'
import type { Neighbours } from '../wire/neighbours.ts'
import type { Candidate, Source } from './ports.ts'

const NOBODY: readonly Candidate[] = []

/** The peers in the room that a block is for. */
export function roomNeighbours(neighbours: Neighbours<Candidate>): Source {
  return { candidates: (scope) => (scope === undefined ? NOBODY : neighbours.of(scope).values()) }
}

/**
 * All peers that share any room: they may have the same block there. An open room's root is asked of
 * those alone who know that room, as its id is the room's secret.
 */
export function roommates(neighbours: Neighbours<Candidate>, openRoom: (id: BlockId) => RoomId | undefined): Source {
  return {
    candidates: (_scope, id) => {
      const room = openRoom(id)
      return room === undefined ? neighbours.all() : neighbours.of(room).values()
    },
  }
}
