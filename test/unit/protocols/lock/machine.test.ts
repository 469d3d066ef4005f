/** Who gets a lock, and what of it an elector keeps. */
import { beforeEach, describe, expect, it } from 'vitest'
import {
  ANSWER_MS,
  MAX_FENCE_STEP,
  MAX_LEASE_MS,
  MAX_TICKET_STEP,
  MAX_WAITING,
  MIN_LEASE_MS,
  RECORD_BURST,
  WAITING_MS,
} from '../../../../protocols/lock/constants.ts'
import {
  LOCK as CODEC,
  LockMachine,
  type LockEffect,
  type LockEvent,
  type LockRecord,
  type LockTimer,
  type Vote,
} from '../../../../protocols/lock/index.ts'
import { documentIdOfDigest, type PeerId } from '../../../../protocols/wire/ids.ts'

const LOCK = documentIdOfDigest(new Uint8Array(32).fill(1))
const MARK = documentIdOfDigest(new Uint8Array(32).fill(2))
const [ELLA, EMIL, EDDA] = ['ella', 'emil', 'edda'] as PeerId[] as [PeerId, PeerId, PeerId]
const [ANNA, BOB, CARLA] = ['anna', 'bob', 'carla'] as PeerId[] as [PeerId, PeerId, PeerId]
const ELECTORS = [ELLA, EMIL, EDDA]
const LEASE_MS = 10_000

let nowMs: number
let vote: Vote | undefined
let isOutdated: boolean
let readers: Set<PeerId>
let machine: LockMachine

function start(self: PeerId): void {
  machine = new LockMachine({
    ...{ self, random: () => 0.5 },
    ports: {
      electors: (lock) => (lock === LOCK ? ELECTORS : undefined),
      isNeighbour: () => true,
      mayTake: (_, peer) => !readers.has(peer),
      vote: () => vote,
      isOutdated: () => isOutdated,
    },
  })
  for (const peer of [...ELECTORS, ANNA, BOB, CARLA]) {
    if (peer !== self) machine.handle({ type: 'peer-up', peer, creditBytes: 0 }, nowMs)
  }
}

function kept(effects: readonly LockEffect[]): readonly LockEffect[] {
  for (const effect of effects) if (effect.type === 'persist') vote = effect.write.vote
  return effects
}

const receive = (from: PeerId, ...records: LockRecord[]) =>
  kept(machine.handle({ type: 'records', from, records }, nowMs))
const wake = (timer: LockTimer) => kept(machine.handle({ type: 'timer', timer }, nowMs))
const sent = (effects: readonly LockEffect[]) =>
  effects.flatMap((effect) => (effect.type === 'send' ? [[effect.to, effect.record] as const] : []))
const told = (effects: readonly LockEffect[]): LockEvent[] =>
  effects.flatMap((effect) => (effect.type === 'emit' ? [effect.event] : []))

interface AskFields {
  request?: number
  sentMs?: number
  fence?: number
  leaseMs?: number
  ticket?: number
  seen?: number
}

const ask = (fields: AskFields = {}): LockRecord => ({
  ...{ type: 'ask', lock: LOCK, request: 1, sentMs: 5, fence: 0, leaseMs: LEASE_MS, ticket: 1, seen: 0 },
  ...fields,
})
const grant = (fence: number, fields: { request?: number; sentMs?: number } = {}): LockRecord => ({
  ...{ type: 'grant', lock: LOCK, request: 1, sentMs: nowMs, fence, ticket: 1 },
  ...fields,
})
const release = (request: number, fence: number): LockRecord => ({ type: 'release', lock: LOCK, request, fence })

beforeEach(() => {
  nowMs = 1_000
  vote = { fence: 0, hasForgotten: false }
  isOutdated = false
  readers = new Set([CARLA])
})

