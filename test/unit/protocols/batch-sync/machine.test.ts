/** Limits of the whole machine, and what peers can do with its records; the scenarios cover normal operation. */
import { beforeEach, describe, expect, it } from 'vitest'
import {
  CREDIT_BYTES,
  FLOW_DOCUMENTS,
  MAX_DEFER_MS,
  MAX_IDS,
  MAX_PENDING_OFFERS,
  MAX_RECONCILE_MS,
  MAX_WAITING_RANGES,
  RECONCILE_MS,
  REQUEST_MS,
  SALT_BYTES,
  SCAN_BURST,
  SCAN_PAGE,
  SCAN_STEPS,
  SCAN_WAIT_MS,
} from '../../../../protocols/batch-sync/constants.ts'
import { BatchSyncMachine } from '../../../../protocols/batch-sync/machine.ts'
import type { BatchSyncCommand, BatchSyncEffect, BatchSyncTimer } from '../../../../protocols/batch-sync/ports.ts'
import type { BatchSyncRecord, RangesRecord } from '../../../../protocols/batch-sync/records.ts'
import { MAX_DOCUMENT_BYTES } from '../../../../protocols/document/constants.ts'
import type { DocumentId, PeerId, RoomId } from '../../../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../../../protocols/wire/room-keys.ts'
import { HeldDocuments, idOf, otherPeer, otherRoom, peer, room, standing } from './held-documents.ts'

const topic = topicKeyOf(room)

