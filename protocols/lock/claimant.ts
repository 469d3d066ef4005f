/**
 * The part of a node that takes locks: it asks the electors, counts their grants, and knows until when it may rely on them.
 *
 * Invariants
 * 1. A lock is held only while as many electors as make a majority have granted this request, with one and the same fence,
 *    and for a time that is not over by this node's clock, counted from before it asked.
 * 2. Each elector counts once. One that contradicts itself does not count.
 * 3. A request that was given up is never taken up again: the next one has another number.
 */
import type { DocumentId, PeerId } from '../wire/ids.ts'
import type { Random } from '../wire/machine.ts'
import { isNext, isPassing, type Answer, type Claim } from './claim.ts'
import {
  ANSWER_MS,
  ASK_AGAIN_MS,
  BACK_OFF_MS,
  LOOK_AGAIN_MS,
  MAX_BACK_OFF_MS,
  MAX_DRIFT,
  STOP_SHARE,
} from './constants.ts'
import { Endings, type EndingsState } from './endings.ts'
import { majorityOf, usableMs } from './majority.ts'
import type { LockEffects, LockPorts, LockTimer, MissingElector } from './ports.ts'
import type {
  GrantRecord,
  LockId,
  LockRecord,
  RefuseRecord,
  ReleasedRecord,
  ReleaseRecord,
  WaitRecord,
} from './records.ts'

/** As plain data. */
export interface ClaimantState {
  claims: Map<LockId, Claim>
  endings: EndingsState
  /** The highest ticket seen of each lock, and the highest fence that each elector has granted. */
  tickets: Map<LockId, number>
  seen: Map<LockId, Map<PeerId, number>>
}

export interface ClaimantInit {
  self: PeerId
  random: Random
  ports: Pick<LockPorts, 'electors'>
  effects: LockEffects
  /** Returns whether the peer is connected. */
  isUp: (lock: LockId, peer: PeerId) => boolean
  send: (to: PeerId, record: LockRecord) => void
}

/** Numbers of requests: 48 bits, so that no two are alike by chance. */
const REQUESTS = 2 ** 48

/** Takes locks, and releases them. */
export class Claimant {
  readonly #init: ClaimantInit
  readonly #state: ClaimantState
  readonly #endings: Endings

  constructor(init: ClaimantInit, state: ClaimantState) {
    this.#init = init
    this.#state = state
    this.#endings = new Endings(init, state.endings)
  }