describe('an elector', () => {
  beforeEach(() => start(ELLA))

  it('keeps what it grants before it answers, and tells others who has it', () => {
    const effects = receive(ANNA, ask())
    expect(effects.map(({ type }) => type)).toEqual(['persist', 'send'])
    expect(sent(effects)).toEqual([[ANNA, { type: 'grant', lock: LOCK, request: 1, sentMs: 5, fence: 1, ticket: 1 }]])
    expect(vote).toMatchObject({ fence: 1, grant: { holder: ANNA, request: 1 } })
    nowMs += 400
    expect(sent(receive(BOB, ask({ request: 2 })))).toMatchObject([
      [BOB, { type: 'wait', held: { holder: ANNA, fence: 1, forMs: 400, leftMs: LEASE_MS - 400 } }],
    ])
  })

  it('renews without another write, and raises the fence if it is asked for a higher one', () => {
    receive(ANNA, ask())
    expect(receive(ANNA, ask({ sentMs: 9 })).map(({ type }) => type)).toEqual(['send'])
    expect(sent(receive(ANNA, ask({ sentMs: 10, fence: 7 })))).toMatchObject([[ANNA, { fence: 7, sentMs: 10 }]])
    expect(vote).toMatchObject({ fence: 7, grant: { fence: 7 } })
  })

  it('ends a grant only by the release of the very request, or when its lease has passed', () => {
    receive(ANNA, ask())
    receive(ANNA, release(9, 1))
    receive(BOB, release(1, 1))
    expect(sent(receive(BOB, ask({ request: 2 })))).toMatchObject([[BOB, { type: 'wait' }]])
    expect(sent(receive(ANNA, release(1, 1)))).toMatchObject([
      [BOB, { type: 'grant', request: 2, fence: 2 }],
      [ANNA, { type: 'released', request: 1 }],
    ])
    expect(sent(receive(ANNA, ask({ request: 3 })))).toMatchObject([[ANNA, { type: 'wait' }]])
    nowMs += LEASE_MS
    receive(ANNA, ask({ request: 3 }))
    expect(vote).toMatchObject({ fence: 3, grant: { holder: ANNA } })
  })

  it('gives what ends to the lowest ticket, and to nobody who is gone or silent', () => {
    receive(ANNA, ask())
    receive(BOB, ask({ request: 2, ticket: 5 }))
    receive(EMIL, ask({ request: 3, ticket: 4 }))
    receive(EDDA, ask({ request: 4, ticket: 2 }))
    machine.handle({ type: 'peer-down', peer: EDDA }, nowMs)
    expect(sent(receive(ANNA, release(1, 1)))).toMatchObject([
      [EMIL, { type: 'grant' }],
      [ANNA, {}],
    ])
    nowMs += WAITING_MS
    expect(sent(receive(EMIL, release(3, 2)))).toMatchObject([[EMIL, { type: 'released' }]])
  })

  it('passes on what a holder left', () => {
    receive(ANNA, ask())
    receive(ANNA, { ...release(1, 1), mark: MARK } as LockRecord)
    expect(sent(receive(BOB, ask({ request: 2 })))).toMatchObject([[BOB, { mark: MARK, fence: 2 }]])
  })

  it('counts the lease of what it had granted from its start, by a clock that begins anew', () => {
    receive(ANNA, ask())
    nowMs = 50
    start(ELLA)
    nowMs += LEASE_MS - 1
    expect(sent(receive(BOB, ask({ request: 2 })))).toMatchObject([[BOB, { type: 'wait', held: { holder: ANNA } }]])
    nowMs += 1
    expect(sent(receive(BOB, ask({ request: 2 }))).at(-1)).toMatchObject([BOB, { type: 'grant', fence: 2 }])
  })

  it.each([MIN_LEASE_MS - 1, MAX_LEASE_MS + 1, 0, 31_536_000_000])('grants no lease of %i ms', (leaseMs) => {
    expect(sent(receive(ANNA, ask({ leaseMs })))).toMatchObject([[ANNA, { type: 'refuse', reason: 'lease' }]])
  })

  it('refuses locks that it does not know, and those who may not write', () => {
    const other = documentIdOfDigest(new Uint8Array(32))
    expect(sent(receive(ANNA, { ...ask(), lock: other }))).toMatchObject([[ANNA, { reason: 'unknown' }]])
    expect(sent(receive(CARLA, ask()))).toMatchObject([[CARLA, { reason: 'not-allowed' }]])
  })

  it('lets so many wait, and no more', () => {
    receive(ANNA, ask())
    for (let index = 0; index < MAX_WAITING; index++) receive(`peer ${index}` as PeerId, ask({ request: index }))
    expect(sent(receive(BOB, ask({ request: 2 })))).toMatchObject([[BOB, { type: 'refuse', reason: 'full' }]])
  })

  it('raises its fence by a step at most, whatever it is asked for', () => {
    receive(ANNA, ask({ fence: Number.MAX_SAFE_INTEGER }))
    expect(vote?.fence).toBe(MAX_FENCE_STEP)
  })

  it('raises tickets by a step at most, as the next one has to be told, too', () => {
    receive(ANNA, ask({ ticket: Number.MAX_SAFE_INTEGER }))
    expect(sent(receive(BOB, ask({ request: 2 })))).toMatchObject([
      [BOB, { type: 'wait', ticket: MAX_TICKET_STEP, held: { ticket: MAX_TICKET_STEP } }],
    ])
  })

  it('grants nothing to who waits and may not write any more', () => {
    receive(ANNA, ask())
    receive(BOB, ask({ request: 2 }))
    readers.add(BOB)
    expect(sent(receive(ANNA, release(1, 1)))).toMatchObject([[ANNA, { type: 'released' }]])
    expect(vote?.grant).toBeUndefined()
  })

  it('forgets nothing because somebody says so who may not take the lock', () => {
    receive(ANNA, ask())
    const query: LockRecord = { type: 'query', lock: LOCK, serial: 0, seen: 9 }
    expect(sent(receive(CARLA, query))).toMatchObject([[CARLA, { type: 'state', fence: 1, hasForgotten: false }]])
    expect(sent(receive(ANNA, ask()))).toMatchObject([[ANNA, { type: 'grant', fence: 1 }]])
  })

  it('drops what comes too fast', () => {
    const query: LockRecord = { type: 'query', lock: LOCK, serial: 0, seen: 0 }
    const flood = receive(ANNA, ...Array.from({ length: RECORD_BURST + 1 }, () => query))
    expect(flood.at(-1)).toMatchObject({ type: 'misbehaviour', reason: { code: 'lock-flood' } })
    expect(sent(flood)).toHaveLength(RECORD_BURST)
  })
})

