/** Document networks: claims that lie, however they do, and what they cost. */
import { describe, expect, it } from 'vitest'
import { rootContent } from '../../../../protocols/network/claim.ts'
import {
  BRIDGE_PATIENCE_MS,
  CLAIM_STEPS,
  CLAIM_STEPS_BURST,
  EXPIRY_MS,
  MAX_COUNT,
  MAX_DISTANCE,
  MAX_PEERS_PER_ROOM,
  MAX_ROOTS,
  REFRESH_MS,
  RESEND_MS,
  TELL_BURST,
  TELLS_PER_SECOND,
} from '../../../../protocols/network/constants.ts'
import {
  NETWORK,
  NetworkMachine,
  type ClaimRecord,
  type NetworkEffect,
  type NetworkInput,
} from '../../../../protocols/network/index.ts'
import { signerOfSeed, verifySignature, type Signer } from '../../../../protocols/wire/crypto.ts'
import { documentIdOfDigest, type PeerId } from '../../../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../../../protocols/wire/room-keys.ts'

const ROOM = documentIdOfDigest(new Uint8Array(32).fill(1))
const OTHER = documentIdOfDigest(new Uint8Array(32).fill(2))

/** By their ids: the lowest first. */
const SIGNERS = Array.from({ length: 80 }, (_, i) => signerOfSeed(new Uint8Array(32).fill(i + 1))).toSorted((a, b) =>
  a.author < b.author ? -1 : 1,
)
const [LOW, LIAR, NEXT] = SIGNERS as [Signer, Signer, Signer]
const SELF = SIGNERS[40]!

function node(isCopy = { now: false }) {
  let nowMs = 0
  const machine = new NetworkMachine({
    self: SELF.author,
    sign: (content) => SELF.sign(content),
    isSigned: verifySignature,
    firstSequence: () => 100,
    isCopy: () => isCopy.now,
  })
  const timers: { dueMs: number; timer: never }[] = []
  const handle = (input: NetworkInput): readonly NetworkEffect[] => {
    const effects = machine.handle(input, nowMs)
    // Whatever others said, what follows can be told.
    const told = effects.flatMap((each) => (each.type === 'send' ? [each.record] : []))
    const frames = told.flatMap((record) => NETWORK.encodeFrames([record]))
    expect(frames.flatMap((frame) => NETWORK.decodeFrame(frame))).toHaveLength(told.length)
    for (const each of effects) {
      if (each.type === 'timer') timers.push({ dueMs: nowMs + each.afterMs, timer: each.timer as never })
    }
    return effects
  }
  handle({ type: 'command', command: { type: 'open', room: ROOM } })
  return {
    handle,
    view: () => machine.view(ROOM, nowMs)!,
    meet: (peer: PeerId) => {
      handle({ type: 'peer-up', peer, creditBytes: 0 })
      return handle({ type: 'command', command: { type: 'neighbour', room: ROOM, peer } })
    },
    hear: (from: PeerId, ...records: ClaimRecord[]) => handle({ type: 'records', from, records }),
    /** Lets time pass, with all that is due. */
    wait: (ms: number): NetworkEffect[] => {
      const untilMs = nowMs + ms
      const effects: NetworkEffect[] = []
      for (let woken = 0; ; woken++) {
        if (woken > 1_000) throw new Error(`something is due at ${nowMs} ms again and again`)
        timers.sort((a, b) => a.dueMs - b.dueMs)
        const next = timers[0]
        if (next === undefined || next.dueMs > untilMs) break
        timers.shift()
        nowMs = next.dueMs
        effects.push(...handle({ type: 'timer', timer: next.timer }))
      }
      nowMs = untilMs
      return effects
    },
  }
}

let serials = 0

function claim(root: Signer, more: Partial<ClaimRecord> = {}, room = ROOM): ClaimRecord {
  const { sequence = 1, rootIsCopy = false } = more
  return {
    ...{ type: 'claim', topic: topicKeyOf(ROOM), serial: ++serials, root: root.author, sequence, rootIsCopy },
    signature: root.sign(rootContent(topicKeyOf(room), { sequence, rootIsCopy })),
    ...{ distance: 0, isParent: false, part: { subscribers: 0, copies: 0 }, all: { subscribers: 0, copies: 0 } },
    ...{ wantedSequence: 0, isCopy: false, isRelay: false, declines: false, isFull: false },
    ...more,
  }
}

const faultsIn = (effects: readonly NetworkEffect[]): string[] =>
  effects.flatMap((each) => (each.type === 'misbehaviour' ? [each.reason.code] : []))
const claimsIn = (effects: readonly NetworkEffect[]): ClaimRecord[] =>
  effects.flatMap((each) => (each.type === 'send' && each.record.type === 'claim' ? [each.record] : []))

