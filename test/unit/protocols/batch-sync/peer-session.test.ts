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
import type { BatchSyncEffect, BatchSyncWrite } from '../../../../protocols/batch-sync/ports.ts'
import type { BatchSyncRecord } from '../../../../protocols/batch-sync/records.ts'
import { PeerSession } from '../../../../protocols/batch-sync/peer-session.ts'
import { MAX_DOCUMENT_BYTES } from '../../../../protocols/document/constants.ts'
import type { DocumentId, RoomId } from '../../../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../../../protocols/wire/room-keys.ts'
import { HeldDocuments, idOf, otherRoom, peer, room, standing } from './held-documents.ts'

const BATCH = { policy: 'share', mode: 'batch' } as const

const labels = (count: number, name = ''): string[] => Array.from({ length: count }, (_, i) => `${name}${i}`)

/** A session with a peer that has nothing of some rooms and is sent everything, however large the documents. */
function sessionOf(
  ports: HeldDocuments,
  { creditBytes = CREDIT_BYTES, random = (): number => 0, rooms = [room] } = {},
) {
  const session = new PeerSession({ peer, number: 1, creditBytes, ports, random, nowMs: 0 })
  for (const each of rooms) session.room(each).learn(standing([], false))
  return session
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

const inFlight = (session: PeerSession, of: RoomId = room): DocumentId[] => session.inFlight(of).map(({ id }) => id)

/** The peer acknowledges documents. */
function acknowledge(session: PeerSession, ids: readonly DocumentId[], nowMs = 0): BatchSyncEffect[] {
  return ids.flatMap((id) => session.acknowledged(room, session.room(room), id, nowMs).effects)
}

describe('the credit', () => {
  it.each([
    ['is what the peer gives', 300_000, 300_000],
    ['is enough for one document, whatever the peer gives', 0, MIN_CREDIT_BYTES],
    ['is bounded, whatever the peer gives', Number.MAX_SAFE_INTEGER, MAX_CREDIT_BYTES],
  ])('%s', (_name, creditBytes, expectedBytes) => {
    const session = sessionOf(holding(100, MAX_DOCUMENT_BYTES), { creditBytes })
    const sentBytes = bytesIn(session.pump(0))
    expect(sentBytes).toBeLessThanOrEqual(expectedBytes)
    expect(sentBytes).toBeGreaterThan(expectedBytes - MAX_DOCUMENT_BYTES)
    expect(bytesIn(session.pump(0))).toBe(0)
    acknowledge(session, inFlight(session).slice(0, 1))
    expect(bytesIn(session.pump(0))).toBe(MAX_DOCUMENT_BYTES)
  })

  it('is shared by all rooms, which are served in turn', () => {
    const ports = holding(100, 30_000)
    ports.setSharing(otherRoom, peer, BATCH)
    ports.addChain(labels(100, 'other '), { room: otherRoom, sizeBytes: 30_000 })
    const session = sessionOf(ports, { creditBytes: 900_000, rooms: [room, otherRoom] })
    const effects = session.pump(0)
    const topics = recordsIn(effects).map(({ topic }) => topic)
    expect(topics).toEqual([room, otherRoom, room, otherRoom].map(topicKeyOf))
    expect(bytesIn(effects)).toBeLessThanOrEqual(900_000)
  })

  it('counts a document once, however often it is sent', () => {
    const session = sessionOf(holding(20, 10_000), { creditBytes: 100_000 })
    expect(blocksIn(session.pump(0))).toHaveLength(10)
    for (let nowMs = RESEND_MS; nowMs < 20 * MAX_RESEND_MS; nowMs += RESEND_MS) session.resend(nowMs)
    expect(inFlight(session)).toHaveLength(10)
    acknowledge(session, inFlight(session))
    expect(blocksIn(session.pump(20 * MAX_RESEND_MS))).toHaveLength(10)
  })
})

describe('a MESSAGE', () => {
  it(`has at most ${MAX_MESSAGE_BYTES} bytes of documents`, () => {
    const sizes = recordsIn(sessionOf(holding(200, 5_000)).pump(0)).map((record) =>
      record.type === 'message' ? record.blocks.reduce((sum, block) => sum + block.length, 0) : 0,
    )
    expect(sizes.length).toBeGreaterThan(1)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_MESSAGE_BYTES)
    expect(Math.max(...sizes)).toBeGreaterThan(MAX_MESSAGE_BYTES - 5_000)
  })

  it(`has at most ${MAX_IDS} documents`, () => {
    const session = sessionOf(holding(MAX_IDS + 1, 10))
    const counts: number[] = []
    // The history is walked in steps.
    for (let i = 0; i < 5; i++) {
      session.room(room).walkOn()
      for (const record of recordsIn(session.pump(0))) counts.push(record.type === 'message' ? record.blocks.length : 0)
    }
    expect(counts).toEqual([MAX_IDS, 1])
  })
})