  acquire(lock: LockId, leaseMs: number, nowMs: number): void {
    this.release(lock, undefined, nowMs)
    const ticket = Math.min((this.#state.tickets.get(lock) ?? 0) + 1, Number.MAX_SAFE_INTEGER)
    this.#state.tickets.set(lock, ticket)
    const claim: Claim = {
      ...{ lock, request: this.#newRequest(), leaseMs, ticket, fence: this.#nextFence(lock), collisions: 0 },
      ...{ isBackingOff: false, isLooking: false, answers: new Map() },
    }
    this.#state.claims.set(lock, claim)
    this.#begin(claim, nowMs)
  }

  renew(lock: LockId, nowMs: number): void {
    const claim = this.#state.claims.get(lock)
    if (claim?.held === undefined || this.#hasEnded(claim, nowMs)) return
    this.#ask(claim, this.#electors(claim), nowMs)
    this.#timer(claim, 'answers', ANSWER_MS)
    const missing = this.#missing(claim, nowMs, false)
    if (missing !== undefined) this.#init.effects.emit({ type: 'no-majority', lock, isHeld: true, missing })
  }

  release(lock: LockId, mark: DocumentId | undefined, nowMs: number): void {
    const claim = this.#state.claims.get(lock)
    if (claim === undefined || this.#hasEnded(claim, nowMs)) return
    this.#state.claims.delete(lock)
    this.#end(claim, mark)
  }

  /** The highest fence that an elector is known to have granted this node. */
  seenOf(lock: LockId, elector: PeerId): number {
    return this.#state.seen.get(lock)?.get(elector) ?? 0
  }

  granted(from: PeerId, record: GrantRecord, nowMs: number): void {
    const { lock, request, fence, ticket } = record
    this.#noteTicket(lock, ticket)
    const claim = this.#state.claims.get(lock)
    if (claim?.request !== request) {
      // It was given up before it was granted. Otherwise the elector would keep it for a whole lease.
      if (!this.#endings.has(request)) this.#init.send(from, { type: 'release', lock, request, fence })
      return
    }
    const answer = claim.answers.get(from)
    if (answer === undefined || answer.refusal === 'contradiction' || !isNext(answer, record)) return
    if (fence < (answer.vote?.fence ?? 0)) {
      claim.answers.set(from, { askedMs: answer.askedMs, heardMs: nowMs, refusal: 'contradiction' })
      this.#init.effects.emit({ type: 'contradiction', lock, elector: from })
      return
    }
    this.#noteSeen(lock, from, fence)
    const { held: _, refusal: __, ...rest } = answer
    const mark = record.mark ?? rest.vote?.mark
    claim.answers.set(from, { ...rest, heardMs: nowMs, vote: { fence, sentMs: record.sentMs, ...(mark && { mark }) } })
    this.#count(claim, nowMs)
  }

  waits(from: PeerId, { lock, request, ticket, held }: WaitRecord, nowMs: number): void {
    this.#noteTicket(lock, ticket)
    const [claim, answer] = this.#answerOf(lock, request, from)
    if (claim === undefined || answer === undefined || claim.held !== undefined) return
    if (answer.refusal === 'contradiction') return
    const { vote: _, refusal: __, ...rest } = answer
    claim.answers.set(from, { ...rest, heardMs: nowMs, held })
    this.#init.effects.emit({ type: 'waiting', lock, held })
    this.#yield(claim)
  }

  refused(from: PeerId, { lock, request, reason }: RefuseRecord, nowMs: number): void {
    const [claim, answer] = this.#answerOf(lock, request, from)
    if (claim === undefined || answer === undefined || answer.refusal === 'contradiction') return
    const { vote, ...rest } = answer
    // What it has granted before it lost its memory ends as it was to end.
    claim.answers.set(from, { ...rest, heardMs: nowMs, refusal: reason, ...(claim.held && vote && { vote }) })
    if (!isPassing(reason)) this.#giveUpWithout(claim, nowMs, false)
  }

  released(from: PeerId, record: ReleasedRecord): void {
    this.#endings.released(from, record)
  }

  up(peer: PeerId, nowMs: number): void {
    this.#endings.up(peer)
    for (const claim of this.#state.claims.values()) {
      if (!claim.isBackingOff && this.#electors(claim).includes(peer)) this.#ask(claim, [peer], nowMs)
    }
  }

  down(peer: PeerId, nowMs: number): void {
    for (const claim of this.#state.claims.values()) {
      const answer = claim.answers.get(peer)
      if (answer === undefined) continue
      const { held: _, ...rest } = answer
      claim.answers.set(peer, rest)
      this.#giveUpWithout(claim, nowMs, false)
    }
  }

  look({ lock, request, what }: Extract<LockTimer, { type: 'look' }>, nowMs: number): void {
    const claim = this.#state.claims.get(lock)
    if (claim?.request !== request || this.#hasEnded(claim, nowMs)) return
    switch (what) {
      case 'end':
        this.#timer(claim, 'end', (claim.held?.untilMs ?? nowMs) - nowMs)
        break
      case 'again':
        if (claim.held !== undefined) break
        this.#ask(claim, this.#without(claim), nowMs)
        this.#askAgain(claim)
        break
      case 'majority':
        claim.isLooking = false
        if (claim.held === undefined) this.#ask(claim, this.#without(claim), nowMs)
        break
      case 'answers':
        this.#giveUpWithout(claim, nowMs, true)
        if (claim.held === undefined) this.#timer(claim, 'answers', ANSWER_MS)
        break
      case 'back':
        claim.isBackingOff = false
        this.#begin(claim, nowMs)
        break
    }
  }

  forget(request: number): void {
    this.#endings.forget(request)
  }

  #begin(claim: Claim, nowMs: number): void {
    if (this.#giveUpWithout(claim, nowMs, false)) return
    this.#ask(claim, this.#electors(claim), nowMs)
    if (this.#state.claims.get(claim.lock) !== claim) return
    this.#askAgain(claim)
    this.#timer(claim, 'answers', ANSWER_MS)
  }

  #electors({ lock }: Claim): readonly PeerId[] {
    return this.#init.ports.electors(lock) ?? []
  }

  /** The electors whose grant this request has not, or not with the fence that it needs. */
  #without(claim: Claim): PeerId[] {
    return this.#electors(claim).filter((elector) => {
      const vote = claim.answers.get(elector)?.vote
      return vote === undefined || vote.fence < claim.fence
    })
  }

  #ask(claim: Claim, electors: readonly PeerId[], nowMs: number): void {
    const { lock, request, fence, leaseMs, ticket } = claim
    const sentMs = Math.floor(nowMs)
    for (const elector of electors) {
      if (!this.#init.isUp(claim.lock, elector)) continue
      const before = claim.answers.get(elector)
      if (before?.refusal === 'contradiction') continue
      claim.answers.set(elector, { heardMs: sentMs - 1, ...before, askedMs: sentMs })
      const seen = this.seenOf(lock, elector)
      this.#init.send(elector, { type: 'ask', lock, request, sentMs, fence, leaseMs, ticket, seen })
    }
  }

  #askAgain(claim: Claim): void {
    this.#timer(claim, 'again', ASK_AGAIN_MS * (1 + this.#init.random()))
  }

  #count(claim: Claim, nowMs: number): void {
    const electors = this.#electors(claim)
    const majority = majorityOf(electors)
    const usable = usableMs(claim.leaseMs, MAX_DRIFT, STOP_SHARE)
    const votes = [...claim.answers.values()].flatMap(({ vote }) =>
      vote !== undefined && vote.sentMs + usable > nowMs ? [vote] : [],
    )
    const byFence = Map.groupBy(votes, ({ fence }) => fence)
    for (const [fence, same] of byFence) {
      if (same.length < majority || (claim.held !== undefined && claim.held.fence !== fence)) continue
      const sent = same.map(({ sentMs }) => sentMs).sort((a, b) => b - a)
      this.#hold(claim, fence, (sent[majority - 1] ?? 0) + usable, nowMs)
      return
    }
    if (claim.held !== undefined) return
    if (votes.length >= majority) {
      const fence = Math.max(...byFence.keys())
      if (fence <= claim.fence) return
      claim.fence = fence
      this.#ask(claim, this.#without(claim), nowMs)
    } else if (!claim.isLooking) {
      claim.isLooking = true
      this.#timer(claim, 'majority', LOOK_AGAIN_MS)
    }
    if (this.#state.claims.get(claim.lock) === claim) this.#yield(claim)
  }

  #hold(claim: Claim, fence: number, untilMs: number, nowMs: number): void {
    const isFirst = claim.held === undefined
    if (claim.held !== undefined && untilMs <= claim.held.untilMs) return
    claim.held = { fence, untilMs }
    claim.fence = fence
    const marks = [...claim.answers.values()].flatMap(({ vote }) => vote?.mark ?? [])
    this.#init.effects.emit({ type: 'held', lock: claim.lock, fence, untilMs, marks: [...new Set(marks)] })
    if (isFirst) this.#timer(claim, 'end', untilMs - nowMs)
  }

  /** Whether what was held is over: then that is told, and the electors are told, too. */
  #hasEnded(claim: Claim, nowMs: number): boolean {
    if (claim.held === undefined || nowMs < claim.held.untilMs) return false
    this.#state.claims.delete(claim.lock)
    this.#init.effects.emit({ type: 'lost', lock: claim.lock, fence: claim.held.fence })
    // They keep it to the end of the lease: whoever holds it may still be about to stop.
    return true
  }

  /** If nobody can have a majority as it is: whoever came first keeps what it has, and the others come back later. */
  #yield(claim: Claim): void {
    const { lock } = claim
    const electors = this.#electors(claim)
    const others = new Map<string, { count: number; ticket: number; holder: PeerId }>()
    let own = 0
    let isFirst = true
    for (const elector of electors) {
      const answer = claim.answers.get(elector)
      if (answer?.vote !== undefined) own++
      else if (answer?.held !== undefined) {
        const { holder, request, ticket } = answer.held
        const key = `${holder} ${request}`
        const other = others.get(key) ?? { count: 0, ticket, holder }
        others.set(key, { ...other, count: other.count + 1 })
        if (ticket < claim.ticket || (ticket === claim.ticket && holder < this.#init.self)) isFirst = false
      } else if (this.#init.isUp(claim.lock, elector) && answer?.refusal === undefined) return
    }
    const majority = majorityOf(electors)
    const hasHolder = [...others.values()].some(({ count }) => count >= majority)
    if (own === 0 || own >= majority || hasHolder || isFirst) return
    this.#end(claim, undefined)
    const mostMs = Math.min(MAX_BACK_OFF_MS, BACK_OFF_MS * 2 ** claim.collisions)
    claim.collisions++
    claim.request = this.#newRequest()
    claim.fence = this.#nextFence(lock)
    claim.answers = new Map()
    claim.isBackingOff = true
    claim.isLooking = false
    this.#timer(claim, 'back', this.#init.random() * mostMs)
  }

  /** Tells all electors that a request is over. */
  #end({ lock, request, fence, leaseMs, held }: Claim, mark: DocumentId | undefined): void {
    const record: ReleaseRecord = { type: 'release', lock, request, fence: held?.fence ?? fence, ...(mark && { mark }) }
    this.#endings.begin(record, held !== undefined, leaseMs)
  }

  /** Gives a request up, or tells about one that is held, if as many electors are missing as leave no majority. */
  #giveUpWithout(claim: Claim, nowMs: number, areSilentMissing: boolean): boolean {
    const missing = this.#missing(claim, nowMs, areSilentMissing)
    if (missing === undefined) return false
    const { lock, held } = claim
    if (held === undefined) {
      this.#state.claims.delete(lock)
      if (claim.answers.size > 0) this.#end(claim, undefined)
    }
    this.#init.effects.emit({ type: 'no-majority', lock, isHeld: held !== undefined, missing })
    return held === undefined
  }

  /** The electors that cannot decide, if that leaves no majority. */
  #missing(claim: Claim, nowMs: number, areSilentMissing: boolean): MissingElector[] | undefined {
    const electors = this.#electors(claim)
    const missing = electors.flatMap((elector): MissingElector[] => {
      if (!this.#init.isUp(claim.lock, elector)) return [{ elector, reason: 'not-connected' }]
      const { refusal, heardMs = nowMs, askedMs = nowMs } = claim.answers.get(elector) ?? {}
      if (refusal !== undefined && (!isPassing(refusal) || areSilentMissing)) return [{ elector, reason: refusal }]
      const isSilent = areSilentMissing && askedMs > heardMs && nowMs - heardMs >= ANSWER_MS
      return isSilent ? [{ elector, reason: 'silent' }] : []
    })
    return electors.length - missing.length < majorityOf(electors) ? missing : undefined
  }

  #answerOf(lock: LockId, request: number, from: PeerId): [claim?: Claim, answer?: Answer] {
    const claim = this.#state.claims.get(lock)
    return claim?.request === request ? [claim, claim.answers.get(from)] : []
  }

  #noteTicket(lock: LockId, ticket: number): void {
    this.#state.tickets.set(lock, Math.max(ticket, this.#state.tickets.get(lock) ?? 0))
  }

  #noteSeen(lock: LockId, elector: PeerId, fence: number): void {
    const seen = this.#state.seen.get(lock) ?? new Map<PeerId, number>()
    this.#state.seen.set(lock, seen.set(elector, Math.max(fence, seen.get(elector) ?? 0)))
  }

  /** Above all that the electors have granted this node, so that those catch up that have missed something. */
  #nextFence(lock: LockId): number {
    const highest = Math.max(0, ...(this.#state.seen.get(lock)?.values() ?? []))
    return Math.min(highest + 1, Number.MAX_SAFE_INTEGER)
  }

  #newRequest(): number {
    return Math.floor(this.#init.random() * REQUESTS)
  }

  #timer({ lock, request }: Claim, what: Extract<LockTimer, { type: 'look' }>['what'], afterMs: number): void {
    this.#init.effects.setTimer({ type: 'look', lock, request, what }, Math.max(0, Math.ceil(afterMs)))
  }
}
