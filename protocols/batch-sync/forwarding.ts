/**
 * How what others wrote is passed on to one peer in one room: sent at once, or, where the peer keeps having it from
 * others by then, offered a little later. So each document travels along a tree of links, and the other links find what is
 * lost with one of these. The idea is that of epidemic broadcast trees (Plumtree; Leitão, Pereira, Rodrigues 2007): an
 * acknowledgement of what the peer had prunes a link, and a request grafts it.
 */
import type { DocumentId } from '../wire/ids.ts'
import type { Position } from '../wire/order.ts'
import { LAZY_AFTER, MAX_PENDING_OFFERS, MAX_PUSHED } from './constants.ts'
import { RecentSet } from './recent-set.ts'

/** Of one room to one peer. */
export class Forwarding {
  /** Sent at once, and not acknowledged. */
  readonly #pushed = new RecentSet<DocumentId>(MAX_PUSHED)
  /** To be offered, but for those that the peer turns out to hold. */
  readonly #waiting = new Map<DocumentId, Position>()
  /** How many in a row the peer had before. */
  #inVain = 0

  /** Whether documents are offered later. */
  get isLazy(): boolean {
    return this.#inVain >= LAZY_AFTER
  }

  /** Whether none waits to be offered. */
  get isIdle(): boolean {
    return this.#waiting.size === 0
  }

  pushed(id: DocumentId): void {
    this.#pushed.add(id)
  }

  /** Returns false if too many wait already. */
  wait({ id, clock }: Position): boolean {
    if (this.#waiting.size >= MAX_PENDING_OFFERS) return false
    this.#waiting.set(id, { id, clock })
    return true
  }

  /** The peer holds a document. */
  held(id: DocumentId): void {
    this.#waiting.delete(id)
  }

  acknowledged(id: DocumentId, hadBefore: boolean): void {
    if (!this.#pushed.has(id)) return
    this.#pushed.delete(id)
    this.#inVain = hadBefore ? this.#inVain + 1 : 0
  }

  /** The peer lacks what was offered. */
  requested(): void {
    this.#inVain = 0
  }

  /** What has waited long enough. */
  takeWaiting(): Position[] {
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    return waiting
  }
}
