/** What is in flight to one peer: credit, turns, resends, and what is saved. */
import { describe, expect, it } from 'vitest'
import {
  CREDIT_BYTES,
  MAX_CREDIT_BYTES,
  MAX_IDS,
  MAX_MESSAGE_BYTES,
  MAX_PENDING_OFFERS,
  MAX_RESEND_MS,
  MAX_SAVED_UNACKED,
  MIN_CREDIT_BYTES,
  RESEND_BYTES,
  RESEND_JITTER,
  RESEND_MS,
  SAVE_FRONTIER_MS,
} from '../../../../protocols/batch-sync/constants.ts'
import type { BatchSyncEffect, BatchSyncEffects, BatchSyncWrite } from '../../../../protocols/batch-sync/ports.ts'
import type { BatchSyncRecord } from '../../../../protocols/batch-sync/records.ts'
import { PeerSession } from '../../../../protocols/batch-sync/peer-session.ts'
import { MAX_DOCUMENT_BYTES } from '../../../../protocols/document/constants.ts'
import { Effects } from '../../../../protocols/wire/effects.ts'
import type { DocumentId, RoomId } from '../../../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../../../protocols/wire/room-keys.ts'
import { HeldDocuments, idOf, otherRoom, peer, room, standing } from './held-documents.ts'
import { boundless } from './room-sessions.ts'

const BATCH = { policy: 'share', mode: 'batch' } as const

const labels = (count: number, name = ''): string[] => Array.from({ length: count }, (_, i) => `${name}${i}`)

/** A session whose effects can be taken. */
interface Driven {
  session: PeerSession
  effects: BatchSyncEffects
}

function emptySession(ports: HeldDocuments, { creditBytes = CREDIT_BYTES, random = (): number => 0 } = {}): Driven {
  const effects: BatchSyncEffects = new Effects()
  const parts = { ports, random, effects, work: boundless, nowMs: 0 }
  return { effects, session: new PeerSession({ peer, number: 1, creditBytes, ...parts }) }
}

/** A session with a peer that has nothing of some rooms and is sent all of them, however large the documents. */
function sessionOf(
  ports: HeldDocuments,
  { creditBytes = CREDIT_BYTES, random = (): number => 0, rooms = [room] } = {},
): Driven {
  const driven = emptySession(ports, { creditBytes, random })
  for (const each of rooms) driven.session.room(each).learn(standing([], false))
  return driven
}

function pump({ session, effects }: Driven, nowMs: number): readonly BatchSyncEffect[] {
  session.pump(nowMs)
  return effects.take()
}

function resend({ session, effects }: Driven, nowMs: number): readonly BatchSyncEffect[] {
  session.resend(nowMs)
  return effects.take()
}

function endRoom({ session, effects }: Driven, nowMs: number): readonly BatchSyncEffect[] {
  session.endRoom(room, nowMs)
  return effects.take()
}

/** Holds a number of documents that are small enough to be sent without an offer. */
function holding(count: number, sizeBytes = 100, of: RoomId = room): HeldDocuments {
  const ports = new HeldDocuments()
  ports.setSharing(of, peer, BATCH)
  ports.addChain(labels(count), { sizeBytes, room: of })
  return ports
}

const recordsIn = (effects: readonly BatchSyncEffect[]): BatchSyncRecord[] =>
  effects.flatMap((effect) => (effect.type === 'send' ? [effect.record] : []))

const writesIn = (effects: readonly BatchSyncEffect[], type: BatchSyncWrite['type']): BatchSyncWrite[] =>
  effects.flatMap((effect) => (effect.type === 'persist' && effect.write.type === type ? [effect.write] : []))

const timersIn = (effects: readonly BatchSyncEffect[]) =>
  effects.flatMap((effect) => (effect.type === 'timer' ? [effect] : []))

const blocksIn = (effects: readonly BatchSyncEffect[]): Uint8Array[] =>
  recordsIn(effects).flatMap((record) => (record.type === 'message' ? record.blocks : []))