describe('an unacknowledged document', () => {
  it('is resent after a delay that doubles, and starts over with every acknowledgement', () => {
    const session = sessionOf(holding(2))
    const [timer] = timersIn(session.pump(0))
    expect(timer).toMatchObject({ timer: { type: 'resend', peer, session: 1 }, afterMs: RESEND_MS })
    expect(session.resendDueMs).toBe(RESEND_MS)
    const waits: number[] = []
    let nowMs = RESEND_MS
    for (let i = 0; i < 8; i++) {
      const effects = session.resend(nowMs)
      expect(blocksIn(effects)).toHaveLength(2)
      const { afterMs } = timersIn(effects)[0]!
      waits.push(afterMs)
      nowMs += afterMs
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1_000))
    acknowledge(session, inFlight(session).slice(0, 1), nowMs)
    const { afterMs } = timersIn(session.resend(nowMs + 10))[0]!
    expect(afterMs, 'not long enough since').toBe(RESEND_MS)
    expect(blocksIn(session.resend(nowMs + 10 + afterMs))).toHaveLength(1)
  })

  it('is resent at a time that differs from peer to peer', () => {
    const random = () => 1 - Number.EPSILON
    const [timer] = timersIn(sessionOf(holding(1), { random }).pump(0))
    expect(timer?.afterMs).toBeCloseTo(RESEND_MS * (1 + RESEND_JITTER))
  })

  it(`costs ${RESEND_BYTES} bytes a minute if the peer never acknowledges`, () => {
    const session = sessionOf(holding(500, 1_000))
    let [timer] = timersIn(session.pump(0))
    let nowMs = 0
    let resentBytes = 0
    while (nowMs < 3_600_000) {
      nowMs += timer!.afterMs
      const effects = session.resend(nowMs)
      expect(bytesIn(effects)).toBeLessThanOrEqual(RESEND_BYTES)
      if (nowMs > 120_000) resentBytes += bytesIn(effects)
      ;[timer] = timersIn(effects)
    }
    expect(resentBytes).toBeLessThanOrEqual(60 * RESEND_BYTES)
    expect(resentBytes, 'it is not given up').toBeGreaterThan(50 * RESEND_BYTES)
  })

  it('is at least one document per resend, the oldest first, ancestors before descendants', () => {
    const session = sessionOf(holding(5, MAX_DOCUMENT_BYTES))
    session.pump(0)
    expect(blocksIn(session.resend(RESEND_MS))).toHaveLength(RESEND_BYTES / MAX_DOCUMENT_BYTES)
    const small = sessionOf(holding(100, 1_000))
    const sent = blocksIn(small.pump(0))
    expect(blocksIn(small.resend(RESEND_MS))).toEqual(sent.slice(0, 65))
  })

  it('needs one timer, and none if nothing is in flight', () => {
    const ports = holding(50, 10_000)
    const session = sessionOf(ports, { creditBytes: MIN_CREDIT_BYTES })
    expect(timersIn(session.pump(0))).toHaveLength(1)
    acknowledge(session, inFlight(session))
    expect(timersIn(session.pump(0))).toEqual([])
    const idle = sessionOf(new HeldDocuments())
    expect(idle.pump(0)).toEqual([])
    expect(idle.resend(RESEND_MS)).toEqual([])
    expect(idle.resendDueMs).toBeUndefined()
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
    const session = sessionOf(ports, { rooms: [room, otherRoom] })
    const offered = idsIn(session.pump(0), 'offer')
    expect(offered).toHaveLength(MAX_PENDING_OFFERS)
    expect(idsIn(session.pump(0), 'offer')).toEqual([])
    acknowledge(session, inFlight(session).slice(0, 3))
    expect(idsIn(session.pump(0), 'offer')).toHaveLength(3)
  })

  it('cost no credit, and are repeated like documents', () => {
    const session = sessionOf(offering(3))
    const offered = idsIn(session.pump(0), 'offer')
    expect(offered).toHaveLength(3)
    expect(idsIn(session.resend(RESEND_MS), 'offer')).toEqual(offered)
    expect(
      session.inFlight(room).every(({ isOffer, sizeBytes, sends }) => isOffer && sizeBytes === 0 && sends === 2),
    ).toBe(true)
  })

  it('are replaced by the document, which then counts', () => {
    const ports = offering(2)
    const session = sessionOf(ports)
    const [first] = idsIn(session.pump(0), 'offer')
    expect(session.takeBack(room, [first!], 'offer').map(({ id }) => id)).toEqual([first])
    session.room(room).request({ id: first!, clock: 1 })
    expect(blocksIn(session.pump(0))).toEqual([ports.document(room, first!)?.block])
    const entry = session.inFlight(room).find(({ id }) => id === first)
    expect(entry).toMatchObject({ isOffer: false, sizeBytes: 100 })
  })

  it('are not saved: nothing was sent to the peer', () => {
    const session = sessionOf(offering(3))
    session.pump(0)
    expect(writesIn(session.resend(RESEND_MS), 'put-unacked')).toEqual([])
    expect(writesIn(session.endRoom(room, RESEND_MS), 'put-unacked')).toEqual([])
  })
})

