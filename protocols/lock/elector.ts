/**
 * The part of a node that votes: it grants a lock to one request at a time, and keeps the others in a queue.
 *
 * Invariants
 * 1. What is granted is persisted, and only then answered (the order of all effects).
 * 2. Of different requests, a later grant has a higher fence. A request that has the grant may raise its fence, not lower it.
 * 3. A grant ends by its release, or when its lease has passed by this node's clock, counted from the last time that it was
 *    granted. What was granted before a restart counts from then.
 * 4. Without its memory it votes only once the longest lease has passed and as many others as `witnessesOf` have told
 *    their fences since, and then only above these.
 */
import type { PeerId } from '../wire/ids.ts'
import {
  MAX_FENCE_STEP,
  MAX_LEASE_MS,
  MAX_TICKET_STEP,
  MAX_WAITING,
  MIN_LEASE_MS,
  RECALL_AGAIN_MS,
  WAITING_MS,
} from './constants.ts'
import { witnessesOf } from './majority.ts'
import type { LockEffects, LockPorts, Vote } from './ports.ts'
import type {
  AskRecord,
  Held,
  LockId,
  LockRecord,
  QueryRecord,
  RefuseReason,
  ReleaseRecord,
  StateRecord,
} from './records.ts'

type Grant = NonNullable<Vote['grant']>

/** A request in the queue. */
interface Waiting extends AskRecord {
  askedMs: number
}

/** What is known of a lock besides the vote. */
interface Booth {
  vote: Vote
  /** Since when the grant is held without a break, and when it ends. */
  sinceMs: number
  endsMs: number
  /** Of the last ask for the grant. */
  sentMs: number
  /** By who asks. */
  queue: Map<PeerId, Waiting>
  /** The highest ticket that was seen, and that of the last grant. */
  ticket: number
  /** While the memory is lost: from when on others are asked, with which serial, and what they told. */
  recall?: { fromMs: number; serial: number; fences: Map<PeerId, number> }
}

/** All but what is in the store, as plain data. */
export interface ElectorState {
  booths: Map<LockId, Booth>
  /** The time of the first input: what was granted before the start counts from then. */
  startedMs?: number
  /** Of the last question about what was forgotten. */
  serial: number
}

export interface ElectorInit {
  self: PeerId
  ports: LockPorts
  effects: LockEffects
  send: (to: PeerId, record: LockRecord) => void
}

/** Votes about locks. */
export class Elector {
  readonly #init: ElectorInit
  readonly #state: ElectorState

  constructor(init: ElectorInit, state: ElectorState) {
    this.#init = init
    this.#state = state
  }

  /** To be called first with each input. */
  begin(nowMs: number): void {
    this.#state.startedMs ??= nowMs
  }

  ask(from: PeerId, ask: AskRecord, nowMs: number): void {
    const refusal = this.#refusal(from, ask, nowMs)
    if (refusal !== undefined) {
      this.#init.send(from, { type: 'refuse', lock: ask.lock, request: ask.request, reason: refusal })
      return
    }
    const booth = this.#booth(ask.lock, nowMs)
    this.#promote(ask.lock, booth, nowMs)
    const ticket = Math.min(ask.ticket, booth.ticket + MAX_TICKET_STEP)
    booth.ticket = Math.max(booth.ticket, ticket)
    const counted = { ...ask, ticket }
    const { grant } = booth.vote
    if (grant?.holder === from && grant.request === ask.request) this.#prolong(counted, booth, grant, nowMs)
    else if (grant === undefined) this.#grant(from, counted, booth, nowMs)
    else this.#queue(from, counted, booth, grant, nowMs)
  }