const bytesIn = (effects: readonly BatchSyncEffect[]): number =>
  blocksIn(effects).reduce((sum, block) => sum + block.length, 0)

const idsIn = (effects: readonly BatchSyncEffect[], type: 'offer'): DocumentId[] =>
  recordsIn(effects).flatMap((record) => (record.type === type ? record.ids : []))

const inFlight = ({ session }: Driven, of: RoomId = room): DocumentId[] => session.inFlight(of).map(({ id }) => id)

/** The peer acknowledges documents. */
function acknowledge({ session, effects }: Driven, ids: readonly DocumentId[], nowMs = 0): readonly BatchSyncEffect[] {
  for (const id of ids) session.acknowledged(room, session.room(room), id, nowMs)
  return effects.take()
}

describe('the credit', () => {
  it.each([
    ['is what the peer gives', 300_000, 300_000],
    ['is enough for one document, whatever the peer gives', 0, MIN_CREDIT_BYTES],
    ['is bounded, whatever the peer gives', Number.MAX_SAFE_INTEGER, MAX_CREDIT_BYTES],
  ])('%s', (_name, creditBytes, expectedBytes) => {
    const driven = sessionOf(holding(100, MAX_DOCUMENT_BYTES), { creditBytes })
    const sentBytes = bytesIn(pump(driven, 0))
    expect(sentBytes).toBeLessThanOrEqual(expectedBytes)
    expect(sentBytes).toBeGreaterThan(expectedBytes - MAX_DOCUMENT_BYTES)
    expect(bytesIn(pump(driven, 0))).toBe(0)
    acknowledge(driven, inFlight(driven).slice(0, 1))
    expect(bytesIn(pump(driven, 0))).toBe(MAX_DOCUMENT_BYTES)
  })

  it('is shared by all rooms, which are served in turn', () => {
    const ports = holding(100, 30_000)
    ports.setSharing(otherRoom, peer, BATCH)
    ports.addChain(labels(100, 'other '), { room: otherRoom, sizeBytes: 30_000 })
    const driven = sessionOf(ports, { creditBytes: 900_000, rooms: [room, otherRoom] })
    const effects = pump(driven, 0)
    const topics = recordsIn(effects).map(({ topic }) => topic)
    expect(topics).toEqual([room, otherRoom, room, otherRoom].map(topicKeyOf))
    expect(bytesIn(effects)).toBeLessThanOrEqual(900_000)
  })

  it('holds a document once, however often it is sent', () => {
    const driven = sessionOf(holding(20, 10_000), { creditBytes: 100_000 })
    expect(blocksIn(pump(driven, 0))).toHaveLength(10)
    for (let nowMs = RESEND_MS; nowMs < 20 * MAX_RESEND_MS; nowMs += RESEND_MS) resend(driven, nowMs)
    expect(inFlight(driven)).toHaveLength(10)
    acknowledge(driven, inFlight(driven))
    expect(blocksIn(pump(driven, 20 * MAX_RESEND_MS))).toHaveLength(10)
  })
})

describe('a MESSAGE', () => {
  it(`has at most ${MAX_MESSAGE_BYTES} bytes of documents`, () => {
    const sizes = recordsIn(pump(sessionOf(holding(200, 5_000)), 0)).map((record) =>
      record.type === 'message' ? record.blocks.reduce((sum, block) => sum + block.length, 0) : 0,
    )
    expect(sizes.length).toBeGreaterThan(1)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_MESSAGE_BYTES)
    expect(Math.max(...sizes)).toBeGreaterThan(MAX_MESSAGE_BYTES - 5_000)
  })

  it(`has at most ${MAX_IDS} documents`, () => {
    const driven = sessionOf(holding(MAX_IDS + 1, 10))
    const counts: number[] = []
    // The history is walked in steps.
    for (let i = 0; i < 5; i++) {
      driven.session.room(room).walkOn()
      for (const record of recordsIn(pump(driven, 0))) counts.push(record.type === 'message' ? record.blocks.length : 0)
    }
    expect(counts).toEqual([MAX_IDS, 1])
  })
})

