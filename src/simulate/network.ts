/**
 * A network of simulated nodes with seeded faults: frames are encoded and decoded as on the wire,
 * and may be lost, doubled, delayed and so reordered; nodes may be cut off, crash and restart.
 */
import { decodeFrame as decodeBatchSync, encodeFrames as encodeBatchSync } from '../../protocols/batch-sync/codec.ts'
import { CREDIT_BYTES } from '../../protocols/batch-sync/constants.ts'
import type { BatchSyncRecord } from '../../protocols/batch-sync/index.ts'
import type { Document } from '../../protocols/document/document.ts'
import { decodeFrame as decodeRoomState, encodeFrames as encodeRoomState } from '../../protocols/room-state/codec.ts'
import type { DocumentId, PeerKey } from '../../protocols/wire/ids.ts'
import type { Random } from '../../protocols/wire/machine.ts'
import type { NodeInput } from '../room/node-machine.ts'
import { randomInteger, seededRandom } from './random.ts'
import { Scheduler } from './scheduler.ts'
import { SharedReader } from './shared-reader.ts'
import { SimulatedNode, type SimulatedNodeInit } from './simulated-node.ts'
import { fullTopology, type NodePair } from './topology.ts'
import { bytesByRecord, type Arrival, type NetworkObserver, type TrafficSizes, type WireRecord } from './traffic.ts'

export interface Faults {
  /** Part of the frames that never arrive. */
  lossProbability: number
  /** Part of the frames that arrive twice. */
  duplicateProbability: number
  /** A frame's delay lies between these, each for itself, so frames overtake each other. */
  delayMinMs: number
  delayMaxMs: number
}

export interface NetworkInit {
  seed: number
  /** Their names. */
  nodes: readonly string[]
  /** Whether the node of a number tells its rooms its name. Default: all do. */
  introducesItself?: (index: number) => boolean
  /** Which nodes can ever be linked. Default: all. */
  topology?: readonly NodePair[]
  faults: Faults
}

/** How long the two ends of a link that was cut take to notice. */
const DETECTION_MAX_MS = 5_000

/** How long two nodes that can reach each other take to connect. */
const CONNECT_MAX_MS = 1_000

/** When every simulation begins, by the clocks of its nodes. */
const START_MS = 1_700_000_000_000

interface Link {
  /** False: it was cut, which its ends have not noticed yet. */
  isAlive: boolean
}

/** Two nodes that can be linked, and the link between them while there is one. */
interface Cable {
  a: SimulatedNode
  b: SimulatedNode
  link: Link | undefined
}

/** What one node sends another at once, as it comes out of the codec at the other end. */
interface Frame {
  input: NodeInput
  records: readonly WireRecord[]
  sizeBytes: number
  sizes: () => TrafficSizes
}

type ProtocolName = 'room-state' | 'batch-sync'

export class SimulatedNetwork {
  readonly scheduler = new Scheduler(START_MS)
  readonly random: Random
  readonly nodes: SimulatedNode[]
  /** How often a document reached a node's app, over all its lives. */
  readonly delivered = new Map<SimulatedNode, Map<DocumentId, number>>()
  /** Documents that reached an app before one of their ancestors, one line each. */
  readonly outOfOrder: string[] = []
  readonly misbehaviour = new Map<string, number>()
  /** Frames sent so far. */
  frames = 0
  sentBytes = 0
  faults: Faults
  observer: NetworkObserver | undefined
  /** A node's room opened, or its neighbours there changed. */
  onRoomChange: (node: SimulatedNode) => void = () => undefined
  readonly #byPeer: Map<PeerKey, SimulatedNode>
  readonly #cables: Cable[]
  readonly #cablesOf = new Map<SimulatedNode, Map<SimulatedNode, Cable>>()
  readonly #reader = new SharedReader()
  #canReach: (a: SimulatedNode, b: SimulatedNode) => boolean = () => true

  constructor(init: NetworkInit) {
    const { seed, nodes, introducesItself = () => true, topology = fullTopology(nodes.length), faults } = init
    this.random = seededRandom(seed)
    this.faults = faults
    this.nodes = nodes.map((name, index) => {
      return this.#createNode({ index, name, introducesItself: introducesItself(index) })
    })
    this.#byPeer = new Map(this.nodes.map((node) => [node.peer, node]))
    for (const node of this.nodes) {
      this.#cablesOf.set(node, new Map())
      this.delivered.set(node, new Map())
    }
    this.#cables = topology.map(([first, second]) => this.#lay(first, second))
  }

