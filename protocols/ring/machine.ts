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
  HeldItem,
  RingCommand,
  RingEffect,
  RingEvent,
  RingInput,
  RingPorts,
  RingSizes,
  RingSliceCommand,
  RingTimer,
  RingWrite,
} from './ports.ts'
import type { RingRecord } from './records.ts'
import { Repair } from './repair.ts'
import { Requests } from './requests.ts'
import { Samples } from './samples.ts'
import { Sizing } from './sizing.ts'
import { Sliced, type SliceView } from './sliced.ts'
import { ownPart } from './slice-parts.ts'
import { spareConnections, type DialledConnection } from './spare.ts'
import type { Part } from './slices/index.ts'
import { Upkeep } from './upkeep.ts'

export interface RingInit {
  self: PeerId
  ports: RingPorts
  random: Random
}

/** What is known of the ring around a node. */
export interface RingView {
  place: Place
  /** What this node owns. */
  part: Part
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
export class RingMachine implements Machine<
  RingCommand | RingSliceCommand,
  RingRecord,
  RingWrite,
  RingEvent,
  RingTimer
> {
  readonly #core: RingCore
  readonly #keeper: Keeper
  readonly #requests: Requests
  readonly #upkeep: Upkeep
  readonly #repair: Repair
  readonly #placing: Placing
  readonly #sizing: Sizing
  readonly #sliced: Sliced

  constructor({ self, ports, random }: RingInit) {
    // Others ignore a node without an Ed25519 key, so it does not matter where that lies.
    const place = positionOf(self) ?? 0n
    this.#core = { self, place, table: new PeerTable(), effects: new Effects(), ports, random }
    this.#keeper = new Keeper(this.#core, (item, isHeld) => this.#sliced.changed(item, isHeld))
    const answers = new Answers(this.#core, this.#keeper)
    this.#requests = new Requests(this.#core, (body, target, from) => answers.answer(body, target, from))
    const samples = new Samples()
    this.#upkeep = new Upkeep(this.#core, this.#requests, samples)
    this.#sliced = new Sliced(this.#core, this.#keeper, this.#upkeep)
    const parts = { requests: this.#requests, keeper: this.#keeper, upkeep: this.#upkeep, sliced: this.#sliced }
    this.#repair = new Repair(this.#core, parts)
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
    const near = { place, part: ownPart(this.#core), ...this.#upkeep.leaves }
    return { ...near, fingers: this.#upkeep.fingers(), connected: table.size, items, sizeBytes }
  }

  /** How many nodes and items there are, as far as this node knows without asking. */
  sizes(nowMs: number): RingSizes {
    return this.#sizing.sizes(nowMs)
  }

  /** The peers to which the ring needs a connection: neighbours, fingers, and those with whom slices of this node's are compared. */
  needed(): ReadonlySet<PeerId> {
    const { previous, next } = this.#upkeep.leaves
    const peers = [...previous, ...next, ...this.#upkeep.fingers()].map(({ peer }) => peer)
    return new Set([...peers, ...this.#sliced.holders()])
  }

  /** Of connections that this node has dialled, those that the ring would close; see `spareConnections`. */
  spare(dialled: readonly DialledConnection[], nowMs: number): PeerId[] {
    const needed = this.needed()
    const unneeded = dialled.filter(({ peer }) => this.#core.table.get(peer) !== undefined && !needed.has(peer))
    return spareConnections(unneeded, (peer) => this.#requests.isSilent(peer), nowMs)
  }

  /** A slice of this node's by its number. */
  slice(slice: number): SliceView | undefined {
    return this.#sliced.view(slice)
  }

  /** The first items that are held in a part, clockwise. */
  heldIn(part: Part, limit: number): HeldItem[] {
    return this.#sliced.held(part, limit)
  }

  /** Requests of others that wait for an answer. */
  get forwarded(): number {
    return this.#requests.forwarded
  }

  handle(input: RingInput, nowMs: number): readonly RingEffect[] {
    this.#sliced.begin(nowMs)
    this.#keeper.begin()
    switch (input.type) {
      case 'peer-up':
        this.#peerUp(input.peer, nowMs)
        break
      case 'peer-down':
        this.#upkeep.peerDown(input.peer, nowMs)
        this.#requests.peerDown(input.peer, nowMs)
        this.#sliced.handle(input)
        this.#sliced.peersChanged()
        break
      case 'records':
        for (const record of input.records) this.#receive(input.from, record, nowMs)
        break
      case 'command':
        this.#command(input.command, nowMs)
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
    if (place === undefined) return
    this.#upkeep.peerUp(peer, place, nowMs)
    this.#sliced.handle({ type: 'peer-up', peer, creditBytes: 0 })
    this.#sliced.peersChanged()
  }

  #command(command: RingCommand | RingSliceCommand, nowMs: number): void {
    if (command.type === 'slice' || command.type === 'close-slice') this.#sliced.command(command)
    else if (command.type === 'size') this.#sizing.count(command.call, nowMs)
    else this.#placing.command(command, nowMs)
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
      case 'slice':
        return this.#sliced.handle({ type: 'records', from, records: [record.record] })
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
      case 'slices':
        return this.#sliced.handle({ type: 'timer', timer: timer.timer })
    }
  }
}
