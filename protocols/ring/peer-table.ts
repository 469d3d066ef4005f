/** The nodes of the ring that this node is connected to, in the order of the circle. */
import type { PeerId } from '../wire/ids.ts'
import { isNearer, type Place } from './circle.ts'

export interface RingPeer {
  readonly peer: PeerId
  readonly place: Place
  readonly upSinceMs: number
}

/** Connected nodes by their places. */
export class PeerTable {
  /** By place. */
  readonly #sorted: RingPeer[] = []
  readonly #byPeer = new Map<PeerId, RingPeer>()

  get size(): number {
    return this.#sorted.length
  }

  all(): readonly RingPeer[] {
    return this.#sorted
  }

  get(peer: PeerId): RingPeer | undefined {
    return this.#byPeer.get(peer)
  }

  add(added: RingPeer): void {
    this.delete(added.peer)
    this.#sorted.splice(this.#indexOf(added.place), 0, added)
    this.#byPeer.set(added.peer, added)
  }

  delete(peer: PeerId): void {
    const known = this.#byPeer.get(peer)
    if (known === undefined) return
    this.#byPeer.delete(peer)
    this.#sorted.splice(this.#indexOf(known.place), 1)
  }

  /** The first nodes after a place, clockwise, but none at it. */
  next(place: Place, count: number): RingPeer[] {
    const start = this.#indexOf(place)
    const first = this.#sorted[start]?.place === place ? start + 1 : start
    const available = this.#sorted.length - (first - start)
    return Array.from({ length: Math.min(count, available) }, (_, step) => this.#at(first + step))
  }

  /** The last nodes before a place, the nearest first. */
  previous(place: Place, count: number): RingPeer[] {
    const start = this.#indexOf(place)
    const available = this.#sorted.length - (this.#sorted[start]?.place === place ? 1 : 0)
    return Array.from({ length: Math.min(count, available) }, (_, step) => this.#at(start - 1 - step))
  }

  /** The node nearest to a place among those that are usable. */
  nearest(place: Place, isUsable: (peer: PeerId) => boolean): RingPeer | undefined {
    const start = this.#indexOf(place)
    const after = this.#firstUsable(start, 1, isUsable)
    const before = this.#firstUsable(start - 1, -1, isUsable)
    if (after === undefined || before === undefined) return after ?? before
    return isNearer(before.place, after.place, place) ? before : after
  }

  #firstUsable(start: number, step: 1 | -1, isUsable: (peer: PeerId) => boolean): RingPeer | undefined {
    for (let count = 0; count < this.#sorted.length; count++) {
      const candidate = this.#at(start + step * count)
      if (isUsable(candidate.peer)) return candidate
    }
    return undefined
  }

  /** Counts round the circle. */
  #at(index: number): RingPeer {
    const { length } = this.#sorted
    const found = this.#sorted[((index % length) + length) % length]
    if (found === undefined) throw new Error('there is nobody on the circle')
    return found
  }

  /** Where a place is, or would be. */
  #indexOf(place: Place): number {
    let [low, high] = [0, this.#sorted.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#sorted[middle]?.place ?? place) < place) low = middle + 1
      else high = middle
    }
    return low
  }
}
