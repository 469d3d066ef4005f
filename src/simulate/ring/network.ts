/** Nodes of a ring on a simulated network: machines, links that delay and lose records, and crashes, in virtual time. */
import {
  RING,
  RingMachine,
  positionOf,
  type ItemKey,
  type Place,
  type RingCommand,
  type RingEffect,
  type RingInput,
  type RingResult,
  type RingSliceCommand,
} from '../../../protocols/ring/index.ts'
import type { RingRecord } from '../../../protocols/ring/index.ts'
import { sha256 } from '../../../protocols/wire/crypto.ts'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import type { Random } from '../../../protocols/wire/machine.ts'
import { peerIdOfPublicKey } from '../../../protocols/wire/peer-ids.ts'
import { Journal } from '../../store/journal.ts'
import { MemoryRing } from '../../store/memory-ring.ts'
import { pick, seededRandom } from '../random.ts'
import { Scheduler } from '../scheduler.ts'

export interface RingNetworkInit {
  seed: number
  /** Which part of all records is lost, from 0 to 1. */
  loss?: number
  quotaBytes?: number
}

/** One end of a connection. */
interface Link {
  /** Whether this end dialled. */
  isOurs: boolean
  sinceMs: number
  /** When something last came over it; -Infinity if nothing did. */
  heardAtMs: number
}

/** A node, whether it is up or not. What it holds outlives a crash. */
export interface RingNode {
  readonly peer: PeerId
  readonly place: Place
  readonly items: MemoryRing
  /** Undefined while it is down. */
  machine: RingMachine | undefined
  /** By the peers at their other ends. */
  readonly links: Map<PeerId, Link>
  /** Peers whose connections ended, though this node did not close them. They outlive a crash, too. */
  readonly lost: Set<PeerId>
  /** Nodes of different sides cannot reach each other. */
  side: number
}

type WithoutCall<Command> = Command extends RingCommand ? Omit<Command, 'call'> : never
/** What a node is asked to do. */
export type RingRequest = WithoutCall<RingCommand>

const MIN_DELAY_MS = 5
const MAX_DELAY_MS = 60
/** Until the others notice that a node is gone, by a closed connection or by silence. */
const MAX_NOTICE_MS = 6_000
const DIAL_MS = 100
const REDIAL_MS = 5_000
/** How often a host dials the peers that it lost. */
const REDIAL_LOST_MS = 60_000
/** How often a host closes connections that its ring can do without. */
const PRUNE_MS = 15_000
/** In 2026: any time would do. */
const START_WALL_MS = 1_780_000_000_000

export class RingNetwork {
  readonly scheduler = new Scheduler(0)
  readonly random: Random
  readonly #init: RingNetworkInit
  readonly #nodes = new Map<PeerId, RingNode>()
  readonly #done = new Map<number, (result: RingResult) => void>()
  #lastCall = 0
  /** What came into slices, by whatever way, and who gave it for the slice. */
  readonly sliceItems: { node: PeerId; key: ItemKey; from: PeerId | undefined }[] = []
  /** Frames and their bytes, as far as they were sent. */
  readonly sent = { records: 0, sizeBytes: 0 }

  constructor(init: RingNetworkInit) {
    this.#init = init
    this.random = seededRandom(init.seed)
  }