describe('an elector without its memory', () => {
  const state = (from: PeerId, fence: number, serial: number, hasForgotten = false) =>
    receive(from, { type: 'state', lock: LOCK, serial, fence, hasForgotten, waiting: 0 })
  const refusal = () => sent(receive(ANNA, ask())).map(([, record]) => record)

  it('votes once the longest lease has passed and enough others have told their fences', () => {
    vote = undefined
    start(ELLA)
    expect(refusal()).toMatchObject([{ type: 'refuse', reason: 'forgotten' }])
    state(EMIL, 8, 1)
    state(EDDA, 9, 1)
    nowMs += MAX_LEASE_MS
    const asked = sent(wake({ type: 'recall', lock: LOCK }))
    expect(asked).toMatchObject([
      [EMIL, { type: 'query', serial: 1 }],
      [EDDA, { serial: 1 }],
    ])
    state(EMIL, 8, 1)
    state(EMIL, 8, 1)
    state(EDDA, 9, 1, true)
    expect(refusal()).toMatchObject([{ reason: 'forgotten' }])
    state(EDDA, 9, 1)
    expect(refusal()).toMatchObject([{ type: 'grant', fence: 10 }])
  })

  it('notices by what it has granted once, and by what its room lacks', () => {
    start(ELLA)
    expect(sent(receive(ANNA, ask({ seen: 5 })))).toMatchObject([[ANNA, { reason: 'forgotten' }]])
    expect(vote?.hasForgotten).toBe(true)
    vote = { fence: 3, hasForgotten: false }
    isOutdated = true
    start(ELLA)
    expect(refusal()).toMatchObject([{ reason: 'forgotten' }])
  })
})

