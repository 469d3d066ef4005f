/**
 * Whose turn it is, by what each has cost so far: start-time fair queueing (Goyal, Vin and Cheng, 1996). Who
 * has cost more waits longer; who has been away gains nothing by it, and loses nothing.
 */

/** Those who cost something and have nothing waiting are forgotten beyond this number, unless they are ahead of all others. */
const MAX_REMEMBERED = 1_024

/** Someone whose turn may come. */
export interface Waiting<Key> {
  key: Key
  /** Between those who have cost the same, the smallest is first. */
  order: number
}

export class Turns<Key> {
  /** What each has cost, on a scale on which those who were away are level with the one served last. */
  readonly #costMs = new Map<Key, number>()
  #servedMs = 0

  /** Someone who had nothing waiting has something now. */
  begin(key: Key): void {
    this.#costMs.set(key, Math.max(this.#costMs.get(key) ?? 0, this.#servedMs))
    if (this.#costMs.size > MAX_REMEMBERED) this.#forget()
  }

  /** The one of those who wait whose turn it is; undefined if nobody waits. */
  next<Candidate extends Waiting<Key>>(waiting: Iterable<Candidate>): Candidate | undefined {
    let first: Candidate | undefined
    let firstMs = Infinity
    for (const each of waiting) {
      const costMs = this.#costMs.get(each.key) ?? this.#servedMs
      if (costMs > firstMs || (costMs === firstMs && first !== undefined && each.order > first.order)) continue
      first = each
      firstMs = costMs
    }
    if (first !== undefined) this.#servedMs = Math.max(this.#servedMs, firstMs)
    return first
  }

  /** Someone's turn has cost so much. */
  charge(key: Key, costMs: number): void {
    this.#costMs.set(key, Math.max(this.#costMs.get(key) ?? 0, this.#servedMs) + costMs)
  }

  /** Whoever is level with the one served last would be put there again when it begins. */
  #forget(): void {
    for (const [key, costMs] of this.#costMs) if (costMs <= this.#servedMs) this.#costMs.delete(key)
  }
}
