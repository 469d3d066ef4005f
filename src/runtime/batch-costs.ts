/**
 * Who pays for what a batch costs beyond its turns: its commit, what it shows, and what it sends. Documents that make a
 * node write and pass on a lot may take longer there than in their turn.
 */
import type { Turn } from './input-queue.ts'

export class BatchCosts {
  readonly #turns: { owe: (turn: Turn) => void; turn: Turn }[] = []
  #totalMs = 0

  /** The node's own inputs took so long. */
  addOwn(costMs: number): void {
    this.#totalMs += costMs
  }

  /** Somebody's turn took as long as it says. `owe`: takes what else it has cost. */
  add(owe: (turn: Turn) => void, turn: Turn): void {
    this.#turns.push({ owe, turn })
    this.#totalMs += turn.costMs
  }

  /** Something that was done for all of them took so long: each pays in proportion to its turns. */
  share(costMs: number, nowMs: number): void {
    if (this.#totalMs === 0) return
    const part = costMs / this.#totalMs
    for (const { owe, turn } of this.#turns) owe({ ...turn, nowMs, costMs: turn.costMs * part })
  }
}
