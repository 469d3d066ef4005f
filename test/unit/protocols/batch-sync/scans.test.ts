/** One peer's reconciliations: steps, turns and the rate. */
import { describe, expect, it } from 'vitest'
import {
  MAX_WAITING_RANGES,
  RANGE_COST,
  SCANS_PER_SECOND,
  SCAN_BURST,
  SCAN_PAGE,
  SCAN_STEPS,
} from '../../../../protocols/batch-sync/constants.ts'
import type { Reconciliation } from '../../../../protocols/batch-sync/reconcile.ts'
import { Scans } from '../../../../protocols/batch-sync/scans.ts'
import { Work } from '../../../../protocols/batch-sync/work.ts'
import type { RoomId } from '../../../../protocols/wire/ids.ts'
import { otherRoom, peer, room } from './held-documents.ts'

/** Work that visits a number of documents, a page at a time or `perPiece`. */
function* workOf(documents: number, perPiece = SCAN_PAGE): Reconciliation {
  for (let left = documents; left > 0; left -= perPiece) yield { scanned: Math.min(left, perPiece) }
}

/** One peer's comparisons, over as many streams as a test opens. */
class Peer {
  readonly #work = new Work()
  #scans = new Scans(this.#work.of(peer))

  open(): void {
    this.#scans = new Scans(this.#work.of(peer))
  }

  add(...added: Parameters<Scans['add']>): boolean {
    return this.#scans.add(...added)
  }

  end(ended: RoomId): void {
    this.#scans.end(ended)
  }

  get isEmpty(): boolean {
    return this.#scans.isEmpty
  }

  step(nowMs: number): { found: ReturnType<Scans['step']>; isOverRate: boolean } {
    this.#work.begin(nowMs)
    const found = this.#scans.step()
    return { found, isOverRate: !this.#scans.isEmpty && this.#work.of(peer).waitMs() > 0 }
  }
}

const scannedIn = (found: ReturnType<Scans['step']>) => found.reduce((sum, { finding }) => sum + finding.scanned, 0)

/** Works until nothing is left or the rate is used up; returns how many documents were visited. */
function workOff(scans: Peer, nowMs: number): number {
  let scanned = 0
  for (;;) {
    const { found, isOverRate } = scans.step(nowMs)
    scanned += scannedIn(found)
    if (isOverRate || scans.isEmpty) return scanned
  }
}

describe('a step', () => {
  it(`visits ${SCAN_STEPS} documents, and the next one goes on from there`, () => {
    const scans = new Peer()
    scans.add(room, workOf(2 * SCAN_STEPS + 5))
    expect([1, 2, 3].map(() => scannedIn(scans.step(0).found))).toEqual([SCAN_STEPS, SCAN_STEPS, 5])
    expect(scans.isEmpty).toBe(true)
    expect(scans.step(0)).toEqual({ found: [], isOverRate: false })
  })

  it('is bounded even if few documents give many answers', () => {
    const scans = new Peer()
    scans.add(room, workOf(100_000, 0.001))
    expect(scans.step(0).found.length).toBeLessThanOrEqual(SCAN_STEPS / RANGE_COST)
  })

  it('takes waiting work in the order it came, with its room', () => {
    const scans = new Peer()
    for (const each of [room, otherRoom, room]) scans.add(each, workOf(10))
    expect(scans.step(0).found.map((each) => each.room)).toEqual([room, otherRoom, room])
    expect(scans.isEmpty).toBe(true)
  })
})

describe('the rate', () => {
  it(`allows visiting ${SCAN_BURST} documents, then ${SCANS_PER_SECOND} a second`, () => {
    const scans = new Peer()
    scans.add(room, workOf(2 * SCAN_BURST))
    const burst = workOff(scans, 0)
    expect(burst).toBeLessThanOrEqual(SCAN_BURST)
    expect(burst).toBeGreaterThan(SCAN_BURST - SCAN_PAGE)
    expect(scans.step(0)).toEqual({ found: [], isOverRate: true })
    const later = workOff(scans, 1_000)
    expect(later).toBeLessThanOrEqual(SCANS_PER_SECOND + SCAN_PAGE)
    expect(later).toBeGreaterThan(SCANS_PER_SECOND - SCAN_PAGE)
  })

  it('does not start anew with a new stream', () => {
    const scans = new Peer()
    scans.add(room, workOf(2 * SCAN_BURST))
    workOff(scans, 0)
    scans.open()
    scans.add(room, workOf(SCAN_BURST))
    expect(scans.step(0)).toEqual({ found: [], isOverRate: true })
  })

  it('is also used up by many small pieces of work', () => {
    const scans = new Peer()
    let done = 0
    for (; done < 2 * SCAN_BURST; done++) {
      scans.add(room, workOf(1))
      if (scans.step(0).isOverRate) break
    }
    expect(done).toBe(Math.floor(SCAN_BURST / SCAN_PAGE))
    expect(scans.isEmpty, 'what is over it waits').toBe(false)
    expect(workOff(scans, 1_000)).toBe(1)
  })
})

describe('waiting work', () => {
  it(`is at most ${MAX_WAITING_RANGES} pieces`, () => {
    const scans = new Peer()
    for (let i = 0; i < MAX_WAITING_RANGES; i++) expect(scans.add(room, workOf(1))).toBe(true)
    expect(scans.add(room, workOf(1))).toBe(false)
    expect(workOff(scans, 0)).toBe(MAX_WAITING_RANGES)
    expect(scans.add(room, workOf(1))).toBe(true)
  })

  it('ends with its room', () => {
    const scans = new Peer()
    scans.add(room, workOf(100 * SCAN_STEPS))
    scans.add(otherRoom, workOf(7))
    scans.step(0)
    scans.end(room)
    expect(workOff(scans, 0)).toBe(7)
  })
})