  get nodes(): readonly RingNode[] {
    return [...this.#nodes.values()]
  }

  get up(): readonly RingNode[] {
    return this.nodes.filter(({ machine }) => machine !== undefined)
  }

  node(peer: PeerId): RingNode | undefined {
    return this.#nodes.get(peer)
  }

  /** A node that is down still. */
  addNode(): RingNode {
    const publicKey = sha256(Buffer.from(`ring node ${this.#init.seed} ${this.#nodes.size}`))
    const peer = peerIdOfPublicKey(publicKey)
    const place = positionOf(peer) ?? 0n
    const node: RingNode = {
      peer,
      place,
      items: new MemoryRing(),
      machine: undefined,
      links: new Map(),
      lost: new Set(),
      side: 0,
    }
    this.#nodes.set(peer, node)
    return node
  }

  /** A node comes up and connects to somebody who is up, if there is anybody on its side. */
  start(node: RingNode, to?: RingNode): void {
    this.startAlone(node)
    const others = this.up.filter((other) => other !== node && other.side === node.side)
    const contact = to ?? (others.length > 0 ? pick(this.random, others) : undefined)
    if (contact !== undefined) this.#connect(node, contact)
  }

  /** A node comes up and waits for others. */
  startAlone(node: RingNode): void {
    const { random } = this
    node.machine = new RingMachine({ self: node.peer, ports: this.#portsOf(node), random })
    this.scheduler.after(PRUNE_MS * (0.5 + random()), () => this.#prune(node))
    this.#dialLostAgain(node)
  }

  /** A node is gone from one moment to the next; the others notice later. */
  crash(node: RingNode): void {
    node.machine = undefined
    for (const peer of [...node.links.keys()]) {
      const other = this.#nodes.get(peer)
      node.links.delete(peer)
      node.lost.add(peer)
      if (other !== undefined) this.#noticeLater(other, node.peer)
    }
  }

  /** The network splits: each node is on the side that is given, and links between sides break. */
  split(sideOf: (node: RingNode) => number): void {
    for (const node of this.nodes) node.side = sideOf(node)
    for (const node of this.up) {
      for (const peer of [...node.links.keys()]) {
        if (this.#nodes.get(peer)?.side !== node.side) this.#noticeLater(node, peer)
      }
    }
  }

  /** The network is whole again; one node of each side meets one of each other side. */
  heal(): void {
    const sides = Map.groupBy(this.up, ({ side }) => side)
    for (const node of this.nodes) node.side = 0
    const [first = [], ...others] = sides.values()
    for (const side of others) this.#connect(pick(this.random, first), pick(this.random, side))
  }

  /** Links two nodes, both of which are up. */
  link(a: RingNode, b: RingNode): void {
    this.#connect(a, b)
  }

  run(forMs: number): void {
    this.scheduler.run(this.scheduler.nowMs + forMs)
  }

  /** Asks a node something and runs the network until it answers. */
  ask(node: RingNode, request: RingRequest): RingResult {
    let result: RingResult | undefined
    this.tell(node, request, (answer) => (result = answer))
    for (let steps = 0; result === undefined && steps < 1_000; steps++) this.run(50)
    if (result === undefined) throw new Error('a node did not answer its user')
    return result
  }

  /** Asks a node something; `done` is called with the answer, unless the node goes down. */
  tell(node: RingNode, request: RingRequest, done: (result: RingResult) => void): void {
    const call = ++this.#lastCall
    this.#done.set(call, done)
    // The request has all fields of the command but the number.
    this.#handle(node, { type: 'command', command: { ...request, call } as RingCommand })
  }

  /** Has a node keep a slice, or close it. */
  slice(node: RingNode, command: RingSliceCommand): void {
    this.#handle(node, { type: 'command', command })
  }

  /** Finds the way to a place from a node, which is the first on it: through whom, and who is there. */
  route(node: RingNode, place: Place, done: (route: { by: PeerId; way: PeerId[] } | undefined) => void): void {
    this.tell(node, { type: 'ping', place, payload: new Uint8Array(0) }, (result) => {
      if (result.type !== 'pinged') return done(undefined)
      const { by, path } = result
      done({ by, way: by === node.peer ? [by] : [node.peer, ...path, by] })
    })
  }

  #portsOf(node: RingNode): ConstructorParameters<typeof RingMachine>[0]['ports'] {
    const { items } = node
    return {
      wallMs: () => START_WALL_MS + this.scheduler.nowMs,
      heldItem: (key) => items.heldItem(key),
      itemOfId: (id) => items.itemOfId(id),
      packedItem: (key) => items.packedItem(key),
      heldItems: (...args) => items.heldItems(...args),
      farthestItems: (limit) => items.farthestItems(limit),
      heldTotals: () => items.heldTotals(),
      quotaBytes: () => this.#init.quotaBytes ?? Infinity,
      peerRecord: () => undefined,
    }
  }

  #handle(node: RingNode, input: RingInput): void {
    if (node.machine === undefined) return
    for (const effect of node.machine.handle(input, this.scheduler.nowMs)) this.#execute(node, effect)
  }

  #execute(node: RingNode, effect: RingEffect): void {
    switch (effect.type) {
      case 'persist':
        return node.items.apply(new Journal(), effect.write)
      case 'send':
        return this.#send(node, effect.to, effect.record)
      case 'timer': {
        const { machine } = node
        return this.scheduler.after(effect.afterMs, () => {
          if (node.machine === machine) this.#handle(node, { type: 'timer', timer: effect.timer })
        })
      }
      case 'emit':
        if (effect.event.type === 'done') this.#finish(effect.event.call, effect.event.result)
        else if (effect.event.type === 'wanted') this.#dial(node, effect.event.peer)
        else if (effect.event.type === 'slice-item') {
          const { item, from } = effect.event
          this.sliceItems.push({ node: node.peer, key: item.key, from })
        }
        return
      case 'misbehaviour':
        throw new Error(`an honest node was counted as ${effect.reason.code}`)
    }
  }

  #finish(call: number, result: RingResult): void {
    this.#done.get(call)?.(result)
    this.#done.delete(call)
  }

  #send(from: RingNode, peer: PeerId, record: RingRecord): void {
    const link = from.links.get(peer)
    const to = this.#nodes.get(peer)
    if (link === undefined || to === undefined) return
    const [frame = new Uint8Array(0)] = RING.encodeFrames([record])
    this.sent.records++
    this.sent.sizeBytes += frame.length
    if (to.machine === undefined || to.side !== from.side || this.random() < (this.#init.loss ?? 0)) return
    this.scheduler.after(this.#delayMs(), () => {
      const end = to.links.get(from.peer)
      if (end?.sinceMs !== link.sinceMs) return
      end.heardAtMs = this.scheduler.nowMs
      this.#handle(to, { type: 'records', from: from.peer, records: RING.decodeFrame(frame) })
    })
  }

  #dial(node: RingNode, peer: PeerId): void {
    const { machine } = node
    this.scheduler.after(DIAL_MS * (0.5 + this.random()), () => {
      const to = this.#nodes.get(peer)
      if (to?.machine !== undefined && node.machine === machine && to.side === node.side) this.#connect(node, to)
    })
  }

