/** How often something was refused since the start, by reason code and by sender. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import { isOwnLack } from '../room/faults.ts'

/**
 * Peers whose refusals are remembered: more than are ever connected at a time. The one refused longest ago
 * is dropped first.
 */
export const MAX_REFUSED_PEERS = 1_000

export class Refusals {
  readonly #totals = new Map<string, number>()
  /** The most recently refused peer is last. */
  readonly #byPeer = new Map<PeerId, Map<string, number>>()

  /** `peer` is the sender, who is to blame unless this node had no space or time. */
  count(code: string, peer?: PeerId): void {
    increment(this.#totals, code)
    if (peer === undefined || isOwnLack(code)) return
    const counts = this.#byPeer.get(peer) ?? new Map<string, number>()
    this.#byPeer.delete(peer)
    this.#byPeer.set(peer, counts)
    increment(counts, code)
    const [oldest] = this.#byPeer.keys()
    if (this.#byPeer.size > MAX_REFUSED_PEERS && oldest !== undefined) this.#byPeer.delete(oldest)
  }

  /** By code, of all peers, including those no longer remembered. */
  totals(): Record<string, number> {
    return Object.fromEntries(this.#totals)
  }

  /** By code. */
  of(peer: PeerId): Record<string, number> {
    return Object.fromEntries(this.#byPeer.get(peer) ?? [])
  }

  /** The sum over all codes. */
  countOf(peer: PeerId): number {
    return [...(this.#byPeer.get(peer)?.values() ?? [])].reduce((sum, count) => sum + count, 0)
  }

  peers(): PeerId[] {
    return [...this.#byPeer.keys()]
  }
}

function increment(counts: Map<string, number>, code: string): void {
  counts.set(code, (counts.get(code) ?? 0) + 1)
}