describe('a claim is refused', () => {
  it.each([
    ['with a distance beyond the bound', claim(LOW, { distance: MAX_DISTANCE + 1 }), 'bad-distance'],
    ['with the largest distance there is', claim(LOW, { distance: 2 ** 32 - 1 }), 'bad-distance'],
    ['of a root that the sender is not, without a distance', claim(LOW), 'bad-distance'],
    ['signed for another room', claim(LOW, { distance: 1 }, OTHER), 'bad-root-signature'],
    [
      'with a sequence that the root did not sign',
      { ...claim(LOW, { distance: 1 }), sequence: Number.MAX_SAFE_INTEGER },
      'bad-root-signature',
    ],
    [
      'of this node, which it did not make',
      { ...claim(LIAR, { distance: 1 }), root: SELF.author },
      'bad-root-signature',
    ],
  ] as const)('%s', (_, record, code) => {
    const { hear, meet, view } = node()
    meet(LIAR.author)
    const effects = hear(LIAR.author, record)
    expect(faultsIn(effects)).toEqual([code])
    expect(effects.filter(({ type }) => type === 'send')).toEqual([])
    expect(view().root).toBe(SELF.author)
  })

  it('of a room in which the sender is no neighbour, and one of an unknown room', () => {
    const { hear, handle, meet } = node()
    handle({ type: 'peer-up', peer: LIAR.author, creditBytes: 0 })
    expect(faultsIn(hear(LIAR.author, claim(LIAR)))).toEqual(['claim-outside-room'])
    meet(LIAR.author)
    expect(faultsIn(hear(LIAR.author, { ...claim(LIAR), topic: topicKeyOf(OTHER) }))).toEqual(['claim-outside-room'])
  })

  it('too often: the rest is dropped, and is the fault of who sent it, also over another stream', () => {
    const { hear, handle, meet } = node()
    meet(LIAR.author)
    meet(LOW.author)
    const count = CLAIM_STEPS_BURST / CLAIM_STEPS
    const flood = Array.from({ length: count }, () => claim(LIAR))
    expect(faultsIn(hear(LIAR.author, ...flood))).toEqual([])
    handle({ type: 'peer-down', peer: LIAR.author })
    handle({ type: 'peer-up', peer: LIAR.author, creditBytes: 0 })
    expect(faultsIn(hear(LIAR.author, claim(LIAR)))).toEqual(['claim-flood'])
    expect(faultsIn(hear(LOW.author, claim(LOW)))).toEqual([])
  })
})

describe('a root', () => {
  it('is the lowest id of those that follow the room, and a copy only where nobody does', () => {
    const { hear, meet, view } = node()
    meet(LIAR.author)
    hear(LIAR.author, claim(LOW, { distance: 1, rootIsCopy: true }))
    expect(view()).toMatchObject({ root: SELF.author, distance: 0 })
    hear(LIAR.author, claim(NEXT, { distance: 1 }))
    expect(view()).toMatchObject({ root: NEXT.author, distance: 2 })
  })

  it('is not taken from as far away as there is, where the next step would be beyond the bound', () => {
    const { hear, meet, view } = node()
    meet(LIAR.author)
    hear(LIAR.author, claim(LOW, { distance: MAX_DISTANCE }))
    expect(view().root).toBe(SELF.author)
  })

  it('that says it is this node with a higher sequence, as in an earlier run, makes this one go on above that', () => {
    const { hear, meet } = node()
    meet(LIAR.author)
    const told = claimsIn(hear(LIAR.author, claim(SELF, { sequence: 500, distance: 1 })))
    expect(told).toMatchObject([{ root: SELF.author, sequence: 501 }])
  })

  it('of this node with the last sequence that there is leaves it as it was', () => {
    const { hear, meet, view } = node()
    meet(LIAR.author)
    hear(LIAR.author, claim(SELF, { sequence: Number.MAX_SAFE_INTEGER, distance: 1 }))
    expect(view()).toMatchObject({ root: SELF.author, sequence: 100 })
  })

  it('with the last sequence that there is cannot give a sign of life, and is gone', () => {
    const { hear, handle, meet, view, wait } = node()
    meet(LOW.author)
    hear(LOW.author, claim(LOW, { sequence: Number.MAX_SAFE_INTEGER }))
    expect(view().root).toBe(LOW.author)
    wait(REFRESH_MS)
    handle({ type: 'command', command: { type: 'active', room: ROOM } })
    wait(EXPIRY_MS)
    expect(view().root).toBe(SELF.author)
  })

  it('is asked for a sign of life when something happens, once, and is gone if none comes; nothing is sent before', () => {
    const { hear, handle, meet, view, wait } = node()
    meet(LIAR.author)
    hear(LIAR.author, claim(LOW, { distance: 1, sequence: 7 }))
    const { serial } = claimsIn(wait(0)).at(-1) ?? { serial: 2 }
    handle({ type: 'records', from: LIAR.author, records: [{ type: 'claim-ack', topic: topicKeyOf(ROOM), serial }] })
    expect(claimsIn(wait(REFRESH_MS - 1))).toEqual([])
    expect(claimsIn(handle({ type: 'command', command: { type: 'active', room: ROOM } }))).toEqual([])
    wait(1)
    const asked = claimsIn(handle({ type: 'command', command: { type: 'active', room: ROOM } }))
    expect(asked).toMatchObject([{ wantedSequence: 8, isParent: true }])
    wait(EXPIRY_MS - 1)
    expect(view().root).toBe(LOW.author)
    wait(1)
    expect(view().root).toBe(SELF.author)
    // Whoever names it with the same number again is not believed.
    hear(LIAR.author, claim(LOW, { distance: 1, sequence: 7 }))
    expect(view().root).toBe(SELF.author)
    hear(LIAR.author, claim(LOW, { distance: 1, sequence: 8 }))
    expect(view().root).toBe(LOW.author)
  })

  it('raises its number only for who wants the next one, and only so often', () => {
    const { hear, meet, wait } = node()
    meet(NEXT.author)
    const worse = SIGNERS[60]!
    meet(worse.author)
    const wanting = (wantedSequence: number) => claimsIn(hear(worse.author, claim(worse, { wantedSequence })))
    expect(wanting(Number.MAX_SAFE_INTEGER).some(({ sequence }) => sequence > 100)).toBe(false)
    let last = 100
    for (let round = 0; round < 40; round++) {
      for (const { root, sequence } of wanting(last + 1)) if (root === SELF.author) last = Math.max(last, sequence)
    }
    expect(last).toBe(108)
    wait(0)
  })
})

