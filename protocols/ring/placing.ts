/** Puts and lookups of this node's user: which places are asked, in which order, and when that is enough. */
import type { PeerId } from '../wire/ids.ts'
import { placeOfCopy, type ItemKey } from './circle.ts'
import { CALL_MS, MAX_CALLS, MAX_EXCEPT, MAX_PUT_TRIES, NEXT_PLACE_MS } from './constants.ts'
import type { RingCore } from './core.ts'
import type { Keeper } from './keeper.ts'
import { isAuthentic, isNewer, keyOf, type Item } from './items.ts'
import type { PlaceHolder, RingCommand, RingResult } from './ports.ts'
import type { Answered, Requests } from './requests.ts'

/** A call that is not over. */
interface Call {
  endsMs: number
  patienceMs: number
  /** A place has not answered for NEXT_PLACE_MS. */
  late: (nowMs: number) => void
  /** Time is up. */
  end: () => void
}

type Put = RingCommand & { type: 'put' }
type Get = RingCommand & { type: 'get' }

/** What is known of an item's places while it is put. */
interface Putting {
  readonly key: ItemKey
  readonly item: Item
  readonly holders: Set<PeerId>
  /** Places at which it is held, by nodes that were not holders before or where there is nobody else. */
  held: number
  open: number
  full: number
  newer: number | undefined
}

interface CopyToPut {
  copy: number
  /** Nodes that hold another copy. */
  except: readonly PeerId[]
  tries: number
}

/** The calls of a node's user that are not over. */
export class Placing {
  readonly #core: RingCore
  readonly #requests: Requests
  readonly #keeper: Keeper
  readonly #calls = new Map<number, Call>()
  #isTicking = false

  constructor(core: RingCore, requests: Requests, keeper: Keeper) {
    this.#core = core
    this.#requests = requests
    this.#keeper = keeper
  }

  command(command: Exclude<RingCommand, { type: 'size' }>, nowMs: number): void {
    if (this.#calls.size >= MAX_CALLS) return this.#emit(command.call, { type: 'failed', failure: 'too-many' })
    switch (command.type) {
      case 'put':
        return this.#put(command, nowMs)
      case 'get':
        return this.#get(command, nowMs)
      case 'where':
        return this.#where(command, nowMs)
      case 'ping':
        return this.#ping(command, nowMs)
    }
  }

  /** The timer of calls: asks the next place where one is late, and ends what takes too long. */
  tick(nowMs: number): void {
    this.#isTicking = false
    for (const call of [...this.#calls.values()]) {
      if (nowMs >= call.endsMs) call.end()
      else if (nowMs >= call.patienceMs) {
        call.patienceMs = nowMs + NEXT_PLACE_MS
        call.late(nowMs)
      }
    }
    this.#tickSoon()
  }

  #put({ call, item }: Put, nowMs: number): void {
    const putting: Putting = {
      ...{ key: keyOf(item), item, holders: new Set<PeerId>(), held: 0, open: item.copies, full: 0, newer: undefined },
    }
    this.#begin(
      call,
      nowMs,
      () => undefined,
      () => this.#putDone(call, putting),
    )
    for (let copy = 0; copy < item.copies; copy++) this.#putCopy(call, putting, { copy, except: [], tries: 1 }, nowMs)
  }

