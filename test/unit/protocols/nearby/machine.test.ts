/** Who is told which rooms, and what of it is believed. */
import { beforeEach, describe, expect, it } from 'vitest'
import {
  ALL_ASKS_BURST,
  ASK_AGAIN_MS,
  ASK_BURST,
  ASKS_PER_SECOND,
  MAX_OFFERS,
  MAX_OFFERS_KEPT,
  OFFERS_LIFETIME_MS,
} from '../../../../protocols/nearby/constants.ts'
import { NearbyMachine, type NearbyEffect, type NearbyRecord, type Offer } from '../../../../protocols/nearby/index.ts'
import { documentIdOfDigest, type PeerId } from '../../../../protocols/wire/ids.ts'

const [BOB, CARLA] = ['bob', 'carla'] as PeerId[] as [PeerId, PeerId]

const offerOf = (index: number): Offer => ({
  ...{ room: documentIdOfDigest(new Uint8Array(32).fill(index)), name: `Room ${index}`, app: 'chat', access: 'open' },
})

let offered: Map<PeerId, Offer[]>
let machine: NearbyMachine
let nowMs: number

const up = (...peers: PeerId[]): void => {
  for (const peer of peers) machine.handle({ type: 'peer-up', peer, creditBytes: 0 }, nowMs)
}
const ask = (): readonly NearbyEffect[] => machine.handle({ type: 'command', command: { type: 'ask' } }, nowMs)
const receive = (from: PeerId, ...records: NearbyRecord[]): readonly NearbyEffect[] =>
  machine.handle({ type: 'records', from, records }, nowMs)
const fault = (peer: PeerId, code: string): NearbyEffect => ({
  ...{ type: 'misbehaviour', peer, reason: { code, fatal: false } },
})
const answer = (serial: number, offers: Offer[], from = 'Bob'): NearbyRecord => ({
  type: 'offers',
  serial,
  from,
  offers,
})

beforeEach(() => {
  nowMs = 1_000
  offered = new Map()
  machine = new NearbyMachine({ name: () => 'Anna', offersTo: (peer) => offered.get(peer) ?? [] })
})

describe('a peer that asks', () => {
  it('is told what is announced to it, and others nothing', () => {
    up(BOB, CARLA)
    offered.set(BOB, [offerOf(1)])
    expect(receive(BOB, { type: 'ask', serial: 7 })).toEqual([
      { type: 'send', to: BOB, record: { type: 'offers', serial: 7, from: 'Anna', offers: [offerOf(1)] } },
    ])
    expect(receive(CARLA, { type: 'ask', serial: 7 })).toEqual([
      { type: 'send', to: CARLA, record: { type: 'offers', serial: 7, from: '', offers: [] } },
    ])
  })

  it('is told of no more rooms than an answer may have', () => {
    up(BOB)
    offered.set(
      BOB,
      Array.from({ length: MAX_OFFERS + 1 }, (_, index) => offerOf(index)),
    )
    expect(receive(BOB, { type: 'ask', serial: 1 })).toMatchObject([{ record: { offers: { length: MAX_OFFERS } } }])
  })

  it('is answered only so often', () => {
    up(BOB)
    const asks = (): number =>
      Array.from({ length: 2 * ASK_BURST }, () => receive(BOB, { type: 'ask', serial: 1 })).filter(
        ([effect]) => effect?.type === 'send',
      ).length
    expect(asks()).toBe(ASK_BURST)
    expect(receive(BOB, { type: 'ask', serial: 1 })).toEqual([fault(BOB, 'ask-flood')])
    nowMs += 1_000 / ASKS_PER_SECOND
    expect(asks()).toBe(1)
  })

  it('has to share with all others', () => {
    const peers = Array.from({ length: ALL_ASKS_BURST + 5 }, (_, index) => `peer ${index}` as PeerId)
    up(...peers)
    const effects = peers.flatMap((peer) => receive(peer, { type: 'ask', serial: 1 }))
    expect(effects.filter(({ type }) => type === 'send')).toHaveLength(ALL_ASKS_BURST)
    expect(effects.at(-1)).toEqual(fault(peers.at(-1)!, 'ask-flood'))
  })
})

