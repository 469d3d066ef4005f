/**
 * A network of simulated nodes with seeded faults: frames are encoded and decoded as on the wire, and
 * may be lost, duplicated, delayed and thus reordered; nodes may be cut off, crash and restart.
 */
import type { Document } from '../../protocols/document/document.ts'
import type { EnsureMapRecord, Ensured } from '../../protocols/ensure-map/index.ts'
import type { RoomStateRecord } from '../../protocols/room-state/index.ts'
import type { DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { Random } from '../../protocols/wire/machine.ts'
import { SEAL_BYTES } from '../../protocols/wire/room-keys.ts'
import { topicKeyOf } from '../../protocols/wire/room-keys.ts'
import { builtInApps } from '../apps/index.ts'
import type { App } from '../kith.ts'
import { SEALED_KIND } from '../../protocols/sealing/index.ts'
import type { NodeEffect, NodeEvent } from '../machine/node-machine.ts'
import type { SendBatch } from '../runtime/send-batches.ts'
import { framesOf, type Frame } from './frames.ts'
import { hadNoSpace, tellSpace } from './full-disks.ts'
import { lieAbout, vouchFor, type Lie } from './lies.ts'
import { peerInput, PROTOCOLS } from './protocols.ts'
import { randomInteger, seededRandom } from './random.ts'
import { Scheduler } from './scheduler.ts'
import { SharedReader } from './shared-reader.ts'
import { SimulatedNode, type SimulatedNodeInit, type CrashKind } from './simulated-node.ts'
import { fullTopology, type NodePair } from './topology.ts'
import type { NetworkObserver } from './traffic.ts'

export interface Faults {
  /** The fraction of what is sent that never arrives. */
  lossProbability: number
  /** The fraction that arrives twice. */
  duplicateProbability: number
  /** Each frame has its own delay between these, so frames overtake each other. */
  delayMinMs: number
  delayMaxMs: number
}

/** Faults of every link, for all frames or for single protocols. */
export interface LinkFaults extends Faults {
  ofProtocols?: Readonly<Record<string, Faults>>
}

export interface NetworkInit {
  seed: number
  /** The names of the nodes. */
  nodes: readonly string[]
  /** Whether the node with this number announces its name to its rooms. Default: all do. */
  introducesItself?: (index: number) => boolean
  /** Which nodes can ever be linked. Default: all. */
  topology?: readonly NodePair[]
  faults: LinkFaults
  /** Faults of gossip. Default: no gossip. */
  gossip?: Faults | undefined
  /** Liars, by their numbers. Default: none. */
  liars?: ReadonlyMap<number, Lie>
  /** The apps of all nodes. Default: the built-in apps. */
  apps?: readonly App[]
  /** The longest that a node's disk takes for a flush. */
  flushMaxMs?: number
  /** Documents between two checkpoints, at least. Default: CHECKPOINT_DOCUMENTS. */
  checkpointDocuments?: number | undefined
  /** Nodes that can be restored from a backup, by their numbers. Default: none. */
  backedUp?: ReadonlySet<number>
}

/** How long the two ends of a broken link take to notice. */
const DETECTION_MAX_MS = 5_000

/** How long two nodes that can reach each other take to connect. */
const CONNECT_MAX_MS = 1_000

/** Long enough for a power cut to find something unflushed, as with the disks of small computers. */
const FLUSH_MAX_MS = 20

/** How long after a release its blocks are deleted. */
const COLLECT_AFTER_MS = 30_000

/** When every simulation begins, by the clocks of its nodes. */
const START_MS = 1_700_000_000_000

interface Link {
  /** False if it was cut, which its ends may not have noticed yet. */
  isAlive: boolean
}

/** Two nodes that can be linked, and the current link between them. */
interface Cable {
  a: SimulatedNode
  b: SimulatedNode
  link: Link | undefined
}

export class SimulatedNetwork {
  readonly scheduler = new Scheduler(START_MS)
  readonly random: Random
  readonly nodes: SimulatedNode[]
  /** How often each document reached a node's app, over all of the node's lives. */
  readonly delivered = new Map<SimulatedNode, Map<DocumentId, number>>()
  /** Documents that reached an app before one of their ancestors, one line each. */
  readonly outOfOrder: string[] = []
  readonly misbehaviour = new Map<string, number>()
  /** Updates at which an app threw an error, one line each. */
  readonly appFaults: string[] = []
  /** Checkpoints that nodes found to be wrong. */
  readonly refutedCheckpoints: { node: SimulatedNode; id: DocumentId }[] = []
  /** Those that are. */
  readonly wrongCheckpoints = new Set<DocumentId>()
  /** Frames sent so far. */
  frames = 0
  sentBytes = 0
  faults: LinkFaults
  observer: NetworkObserver | undefined
  /** A node's room opened, or its neighbours there changed. */
  onRoomChange: (node: SimulatedNode) => void = () => undefined
  /** A document became part of a node's room. */
  onDocument: (node: SimulatedNode, document: Document) => void = () => undefined
  /** A node has handled an input, and nothing else since. */
  onHandled: (node: SimulatedNode, effects: readonly NodeEffect[]) => void = () => undefined
  /** A block that a node is fetching is complete, or cannot be fetched. */
  onEnsured: (node: SimulatedNode, root: Ensured) => void = () => undefined
  readonly #gossip: Faults | undefined
  readonly #liars: ReadonlyMap<number, Lie>
  readonly #byPeer: Map<PeerId, SimulatedNode>
  readonly #cables: Cable[]
  readonly #cablesOf = new Map<SimulatedNode, Map<SimulatedNode, Cable>>()
  readonly #reader = new SharedReader()
  readonly #vouching = new Map<SimulatedNode, DocumentId>()
  readonly #collecting = new Set<SimulatedNode>()
  #canReach: (a: SimulatedNode, b: SimulatedNode) => boolean = () => true

  constructor(init: NetworkInit) {
    const { seed, nodes, introducesItself = () => true, topology = fullTopology(nodes.length), faults } = init
    const { apps = builtInApps, flushMaxMs = FLUSH_MAX_MS, checkpointDocuments } = init
    this.random = seededRandom(seed)
    this.faults = faults
    this.#gossip = init.gossip
    this.#liars = init.liars ?? new Map()
    this.nodes = nodes.map((name, index) => {
      const isIntroduced = introducesItself(index)
      const isBackedUp = init.backedUp?.has(index) === true
      const common = { apps, flushMaxMs, checkpointDocuments, isBackedUp }
      return this.#createNode({ index, name, introducesItself: isIntroduced, ...common })
    })
    this.#byPeer = new Map(this.nodes.map((node) => [node.peer, node]))
    for (const node of this.nodes) {
      this.#cablesOf.set(node, new Map())
      this.delivered.set(node, new Map())
    }
    this.#cables = topology.map(([first, second]) => this.#lay(first, second))
  }

  /** Starts a node and connects it with all nodes it can reach. */
  start(node: SimulatedNode): void {
    node.start()
    this.#collectReleasedSoon(node)
    this.observer?.started(node)
    for (const cable of this.#cablesAt(node)) this.#connectIfPossible(cable)
  }

  crash(node: SimulatedNode, kind?: CrashKind): void {
    node.crash(kind)
    if (kind === 'power-cut') this.#forgetLost(node)
    this.observer?.stopped(node)
    for (const cable of this.#cablesAt(node)) this.#cut(cable)
  }

  /** While a node is down: it goes on from its last backup. What only it had since then is lost. */
  restore(node: SimulatedNode): void {
    node.restore()
    this.#forgetLost(node)
    const isElsewhere = (id: DocumentId): boolean =>
      this.nodes.some((other) => other !== node && other.store.hasDocument(id))
    for (const id of node.acknowledged) {
      if (!node.store.hasDocument(id) && !isElsewhere(id)) node.acknowledged.delete(id)
    }
  }

  /** A node sends documents to all that it is linked with, which its machine does not know of. */
  slip(from: SimulatedNode, room: RoomId, blocks: readonly Uint8Array[]): void {
    const record = { type: 'message', topic: topicKeyOf(room), blocks: [...blocks] } as const
    for (const to of this.#cablesOf.get(from)?.keys() ?? []) {
      const batch = { protocol: 'batch-sync', to: to.peer, records: [record] }
      for (const frame of framesOf(from, batch, this.scheduler.nowMs, this.#reader)) this.#send(from, to.peer, frame)
    }
  }

  /** From now on a node's disk has no space, or has some again. */
  setFull(node: SimulatedNode, isFull: boolean): void {
    if (node.store.isFull === isFull) return
    node.store.isFull = isFull
    // That there is none, a node learns from a write.
    if (!isFull) tellSpace(node)
  }

  /** Lets a node vouch for a wrong checkpoint, to whoever it tells anything from now on. */
  vouchWrongly(node: SimulatedNode, checkpoint: DocumentId): void {
    this.wrongCheckpoints.add(checkpoint)
    this.#vouching.set(node, checkpoint)
  }

  /** Changes which nodes of the topology can reach each other. */
  connectWhere(canReach: (a: SimulatedNode, b: SimulatedNode) => boolean): void {
    this.#canReach = canReach
    for (const cable of this.#cables) if (!canReach(cable.a, cable.b)) this.#cut(cable)
    for (const cable of this.#cables) this.#connectIfPossible(cable)
  }

  /** Lets time pass; true if nothing is left to happen. */
  runFor(durationMs: number): boolean {
    return this.scheduler.run(this.scheduler.nowMs + durationMs) === 'empty'
  }

  /** What an app was shown and a power cut took away is shown again when it comes again. */
  #forgetLost(node: SimulatedNode): void {
    const delivered = this.delivered.get(node)
    for (const id of delivered?.keys() ?? []) if (!node.store.hasDocument(id)) delivered?.delete(id)
  }

  #lay(first: number, second: number): Cable {
    const a = this.nodes[first]
    const b = this.nodes[second]
    if (a === undefined || b === undefined) throw new RangeError(`no such nodes: ${first} and ${second}`)
    const cable: Cable = { a, b, link: undefined }
    this.#cablesOf.get(a)?.set(b, cable)
    this.#cablesOf.get(b)?.set(a, cable)
    return cable
  }

  #cablesAt(node: SimulatedNode): Iterable<Cable> {
    return this.#cablesOf.get(node)?.values() ?? []
  }

  #createNode(init: SimulatedNodeInit): SimulatedNode {
    return new SimulatedNode(init, {
      scheduler: this.scheduler,
      random: this.random,
      reader: this.#reader,
      send: (from, batch) => this.#sendBatch(from, batch),
      publish: (from, room, block) => this.#publish(from, room, block),
      onEvent: (node, event) => this.#handleEvent(node, event),
      onHandled: (node, effects) => this.onHandled(node, effects),
      onFault: ({ name }, { app, id, error }) =>
        this.appFaults.push(`${name}: the app ${app} threw at ${id}: ${error}`),
      onFull: (node) => this.#startAnew(node),
      onMisbehaviour: (_node, _peer, code) => this.misbehaviour.set(code, (this.misbehaviour.get(code) ?? 0) + 1),
    })
  }

  /** A machine that was made anew gets new streams, as on a host. */
  #startAnew(node: SimulatedNode): void {
    tellSpace(node)
    for (const cable of this.#cablesAt(node)) this.#cut(cable)
  }

  #handleEvent(node: SimulatedNode, event: NodeEvent): void {
    if (event.type === 'document') this.#deliver(node, event.room, event.document)
    else if (event.type === 'room') this.onRoomChange(node)
    else if (event.type === 'ensured') this.onEnsured(node, event.root)
    else if (event.type === 'joined') node.joined++
    else if (event.type === 'refuted') this.refutedCheckpoints.push({ node, id: event.id })
    else if (event.type === 'released') this.#collectReleasedSoon(node)
  }

  /** As hosts do: deletes the blocks of what was released, unless something needs them. */
  #collectReleasedSoon(node: SimulatedNode): void {
    if (this.#collecting.has(node) || node.store.releasedBlocks(1).ids.length === 0) return
    this.#collecting.add(node)
    this.scheduler.after(COLLECT_AFTER_MS, () => {
      this.#collecting.delete(node)
      if (!node.isUp) return
      node.command({ type: 'collect-released', limit: Infinity }, (completion) => {
        if (hadNoSpace(completion)) this.#collectReleasedSoon(node)
      })
    })
  }

  #deliver(node: SimulatedNode, room: RoomId, document: Document): void {
    const counts = this.delivered.get(node)
    if (counts === undefined) return
    const { id, previous, parents } = document
    const open = node.machine.rooms.get(room)
    // Its key may come later, and then it is told again.
    if (document.kind === SEALED_KIND && open?.isCarried === false) return
    // In a room with members documents may count later than what follows them, and leave and come again.
    const isOpen = open?.graph.gate.control === undefined
    for (const ancestor of isOpen ? (previous === null ? parents : [previous, ...parents]) : []) {
      if (!counts.has(ancestor) && !node.hasDropped(ancestor))
        this.outOfOrder.push(`${node.name} delivered ${id} to its app before ${ancestor}`)
    }
    counts.set(id, isOpen ? (counts.get(id) ?? 0) + 1 : 1)
    this.observer?.delivered(node, document, this.#reader.arrivalOf(document.block))
    this.onDocument(node, document)
  }

  #sendBatch(from: SimulatedNode, batch: SendBatch): void {
    const sent = { ...batch, records: this.#lied(from, batch) }
    for (const frame of framesOf(from, sent, this.scheduler.nowMs, this.#reader)) this.#send(from, batch.to, frame)
  }

  #lied(from: SimulatedNode, { protocol, records }: SendBatch): unknown[] {
    const lie = this.#liars.get(from.index)
    const checkpoint = this.#vouching.get(from)
    if (lie !== undefined && protocol === 'ensure-map') return lieAbout(records as EnsureMapRecord[], lie)
    if (checkpoint === undefined || protocol !== 'room-state') return records
    return vouchFor(records as RoomStateRecord[], checkpoint)
  }

  #send(from: SimulatedNode, toPeer: PeerId, { protocol, input, records, sizeBytes, sizes }: Frame): void {
    const to = this.#byPeer.get(toPeer)
    const link = to && this.#cablesOf.get(from)?.get(to)?.link
    if (to === undefined || link === undefined) return
    this.frames++
    this.sentBytes += sizeBytes
    this.observer?.sent(sizes(), records)
    this.#transmit(this.faults.ofProtocols?.[protocol] ?? this.faults, () => {
      if (!link.isAlive) return
      this.observer?.received(to, records)
      to.push({ type: 'protocol', protocol, input })
    })
  }

  /** Schedules an arrival: once, twice or never. */
  #transmit({ lossProbability, duplicateProbability, delayMinMs, delayMaxMs }: Faults, arrive: () => void): void {
    const copies = this.random() < duplicateProbability ? 2 : 1
    for (let copy = 0; copy < copies; copy++) {
      if (this.random() < lossProbability) continue
      this.scheduler.after(randomInteger(this.random, delayMinMs, delayMaxMs), arrive)
    }
  }

  /** Gossip reaches every node in the room that a chain of links connects with the author, each from the previous node on it. */
  #publish(author: SimulatedNode, room: RoomId, block: Uint8Array): void {
    if (this.#gossip === undefined) return
    const { id } = this.#reader.decode(block)
    const sizeBytes = block.length + SEAL_BYTES
    const reached = new Set([author])
    for (const from of reached) {
      for (const [to, { link }] of this.#cablesOf.get(from) ?? []) {
        const isIn = link?.isAlive === true && to.isUp && to.machine.rooms.get(room) !== undefined
        if (!isIn || reached.has(to)) continue
        reached.add(to)
        this.frames++
        this.sentBytes += sizeBytes
        this.observer?.sent(new Map([['gossip', sizeBytes]]), [])
        const arriving = this.#reader.arriving(block, { from, sentMs: this.scheduler.nowMs, record: 'gossip' })
        this.#transmit(this.#gossip, () => {
          // A node's gate does not pass on what it already holds.
          if (!link.isAlive || to.store.hasDocument(id)) return
          to.push({ type: 'gossip', room, document: this.#reader.decode(arriving), from: from.peer })
        })
      }
    }
  }

  #connectIfPossible(cable: Cable): void {
    const { a, b, link } = cable
    if (a.isUp && b.isUp && link === undefined && this.#canReach(a, b)) this.#connect(cable)
  }

  #connect(cable: Cable): void {
    const link = { isAlive: true }
    cable.link = link
    const { a, b } = cable
    this.observer?.linkedUp(a, b)
    for (const protocol of PROTOCOLS) {
      // Both ends at once: as on a real stream, nothing that one sends arrives before the other is up.
      this.scheduler.after(randomInteger(this.random, 0, CONNECT_MAX_MS), () => {
        if (cable.link !== link) return
        a.push({ type: 'protocol', protocol, input: peerInput(protocol, 'peer-up', b.peer) })
        b.push({ type: 'protocol', protocol, input: peerInput(protocol, 'peer-up', a.peer) })
      })
    }
  }

  /** Cuts a link: whatever is in flight on it is lost, and both ends notice after a while. */
  #cut(cable: Cable): void {
    const { a, b, link } = cable
    if (link?.isAlive !== true) return
    link.isAlive = false
    this.scheduler.after(randomInteger(this.random, 0, DETECTION_MAX_MS), () => {
      cable.link = undefined
      for (const protocol of PROTOCOLS) {
        a.push({ type: 'protocol', protocol, input: peerInput(protocol, 'peer-down', b.peer) })
        b.push({ type: 'protocol', protocol, input: peerInput(protocol, 'peer-down', a.peer) })
      }
      this.#connectIfPossible(cable)
    })
  }
}
