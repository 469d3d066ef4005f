/**
 * Checks signatures on the threads of Node's pool before the documents are handled: a check takes longer than all else
 * that is done about most documents. Used where each document needs its own, as in rooms with members.
 */
import { checkAhead } from '../room/document-reader.ts'

/**
 * As many as the pool gets at once: flushes of the database wait behind them, a few milliseconds. It has done them when
 * the event loop comes back to it.
 */
const MAX_IN_POOL = 256

/** Blocks that wait for the pool; those of further frames are checked when they are handled. Of one of the largest frames. */
const MAX_WAITING = 8_192

/** Whether some checks are done. */
export interface Checks {
  readonly isDone: boolean
  /** How many there are. */
  readonly count: number
}

interface Group {
  left: number
  done: () => void
}

export class SignatureChecks {
  #inPool = 0
  #waiting: { block: Uint8Array; group: Group }[] = []

  /** Begun in their order; `done` is called, later, once all of these are. Undefined if too many wait already. */
  start(blocks: readonly Uint8Array[], done: () => void): Checks | undefined {
    if (this.#waiting.length + blocks.length > MAX_WAITING) return undefined
    const group = { left: blocks.length, done }
    for (const block of blocks) this.#waiting.push({ block, group })
    this.#fill()
    return {
      count: blocks.length,
      get isDone() {
        return group.left === 0
      },
    }
  }

  #fill(): void {
    const next = this.#waiting.splice(0, MAX_IN_POOL - this.#inPool)
    this.#inPool += next.length
    for (const { block, group } of next) checkAhead(block, () => this.#checked(group))
  }

  #checked(group: Group): void {
    this.#inPool--
    group.left--
    if (group.left === 0) queueMicrotask(group.done)
    // Half of them at a time, as each call moves what waits.
    if (this.#inPool <= MAX_IN_POOL / 2) this.#fill()
  }
}
