/** The disk under a memory store: what is committed is on it only after a flush, and a power cut takes the rest. */
import type { Journal } from './journal.ts'
import type { Flushed } from './store.ts'

/** How long a flush takes: calls back then. */
export type FlushTime = (flushed: () => void) => void

const AT_ONCE: FlushTime = (flushed) => flushed()

export class MemoryDisk {
  readonly #flushTime: FlushTime
  /** What was committed and is not on the disk yet. */
  #unflushed: Journal[] = []
  #waiting: Flushed[] = []
  #isFlushing = false

  constructor(flushTime: FlushTime = AT_ONCE) {
    this.#flushTime = flushTime
  }

  committed(journal: Journal): void {
    if (this.#flushTime !== AT_ONCE) this.#unflushed.push(journal)
  }

  /** Calls back, in order, once all that is committed by now is on the disk; at once if it is. */
  flush(flushed: Flushed): void {
    if (this.#unflushed.length === 0) {
      flushed()
      return
    }
    this.#waiting.push(flushed)
    this.#start()
  }

  /** Everything that is not on the disk is undone, and nobody hears of it. */
  losePower(): void {
    for (const journal of this.#unflushed.toReversed()) journal.undo()
    this.reachDisk()
  }

  /** Everything committed counts as flushed, and nobody hears of it. */
  reachDisk(): void {
    this.#unflushed = []
    this.#waiting = []
    this.#isFlushing = false
  }

  #start(): void {
    if (this.#isFlushing || this.#waiting.length === 0) return
    this.#isFlushing = true
    const { length } = this.#unflushed
    const waiting = this.#waiting.splice(0)
    this.#flushTime(() => {
      this.#isFlushing = false
      this.#unflushed.splice(0, length)
      for (const flushed of waiting) flushed()
      this.#start()
    })
  }
}
