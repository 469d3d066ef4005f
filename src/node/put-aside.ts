/** Peers that sent something at which this node failed: no streams with them are open for a while. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import { monotonicMs, wallMs } from '../runtime/clock.ts'
import type { FaultRow } from '../store/store.ts'

/**
 * Long enough that making the machine anew, which interrupts everybody for a second, stays rare, and short enough
 * for a peer that only passed on what somebody else made.
 */
const PUT_ASIDE_MS = 5 * 60_000

/** As many as there are faults remembered. */
const MAX_PEERS = 256

export class PutAside {
  readonly #untilMs = new Map<PeerId, number>()

  /** `faults`: those of earlier runs count for what is left of their time. */
  constructor(faults: readonly FaultRow[]) {
    const now = wallMs()
    for (const { peer, atMs } of faults.toReversed()) {
      const leftMs = Math.min(atMs + PUT_ASIDE_MS - now, PUT_ASIDE_MS)
      if (peer !== undefined && leftMs > 0) this.#add(peer, leftMs)
    }
  }

  add(peer: PeerId): void {
    this.#add(peer, PUT_ASIDE_MS)
  }

  has(peer: PeerId): boolean {
    const untilMs = this.#untilMs.get(peer)
    if (untilMs === undefined || monotonicMs() < untilMs) return untilMs !== undefined
    this.#untilMs.delete(peer)
    return false
  }

  #add(peer: PeerId, forMs: number): void {
    this.#untilMs.delete(peer)
    this.#untilMs.set(peer, monotonicMs() + forMs)
    const [oldest] = this.#untilMs.keys()
    if (this.#untilMs.size > MAX_PEERS && oldest !== undefined) this.#untilMs.delete(oldest)
  }
}
