/**
 * What is remembered of the roots of one room: when each last said that it is there, and how near this node has been to
 * it. From that follows which claims are out of date, and which could lead in a circle.
 */
import type { PeerId } from '../wire/ids.ts'
import { EXPIRY_MS, MAX_ROOTS, REFRESH_MS } from './constants.ts'

interface Known {
  /** The highest sequence number that the root signed, as far as it came here, and when it came. */
  sequence: number
  sinceMs: number
  /** When it was asked for another one. */
  askedMs?: number
  /** The sequence number with which this node last named the root, and its smallest distance with that. */
  named?: { sequence: number; distance: number }
}

/** A root, its sequence number, and how far from it somebody is. */
export interface Distance {
  root: PeerId
  sequence: number
  distance: number
}

/** 0 after the last one that can be told: no root can give a higher one. */
export function sequenceAfter(sequence: number): number {
  return Number.isSafeInteger(sequence + 1) ? sequence + 1 : 0
}

/** The roots of one room that this node has heard of. */
export class Roots {
  /** Those of which something new came last are last. */
  readonly #known = new Map<PeerId, Known>()

  /** A root's signature came that holds. `kept`: the root that is not forgotten for it. */
  heard(root: PeerId, sequence: number, nowMs: number, kept: PeerId): void {
    const known = this.#known.get(root)
    if (known !== undefined && known.sequence >= sequence) return
    this.#known.delete(root)
    const named = known?.named
    this.#known.set(root, { sequence, sinceMs: nowMs, ...(named && { named }) })
    for (const old of this.#known.keys()) {
      if (this.#known.size <= MAX_ROOTS) break
      if (old !== kept && old !== root) this.#known.delete(old)
    }
  }

  /** Something happens: asks a root for a sign of life if the last one is old. Returns whether it is being asked. */
  ask(root: PeerId, nowMs: number): boolean {
    const known = this.#known.get(root)
    if (known === undefined || nowMs - known.sinceMs < REFRESH_MS) return false
    known.askedMs ??= nowMs
    return true
  }

  /** When a root counts as gone unless it says something new; Infinity while nobody asks it. */
  expiresMs(root: PeerId): number {
    return (this.#known.get(root)?.askedMs ?? Infinity) + EXPIRY_MS
  }

  /**
   * Whether to take somebody as parent who is so far from a root cannot lead in a circle: with this sequence number, this
   * node was never as near. All who name this node as the way to the root were farther away when they did, and still are.
   */
  isFeasible({ root, sequence, distance }: Distance): boolean {
    const named = this.#known.get(root)?.named
    if (named === undefined || sequence > named.sequence) return true
    return sequence === named.sequence && distance < named.distance
  }

  /** The sequence number with which a root could be taken through anybody; 0 if there is none. */
  freshSequence(root: PeerId): number {
    return sequenceAfter(this.#known.get(root)?.named?.sequence ?? 0)
  }

  /** This node names a root to others. */
  name({ root, sequence, distance }: Distance): void {
    const known = this.#known.get(root)
    if (known === undefined) return
    const { named } = known
    if (named === undefined || sequence > named.sequence) known.named = { sequence, distance }
    else if (sequence === named.sequence && distance < named.distance) named.distance = distance
  }
}