describe('what is saved over restarts', () => {
  it('is what was sent and not acknowledged, from the first resend on', () => {
    const session = sessionOf(holding(2))
    expect(writesIn(session.pump(0), 'put-unacked')).toEqual([])
    const [first, second] = inFlight(session)
    expect(writesIn(session.resend(RESEND_MS), 'put-unacked')).toEqual([
      { type: 'put-unacked', room, peer, id: first, sends: 2, sentMs: RESEND_MS },
      { type: 'put-unacked', room, peer, id: second, sends: 2, sentMs: RESEND_MS },
    ])
    expect(acknowledge(session, [first!])).toEqual([
      { type: 'persist', write: { type: 'delete-unacked', room, peer, id: first } },
    ])
    expect(acknowledge(session, [first!]), 'a second time').toEqual([])
  })

  it('is what was in flight when the peer disconnects', () => {
    const session = sessionOf(holding(2))
    session.pump(0)
    const ids = inFlight(session)
    acknowledge(session, ids.slice(0, 1))
    const effects = session.endRoom(room, 700)
    expect(writesIn(effects, 'put-unacked')).toEqual([
      { type: 'put-unacked', room, peer, id: ids[1], sends: 1, sentMs: 0 },
    ])
    expect(writesIn(effects, 'put-peer-frontier')).toEqual([
      { type: 'put-peer-frontier', room, peer, frontier: [], seenMs: 700 },
    ])
    expect(inFlight(session)).toEqual([])
    expect(session.endRoom(room, 800)).toEqual([])
  })

  it('is deleted when the peer turns out to have all we have', () => {
    const ports = holding(3)
    const heads = ports.heads(room).map(({ id }) => id)
    ports.saveUnacked(room, peer, idOf('0'))
    ports.saveUnacked(room, peer, idOf('1'))
    const session = new PeerSession({ peer, number: 1, creditBytes: 0, ports, random: () => 0, nowMs: 0 })
    session.room(room).learn(standing(heads, false))
    const deleted = writesIn(session.pump(0), 'delete-unacked')
    expect(deleted.map((write) => 'id' in write && write.id)).toEqual([idOf('0'), idOf('1')])
  })

  it('is deleted by a late acknowledgement, which therefore is expected', () => {
    const ports = holding(1)
    ports.saveUnacked(room, peer, idOf('0'))
    const session = new PeerSession({ peer, number: 1, creditBytes: 0, ports, random: () => 0, nowMs: 0 })
    const roomSession = session.room(room)
    expect(session.acknowledged(room, roomSession, idOf('0'), 0)).toMatchObject({
      isExpected: true,
      effects: [{ type: 'persist' }],
    })
    expect(session.acknowledged(room, roomSession, idOf('unknown'), 0)).toEqual({ isExpected: false, effects: [] })
  })

  it(`is at most ${MAX_SAVED_UNACKED} documents per peer and room, including those saved earlier`, () => {
    const ports = holding(MAX_SAVED_UNACKED + 100, 10)
    const before = ports.all().slice(-40)
    for (const { id } of before) ports.saveUnacked(room, peer, id)
    const session = sessionOf(ports)
    session.pump(0)
    session.room(room).walkOn()
    session.pump(0)
    const saved = writesIn(session.endRoom(room, 0), 'put-unacked')
    const ids = new Set(saved.map((write) => ('id' in write ? write.id : undefined)))
    for (const { id } of before) ids.add(id)
    expect(ids.size).toBe(MAX_SAVED_UNACKED)
  })

  it(`includes the peer's frontier at most every ${SAVE_FRONTIER_MS} ms, and when it disconnects`, () => {
    const session = sessionOf(new HeldDocuments())
    const roomSession = session.room(room)
    const learn = (label: string, nowMs: number) => {
      roomSession.learn(standing([idOf(label)], false))
      return writesIn(session.saveFrontier(room, nowMs), 'put-peer-frontier')
    }
    expect(learn('a', 0)).toMatchObject([{ frontier: [idOf('a')], seenMs: 0 }])
    expect(learn('b', SAVE_FRONTIER_MS - 1)).toEqual([])
    expect(learn('c', SAVE_FRONTIER_MS)).toMatchObject([{ frontier: [idOf('c')], seenMs: SAVE_FRONTIER_MS }])
    expect(learn('d', SAVE_FRONTIER_MS + 1)).toEqual([])
    const effects = session.endRoom(room, SAVE_FRONTIER_MS + 2)
    expect(writesIn(effects, 'put-peer-frontier')).toMatchObject([{ frontier: [idOf('d')] }])
  })
})