describe('no circle', () => {
  it('forms: who was farther away is no parent with the same number, and is asked to get another one', () => {
    const { hear, handle, meet, view } = node()
    meet(LIAR.author)
    meet(NEXT.author)
    hear(LIAR.author, claim(LOW, { distance: 1, sequence: 5 }))
    hear(NEXT.author, claim(LOW, { distance: 3, sequence: 5, isParent: true }))
    expect(view()).toMatchObject({ root: LOW.author, distance: 2 })
    const effects = handle({ type: 'command', command: { type: 'neighbour-left', room: ROOM, peer: LIAR.author } })
    expect(view()).toMatchObject({ root: SELF.author, distance: 0 })
    expect(claimsIn(effects)).toMatchObject([{ root: SELF.author, wantedSequence: 6 }])
    hear(NEXT.author, claim(LOW, { distance: 3, sequence: 6 }))
    expect(view()).toMatchObject({ root: LOW.author, distance: 4 })
  })

  it('is remembered for the root of now, however many others somebody invents', () => {
    const { hear, meet, view } = node()
    meet(LIAR.author)
    meet(NEXT.author)
    hear(LIAR.author, claim(LOW, { distance: 1, sequence: 5 }))
    for (const each of SIGNERS.slice(3, 3 + MAX_ROOTS + 5)) hear(NEXT.author, claim(each, { distance: 1 }))
    hear(LIAR.author, claim(LOW, { distance: 4, sequence: 5 }))
    expect(view().root).not.toBe(LOW.author)
  })
})

