/** What the parts of the ring's machine share. */
import type { PeerId } from '../wire/ids.ts'
import type { Random } from '../wire/machine.ts'
import { isNearer, type Place } from './circle.ts'
import type { PeerTable } from './peer-table.ts'
import type { RingEffects, RingPorts } from './ports.ts'

export interface RingCore {
  readonly self: PeerId
  readonly place: Place
  readonly table: PeerTable
  readonly effects: RingEffects
  readonly ports: RingPorts
  readonly random: Random
}

/** Whether no connected node is nearer to a place than this one. */
export function isNearestTo({ place: own, table }: RingCore, place: Place): boolean {
  const nearest = table.nearest(place, () => true)
  return nearest === undefined || !isNearer(nearest.place, own, place)
}

/** A time of about that length, from three quarters to five quarters, so that nodes do not act at one moment. */
export function jittered(ms: number, random: Random): number {
  return Math.round(ms * (0.75 + random() / 2))
}
