/**
 * Requests and their answers: those of this node, and those that it forwards. A request for a place goes from node to
 * node, each nearer to the place than the one before, and the answer goes back the same way. Each hop has ids of its own,
 * sends again what seems lost, and tries another way where a node is gone.
 *
 * Invariants
 * 1. A request is forwarded only to a node that is nearer to its target, so it ends; only nodes that shall not answer
 *    are left by another one, and each of them once, as none is among those that may be next.
 * 2. What waits here is bounded for each peer and in total, and ends after REQUEST_MS.
 */
import type { PeerId } from '../wire/ids.ts'
import { RateLimits } from '../wire/rate-limits.ts'
import { isNearer, placeOfCopy, type ItemKey, type Place } from './circle.ts'
import {
  ITEM_BYTES_BURST,
  ITEM_BYTES_PER_SECOND,
  MAX_FORWARDED,
  MAX_FORWARDED_BYTES,
  MAX_FORWARDED_PER_PEER,
  MAX_HOPS,
  MAX_OWN_REQUESTS,
  MAX_SENDS,
  MAX_TRIED,
  REQUEST_BURST,
  REQUEST_MS,
  REQUESTS_PER_SECOND,
  RESEND_MS,
} from './constants.ts'
import type { RingCore } from './core.ts'
import { isAuthentic, keyOf } from './items.ts'
import type { AnswerBody, AnswerRecord, Failure, Listed, PendingRecord, RequestBody, RequestRecord } from './records.ts'

/** An answer as it reaches whoever asked. */
export interface Answered {
  from: PeerId
  path: readonly PeerId[]
  body: AnswerBody
}

/** What this node asks: one peer, the node nearest to a place, or the latter by way of a peer. */
export interface Question {
  to?: PeerId
  target?: Place
  except?: readonly PeerId[]
  isTraced?: boolean
  body: RequestBody
  /** Called once. Undefined: nobody answered. */
  done: (answered: Answered | undefined, nowMs: number) => void
}

/** Answers what has reached its node. */
export type Answering = (body: RequestBody, target: Place | undefined, from: PeerId, nowMs: number) => AnswerBody

interface Waiting {
  readonly record: Omit<RequestRecord, 'type' | 'request'>
  readonly origin: { peer: PeerId; request: number } | Pick<Question, 'done'>
  readonly sizeBytes: number
  readonly endsMs: number
  readonly tried: Set<PeerId>
  to: PeerId
  sends: number
  /** When it was last sent, or heard of. */
  signMs: number
}

const keyOfOrigin = (peer: PeerId, request: number): string => `${peer} ${request}`

/** Requests that wait for an answer. */
export class Requests {
  readonly #core: RingCore
  readonly #answer: Answering
  /** By the ids of the next hop. */
  readonly #waiting = new Map<number, Waiting>()
  /** Those that are forwarded, by where they came from. */
  readonly #ids = new Map<string, number>()
  readonly #forwardedOf = new Map<PeerId, number>()
  /** Connected peers that left a request without any sign, however often it was sent, and have said nothing since. */
  readonly #silent = new Set<PeerId>()
  readonly #requestLimits = new RateLimits<PeerId>({ burst: REQUEST_BURST, perSecond: REQUESTS_PER_SECOND })
  readonly #byteLimits = new RateLimits<PeerId>({ burst: ITEM_BYTES_BURST, perSecond: ITEM_BYTES_PER_SECOND })
  #forwardedBytes = 0
  #lastId = 0
  #isTicking = false

  constructor(core: RingCore, answer: Answering) {
    this.#core = core
    this.#answer = answer
  }

  /** Requests of others that wait for an answer. */
  get forwarded(): number {
    return this.#ids.size
  }

  /** Whether a connected peer left a request without any sign, and has said nothing since. */
  isSilent(peer: PeerId): boolean {
    return this.#silent.has(peer)
  }