describe('taking documents out of flight', () => {
  it('because the peer deferred them gives their credit back', () => {
    const session = sessionOf(holding(20, 10_000), { creditBytes: 100_000 })
    session.pump(0)
    const ids = inFlight(session)
    expect(session.takeBack(otherRoom, ids, 'message'), 'another room').toEqual([])
    expect(session.takeBack(room, ids, 'offer'), 'they were sent, not offered').toEqual([])
    const taken = session.takeBack(room, [...ids.slice(0, 2), idOf('unknown')], 'message')
    expect(taken.map(({ id }) => id)).toEqual(ids.slice(0, 2))
    expect(blocksIn(session.pump(0))).toHaveLength(2)
  })

  it('for a whole room leaves nothing in flight, and compares it again once it may be sent', () => {
    const ports = holding(20, 10_000)
    const session = sessionOf(ports, { creditBytes: 100_000 })
    session.pump(0)
    const roomSession = session.room(room)
    roomSession.learn(standing([], true))
    session.withdraw(room)
    expect(inFlight(session)).toEqual([])
    expect(session.pump(0)).toEqual([])
    expect(session.resend(MAX_RESEND_MS)).toEqual([])
    roomSession.learn(standing([], false))
    expect(blocksIn(session.pump(0))).toHaveLength(10)
  })
})
