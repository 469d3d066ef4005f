/**
 * The reconciliations in progress with one peer, worked on in turn, step by step, at a limited rate of
 * documents checked.
 */
import { TokenBucket } from '../wire/token-bucket.ts'
import type { RoomId } from '../wire/ids.ts'
import { MAX_WAITING_RANGES, SCANS_PER_SECOND, SCAN_BURST, SCAN_PAGE, SCAN_STEPS } from './constants.ts'
import type { Finding, Reconciliation } from './reconcile.ts'

interface Scan {
  room: RoomId
  work: Reconciliation
}

/** The work caused by one peer's ranges, done in steps. */
export class Scans {
  readonly #bucket: TokenBucket
  #waiting: Scan[] = []

  constructor(nowMs: number) {
    this.#bucket = new TokenBucket(SCAN_BURST, SCANS_PER_SECOND, nowMs)
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

  /** Does one step and returns the result. `isOverRate`: there is more to do, but not at once. */
  step(nowMs: number): { found: { room: RoomId; finding: Finding }[]; isOverRate: boolean } {
    const found: { room: RoomId; finding: Finding }[] = []
    let scanned = 0
    for (let scan = this.#waiting[0]; scan !== undefined && scanned < SCAN_STEPS; scan = this.#waiting[0]) {
      if (!this.#bucket.take(nowMs, SCAN_PAGE)) return { found, isOverRate: true }
      let inPage = 0
      while (inPage < SCAN_PAGE) {
        const { value, done } = scan.work.next()
        if (done === true) {
          this.#waiting.shift()
          break
        }
        found.push({ room: scan.room, finding: value })
        inPage += Math.max(1, value.scanned)
      }
      scanned += inPage
    }
    return { found, isOverRate: false }
  }
}