  release(from: PeerId, { lock, request, fence, mark }: ReleaseRecord, nowMs: number): void {
    if (!this.#isElector(lock)) return
    const booth = this.#booth(lock, nowMs)
    const { vote } = booth
    const { grant } = vote
    if (booth.queue.get(from)?.request === request) booth.queue.delete(from)
    if (grant?.holder === from && grant.request === request) {
      const left = Math.max(grant.fence, Math.min(fence, vote.fence + MAX_FENCE_STEP))
      const isNewer = mark !== undefined && left >= (vote.mark?.fence ?? 0)
      const { grant: _, ...rest } = vote
      this.#keep(lock, booth, {
        ...rest,
        fence: Math.max(vote.fence, left),
        ...(isNewer && { mark: { fence: left, document: mark } }),
      })
      this.#promote(lock, booth, nowMs)
    }
    this.#init.send(from, { type: 'released', lock, request })
  }

  query(from: PeerId, { lock, serial, seen }: QueryRecord, nowMs: number): void {
    if (!this.#isElector(lock) || !this.#init.ports.isNeighbour(lock, from)) return
    const booth = this.#booth(lock, nowMs)
    // Whoever may not take a lock was granted nothing.
    this.#compare(lock, booth, this.#mayTake(lock, from) ? seen : 0, nowMs)
    this.#promote(lock, booth, nowMs)
    const { fence, hasForgotten, grant } = booth.vote
    const held = grant && heldOf(grant, booth, nowMs)
    this.#init.send(from, {
      ...{ type: 'state', lock, serial, fence, hasForgotten, waiting: booth.queue.size },
      ...(held && { held }),
    })
  }

  /** What another elector told, while this one looks for what it has forgotten. */
  told(from: PeerId, { lock, serial, fence, hasForgotten }: StateRecord): void {
    const booth = this.#state.booths.get(lock)
    const electors = this.#init.ports.electors(lock)
    if (booth?.recall === undefined || booth.recall.serial !== serial || hasForgotten) return
    if (electors?.includes(from) !== true || from === this.#init.self) return
    const { fences } = booth.recall
    fences.set(from, fence)
    if (fences.size < witnessesOf(electors)) return
    delete booth.recall
    this.#keep(lock, booth, {
      ...booth.vote,
      fence: Math.max(booth.vote.fence, ...fences.values()),
      hasForgotten: false,
    })
  }

  expire(lock: LockId, nowMs: number): void {
    const booth = this.#state.booths.get(lock)
    if (booth === undefined || booth.queue.size === 0) return
    if (booth.vote.grant !== undefined && nowMs < booth.endsMs) {
      this.#init.effects.setTimer({ type: 'expiry', lock }, booth.endsMs - nowMs)
    } else this.#promote(lock, booth, nowMs)
  }

  /** Asks the other electors for what this one has forgotten, once it may. */
  recall(lock: LockId, nowMs: number): void {
    const booth = this.#booth(lock, nowMs)
    const { recall } = booth
    if (recall === undefined) return
    if (nowMs < recall.fromMs) {
      this.#init.effects.setTimer({ type: 'recall', lock }, recall.fromMs - nowMs)
      return
    }
    if (recall.serial === 0) recall.serial = ++this.#state.serial
    const others = this.#init.ports.electors(lock)?.filter((elector) => elector !== this.#init.self) ?? []
    for (const elector of others) this.#init.send(elector, { type: 'query', lock, serial: recall.serial, seen: 0 })
    this.#init.effects.setTimer({ type: 'recall', lock }, RECALL_AGAIN_MS)
  }

  /** A peer is gone: what it waits for is given to others, and what it has been granted ends with its lease. */
  left(peer: PeerId): void {
    for (const { queue } of this.#state.booths.values()) queue.delete(peer)
  }

  #refusal(from: PeerId, { lock, leaseMs, seen }: AskRecord, nowMs: number): RefuseReason | undefined {
    if (!this.#isElector(lock)) return 'unknown'
    if (!this.#mayTake(lock, from)) return 'not-allowed'
    if (leaseMs < MIN_LEASE_MS || leaseMs > MAX_LEASE_MS) return 'lease'
    const booth = this.#booth(lock, nowMs)
    this.#compare(lock, booth, seen, nowMs)
    if (booth.vote.hasForgotten) return 'forgotten'
    return booth.queue.size >= MAX_WAITING && !booth.queue.has(from) ? 'full' : undefined
  }

  #mayTake(lock: LockId, peer: PeerId): boolean {
    const { ports } = this.#init
    return ports.isNeighbour(lock, peer) && ports.mayTake(lock, peer)
  }

  #isElector(lock: LockId): boolean {
    return this.#init.ports.electors(lock)?.includes(this.#init.self) === true
  }

  #booth(lock: LockId, nowMs: number): Booth {
    const known = this.#state.booths.get(lock)
    if (known !== undefined) return known
    const vote = this.#init.ports.vote(lock) ?? { fence: 0, hasForgotten: true }
    const startedMs = this.#state.startedMs ?? nowMs
    const endsMs = startedMs + (vote.grant?.leaseMs ?? 0)
    const booth: Booth = { vote, sinceMs: startedMs, endsMs, sentMs: 0, queue: new Map(), ticket: 0 }
    this.#state.booths.set(lock, booth)
    if (vote.hasForgotten) this.#forget(lock, booth, startedMs, nowMs)
    else if (this.#init.ports.isOutdated(lock)) this.#forget(lock, booth, nowMs, nowMs)
    return booth
  }

  /** `seen`: what this elector has granted once, as whoever was granted it says. */
  #compare(lock: LockId, booth: Booth, seen: number, nowMs: number): void {
    const isOutdated = seen > booth.vote.fence || this.#init.ports.isOutdated(lock)
    if (isOutdated && !booth.vote.hasForgotten) this.#forget(lock, booth, nowMs, nowMs)
  }

  #forget(lock: LockId, booth: Booth, sinceMs: number, nowMs: number): void {
    booth.queue.clear()
    booth.recall = { fromMs: sinceMs + MAX_LEASE_MS, serial: 0, fences: new Map() }
    this.#keep(lock, booth, { ...booth.vote, hasForgotten: true })
    this.recall(lock, nowMs)
  }

  #prolong(ask: AskRecord, booth: Booth, grant: Grant, nowMs: number): void {
    const fence = Math.max(grant.fence, Math.min(ask.fence, booth.vote.fence + MAX_FENCE_STEP))
    if (fence > grant.fence || ask.leaseMs !== grant.leaseMs) {
      const next = { ...grant, fence, leaseMs: ask.leaseMs }
      this.#keep(ask.lock, booth, { ...booth.vote, fence: Math.max(booth.vote.fence, fence), grant: next })
    }
    booth.endsMs = nowMs + ask.leaseMs
    booth.sentMs = Math.max(booth.sentMs, ask.sentMs)
    this.#answer(ask.lock, booth)
  }

  #grant(holder: PeerId, ask: AskRecord, booth: Booth, nowMs: number): void {
    const { lock, request, leaseMs, ticket } = ask
    const fence = Math.max(booth.vote.fence + 1, Math.min(ask.fence, booth.vote.fence + MAX_FENCE_STEP))
    booth.queue.delete(holder)
    booth.sinceMs = nowMs
    booth.endsMs = nowMs + leaseMs
    booth.sentMs = ask.sentMs
    this.#keep(lock, booth, { ...booth.vote, fence, grant: { holder, request, fence, leaseMs, ticket } })
    this.#answer(lock, booth)
    if (booth.queue.size > 0) this.#init.effects.setTimer({ type: 'expiry', lock }, leaseMs)
  }

  #queue(from: PeerId, ask: AskRecord, booth: Booth, grant: Grant, nowMs: number): void {
    if (booth.queue.size === 0) {
      this.#init.effects.setTimer({ type: 'expiry', lock: ask.lock }, Math.max(0, booth.endsMs - nowMs))
    }
    // Whoever was granted something by this ticket waits behind those that have higher ones, once.
    booth.queue.set(from, { ...ask, ticket: Math.max(ask.ticket, grant.ticket), askedMs: nowMs })
    const { lock, request } = ask
    this.#init.send(from, { type: 'wait', lock, request, ticket: booth.ticket, held: heldOf(grant, booth, nowMs) })
  }

  /** Ends a grant whose time is over, and gives the next one. */
  #promote(lock: LockId, booth: Booth, nowMs: number): void {
    const { grant, ...rest } = booth.vote
    if (grant !== undefined && nowMs < booth.endsMs) return
    // The row need not tell that it is over: after a restart it only counts for a lease more.
    if (grant !== undefined) booth.vote = rest
    if (booth.vote.hasForgotten) return
    const isWaiting = ([peer, { askedMs }]: [PeerId, Waiting]): boolean =>
      nowMs - askedMs < WAITING_MS && this.#mayTake(lock, peer)
    const waiting = [...booth.queue].filter(isWaiting)
    booth.queue = new Map(waiting)
    const [first] = waiting.sort(([a, one], [b, other]) => one.ticket - other.ticket || (a < b ? -1 : 1))
    if (first !== undefined) this.#grant(...first, booth, nowMs)
  }

  #keep(lock: LockId, booth: Booth, vote: Vote): void {
    booth.vote = vote
    this.#init.effects.persist({ type: 'put-vote', lock, vote })
  }

  #answer(lock: LockId, { vote: { grant, mark }, sentMs, ticket }: Booth): void {
    if (grant === undefined) return
    const { holder, request, fence } = grant
    this.#init.send(holder, {
      ...{ type: 'grant', lock, request, sentMs, fence, ticket },
      ...(mark && { mark: mark.document }),
    })
  }
}

function heldOf({ holder, request, fence, ticket }: Grant, { sinceMs, endsMs }: Booth, nowMs: number): Held {
  const [forMs, leftMs] = [Math.floor(nowMs - sinceMs), Math.max(0, Math.floor(endsMs - nowMs))]
  return { holder, request, fence, ticket, forMs, leftMs }
}