  /** Starts a node and connects it with all it can reach. */
  start(node: SimulatedNode): void {
    node.start()
    this.observer?.started(node)
    for (const cable of this.#cablesAt(node)) this.#connectIfPossible(cable)
  }

  crash(node: SimulatedNode): void {
    node.crash()
    this.observer?.stopped(node)
    for (const cable of this.#cablesAt(node)) this.#cut(cable)
  }

  /** Says who of those in the topology can reach whom from now on. */
  connectWhere(canReach: (a: SimulatedNode, b: SimulatedNode) => boolean): void {
    this.#canReach = canReach
    for (const cable of this.#cables) if (!canReach(cable.a, cable.b)) this.#cut(cable)
    for (const cable of this.#cables) this.#connectIfPossible(cable)
  }

  /** Lets time pass; true where nothing is left to happen. */
  runFor(durationMs: number): boolean {
    return this.scheduler.run(this.scheduler.nowMs + durationMs) === 'empty'
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
      sendRoomState: (from, toPeer, sent) => {
        for (const frame of encodeRoomState(sent)) {
          const records = decodeRoomState(frame)
          this.#send(from, toPeer, {
            input: { type: 'room-state', input: { type: 'records', from: from.peer, records } },
            records,
            sizeBytes: frame.length,
            sizes: () => bytesByRecord(records, frame.length, encodeRoomState),
          })
        }
      },
      sendBatchSync: (from, toPeer, sent) => {
        const arrival = { from, sentMs: this.scheduler.nowMs, record: 'message' } as const
        const blocks = blocksOf(sent)
        for (const frame of encodeBatchSync(sent)) {
          const records = this.#arriving(decodeBatchSync(frame), blocks, arrival)
          this.#send(from, toPeer, {
            input: { type: 'batch-sync', input: { type: 'records', from: from.peer, records } },
            records,
            sizeBytes: frame.length,
            sizes: () => bytesByRecord(records, frame.length, encodeBatchSync),
          })
        }
      },
      onDocument: (receiver, document) => this.#deliver(receiver, document),
      onRoomChange: (node) => this.onRoomChange(node),
      onMisbehaviour: (_node, _peer, code) => this.misbehaviour.set(code, (this.misbehaviour.get(code) ?? 0) + 1),
    })
  }

  /**
   * Notes how the documents of a frame came, and lets them share the memory of those that were sent:
   * thousands of nodes keep the same ones, and each would keep the frames they came in.
   */
  #arriving(records: BatchSyncRecord[], sent: readonly Uint8Array[], arrival: Arrival): BatchSyncRecord[] {
    let next = 0
    return records.map((record) => {
      if (record.type !== 'message') return record
      const blocks = record.blocks.map((block) => {
        while (next < sent.length && Buffer.compare(sent[next] ?? block, block) !== 0) next++
        return this.#reader.arriving(sent[next] ?? block, arrival)
      })
      return { ...record, blocks }
    })
  }

  #deliver(node: SimulatedNode, document: Document): void {
    const counts = this.delivered.get(node)
    if (counts === undefined) return
    const { id, previous, parents } = document
    for (const ancestor of previous === null ? parents : [previous, ...parents]) {
      if (!counts.has(ancestor)) this.outOfOrder.push(`${node.name} gave ${id} to its app before ${ancestor}`)
    }
    counts.set(id, (counts.get(id) ?? 0) + 1)
    this.observer?.delivered(node, document, this.#reader.arrivalOf(document.block))
  }

  #send(from: SimulatedNode, toPeer: PeerKey, { input, records, sizeBytes, sizes }: Frame): void {
    const to = this.#byPeer.get(toPeer)
    const link = to && this.#cablesOf.get(from)?.get(to)?.link
    if (to === undefined || link === undefined) return
    this.frames++
    this.sentBytes += sizeBytes
    this.observer?.sent(sizes(), records)
    const { lossProbability, duplicateProbability, delayMinMs, delayMaxMs } = this.faults
    const copies = this.random() < duplicateProbability ? 2 : 1
    for (let copy = 0; copy < copies; copy++) {
      if (this.random() < lossProbability) continue
      this.scheduler.after(randomInteger(this.random, delayMinMs, delayMaxMs), () => {
        if (link.isAlive) to.push(input)
      })
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
    for (const [node, peer] of [
      [a, b],
      [b, a],
    ] as const) {
      for (const protocol of ['room-state', 'batch-sync'] as const) {
        this.scheduler.after(randomInteger(this.random, 0, CONNECT_MAX_MS), () => {
          if (cable.link === link) node.push(peerInput(protocol, 'peer-up', peer.peer))
        })
      }
    }
  }

  /** Ends a link: what is under way on it is lost, and both ends notice after a while. */
  #cut(cable: Cable): void {
    const { a, b, link } = cable
    if (link?.isAlive !== true) return
    link.isAlive = false
    this.scheduler.after(randomInteger(this.random, 0, DETECTION_MAX_MS), () => {
      cable.link = undefined
      for (const protocol of ['room-state', 'batch-sync'] as const) {
        a.push(peerInput(protocol, 'peer-down', b.peer))
        b.push(peerInput(protocol, 'peer-down', a.peer))
      }
      this.#connectIfPossible(cable)
    })
  }
}

function blocksOf(records: readonly BatchSyncRecord[]): Uint8Array[] {
  return records.flatMap((record) => (record.type === 'message' ? record.blocks : []))
}

function peerInput(protocol: ProtocolName, type: 'peer-up' | 'peer-down', peer: PeerKey): NodeInput {
  const input = type === 'peer-up' ? ({ type, peer, creditBytes: CREDIT_BYTES } as const) : ({ type, peer } as const)
  return { type: protocol, input }
}