describe('who wants a lock', () => {
  beforeEach(() => {
    nowMs = 1_000
    start(ANNA)
  })
  const acquire = () =>
    machine.handle({ type: 'command', command: { type: 'acquire', lock: LOCK, leaseMs: LEASE_MS } }, nowMs)
  const requestOf = (effects: readonly LockEffect[]): number => {
    const [[, record] = []] = sent(effects)
    return record?.type === 'ask' ? record.request : 0
  }

  it('has it with as many grants of one fence as make a majority, counted from before it asked', () => {
    const request = requestOf(acquire())
    nowMs += 100
    expect(told(receive(ELLA, grant(4, { request, sentMs: 1_000 })))).toEqual([])
    expect(told(receive(ELLA, grant(4, { request, sentMs: 1_000 })))).toEqual([])
    const [held] = told(receive(EMIL, grant(4, { request, sentMs: 1_000 })))
    expect(held).toMatchObject({ type: 'held', fence: 4 })
    // Less than nine tenths of the lease: there is time to stop, and for clocks that drift.
    expect(held).toMatchObject({ untilMs: 1_000 + Math.floor((LEASE_MS * 0.99 * 0.9) / 1.01) })
  })

  it('asks in numbers that can be told, whatever an elector has told it', () => {
    const last = Number.MAX_SAFE_INTEGER
    const request = requestOf(acquire())
    receive(ELLA, { ...grant(last, { request }), ticket: last } as LockRecord)
    const asks = sent(acquire()).flatMap(([, record]) => (record.type === 'ask' ? [record] : []))
    expect(asks.length).toBeGreaterThan(0)
    for (const record of asks) {
      expect(CODEC.encodeFrames([record]).flatMap((frame) => CODEC.decodeFrame(frame))).toEqual([record])
    }
  })

  it('asks for the highest fence where grants differ, and has it only then', () => {
    const request = requestOf(acquire())
    receive(ELLA, grant(4, { request }))
    const asked = receive(EMIL, grant(7, { request }))
    expect(told(asked)).toEqual([])
    expect(sent(asked)).toMatchObject([
      [ELLA, { type: 'ask', fence: 7 }],
      [EDDA, { fence: 7 }],
    ])
    expect(told(receive(ELLA, grant(7, { request })))).toMatchObject([{ type: 'held', fence: 7 }])
  })

  it('loses it when it cannot renew it', () => {
    const request = requestOf(acquire())
    receive(ELLA, grant(4, { request }))
    receive(EMIL, grant(4, { request }))
    nowMs += LEASE_MS
    expect(told(wake({ type: 'look', lock: LOCK, request, what: 'end' }))).toEqual([
      { type: 'lost', lock: LOCK, fence: 4 },
    ])
  })

  it('names an elector that contradicts itself, and does not count it', () => {
    const request = requestOf(acquire())
    receive(ELLA, grant(7, { request }))
    expect(told(receive(ELLA, grant(6, { request })))).toEqual([{ type: 'contradiction', lock: LOCK, elector: ELLA }])
    expect(told(receive(EMIL, grant(7, { request })))).toEqual([])
    expect(told(receive(ELLA, grant(7, { request })))).toEqual([])
    expect(told(receive(EDDA, grant(7, { request })))).toMatchObject([{ type: 'held' }])
  })

  it('is told at once that it is on the smaller side, and who is missing', () => {
    for (const peer of [ELLA, EMIL]) machine.handle({ type: 'peer-down', peer }, nowMs)
    expect(told(acquire())).toEqual([
      {
        ...{ type: 'no-majority', lock: LOCK, isHeld: false },
        missing: [
          { elector: ELLA, reason: 'not-connected' },
          { elector: EMIL, reason: 'not-connected' },
        ],
      },
    ])
  })

  it('does not wait for electors that do not answer', () => {
    const request = requestOf(acquire())
    receive(ELLA, { type: 'refuse', lock: LOCK, request, reason: 'unknown' })
    nowMs += ANSWER_MS
    expect(told(wake({ type: 'look', lock: LOCK, request, what: 'answers' }))).toMatchObject([
      { missing: [{ reason: 'unknown' }, { reason: 'silent' }, { reason: 'silent' }] },
    ])
  })

  it('gives way to a lower ticket where grants are split, and comes back under another number', () => {
    const held = { holder: BOB, request: 5, fence: 1, ticket: 0, forMs: 0, leftMs: 1 }
    const request = requestOf(acquire())
    receive(ELLA, grant(4, { request }))
    receive(EMIL, { type: 'wait', lock: LOCK, request, ticket: 1, held })
    const yielded = receive(EDDA, {
      type: 'wait',
      lock: LOCK,
      request,
      ticket: 1,
      held: { ...held, holder: EMIL, request: 6 },
    })
    expect(sent(yielded)).toMatchObject(ELECTORS.map((elector) => [elector, { type: 'release', request }]))
    const [back] = yielded.flatMap((effect) =>
      effect.type === 'timer' && effect.timer.type === 'look' ? [effect.timer] : [],
    )
    expect(back).toMatchObject({ what: 'back' })
    expect(requestOf(wake(back!))).toBe(back!.type === 'look' ? back!.request : -1)
  })

  it('returns what is granted after it gave up, and takes nothing from who is no elector', () => {
    const request = requestOf(acquire())
    machine.handle({ type: 'command', command: { type: 'release', lock: LOCK } }, nowMs)
    expect(sent(receive(ELLA, grant(4, { request: request + 1 })))).toMatchObject([
      [ELLA, { type: 'release', request: request + 1 }],
    ])
    expect(receive(BOB, grant(4, { request }))).toMatchObject([
      { type: 'misbehaviour', reason: { code: 'no-elector' } },
    ])
  })
})