describe('links', () => {
  it('are with at most so many, until somebody has no other way', () => {
    const { handle, hear, meet, view, wait } = node()
    const others = SIGNERS.slice(0, MAX_PEERS_PER_ROOM + 3)
    for (const { author } of others) {
      meet(author)
      hear(author, claim(LOW, author === LOW.author ? {} : { distance: 1 }))
    }
    wait(1_000)
    const linked = () => view().neighbours.filter(({ isLinked }) => isLinked)
    expect(linked()).toHaveLength(MAX_PEERS_PER_ROOM)
    // All that are linked name this node as their parent, so there is no place for a newcomer.
    for (const { peer } of linked()) {
      if (peer !== LOW.author) hear(peer, claim(LOW, { distance: 2, isParent: true }))
    }
    const newcomer = SIGNERS[70]!
    meet(newcomer.author)
    const effects = hear(newcomer.author, claim(newcomer))
    expect(linked().map(({ peer }) => peer)).not.toContain(newcomer.author)
    expect(effects).not.toContainEqual(expect.objectContaining({ type: 'emit' }))
    wait(BRIDGE_PATIENCE_MS)
    expect(linked().map(({ peer }) => peer)).toContain(newcomer.author)
    handle({ type: 'command', command: { type: 'close', room: ROOM } })
  })

  it('are not for who keeps only a copy, unless others get documents through it', () => {
    const { hear, meet } = node()
    meet(NEXT.author)
    meet(LIAR.author)
    const aside = (record: ClaimRecord) =>
      hear(NEXT.author, record).flatMap((each) => (each.type === 'emit' ? [each.event.isAside] : []))
    expect(aside(claim(NEXT, { rootIsCopy: true, isCopy: true }))).toEqual([true])
    expect(aside(claim(NEXT, { rootIsCopy: true, isCopy: true, isRelay: true }))).toEqual([false])
  })

  it('are also for copies where no linked neighbour follows the room', () => {
    const { hear, handle, meet } = node()
    meet(NEXT.author)
    meet(LIAR.author)
    const changes = (effects: readonly NetworkEffect[]) =>
      effects.flatMap((each) => (each.type === 'emit' ? [each.event] : []))
    hear(NEXT.author, claim(NEXT, { rootIsCopy: true, isCopy: true }))
    const left = handle({ type: 'command', command: { type: 'neighbour-left', room: ROOM, peer: LIAR.author } })
    expect(changes(left)).toEqual([{ type: 'aside', room: ROOM, peer: NEXT.author, isAside: false }])
    expect(changes(meet(LIAR.author))).toEqual([{ type: 'aside', room: ROOM, peer: NEXT.author, isAside: true }])
    const copy = claim(LIAR, { rootIsCopy: true, isCopy: true })
    expect(changes(hear(LIAR.author, copy))).toEqual([{ type: 'aside', room: ROOM, peer: NEXT.author, isAside: false }])
  })

  it('of a copy are said to be relays once somebody below follows the room', () => {
    const copy = { now: true }
    const { hear, meet, view } = node(copy)
    const below = SIGNERS[60]!
    meet(below.author)
    hear(below.author, claim(below, { rootIsCopy: true, isCopy: true }))
    expect(view()).toMatchObject({ isCopy: true, isRelay: false })
    hear(
      below.author,
      claim(SELF, {
        sequence: 100,
        rootIsCopy: true,
        distance: 1,
        isParent: true,
        part: { subscribers: 1, copies: 0 },
      }),
    )
    expect(view().isRelay).toBe(true)
  })
})

describe('what a liar costs', () => {
  it('is bounded for the others, however often it changes its mind', () => {
    const { hear, meet, wait } = node()
    meet(LIAR.author)
    meet(NEXT.author)
    let told = 0
    for (let second = 0; second < 60; second++) {
      for (let turn = 0; turn < 10; turn++) {
        const root = SIGNERS[3 + ((second * 10 + turn) % 30)]!
        const claims = hear(LIAR.author, claim(root, { distance: 1, sequence: 1 + second * 10 + turn }))
        told += claimsIn(claims).length
      }
      told += claimsIn(wait(1_000)).length
    }
    expect(told / 2).toBeLessThan(TELL_BURST + 60 * (TELLS_PER_SECOND + 1))
  })

  it('wakes it no more often than it may tell, also where something is to be sent again meanwhile', () => {
    const { hear, meet, wait } = node()
    const other = SIGNERS[60]!
    for (const { author } of [LIAR, NEXT, other]) meet(author)
    // So that what may be told again is no whole number of times when something is to be sent again.
    wait(200)
    const say = (from: Signer, more: Partial<ClaimRecord>) => hear(from.author, claim(LOW, { distance: 1, ...more }))
    say(LIAR, {})
    say(NEXT, {})
    // That is news for the two only, and the other one has not acknowledged what it was told at first.
    wait(RESEND_MS - 10)
    for (let i = 0; i < TELL_BURST; i++) {
      const [from, to] = i % 2 === 0 ? [LIAR, NEXT] : [NEXT, LIAR]
      say(to, {})
      say(from, { declines: true })
    }
    const told = [...say(LIAR, { declines: true }), ...say(NEXT, { declines: true })]
    expect(claimsIn(told)).toEqual([])
    expect(claimsIn(wait(RESEND_MS)).filter(({ root }) => root === SELF.author)).not.toEqual([])
  })

  it('is no more than a bounded number in a count', () => {
    const { hear, meet, view } = node()
    meet(LIAR.author)
    const worse = SIGNERS[60]!
    meet(worse.author)
    const many = { subscribers: Number.MAX_SAFE_INTEGER, copies: Number.MAX_SAFE_INTEGER }
    hear(worse.author, claim(SELF, { sequence: 100, distance: 1, isParent: true, part: many }))
    expect(view().all).toEqual({ subscribers: MAX_COUNT, copies: MAX_COUNT })
    hear(LIAR.author, claim(LIAR, { all: many }))
    expect(view().all).toEqual({ subscribers: MAX_COUNT, copies: MAX_COUNT })
  })
})
