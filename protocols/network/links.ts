/**
 * With which of its neighbours in a room a node exchanges documents at once. There are few, so that a message costs nobody
 * much, and enough that all hang together: the neighbours in the tree are always among them, and whoever is in another part
 * of the network is taken before anybody else.
 */
import { BRIDGE_PATIENCE_MS, MAX_PEERS_PER_ROOM } from './constants.ts'
import { sha256Hex } from '../wire/crypto.ts'
import type { PeerId } from '../wire/ids.ts'
import { isChild, isLinked, type Neighbour } from './neighbour.ts'
import type { Place } from './tree.ts'

export interface LinkChoice {
  self: PeerId
  place: Place
  neighbours: ReadonlyMap<PeerId, Neighbour>
  nowMs: number
}

/** A number that two nodes have in common, so that both choose each other. */
function rankOf(a: PeerId, b: PeerId): string {
  return sha256Hex(Buffer.from(a < b ? `${a} ${b}` : `${b} ${a}`))
}

/** The neighbours that are chosen, by what they said. */
export function chooseLinks(choice: LinkChoice): Set<PeerId> {
  const { self, place, neighbours, nowMs } = choice
  const all = [...neighbours]
  if (all.length <= MAX_PEERS_PER_ROOM) return new Set(neighbours.keys())
  const isRefused = ({ said }: Neighbour): boolean => said?.declines === true && said.isFull
  const tree = all.filter(([peer, each]) => peer === place.parent || isChild(each)).map(([peer]) => peer)
  const chosen = new Set(tree)
  const mayAdd = ([peer, each]: [PeerId, Neighbour]): boolean => !chosen.has(peer) && !isRefused(each)
  const ranks = new Map<PeerId, string>()
  const rank = (peer: PeerId): string => {
    let found = ranks.get(peer)
    if (found === undefined) ranks.set(peer, (found = rankOf(self, peer)))
    return found
  }
  const inOrder = (some: [PeerId, Neighbour][]): PeerId[] =>
    some.map(([peer]) => peer).toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))
  const others = all.filter(mayAdd)
  const isApart = ([, { apartMs }]: [PeerId, Neighbour]): boolean => apartMs !== undefined
  const apart = others.filter(isApart)
  // First who stays alone otherwise, then with whom it is agreed, as each change costs both. The others by a rank that is
  // the same on both sides: where everybody waits for somebody else, the pair with the lowest one finds together.
  const groups = [
    apart.filter(([, each]) => isLinked(each)),
    apart,
    others.filter(([, each]) => isLinked(each)),
    others,
  ]
  for (const peer of groups.flatMap(inOrder)) {
    if (chosen.size >= MAX_PEERS_PER_ROOM) break
    chosen.add(peer)
  }
  // Also who has no place for this node: one of both begins.
  for (const [peer, { apartMs = Infinity }] of all) if (nowMs - apartMs >= BRIDGE_PATIENCE_MS) chosen.add(peer)
  return chosen
}
