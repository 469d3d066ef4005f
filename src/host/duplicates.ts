/** One connection per pair: which of several connections to one peer go. */
import { MUTUAL_DIAL_WINDOW_MS } from './constants.ts'

/** What the choice rests on; both sides see the same but for the direction. */
export interface OpenConnection {
  direction: 'inbound' | 'outbound'
  openedAtMs: number
}

/**
 * The connections to one peer that are to be closed, so that both sides close the same ones:
 * - One opened long before the newest goes: nobody dials a peer it is connected to, so the other
 *   end of the old one is dead.
 * - Of those opened at about the same time, the ones opened by the smaller peer id stay.
 * - Several opened by one side: only that side chooses, as the other may see them in another order,
 *   and once libp2p has: it drops what it dialled itself where another to the same address has opened
 *   meanwhile. If each dropped the other's, none would be left. `isSettled`: that time is over.
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
