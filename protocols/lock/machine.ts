/**
 * Locks: a node as an elector, which votes, and as one that takes locks. What a node says to itself goes through no
 * wire, and is handled in the same input.
 */
import { Effects } from '../wire/effects.ts'
import type { PeerId } from '../wire/ids.ts'
import type { Machine, Random } from '../wire/machine.ts'
import { RateLimits } from '../wire/rate-limits.ts'
import { Claimant, type ClaimantState } from './claimant.ts'
import { RECORD_BURST, RECORDS_PER_SECOND } from './constants.ts'
import { Elector, type ElectorState } from './elector.ts'
import type {
  LockCommand,
  LockEffect,
  LockEffects,
  LockEvent,
  LockInput,
  LockPorts,
  LockTimer,
  LockWrite,
} from './ports.ts'
import type { LockId, LockRecord, StateRecord } from './records.ts'

/** What a machine knows, as plain data, which can be copied. */
export interface LockState {
  elector: ElectorState
  claimant: ClaimantState
  /** Connected peers. */
  peers: Set<PeerId>
}

export interface LockMachineInit {
  self: PeerId
  random: Random
  ports: LockPorts
  /**
   * What it begins with: for tests, which explore all that can happen from there. Default: nothing.
   * @hidden
   */
  state?: LockState
}

/** Locks without IO; README.md has the rules, and why they are safe. */
export class LockMachine implements Machine<LockCommand, LockRecord, LockWrite, LockEvent, LockTimer> {
  readonly #elector: Elector
  readonly #claimant: Claimant
  readonly #init: LockMachineInit
  readonly #effects: LockEffects = new Effects()
  readonly #peers: Set<PeerId>
  readonly #limits = new RateLimits<PeerId>({ burst: RECORD_BURST, perSecond: RECORDS_PER_SECOND })
  /** What this node says to itself. */
  readonly #own: LockRecord[] = []

  constructor(init: LockMachineInit) {
    this.#init = init
    const { self, random, ports, state = newState() } = init
    this.#peers = state.peers
    const send = (to: PeerId, record: LockRecord): void => this.#send(to, record)
    this.#elector = new Elector({ self, ports, effects: this.#effects, send }, state.elector)
    const isUp = (lock: LockId, peer: PeerId): boolean => peer === self || this.#isUp(lock, peer)
    this.#claimant = new Claimant({ self, random, ports, effects: this.#effects, isUp, send }, state.claimant)
  }

  handle(input: LockInput, nowMs: number): readonly LockEffect[] {
    this.#elector.begin(nowMs)
    switch (input.type) {
      case 'peer-up':
        this.#peers.add(input.peer)
        this.#claimant.up(input.peer, nowMs)
        break
      case 'peer-down':
        this.#peers.delete(input.peer)
        this.#elector.left(input.peer)
        this.#claimant.down(input.peer, nowMs)
        break
      case 'records':
        for (const record of input.records) {
          if (this.#limits.isOver(input.from, nowMs)) this.#effects.misbehaviour(input.from, 'lock-flood')
          else this.#receive(input.from, record, nowMs)
          this.#limits.spend(input.from, nowMs)
        }
        break
      case 'timer':
        this.#wake(input.timer, nowMs)
        break
      case 'command':
        this.#command(input.command, nowMs)
        break
    }
    for (let record = this.#own.shift(); record !== undefined; record = this.#own.shift()) {
      this.#receive(this.#init.self, record, nowMs)
    }
    return this.#effects.take()
  }

  #command(command: LockCommand, nowMs: number): void {
    const { lock } = command
    switch (command.type) {
      case 'acquire':
        this.#claimant.acquire(lock, command.leaseMs, nowMs)
        break
      case 'renew':
        this.#claimant.renew(lock, nowMs)
        break
      case 'release':
        this.#claimant.release(lock, command.mark, nowMs)
        break
      case 'query':
        for (const elector of this.#init.ports.electors(lock) ?? []) {
          this.#send(elector, { type: 'query', lock, serial: 0, seen: this.#claimant.seenOf(lock, elector) })
        }
        break
    }
  }

  #receive(from: PeerId, record: LockRecord, nowMs: number): void {
    switch (record.type) {
      case 'ask':
        this.#elector.ask(from, record, nowMs)
        break
      case 'release':
        this.#elector.release(from, record, nowMs)
        break
      case 'query':
        this.#elector.query(from, record, nowMs)
        break
      case 'state':
        this.#told(from, record)
        break
      default:
        if (this.#isElector(record.lock, from)) this.#answered(from, record, nowMs)
        else this.#effects.misbehaviour(from, 'no-elector')
    }
  }

  #answered(
    from: PeerId,
    record: Extract<LockRecord, { type: 'grant' | 'wait' | 'refuse' | 'released' }>,
    nowMs: number,
  ): void {
    switch (record.type) {
      case 'grant':
        this.#claimant.granted(from, record, nowMs)
        break
      case 'wait':
        this.#claimant.waits(from, record, nowMs)
        break
      case 'refuse':
        this.#claimant.refused(from, record, nowMs)
        break
      case 'released':
        this.#claimant.released(from, record)
        break
    }
  }

  #told(from: PeerId, record: StateRecord): void {
    const { lock, serial, fence, hasForgotten, waiting, held } = record
    if (!this.#isElector(lock, from)) return this.#effects.misbehaviour(from, 'no-elector')
    if (serial > 0) return this.#elector.told(from, record)
    this.#effects.emit({ type: 'state', lock, elector: from, fence, hasForgotten, waiting, ...(held && { held }) })
  }

  #wake(timer: LockTimer, nowMs: number): void {
    switch (timer.type) {
      case 'expiry':
        this.#elector.expire(timer.lock, nowMs)
        break
      case 'recall':
        this.#elector.recall(timer.lock, nowMs)
        break
      case 'look':
        this.#claimant.look(timer, nowMs)
        break
      case 'forget':
        this.#claimant.forget(timer.request)
        break
    }
  }

  #isElector(lock: LockId, peer: PeerId): boolean {
    return this.#init.ports.electors(lock)?.includes(peer) === true
  }

  #isUp(lock: LockId, peer: PeerId): boolean {
    return this.#peers.has(peer) && this.#init.ports.isNeighbour(lock, peer)
  }

  #send(to: PeerId, record: LockRecord): void {
    if (to === this.#init.self) this.#own.push(record)
    else if (this.#isUp(record.lock, to)) this.#effects.send(to, record)
  }
}

function newState(): LockState {
  return {
    elector: { booths: new Map(), serial: 0 },
    claimant: { claims: new Map(), endings: new Map(), tickets: new Map(), seen: new Map() },
    peers: new Set(),
  }
}
