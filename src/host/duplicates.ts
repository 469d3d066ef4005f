/** One connection per pair: chooses which of several connections to one peer to close. */
import { MUTUAL_DIAL_WINDOW_MS } from './constants.ts'

/** The basis of the choice. Both sides see the same, except for the direction. */
export interface OpenConnection {
  direction: 'inbound' | 'outbound'
  openedAtMs: number
}

/**
 * The connections to one peer that should be closed, chosen so that both sides close the same ones:
 * - A connection opened long before the newest is closed: nobody dials a connected peer, so the other end
 *   of the old one is dead.
 * - Of connections opened at about the same time, those opened by the smaller peer id stay.
 * - If one side opened several, only that side chooses, because the other may see them in another order. It
 *   chooses only after libp2p has: libp2p drops a connection it dialled if another one to the same address
 *   has opened meanwhile. If each dropped the other's choice, none would be left. `isSettled`: that time is
 *   over.
 */
export function surplusConnections<T extends OpenConnection>(
  connections: readonly T[],
  selfIsSmaller: boolean,
  isSettled: boolean,
): T[] {
  const newestMs = Math.max(...connections.map(({ openedAtMs }) => openedAtMs))
  const stale = connections.filter(({ openedAtMs }) => newestMs - openedAtMs > MUTUAL_DIAL_WINDOW_MS)
  const rivals = connections.filter((connection) => !stale.includes(connection))
  const bySmaller = rivals.filter(({ direction }) => (direction === 'outbound') === selfIsSmaller)
  const kept = bySmaller.length > 0 ? bySmaller : rivals
  const byLarger = rivals.filter((connection) => !kept.includes(connection))
  return [...stale, ...byLarger, ...(isSettled ? olderOwn(kept) : [])]
}

function olderOwn<T extends OpenConnection>(connections: readonly T[]): T[] {
  if (connections[0]?.direction !== 'outbound') return []
  return connections.toSorted((a, b) => b.openedAtMs - a.openedAtMs).slice(1)
}