  /** Asks; the answer may be this node's own, at once. */
  ask({ to, target, except = [], isTraced = false, body, done }: Question, nowMs: number): void {
    const record = { target, hops: MAX_HOPS, isTraced, except, body }
    if (this.#waiting.size - this.#ids.size >= MAX_OWN_REQUESTS) return done(undefined, nowMs)
    const next = to ?? this.#next(record, new Set())
    if (next !== undefined) this.#start(next, record, { done }, nowMs)
    else if (except.includes(this.#core.self)) done(undefined, nowMs)
    else {
      const { self } = this.#core
      done({ from: self, path: [], body: this.#answer(body, target, self, nowMs) }, nowMs)
    }
  }

  receive(from: PeerId, record: RequestRecord, nowMs: number): void {
    const { request } = record
    this.#silent.delete(from)
    if (this.#ids.has(keyOfOrigin(from, request))) return this.#core.effects.send(from, { type: 'pending', request })
    const fault = this.#faultOf(from, record, nowMs)
    if (fault !== undefined) {
      this.#core.effects.misbehaviour(from, fault)
      return this.#fail(from, request, fault === 'request-flood' ? 'busy' : 'nobody')
    }
    const next = record.target === undefined ? undefined : this.#next(record, new Set([from]))
    if (next === undefined) this.#answerHere(from, record, nowMs)
    else if (record.hops === 0) this.#fail(from, request, 'too-many-hops')
    else if (this.#isFull(from, record)) this.#fail(from, request, 'busy')
    else this.#start(next, { ...record, hops: record.hops - 1 }, { peer: from, request }, nowMs)
  }

  answered(from: PeerId, { request, from: by = from, path, body }: AnswerRecord, nowMs: number): void {
    const waiting = this.#waiting.get(request)
    this.#silent.delete(from)
    if (waiting?.to !== from) {
      // Of what was sent twice, the second answer comes after the first.
      if (request > this.#lastId) this.#core.effects.misbehaviour(from, 'unasked-answer')
      return
    }
    if (body.type === 'failure' && body.failure !== 'too-many-hops') return this.#tryAnother(request, waiting, nowMs)
    const fault = answerFault(waiting.record.body, body)
    if (fault !== undefined) {
      this.#core.effects.misbehaviour(from, fault)
      return this.#tryAnother(request, waiting, nowMs)
    }
    this.#finish(request, waiting, { from: by, path: waiting.record.isTraced ? path : [], body }, nowMs)
  }

  pending(from: PeerId, { request }: PendingRecord, nowMs: number): void {
    this.#silent.delete(from)
    const waiting = this.#waiting.get(request)
    if (waiting?.to !== from) return
    waiting.signMs = nowMs
    waiting.sends = 1
  }

  peerDown(peer: PeerId, nowMs: number): void {
    this.#silent.delete(peer)
    for (const [id, waiting] of [...this.#waiting]) {
      if ('peer' in waiting.origin && waiting.origin.peer === peer) this.#forget(id, waiting)
      else if (waiting.to === peer) this.#tryAnother(id, waiting, nowMs)
    }
  }

  /** Sends again what has had no sign for long, and gives up what is too old. */
  tick(nowMs: number): void {
    this.#isTicking = false
    for (const [id, waiting] of [...this.#waiting]) {
      if (nowMs >= waiting.endsMs) this.#finish(id, waiting, undefined, nowMs)
      else if (nowMs - waiting.signMs < RESEND_MS) continue
      else if (waiting.sends >= MAX_SENDS) {
        this.#silent.add(waiting.to)
        this.#tryAnother(id, waiting, nowMs)
      } else this.#send(id, waiting, nowMs)
    }
    this.#tickSoon()
  }

  #faultOf(from: PeerId, { target, except, body }: RequestRecord, nowMs: number): string | undefined {
    const sizeBytes = sizeOf(body)
    if (!this.#requestLimits.take(from, nowMs) || (sizeBytes > 0 && this.#byteLimits.isOver(from, nowMs)))
      return 'request-flood'
    this.#byteLimits.spend(from, nowMs, sizeBytes)
    const { place, table } = this.#core
    const sender = table.get(from)
    if (target !== undefined && sender !== undefined && !except.includes(from) && isNearer(sender.place, place, target))
      return 'not-nearer'
    if (body.type !== 'store') return undefined
    const key = keyOf(body.item)
    if (!isAuthentic(body.item, key) || body.item.ttlSeconds === 0) return 'bad-item'
    const isPlace = (copy: number): boolean => placeOfCopy(key, copy) === target
    const hasPlace = target === undefined || Array.from({ length: body.item.copies }, (_, copy) => copy).some(isPlace)
    return hasPlace ? undefined : 'misplaced-item'
  }

  #answerHere(from: PeerId, { request, target, except, body }: RequestRecord, nowMs: number): void {
    const { self, effects } = this.#core
    if (target !== undefined && except.includes(self)) return this.#fail(from, request, 'nobody')
    const answer = this.#answer(body, target, from, nowMs)
    if (answer.type === 'found') this.#byteLimits.spend(from, nowMs, answer.item?.value.length ?? 0)
    effects.send(from, { type: 'answer', request, from: undefined, path: [], body: answer })
  }

  #fail(to: PeerId, request: number, failure: Failure): void {
    const body = { type: 'failure' as const, failure }
    this.#core.effects.send(to, { type: 'answer', request, from: undefined, path: [], body })
  }

  /** The next node on the way; undefined if this one is nearest. */
  #next({ target, except }: Pick<RequestRecord, 'target' | 'except'>, tried: ReadonlySet<PeerId>): PeerId | undefined {
    const { self, place, table } = this.#core
    if (target === undefined) return undefined
    const next = table.nearest(target, (peer) => !except.includes(peer) && !tried.has(peer))
    if (next === undefined) return undefined
    return except.includes(self) || isNearer(next.place, place, target) ? next.peer : undefined
  }

  #isFull(from: PeerId, { body }: RequestRecord): boolean {
    return (
      this.#ids.size >= MAX_FORWARDED ||
      (this.#forwardedOf.get(from) ?? 0) >= MAX_FORWARDED_PER_PEER ||
      this.#forwardedBytes + sizeOf(body) > MAX_FORWARDED_BYTES
    )
  }

  #start(
    to: PeerId,
    { target, hops, isTraced, except, body }: Waiting['record'],
    origin: Waiting['origin'],
    nowMs: number,
  ): void {
    const id = ++this.#lastId
    const record = { target, hops, isTraced, except, body }
    const sizeBytes = 'peer' in origin ? sizeOf(body) : 0
    const fresh = { sizeBytes, endsMs: nowMs + REQUEST_MS, tried: new Set<PeerId>(), to, sends: 0, signMs: nowMs }
    const waiting: Waiting = { record, origin, ...fresh }
    this.#waiting.set(id, waiting)
    if ('peer' in origin) {
      this.#ids.set(keyOfOrigin(origin.peer, origin.request), id)
      this.#forwardedOf.set(origin.peer, (this.#forwardedOf.get(origin.peer) ?? 0) + 1)
      this.#forwardedBytes += sizeBytes
    }
    this.#send(id, waiting, nowMs)
    this.#tickSoon()
  }

  #send(id: number, waiting: Waiting, nowMs: number): void {
    waiting.sends++
    waiting.signMs = nowMs
    this.#core.effects.send(waiting.to, { type: 'request', request: id, ...waiting.record })
  }

  /** The next best node, or, if all that are nearer are gone, this one. */
  #tryAnother(id: number, waiting: Waiting, nowMs: number): void {
    const { self, table } = this.#core
    const { record, origin, tried } = waiting
    tried.add(waiting.to)
    const around = 'peer' in origin ? new Set([...tried, origin.peer]) : tried
    const next = tried.size < MAX_TRIED ? this.#next(record, around) : undefined
    if (next !== undefined) {
      waiting.to = next
      waiting.sends = 0
      return this.#send(id, waiting, nowMs)
    }
    const areGone = record.target !== undefined && [...tried].every((peer) => table.get(peer) === undefined)
    const body: AnswerBody =
      areGone && !record.except.includes(self)
        ? this.#answer(record.body, record.target, 'peer' in origin ? origin.peer : self, nowMs)
        : { type: 'failure', failure: 'nobody' }
    this.#finish(id, waiting, { from: self, path: [], body }, nowMs)
  }

  #finish(id: number, waiting: Waiting, answered: Answered | undefined, nowMs: number): void {
    this.#forget(id, waiting)
    const { origin, record } = waiting
    if (!('peer' in origin)) return origin.done(answered?.body.type === 'failure' ? undefined : answered, nowMs)
    if (answered === undefined) return
    const { self, effects } = this.#core
    const { from, body } = answered
    const path = record.isTraced && from !== self ? [self, ...answered.path].slice(0, MAX_HOPS) : []
    if (body.type === 'found') this.#byteLimits.spend(origin.peer, nowMs, body.item?.value.length ?? 0)
    effects.send(origin.peer, {
      type: 'answer',
      request: origin.request,
      from: from === self ? undefined : from,
      path,
      body,
    })
  }

  #forget(id: number, { origin, sizeBytes }: Waiting): void {
    this.#waiting.delete(id)
    if (!('peer' in origin)) return
    this.#ids.delete(keyOfOrigin(origin.peer, origin.request))
    this.#forwardedBytes -= sizeBytes
    const left = (this.#forwardedOf.get(origin.peer) ?? 0) - 1
    if (left > 0) this.#forwardedOf.set(origin.peer, left)
    else this.#forwardedOf.delete(origin.peer)
  }

  #tickSoon(): void {
    if (this.#isTicking || this.#waiting.size === 0) return
    this.#isTicking = true
    this.#core.effects.setTimer({ type: 'requests' }, RESEND_MS / 2)
  }
}

/** Bytes of the item in a request. */
function sizeOf(body: RequestBody): number {
  return body.type === 'store' ? body.item.value.length : 0
}

const ANSWER_TYPES: Readonly<Record<RequestBody['type'], AnswerBody['type']>> = {
  'get-id': 'id',
  'get-peers': 'peers',
  'get-items': 'items',
  'get-item': 'found',
  store: 'stored',
  offer: 'wanted',
  hello: 'hello',
}

/** What is wrong with an answer: each hop looks, so that whoever passes on something wrong is known to whom it did so. */
function answerFault(asked: RequestBody, body: AnswerBody): string | undefined {
  if (body.type === 'failure') return undefined
  if (body.type !== ANSWER_TYPES[asked.type]) return 'wrong-answer'
  switch (asked.type) {
    case 'get-item':
      return body.type === 'found' && body.item !== undefined && !isAuthentic(body.item, asked.key)
        ? 'wrong-item'
        : undefined
    case 'get-items':
      return body.type === 'items' && !areListed(body.items, asked) ? 'wrong-list' : undefined
    case 'get-peers':
      return body.type === 'peers' && (body.previous.length > asked.previous || body.next.length > asked.next)
        ? 'wrong-list'
        : undefined
    case 'offer':
      return body.type === 'wanted' && body.lacking.length > asked.items.length ? 'wrong-list' : undefined
    default:
      return undefined
  }
}

/** Whether keys are on the side that was asked for, in order, and not too many. */
function areListed(
  items: readonly Listed[],
  { after, isPrevious, limit }: RequestBody & { type: 'get-items' },
): boolean {
  const isAfter = (key: ItemKey, before: ItemKey | undefined): boolean =>
    before === undefined || (isPrevious ? key < before : key > before)
  return items.length <= limit && items.every(({ key }, index) => isAfter(key, items[index - 1]?.key ?? after))
}