describe('what is not acknowledged', () => {
  it('is sent again after a wait that doubles, and starts anew with every acknowledgement', () => {
    const driven = sessionOf(holding(2))
    const [timer] = timersIn(pump(driven, 0))
    expect(timer).toMatchObject({ timer: { type: 'resend', peer, session: 1 }, afterMs: RESEND_MS })
    expect(driven.session.resendDueMs).toBe(RESEND_MS)
    const waits: number[] = []
    let nowMs = RESEND_MS
    for (let i = 0; i < 8; i++) {
      const effects = resend(driven, nowMs)
      expect(blocksIn(effects)).toHaveLength(2)
      const { afterMs } = timersIn(effects)[0]!
      waits.push(afterMs)
      nowMs += afterMs
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1_000))
    acknowledge(driven, inFlight(driven).slice(0, 1), nowMs)
    const { afterMs } = timersIn(resend(driven, nowMs + 10))[0]!
    expect(afterMs, 'not long enough since').toBe(RESEND_MS)
    expect(blocksIn(resend(driven, nowMs + 10 + afterMs))).toHaveLength(1)
  })

  it('is resent at a time that differs from peer to peer', () => {
    const random = () => 1 - Number.EPSILON
    const [timer] = timersIn(pump(sessionOf(holding(1), { random }), 0))
    expect(timer?.afterMs).toBeCloseTo(RESEND_MS * (1 + RESEND_JITTER))
  })

  it(`costs ${RESEND_BYTES} bytes a minute if the peer never acknowledges`, () => {
    const driven = sessionOf(holding(500, 1_000))
    let [timer] = timersIn(pump(driven, 0))
    let nowMs = 0
    let resentBytes = 0
    while (nowMs < 3_600_000) {
      nowMs += timer!.afterMs
      const effects = resend(driven, nowMs)
      expect(bytesIn(effects)).toBeLessThanOrEqual(RESEND_BYTES)
      if (nowMs > 120_000) resentBytes += bytesIn(effects)
      ;[timer] = timersIn(effects)
    }
    expect(resentBytes).toBeLessThanOrEqual(60 * RESEND_BYTES)
    expect(resentBytes, 'it is not given up').toBeGreaterThan(50 * RESEND_BYTES)
  })

  it('is at least one document at a time, the oldest first, ancestors before descendants', () => {
    const driven = sessionOf(holding(5, MAX_DOCUMENT_BYTES))
    pump(driven, 0)
    expect(blocksIn(resend(driven, RESEND_MS))).toHaveLength(RESEND_BYTES / MAX_DOCUMENT_BYTES)
    const small = sessionOf(holding(100, 1_000))
    const sent = blocksIn(pump(small, 0))
    expect(blocksIn(resend(small, RESEND_MS))).toEqual(sent.slice(0, 65))
  })

  it('needs one timer, and none if nothing is in flight', () => {
    const ports = holding(50, 10_000)
    const driven = sessionOf(ports, { creditBytes: MIN_CREDIT_BYTES })
    expect(timersIn(pump(driven, 0))).toHaveLength(1)
    acknowledge(driven, inFlight(driven))
    expect(timersIn(pump(driven, 0))).toEqual([])
    const idle = sessionOf(new HeldDocuments())
    expect(pump(idle, 0)).toEqual([])
    expect(resend(idle, RESEND_MS)).toEqual([])
    expect(idle.session.resendDueMs).toBeUndefined()
  })
})