const labels = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i}`)

/** A machine with its rooms open, on a clock that moves only when told to. */
class Driven {
  readonly ports = new HeldDocuments()
  readonly machine: BatchSyncMachine
  nowMs = 0
  #timers: { timer: BatchSyncTimer; dueMs: number }[] = []

  constructor(self = 'self') {
    this.machine = new BatchSyncMachine({ self: self as PeerId, ports: this.ports, random: () => 0 })
    for (const each of [room, otherRoom]) this.command({ type: 'open', room: each })
  }

  command(command: BatchSyncCommand): readonly BatchSyncEffect[] {
    return this.#handle(this.machine.handle({ type: 'command', command }, this.nowMs))
  }

  /** A peer comes, and is a neighbour in a room. */
  meet(who: PeerId, inRoom: RoomId = room, frontier: readonly DocumentId[] = []): readonly BatchSyncEffect[] {
    this.#handle(this.machine.handle({ type: 'peer-up', peer: who, creditBytes: CREDIT_BYTES }, this.nowMs))
    return this.tell(who, inRoom, frontier)
  }

  tell(who: PeerId, inRoom: RoomId, frontier: readonly DocumentId[]): readonly BatchSyncEffect[] {
    return this.command({ type: 'neighbour', room: inRoom, peer: who, ...standing(frontier) })
  }

  receive(from: PeerId, ...records: BatchSyncRecord[]): readonly BatchSyncEffect[] {
    return this.#handle(this.machine.handle({ type: 'records', from, records }, this.nowMs))
  }

  /** Lets time pass; gives what the timers that came due did. */
  pass(durationMs: number): readonly BatchSyncEffect[] {
    const endMs = this.nowMs + durationMs
    const effects: BatchSyncEffect[] = []
    for (;;) {
      const [next] = this.#timers.toSorted((a, b) => a.dueMs - b.dueMs)
      if (next === undefined || next.dueMs > endMs) break
      this.#timers = this.#timers.filter((each) => each !== next)
      this.nowMs = Math.max(this.nowMs, next.dueMs)
      effects.push(...this.#handle(this.machine.handle({ type: 'timer', timer: next.timer }, this.nowMs)))
    }
    this.nowMs = endMs
    return effects
  }

  #handle(effects: readonly BatchSyncEffect[]): readonly BatchSyncEffect[] {
    for (const effect of effects) {
      if (effect.type === 'timer') this.#timers.push({ timer: effect.timer, dueMs: this.nowMs + effect.afterMs })
    }
    return effects
  }
}

const sent = (effects: readonly BatchSyncEffect[], to?: PeerId): BatchSyncRecord[] =>
  effects.flatMap((effect) => (effect.type === 'send' && (to ?? effect.to) === effect.to ? [effect.record] : []))

const blocksIn = (effects: readonly BatchSyncEffect[]): Uint8Array[] =>
  sent(effects).flatMap((record) => (record.type === 'message' ? record.blocks : []))

const rangesIn = (effects: readonly BatchSyncEffect[]): RangesRecord[] =>
  sent(effects).flatMap((record) => (record.type === 'ranges' ? [record] : []))

const faultsIn = (effects: readonly BatchSyncEffect[]): string[] =>
  effects.flatMap((effect) => (effect.type === 'misbehaviour' ? [effect.reason.code] : []))

let driven: Driven

beforeEach(() => {
  driven = new Driven()
})

describe('documents that a peer deferred', () => {
  /** Everything that waits for the peer is in flight. */
  const sendAll = (): DocumentId[] => {
    driven.ports.addChain(labels(3))
    driven.meet(peer)
    return labels(3).map(idOf)
  }

  it.each([1, 1_000, MAX_DEFER_MS])('for %i ms are sent again after that', (afterMs) => {
    const ids = sendAll()
    const effects = driven.receive(peer, { type: 'defer', topic, ids, afterMs })
    expect(blocksIn([...effects, ...driven.pass(afterMs - 1)])).toEqual([])
    expect(blocksIn(driven.pass(1))).toHaveLength(3)
  })

  it('for no time are sent again', () => {
    expect(blocksIn(driven.receive(peer, { type: 'defer', topic, ids: sendAll(), afterMs: 0 }))).toHaveLength(3)
  })

  it(`are sent again after ${MAX_DEFER_MS} ms at the latest`, () => {
    const ids = sendAll()
    driven.receive(peer, { type: 'defer', topic, ids, afterMs: Number.MAX_SAFE_INTEGER })
    expect(blocksIn(driven.pass(MAX_DEFER_MS))).toHaveLength(3)
  })

  it('are sent only once because of one frame', () => {
    const ids = sendAll()
    const defers = Array.from({ length: MAX_IDS }, (): BatchSyncRecord => ({ type: 'defer', topic, ids, afterMs: 0 }))
    expect(blocksIn(driven.receive(peer, ...defers)).length).toBeLessThanOrEqual(3)
  })
})

describe('acknowledgements', () => {
  it('of documents that the peer guesses to come next do not release everything at once', () => {
    driven.ports.setSharing(room, peer, { policy: 'share', mode: 'batch' })
    driven.ports.addChain(labels(100), { sizeBytes: MAX_DOCUMENT_BYTES })
    driven.meet(peer)
    const perCredit = CREDIT_BYTES / MAX_DOCUMENT_BYTES
    const acks = Array.from({ length: 5 }, (_, i): BatchSyncRecord => {
      return {
        type: 'ack',
        topic,
        ids: labels(100)
          .slice(i * perCredit, (i + 1) * perCredit)
          .map(idOf),
      }
    })
    expect(blocksIn(driven.receive(peer, ...acks)).length).toBeLessThanOrEqual(perCredit)
  })
})

describe('an offered document', () => {
  it('is requested from a peer of its room, whoever offered it in another room before', () => {
    driven.meet(peer, otherRoom)
    driven.meet(otherPeer, room)
    driven.receive(peer, { type: 'offer', topic: topicKeyOf(otherRoom), ids: [idOf('wanted')] })
    const effects = driven.receive(otherPeer, { type: 'offer', topic, ids: [idOf('wanted')] })
    expect(sent(effects)).toEqual([{ type: 'request', topic, ids: [idOf('wanted')] }])
    const later = driven.pass(10 * REQUEST_MS)
    const topics = new Set(sent(later, otherPeer).map((record) => record.topic))
    expect(topics, 'nothing of a room that it is not in').toEqual(new Set([topic]))
  })

  it('is no longer requested once the room is closed', () => {
    for (const who of [peer, otherPeer]) {
      driven.meet(who)
      driven.receive(who, { type: 'offer', topic, ids: [idOf('wanted')] })
    }
    expect(sent(driven.command({ type: 'close', room }))).toEqual([])
    expect(driven.pass(10 * REQUEST_MS)).toEqual([])
  })

  it(`is requested while fewer than ${MAX_PENDING_OFFERS} offers of the peer wait`, () => {
    driven.meet(peer)
    const offer = (count: number, name: string): BatchSyncRecord => {
      return { type: 'offer', topic, ids: labels(count).map((label) => idOf(name + label)) }
    }
    expect(faultsIn(driven.receive(peer, offer(MAX_PENDING_OFFERS, 'a')))).toEqual([])
    const effects = driven.receive(peer, offer(5, 'b'))
    expect(faultsIn(effects)).toEqual(['offer-flood'])
    expect(sent(effects)).toEqual([])
  })
})

describe('a frontier that stays unknown', () => {
  it(`is compared by ranges at once by one of two peers that meet, then with doubling delays up to ${MAX_RECONCILE_MS} ms`, () => {
    const openings = (self: string): number[] => {
      driven = new Driven(self)
      driven.ports.addChain(labels(3))
      const times = rangesIn(driven.meet(peer, room, [idOf('unknown')])).length > 0 ? [0] : []
      for (let i = 0; i < 4_000; i++) if (rangesIn(driven.pass(1_000)).length > 0) times.push(driven.nowMs)
      return times
    }
    const later = [1, 3, 7, 15, 31, 63, 127, 255, 511, 1_023, 1_623, 2_223, 2_823, 3_423].map((n) => n * RECONCILE_MS)
    expect(openings('a')).toEqual([0, ...later])
    expect(openings('z')).toEqual(later)
  })

  const bring = (count: number): void => {
    const documents = labels(count).map((label, seq) => ({ id: idOf(label), clock: 10, author: peer, seq }))
    driven.command({ type: 'stored', room, documents, from: peer })
  }

  it.each([
    ['while a history comes from the peer, once that ends', FLOW_DOCUMENTS, 5 * RECONCILE_MS],
    ['at once if what comes is no more than people write', FLOW_DOCUMENTS - 1, RECONCILE_MS],
    [`after ${MAX_RECONCILE_MS} ms, whatever comes`, FLOW_DOCUMENTS, MAX_RECONCILE_MS + RECONCILE_MS],
  ])('is compared by ranges %s', (_when, perWait, openedMs) => {
    driven = new Driven('z')
    driven.ports.addChain(labels(3))
    driven.meet(peer, room, [idOf('unknown')])
    const flowsMs = openedMs > 5 * RECONCILE_MS ? Infinity : 4 * RECONCILE_MS
    while (driven.nowMs < openedMs) {
      if (driven.nowMs < flowsMs) bring(perWait)
      const opened = rangesIn(driven.pass(RECONCILE_MS)).length > 0
      expect(opened, `${driven.nowMs}`).toBe(driven.nowMs === openedMs)
    }
  })
})

describe("a peer's ranges", () => {
  const ranges = (salt = 0): RangesRecord => {
    const lower = { clock: 0, digest: new Uint8Array(32) }
    const content = { type: 'fingerprint', fingerprint: '00'.repeat(8) } as const
    const bytes = new Uint8Array(SALT_BYTES).fill(salt)
    return { type: 'ranges', topic, salt: bytes, lower, ranges: [{ upper: undefined, content }] }
  }

  it('are dropped if it leaves the room before they are answered', () => {
    const documents = 2 * SCAN_STEPS
    driven.ports.addChain(labels(documents), { sizeBytes: 10 })
    driven.meet(peer, room, [idOf(documents - 1)])
    expect(rangesIn(driven.receive(peer, ranges()))).toEqual([])
    driven.command({ type: 'neighbour-left', room, peer })
    expect(sent(driven.pass(10 * SCAN_WAIT_MS))).toEqual([])
    driven.tell(peer, room, [idOf(documents - 1)])
    driven.receive(peer, ranges())
    expect(rangesIn(driven.pass(10 * SCAN_WAIT_MS)).length, 'as they are where it stays').toBeGreaterThan(0)
  })

  it(`are answered up to a rate; ${MAX_WAITING_RANGES} wait, and any more are dropped`, () => {
    driven.ports.addChain(labels(3))
    driven.meet(peer)
    let answered = 0
    for (let i = 0; i < Math.floor(SCAN_BURST / SCAN_PAGE) + MAX_WAITING_RANGES; i++) {
      const effects = driven.receive(peer, ranges(i % 250))
      expect(faultsIn(effects)).toEqual([])
      answered += rangesIn(effects).length
    }
    expect(answered).toBe(Math.floor(SCAN_BURST / SCAN_PAGE))
    const effects = driven.receive(peer, ranges())
    expect(faultsIn(effects)).toEqual(['ranges-flood'])
    expect(rangesIn(effects)).toEqual([])
    expect(rangesIn(driven.pass(SCAN_WAIT_MS - 1))).toEqual([])
    expect(rangesIn(driven.pass(1)).length).toBeGreaterThan(0)
  })
})
