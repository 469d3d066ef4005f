/**
 * Where a node is in the tree of one room's network: its root, its distance from it, and the neighbour that is its parent.
 *
 * The root is the subscriber with the lowest id, as in the spanning tree of bridges (Perlman 1985; IEEE 802.1D). Sequence
 * numbers that only the root gives are those of DSDV (Perkins and Bhagwat 1994). That a node takes only who is nearer to
 * the root than it ever said to be itself, with the same number, keeps circles from forming at any moment, and where nobody
 * is left whom it could take, it asks the root for another number: both as in Babel (RFC 8966, section 3.5; the condition
 * is that of DUAL, Garcia-Luna-Aceves 1993).
 */
import type { PeerId } from '../wire/ids.ts'
import { compareRoots } from './claim.ts'
import { MAX_DISTANCE } from './constants.ts'
import { isLinked, type Neighbour } from './neighbour.ts'
import type { RootClaim, Said } from './records.ts'
import type { Roots } from './roots.ts'

/** A node's place in the tree. */
export interface Place extends RootClaim {
  distance: number
  /** Undefined for the root. */
  parent: PeerId | undefined
}

/** Where a node is that is a root itself. */
export function ownPlace(claim: RootClaim): Place {
  return { ...claim, distance: 0, parent: undefined }
}

export interface Choice {
  self: PeerId
  /** This node's claim as a root. */
  own: RootClaim
  /** Its place until now. */
  before: Place
  neighbours: ReadonlyMap<PeerId, Neighbour>
  roots: Roots
  nowMs: number
}

/** Whether a neighbour's root may be taken, whoever is nearer to it. */
function isCandidate(said: Said, { self, roots, nowMs }: Pick<Choice, 'self' | 'roots' | 'nowMs'>): boolean {
  return said.root !== self && said.distance < MAX_DISTANCE && nowMs < roots.expiresMs(said.root)
}

/** The place that follows from what the neighbours say. */
export function placeOf(choice: Choice): Place {
  const { own, neighbours, roots } = choice
  let best = ownPlace(own)
  for (const [peer, neighbour] of neighbours) {
    const { said } = neighbour
    if (said === undefined || !isLinked(neighbour) || !isCandidate(said, choice) || !roots.isFeasible(said)) continue
    const { root, sequence, rootIsCopy, signature } = said
    const place = { root, sequence, rootIsCopy, signature, distance: said.distance + 1, parent: peer }
    if (isBetter(place, best, choice)) best = place
  }
  return best
}

function isBetter(place: Place, than: Place, { before, neighbours }: Choice): boolean {
  const byRoot = compareRoots(place, than) || place.distance - than.distance
  if (byRoot !== 0) return byRoot < 0
  // Who changes its parent for nothing makes others count anew.
  if ((place.parent === before.parent) !== (than.parent === before.parent)) return place.parent === before.parent
  const isCopy = (peer: PeerId | undefined): boolean =>
    peer !== undefined && neighbours.get(peer)?.said?.isCopy === true
  if (isCopy(place.parent) !== isCopy(than.parent)) return isCopy(than.parent)
  return (place.parent ?? '') < (than.parent ?? '')
}

/**
 * The sequence number with which the root of a neighbour could be taken through it, if it is better than that of this node
 * and cannot be taken with the present one; 0 otherwise.
 */
export function wantedOf(said: Said, place: Place, choice: Pick<Choice, 'self' | 'roots' | 'nowMs'>): number {
  const { roots } = choice
  if (!isCandidate(said, choice) || compareRoots(said, place) >= 0 || roots.isFeasible(said)) return 0
  return roots.freshSequence(said.root)
}