  #putCopy(call: number, putting: Putting, { copy, except, tries }: CopyToPut, nowMs: number): void {
    const { key, item, holders } = putting
    const done = (answered: Answered | undefined, atMs: number): void => {
      const from = answered?.from
      const outcome = answered?.body.type === 'stored' ? answered.body.outcome : undefined
      if (outcome === 'held' && from !== undefined && holders.has(from) && !except.includes(from)) {
        // The node of this place has a copy already: another one near it takes this one.
        return this.#putCopy(call, putting, { copy, except: [...holders].slice(0, MAX_EXCEPT), tries }, atMs)
      }
      const isLost = outcome === undefined && except.length === 0
      if (isLost && tries < MAX_PUT_TRIES && this.#calls.has(call)) {
        return this.#putCopy(call, putting, { copy, except, tries: tries + 1 }, atMs)
      }
      if (answered?.body.type === 'stored' && outcome === 'newer') putting.newer = answered.body.sequence
      if (outcome === 'full') putting.full++
      if (outcome === 'held' && from !== undefined) holders.add(from)
      // Nobody else is there: whoever has a copy holds this one as well.
      const isOnlyCopy = outcome === undefined && except.length > 0
      if (outcome === 'held' || isOnlyCopy) putting.held++
      putting.open--
      const isHeld = holders.size > item.copies / 2
      if (isHeld || putting.open === 0 || putting.newer !== undefined) this.#putDone(call, putting)
    }
    const body = { type: 'store' as const, item }
    this.#requests.ask({ target: placeOfCopy(key, copy), except, body, done }, nowMs)
  }

  #putDone(call: number, { key, item, holders, held, newer, full }: Putting): void {
    const isHeld = newer === undefined && held > item.copies / 2
    this.#finish(call, { type: 'put', key, isHeld, holders: [...holders], newer, full })
  }

  /** The places in turn; a named item counts once most of those asked have answered. */
  #get({ call, key, copies }: Get, nowMs: number): void {
    let next = 0
    let open = 0
    let best: { item: Item; from: PeerId } | undefined
    let found = 0
    let answers = 0
    const without = new Set<PeerId>()
    const end = (): void => {
      this.#finish(call, {
        ...{ type: 'got', item: best?.item, from: best?.from },
        isUnsure: best?.item.signed !== undefined && answers <= copies / 2,
      })
    }
    const take = ({ from, body }: Answered): void => {
      if (body.type !== 'found') return
      answers++
      if (body.item === undefined) without.add(from)
      else if (isAuthentic(body.item, key)) {
        found++
        if (best === undefined || isNewer(body.item, best.item)) best = { item: body.item, from }
      }
    }
    const ask = (atMs: number): void => {
      if (next >= 2 * copies) return
      const copy = next++
      // In the second round, the neighbours of those who did not have it are asked.
      const except = copy < copies ? [] : [...without].slice(0, MAX_EXCEPT)
      open++
      const done = (answered: Answered | undefined, doneMs: number): void => {
        open--
        if (!this.#calls.has(call)) return
        if (answered !== undefined) take(answered)
        const isEnough = best !== undefined && (best.item.signed === undefined || found > copies / 2)
        if (isEnough) return end()
        const hasMore = next < copies || (best === undefined && next < 2 * copies && without.size > 0)
        if (hasMore) ask(doneMs)
        else if (open === 0) end()
      }
      const body = { type: 'get-item' as const, key }
      this.#requests.ask({ target: placeOfCopy(key, copy % copies), except, body, done }, atMs)
    }
    this.#begin(call, nowMs, (atMs) => next < copies && ask(atMs), end)
    const own = this.#keeper.item(key)
    if (own !== undefined && own.signed === undefined && isAuthentic(own, key))
      best = { item: own, from: this.#core.self }
    if (best === undefined) ask(nowMs)
    else end()
  }

  #where({ call, key, copies }: RingCommand & { type: 'where' }, nowMs: number): void {
    const places: PlaceHolder[] = Array.from({ length: copies }, (_, copy) => {
      return { place: placeOfCopy(key, copy), peer: undefined, path: [], holds: false, sequence: 0 }
    })
    let open = copies
    const end = (): void => this.#finish(call, { type: 'where', places })
    this.#begin(call, nowMs, () => undefined, end)
    for (const [copy, { place }] of places.entries()) {
      const done = (answered: Answered | undefined): void => {
        if (answered?.body.type === 'id') {
          const { holds, sequence } = answered.body
          places[copy] = { place, peer: answered.from, path: answered.path, holds, sequence }
        }
        if (--open === 0) end()
      }
      this.#requests.ask({ target: place, isTraced: true, body: { type: 'get-id', key }, done }, nowMs)
    }
  }

  #ping({ call, place, payload }: RingCommand & { type: 'ping' }, nowMs: number): void {
    const end = (): void => this.#finish(call, { type: 'failed', failure: 'no-answer' })
    this.#begin(call, nowMs, () => undefined, end)
    const record = this.#core.ports.peerRecord(this.#core.self) ?? new Uint8Array(0)
    const done = (answered: Answered | undefined): void => {
      if (answered?.body.type !== 'hello') return end()
      this.#finish(call, { type: 'pinged', by: answered.from, path: answered.path })
    }
    this.#requests.ask({ target: place, isTraced: true, body: { type: 'hello', payload, record }, done }, nowMs)
  }

  #begin(call: number, nowMs: number, late: (atMs: number) => void, end: () => void): void {
    this.#calls.set(call, { endsMs: nowMs + CALL_MS, patienceMs: nowMs + NEXT_PLACE_MS, late, end })
    this.#tickSoon()
  }

  #finish(call: number, result: RingResult): void {
    if (this.#calls.delete(call)) this.#emit(call, result)
  }

  #emit(call: number, result: RingResult): void {
    this.#core.effects.emit({ type: 'done', call, result })
  }

  #tickSoon(): void {
    if (this.#isTicking || this.#calls.size === 0) return
    this.#isTicking = true
    this.#core.effects.setTimer({ type: 'calls' }, NEXT_PLACE_MS / 2)
  }
}
