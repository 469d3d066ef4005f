/**
 * The reconciliations in progress with one peer, worked on in turn, step by step, at a limited rate of
 * documents checked.
 */
import type { RoomId } from '../wire/ids.ts'
import { MAX_WAITING_RANGES, RANGE_COST, SCAN_PAGE } from './constants.ts'
import type { Finding, Reconciliation } from './reconcile.ts'
import type { PeerWork } from './work.ts'

interface Scan {
  room: RoomId
  work: Reconciliation
}

/** The work caused by one peer's ranges, done in steps. */
export class Scans {
  readonly #work: PeerWork
  #waiting: Scan[] = []

  constructor(work: PeerWork) {
    this.#work = work
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  /** Adds work; returns false if too much is waiting already. */
  add(room: RoomId, work: Reconciliation): boolean {
    if (this.#waiting.length >= MAX_WAITING_RANGES) return false
    this.#waiting.push({ room, work })
    return true
  }

  end(room: RoomId): void {
    this.#waiting = this.#waiting.filter((scan) => scan.room !== room)
  }

  /** Does as much as may be done for this input, and returns the result. */
  step(): { room: RoomId; finding: Finding }[] {
    const found: { room: RoomId; finding: Finding }[] = []
    for (let scan = this.#waiting[0]; scan !== undefined && this.#work.mayLook; scan = this.#waiting[0]) {
      // Also for less: whoever sends much that is small makes us begin as often.
      this.#work.looked(SCAN_PAGE)
      let inPage = 0
      while (inPage < SCAN_PAGE) {
        const { value, done } = scan.work.next()
        if (done === true) {
          this.#waiting.shift()
          break
        }
        found.push({ room: scan.room, finding: value })
        inPage += Math.max(RANGE_COST, value.scanned)
      }
    }
    return found
  }
}