describe('offers', () => {
  const INTERACTIVE = { policy: 'share', mode: 'interactive' } as const

  function offering(count: number): HeldDocuments {
    const ports = holding(count)
    ports.setSharing(room, peer, INTERACTIVE)
    return ports
  }

  it(`wait for an answer, at most ${MAX_PENDING_OFFERS} of them over all rooms, and the rest follows later`, () => {
    const ports = offering(MAX_PENDING_OFFERS)
    ports.setSharing(otherRoom, peer, INTERACTIVE)
    ports.addChain(labels(500, 'other '), { room: otherRoom })
    const driven = sessionOf(ports, { rooms: [room, otherRoom] })
    const offered = idsIn(pump(driven, 0), 'offer')
    expect(offered).toHaveLength(MAX_PENDING_OFFERS)
    expect(idsIn(pump(driven, 0), 'offer')).toEqual([])
    acknowledge(driven, inFlight(driven).slice(0, 3))
    expect(idsIn(pump(driven, 0), 'offer')).toHaveLength(3)
  })

  it('take nothing of the credit, and are repeated as documents are', () => {
    const driven = sessionOf(offering(3))
    const offered = idsIn(pump(driven, 0), 'offer')
    expect(offered).toHaveLength(3)
    expect(idsIn(resend(driven, RESEND_MS), 'offer')).toEqual(offered)
    expect(
      driven.session.inFlight(room).every(({ isOffer, sizeBytes, sends }) => isOffer && sizeBytes === 0 && sends === 2),
    ).toBe(true)
  })

  it('are replaced by the document, which then counts', () => {
    const ports = offering(2)
    const driven = sessionOf(ports)
    const [first] = idsIn(pump(driven, 0), 'offer')
    expect(driven.session.takeBack(room, [first!], 'offer').map(({ id }) => id)).toEqual([first])
    driven.session.room(room).request({ id: first!, clock: 1 })
    expect(blocksIn(pump(driven, 0))).toEqual([ports.document(room, first!)?.block])
    const entry = driven.session.inFlight(room).find(({ id }) => id === first)
    expect(entry).toMatchObject({ isOffer: false, sizeBytes: 100 })
  })

  it('are not saved: the peer has not been sent anything', () => {
    const driven = sessionOf(offering(3))
    pump(driven, 0)
    expect(writesIn(resend(driven, RESEND_MS), 'put-unacked')).toEqual([])
    expect(writesIn(endRoom(driven, RESEND_MS), 'put-unacked')).toEqual([])
  })
})

