/**
 * A node of the ring without IO; README.md has the rules. Its parts share a table of the nodes it is connected to.
 */
import { Effects } from '../wire/effects.ts'
import type { PeerId } from '../wire/ids.ts'
import type { Machine, Random } from '../wire/machine.ts'
import { Answers } from './answers.ts'
import { positionOf, type Place } from './circle.ts'
import type { RingCore } from './core.ts'
import { Keeper } from './keeper.ts'
import { PeerTable, type RingPeer } from './peer-table.ts'
import { Placing } from './placing.ts'
import type {
  RingCommand,
  RingEffect,
  RingEvent,
  RingInput,
  RingPorts,
  RingSizes,
  RingTimer,
  RingWrite,
} from './ports.ts'
import type { RingRecord } from './records.ts'
import { Repair } from './repair.ts'
import { Requests } from './requests.ts'
import { Samples } from './samples.ts'
import { Sizing } from './sizing.ts'
import { Upkeep } from './upkeep.ts'

export interface RingInit {
  self: PeerId
  ports: RingPorts
  random: Random
}

/** What is known of the ring around a node. */
export interface RingView {
  place: Place
  /** The nearest first. */
  previous: readonly RingPeer[]
  next: readonly RingPeer[]
  /** The farthest first. */
  fingers: readonly RingPeer[]
  /** Nodes of the ring that are connected. */
  connected: number
  items: number
  sizeBytes: number
}

/** A node of the ring; README.md has the rules. */
export class RingMachine implements Machine<RingCommand, RingRecord, RingWrite, RingEvent, RingTimer> {
  readonly #core: RingCore
  readonly #keeper: Keeper
  readonly #requests: Requests
  readonly #upkeep: Upkeep
  readonly #repair: Repair
  readonly #placing: Placing
  readonly #sizing: Sizing

  constructor({ self, ports, random }: RingInit) {
    // Others ignore a node without an Ed25519 key, so it does not matter where that lies.
    const place = positionOf(self) ?? 0n
    this.#core = { self, place, table: new PeerTable(), effects: new Effects(), ports, random }
    this.#keeper = new Keeper(this.#core)
    const answers = new Answers(this.#core, this.#keeper)
    this.#requests = new Requests(this.#core, (body, target, from) => answers.answer(body, target, from))
    const samples = new Samples()
    this.#upkeep = new Upkeep(this.#core, this.#requests, samples)
    this.#repair = new Repair(this.#core, { requests: this.#requests, keeper: this.#keeper, upkeep: this.#upkeep })
    this.#placing = new Placing(this.#core, this.#requests, this.#keeper)
    this.#sizing = new Sizing(this.#core, {
      requests: this.#requests,
      keeper: this.#keeper,
      upkeep: this.#upkeep,
      samples,
    })
  }

  /** The ring as this node sees it. */
  get view(): RingView {
    const { place, table } = this.#core
    const { items, sizeBytes } = this.#keeper
    return { place, ...this.#upkeep.leaves, fingers: this.#upkeep.fingers(), connected: table.size, items, sizeBytes }
  }

  /** How many nodes and items there are, as far as this node knows without asking. */
  sizes(nowMs: number): RingSizes {
    return this.#sizing.sizes(nowMs)
  }

  /** Whether the ring needs a connection to a peer: a neighbour, or a finger. */
  isNeeded(peer: PeerId): boolean {
    const { previous, next } = this.#upkeep.leaves
    return [...previous, ...next, ...this.#upkeep.fingers()].some((needed) => needed.peer === peer)
  }

  /** Requests of others that wait for an answer. */
  get forwarded(): number {
    return this.#requests.forwarded
  }

  handle(input: RingInput, nowMs: number): readonly RingEffect[] {
    switch (input.type) {
      case 'peer-up':
        this.#peerUp(input.peer, nowMs)
        break
      case 'peer-down':
        this.#upkeep.peerDown(input.peer, nowMs)
        this.#requests.peerDown(input.peer, nowMs)
        break
      case 'records':
        for (const record of input.records) this.#receive(input.from, record, nowMs)
        break
      case 'command':
        if (input.command.type === 'size') this.#sizing.count(input.command.call, nowMs)
        else this.#placing.command(input.command, nowMs)
        break
      case 'timer':
        this.#fire(input.timer, nowMs)
        break
    }
    const effects = this.#core.effects.take()
    const hasNeighbours = effects.some((effect) => effect.type === 'emit' && effect.event.type === 'neighbours')
    if (!hasNeighbours) return effects
    this.#repair.neighboursChanged(nowMs)
    return [...effects, ...this.#core.effects.take()]
  }

  #peerUp(peer: PeerId, nowMs: number): void {
    const place = positionOf(peer)
    if (place !== undefined) this.#upkeep.peerUp(peer, place, nowMs)
  }

  #receive(from: PeerId, record: RingRecord, nowMs: number): void {
    if (this.#core.table.get(from) === undefined) return
    switch (record.type) {
      case 'request':
        return this.#requests.receive(from, record, nowMs)
      case 'answer':
        return this.#requests.answered(from, record, nowMs)
      case 'pending':
        return this.#requests.pending(from, record, nowMs)
    }
  }

  #fire(timer: RingTimer, nowMs: number): void {
    switch (timer.type) {
      case 'requests':
        return this.#requests.tick(nowMs)
      case 'stabilise':
        return this.#upkeep.stabilise(nowMs)
      case 'fingers':
        return this.#upkeep.seekFinger(nowMs)
      case 'repair':
        return this.#repair.step(nowMs)
      case 'calls':
        return this.#placing.tick(nowMs)
    }
  }
}