  #connect(from: RingNode, to: RingNode): void {
    const [link, other] = [from.links.get(to.peer), to.links.get(from.peer)]
    if (from === to || (link !== undefined && link.sinceMs === other?.sinceMs)) return
    // One that only one end has is dead: a host gives it up for a new one.
    this.#unlink(from, to.peer)
    this.#unlink(to, from.peer)
    from.lost.delete(to.peer)
    to.lost.delete(from.peer)
    const sinceMs = this.scheduler.nowMs
    from.links.set(to.peer, { isOurs: true, sinceMs, heardAtMs: -Infinity })
    to.links.set(from.peer, { isOurs: false, sinceMs, heardAtMs: -Infinity })
    this.#handle(from, { type: 'peer-up', peer: to.peer, creditBytes: 0 })
    this.#handle(to, { type: 'peer-up', peer: from.peer, creditBytes: 0 })
  }

  /** One side of a link notices after a while that it is gone, unless there is another one by then. */
  #noticeLater(node: RingNode, peer: PeerId): void {
    const sinceMs = node.links.get(peer)?.sinceMs
    this.scheduler.after(this.random() * MAX_NOTICE_MS, () => {
      if (node.links.get(peer)?.sinceMs !== sinceMs) return
      this.#unlink(node, peer)
      node.lost.add(peer)
      this.scheduler.after(REDIAL_MS, () => this.#dialLost(node))
    })
  }

  /** One side of a link notices that it is gone. */
  #unlink(node: RingNode, peer: PeerId): void {
    if (!node.links.delete(peer)) return
    this.#handle(node, { type: 'peer-down', peer })
    if (node.links.size === 0) this.scheduler.after(REDIAL_MS, () => this.#redial(node, node.machine))
  }

  /** A host dials the peers that it lost; its address book outlives it. */
  #dialLost(node: RingNode): void {
    for (const peer of node.lost) {
      const to = this.#nodes.get(peer)
      if (node.machine !== undefined && to?.machine !== undefined && to.side === node.side) this.#connect(node, to)
    }
  }

  #dialLostAgain(node: RingNode): void {
    const { machine } = node
    this.scheduler.after(REDIAL_LOST_MS * (0.5 + this.random()), () => {
      if (machine === undefined || node.machine !== machine) return
      this.#dialLost(node)
      this.#dialLostAgain(node)
    })
  }

  /** A host that is alone finds another one in its network. */
  #redial(node: RingNode, machine: RingMachine | undefined): void {
    if (machine === undefined || node.machine !== machine || node.links.size > 0) return
    const others = this.up.filter((other) => other !== node && other.side === node.side && other.links.size > 0)
    if (others.length > 0) this.#connect(node, pick(this.random, others))
    else this.scheduler.after(REDIAL_MS, () => this.#redial(node, machine))
  }

  #prune(node: RingNode): void {
    const { machine } = node
    if (machine === undefined) return
    const dialled = [...node.links].flatMap(([peer, { isOurs, sinceMs, heardAtMs }]) =>
      isOurs ? [{ peer, openedAtMs: sinceMs, heardAtMs }] : [],
    )
    for (const peer of machine.spare(dialled, this.scheduler.nowMs)) {
      const other = this.#nodes.get(peer)
      this.#unlink(node, peer)
      if (other !== undefined) this.#unlink(other, node.peer)
    }
    this.scheduler.after(PRUNE_MS, () => {
      if (node.machine === machine) this.#prune(node)
    })
  }

  #delayMs(): number {
    return MIN_DELAY_MS + this.random() * (MAX_DELAY_MS - MIN_DELAY_MS)
  }
}