describe('what is saved over restarts', () => {
  it('is what was sent and not acknowledged, from the first resend on', () => {
    const driven = sessionOf(holding(2))
    expect(writesIn(pump(driven, 0), 'put-unacked')).toEqual([])
    const [first, second] = inFlight(driven)
    expect(writesIn(resend(driven, RESEND_MS), 'put-unacked')).toEqual([
      { type: 'put-unacked', room, peer, id: first, sends: 2, sentMs: RESEND_MS },
      { type: 'put-unacked', room, peer, id: second, sends: 2, sentMs: RESEND_MS },
    ])
    expect(acknowledge(driven, [first!])).toEqual([
      { type: 'persist', write: { type: 'delete-unacked', room, peer, id: first } },
    ])
    expect(acknowledge(driven, [first!]), 'a second time').toEqual([])
  })

  it('is what was in flight when the peer goes', () => {
    const driven = sessionOf(holding(2))
    pump(driven, 0)
    const ids = inFlight(driven)
    acknowledge(driven, ids.slice(0, 1))
    const effects = endRoom(driven, 700)
    expect(writesIn(effects, 'put-unacked')).toEqual([
      { type: 'put-unacked', room, peer, id: ids[1], sends: 1, sentMs: 0 },
    ])
    expect(writesIn(effects, 'put-peer-frontier')).toEqual([
      { type: 'put-peer-frontier', room, peer, frontier: [], seenMs: 700 },
    ])
    expect(inFlight(driven)).toEqual([])
    expect(endRoom(driven, 800)).toEqual([])
  })

  it('is deleted when the peer turns out to have all we have', () => {
    const ports = holding(3)
    const heads = ports.heads(room).map(({ id }) => id)
    ports.saveUnacked(room, peer, idOf('0'))
    ports.saveUnacked(room, peer, idOf('1'))
    const driven = emptySession(ports, { creditBytes: 0 })
    driven.session.room(room).learn(standing(heads, false))
    const deleted = writesIn(pump(driven, 0), 'delete-unacked')
    expect(deleted.map((write) => 'id' in write && write.id)).toEqual([idOf('0'), idOf('1')])
  })

  it('is deleted by a late acknowledgement, which therefore is expected', () => {
    const ports = holding(1)
    ports.saveUnacked(room, peer, idOf('0'))
    const { session, effects } = emptySession(ports, { creditBytes: 0 })
    const roomSession = session.room(room)
    expect(session.acknowledged(room, roomSession, idOf('0'), 0)).toBe(true)
    expect(effects.take()).toMatchObject([{ type: 'persist' }])
    expect(session.acknowledged(room, roomSession, idOf('unknown'), 0)).toBe(false)
    expect(effects.take()).toEqual([])
  })

  it(`is at most ${MAX_SAVED_UNACKED} documents per peer and room, including those saved earlier`, () => {
    const ports = holding(MAX_SAVED_UNACKED + 100, 10)
    const before = ports.all().slice(-40)
    for (const { id } of before) ports.saveUnacked(room, peer, id)
    const driven = sessionOf(ports)
    pump(driven, 0)
    driven.session.room(room).walkOn()
    pump(driven, 0)
    const saved = writesIn(endRoom(driven, 0), 'put-unacked')
    const ids = new Set(saved.map((write) => ('id' in write ? write.id : undefined)))
    for (const { id } of before) ids.add(id)
    expect(ids.size).toBe(MAX_SAVED_UNACKED)
  })

  it(`has the peer's frontier at most every ${SAVE_FRONTIER_MS} ms, and the last one when it goes`, () => {
    const driven = sessionOf(new HeldDocuments())
    const roomSession = driven.session.room(room)
    const learn = (label: string, nowMs: number) => {
      roomSession.learn(standing([idOf(label)], false))
      driven.session.saveFrontier(room, nowMs)
      return writesIn(driven.effects.take(), 'put-peer-frontier')
    }
    expect(learn('a', 0)).toMatchObject([{ frontier: [idOf('a')], seenMs: 0 }])
    expect(learn('b', SAVE_FRONTIER_MS - 1)).toEqual([])
    expect(learn('c', SAVE_FRONTIER_MS)).toMatchObject([{ frontier: [idOf('c')], seenMs: SAVE_FRONTIER_MS }])
    expect(learn('d', SAVE_FRONTIER_MS + 1)).toEqual([])
    const effects = endRoom(driven, SAVE_FRONTIER_MS + 2)
    expect(writesIn(effects, 'put-peer-frontier')).toMatchObject([{ frontier: [idOf('d')] }])
  })
})

describe('taking back', () => {
  it('what a peer put off gives its credit back', () => {
    const driven = sessionOf(holding(20, 10_000), { creditBytes: 100_000 })
    pump(driven, 0)
    const ids = inFlight(driven)
    expect(driven.session.takeBack(otherRoom, ids, 'message'), 'another room').toEqual([])
    expect(driven.session.takeBack(room, ids, 'offer'), 'they were sent, not offered').toEqual([])
    const taken = driven.session.takeBack(room, [...ids.slice(0, 2), idOf('unknown')], 'message')
    expect(taken.map(({ id }) => id)).toEqual(ids.slice(0, 2))
    expect(blocksIn(pump(driven, 0))).toHaveLength(2)
  })

  it('for a whole room leaves nothing in flight, and compares it again once it may be sent', () => {
    const ports = holding(20, 10_000)
    const driven = sessionOf(ports, { creditBytes: 100_000 })
    pump(driven, 0)
    const roomSession = driven.session.room(room)
    roomSession.learn(standing([], true))
    driven.session.withdraw(room)
    expect(inFlight(driven)).toEqual([])
    expect(pump(driven, 0)).toEqual([])
    expect(resend(driven, MAX_RESEND_MS)).toEqual([])
    roomSession.learn(standing([], false))
    expect(blocksIn(pump(driven, 0))).toHaveLength(10)
  })
})