describe('what peers announce', () => {
  it('is asked for when somebody looks, of those that were not asked just now', () => {
    up(BOB)
    expect(ask()).toEqual([{ type: 'send', to: BOB, record: { type: 'ask', serial: 1 } }])
    up(CARLA)
    expect(ask()).toEqual([{ type: 'send', to: CARLA, record: { type: 'ask', serial: 1 } }])
    expect(machine.awaited).toBe(2)
    nowMs += ASK_AGAIN_MS
    expect(ask()).toMatchObject([{ record: { serial: 2 } }, { record: { serial: 2 } }])
  })

  it('is known until they are gone, say otherwise, or say nothing for long', () => {
    up(BOB, CARLA)
    ask()
    expect(receive(BOB, answer(1, [offerOf(1)]))).toEqual([{ type: 'emit', event: { type: 'answered', peer: BOB } }])
    receive(CARLA, answer(1, [offerOf(2)], 'Carla'))
    expect(machine.awaited).toBe(0)
    expect(machine.announced(nowMs)).toEqual([
      { peer: BOB, from: 'Bob', offers: [offerOf(1)] },
      { peer: CARLA, from: 'Carla', offers: [offerOf(2)] },
    ])
    machine.handle({ type: 'peer-down', peer: CARLA }, nowMs)
    expect(machine.announced(nowMs).map(({ peer }) => peer)).toEqual([BOB])
    nowMs += ASK_AGAIN_MS
    ask()
    receive(BOB, answer(2, []))
    expect(machine.announced(nowMs)).toEqual([{ peer: BOB, from: 'Bob', offers: [] }])
    expect(machine.announced(nowMs + OFFERS_LIFETIME_MS)).toEqual([])
  })

  it('counts only as an answer, once', () => {
    up(BOB)
    expect(receive(BOB, answer(0, [offerOf(1)]))).toEqual([fault(BOB, 'unasked-offers')])
    ask()
    expect(receive(BOB, answer(2, [offerOf(1)]))).toEqual([fault(BOB, 'unasked-offers')])
    receive(BOB, answer(1, [offerOf(1)]))
    expect(receive(BOB, answer(1, [offerOf(2)]))).toEqual([fault(BOB, 'unasked-offers')])
    expect(machine.announced(nowMs)).toMatchObject([{ offers: [{ name: 'Room 1' }] }])
    expect(receive(CARLA, answer(1, [offerOf(2)]))).toEqual([])
  })

  it('is kept of a peer that told little, however many others tell much', () => {
    const flood = Array.from({ length: 2 * (MAX_OFFERS_KEPT / MAX_OFFERS) }, (_, index) => `peer ${index}` as PeerId)
    up(BOB, ...flood)
    ask()
    receive(BOB, answer(1, [offerOf(1), offerOf(2)]))
    const offers = Array.from({ length: MAX_OFFERS }, (_, index) => offerOf(index))
    for (const peer of flood) receive(peer, answer(1, offers))
    const told = machine.announced(nowMs)
    expect(told[0]).toMatchObject({ peer: BOB, offers: [{ name: 'Room 1' }, { name: 'Room 2' }] })
    expect(told.flatMap((each) => each.offers).length).toBeLessThanOrEqual(MAX_OFFERS_KEPT)
  })

  it('is kept of so many peers, those that told last', () => {
    const count = MAX_OFFERS_KEPT / MAX_OFFERS + 1
    const peers = Array.from({ length: count }, (_, index) => `peer ${index}` as PeerId)
    up(...peers)
    ask()
    const offers = Array.from({ length: MAX_OFFERS }, (_, index) => offerOf(index))
    for (const peer of peers) receive(peer, answer(1, offers))
    expect(machine.announced(nowMs).map(({ peer }) => peer)).toEqual(peers.slice(1))
  })
})
