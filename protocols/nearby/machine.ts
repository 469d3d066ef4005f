/**
 * Tells peers that ask which rooms this node announces to them, and asks them the same when somebody looks. Nothing is
 * sent unasked, and what a peer said is forgotten after a while, or as soon as it is gone.
 *
 * Invariants
 * 1. A peer is asked at most every ASK_AGAIN_MS, and answers to anything else are faults.
 * 2. Of a peer, only the last answer is kept; of all together, MAX_OFFERS_KEPT offers.
 * 3. Nothing leaves this node that `offersTo` does not give for that peer.
 */
import { Effects } from '../wire/effects.ts'
import type { PeerId } from '../wire/ids.ts'
import type { Machine } from '../wire/machine.ts'
import { RateLimits } from '../wire/rate-limits.ts'
import {
  ALL_ASKS_BURST,
  ALL_ASKS_PER_SECOND,
  ASK_AGAIN_MS,
  ASK_BURST,
  ASKS_PER_SECOND,
  MAX_OFFERS,
  MAX_OFFERS_KEPT,
  OFFERS_LIFETIME_MS,
} from './constants.ts'
import type {
  Announced,
  NearbyCommand,
  NearbyEffect,
  NearbyEffects,
  NearbyEvent,
  NearbyInput,
  NearbyPorts,
} from './ports.ts'
import type { NearbyRecord, OffersRecord } from './records.ts'

/** What is known of a peer while its stream is open. */
interface Asked {
  /** Of the last ask; 0 before the first. */
  serial: number
  askedMs: number
  isAwaited: boolean
}

/** The last answer of a peer. */
type Told = Omit<Announced, 'peer'> & { toldMs: number }

const EVERYBODY = 'everybody'

/** Announced rooms without IO; README.md has the rules. */
export class NearbyMachine implements Machine<NearbyCommand, NearbyRecord, never, NearbyEvent, never> {
  readonly #ports: NearbyPorts
  readonly #peers = new Map<PeerId, Asked>()
  /** Those that told first come first. */
  readonly #told = new Map<PeerId, Told>()
  readonly #limits = new RateLimits<PeerId>({ burst: ASK_BURST, perSecond: ASKS_PER_SECOND })
  readonly #limit = new RateLimits<typeof EVERYBODY>({ burst: ALL_ASKS_BURST, perSecond: ALL_ASKS_PER_SECOND })
  readonly #effects: NearbyEffects = new Effects()

  constructor(ports: NearbyPorts) {
    this.#ports = ports
  }

  /** What connected peers announced lately. */
  announced(nowMs: number): Announced[] {
    const isRecent = ({ toldMs }: Told): boolean => nowMs - toldMs < OFFERS_LIFETIME_MS
    return [...this.#told]
      .filter(([, told]) => isRecent(told))
      .map(([peer, { from, offers }]) => ({ peer, from, offers }))
  }

  /** Peers that were asked and have not answered. */
  get awaited(): number {
    return [...this.#peers.values()].filter(({ isAwaited }) => isAwaited).length
  }

  handle(input: NearbyInput, nowMs: number): readonly NearbyEffect[] {
    switch (input.type) {
      case 'peer-up':
        this.#peers.set(input.peer, { serial: 0, askedMs: -Infinity, isAwaited: false })
        break
      case 'peer-down':
        this.#peers.delete(input.peer)
        this.#told.delete(input.peer)
        break
      case 'records':
        for (const record of input.records) this.#receive(input.from, record, nowMs)
        break
      case 'command':
        this.#ask(nowMs)
        break
      case 'timer':
        break
    }
    return this.#effects.take()
  }

  #ask(nowMs: number): void {
    for (const [peer, asked] of this.#peers) {
      if (nowMs - asked.askedMs < ASK_AGAIN_MS) continue
      this.#peers.set(peer, { serial: asked.serial + 1, askedMs: nowMs, isAwaited: true })
      this.#effects.send(peer, { type: 'ask', serial: asked.serial + 1 })
    }
  }

  #receive(from: PeerId, record: NearbyRecord, nowMs: number): void {
    const asked = this.#peers.get(from)
    if (asked === undefined) return
    if (record.type === 'offers') this.#learn(from, asked, record, nowMs)
    else if (this.#limits.isOver(from, nowMs) || !this.#limit.take(EVERYBODY, nowMs)) {
      this.#effects.misbehaviour(from, 'ask-flood')
    } else {
      this.#limits.spend(from, nowMs)
      const offers = this.#ports.offersTo(from).slice(0, MAX_OFFERS)
      const name = offers.length === 0 ? '' : this.#ports.name()
      this.#effects.send(from, { type: 'offers', serial: record.serial, from: name, offers })
    }
  }

  #learn(peer: PeerId, asked: Asked, { serial, from, offers }: OffersRecord, nowMs: number): void {
    if (!asked.isAwaited || serial !== asked.serial) return this.#effects.misbehaviour(peer, 'unasked-offers')
    this.#peers.set(peer, { ...asked, isAwaited: false })
    this.#told.delete(peer)
    this.#told.set(peer, { from, offers, toldMs: nowMs })
    let kept = [...this.#told.values()].reduce((sum, told) => sum + told.offers.length, 0)
    while (kept > MAX_OFFERS_KEPT) {
      const [longest, told] = [...this.#told].reduce((a, b) => (b[1].offers.length > a[1].offers.length ? b : a))
      this.#told.delete(longest)
      kept -= told.offers.length
    }
    this.#effects.emit({ type: 'answered', peer })
  }
}
