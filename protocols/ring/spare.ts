/** Which connections the ring can do without, so that those of all nodes ever met do not pile up. */
import type { PeerId } from '../wire/ids.ts'
import { SPARE_CONNECTIONS, SPARE_QUIET_MS } from './constants.ts'

/** A connection to a node of the ring that this node has dialled. Times are those of the machine. */
export interface DialledConnection {
  readonly peer: PeerId
  readonly openedAtMs: number
  /** When something last came over it; -Infinity if nothing did. */
  readonly heardAtMs: number
}

/**
 * The connections to close, so that SPARE_CONNECTIONS are left of those that are not needed: first those of nodes that do not
 * answer, then those that have been silent longest. None that was in use within SPARE_QUIET_MS.
 */
export function spareConnections(
  unneeded: readonly DialledConnection[],
  isSilent: (peer: PeerId) => boolean,
  nowMs: number,
): PeerId[] {
  const surplus = unneeded.length - SPARE_CONNECTIONS
  if (surplus <= 0) return []
  const usedMs = ({ openedAtMs, heardAtMs }: DialledConnection): number => Math.max(openedAtMs, heardAtMs)
  return unneeded
    .filter((connection) => nowMs - usedMs(connection) >= SPARE_QUIET_MS)
    .toSorted((a, b) => Number(isSilent(b.peer)) - Number(isSilent(a.peer)) || usedMs(a) - usedMs(b))
    .slice(0, surplus)
    .map(({ peer }) => peer)
}
