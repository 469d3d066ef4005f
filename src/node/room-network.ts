/** The network of a room, for library users. */
import type { NeighbourView, NetworkView } from '../../protocols/network/index.ts'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { KithError, type RoomKeeping, type RoomNeighbour, type RoomNetwork } from '../kith.ts'
import { monotonicMs } from '../runtime/clock.ts'
import type { NodeRoom } from './node-room.ts'

/** Nodes that meet need some round trips until they name one root. */
const MEETING_MS = 3_000

const PLACES: readonly RoomNeighbour['place'][] = ['parent', 'child', 'other']

export function networkOf(room: NodeRoom): RoomNetwork {
  const { core, id } = room
  const { network } = core.machine.wings
  const view = network.view(id, monotonicMs()) ?? alone(core.self, network.isCopy(id))
  const named = (peer: PeerId): { peer: string; name: string } => ({ peer, name: room.nameOf(peer) })
  const { root, distance, all } = view
  const neighbours = view.neighbours.map(({ peer, said, place, isLinked }): RoomNeighbour => {
    const claim = said && { keeps: keepingOf(said), root: named(said.root), distance: said.distance }
    return { ...named(peer), claim: claim ?? null, place, isLinked }
  })
  return {
    keeps: keepingOf(view),
    ...{ root: named(root), distance, subscribers: all.subscribers, copies: all.copies },
    isSplit: view.neighbours.some(({ apartForMs = 0 }) => apartForMs >= MEETING_MS),
    neighbours: neighbours.toSorted(
      (a, b) => PLACES.indexOf(a.place) - PLACES.indexOf(b.place) || Number(b.isLinked) - Number(a.isLinked),
    ),
  }
}

export async function keepCopyOnly(room: NodeRoom, isCopy: boolean): Promise<void> {
  const { core, id, name, isCarried } = room
  if (isCarried) throw new KithError('carried', `this node only carries '${name}', and keeps a copy anyway`)
  await core.command({ type: 'copy-only', room: id, isCopy })
}

/** A node without neighbours is its own root. */
function alone(self: PeerId, isCopy: boolean): NetworkView {
  const all = isCopy ? { subscribers: 0, copies: 1 } : { subscribers: 1, copies: 0 }
  return { isCopy, isRelay: false, root: self, sequence: 0, distance: 0, all, neighbours: [] }
}

function keepingOf({ isCopy, isRelay }: NonNullable<NeighbourView['said']> | NetworkView): RoomKeeping {
  if (!isCopy) return 'all'
  return isRelay ? 'relay' : 'copy'
}
