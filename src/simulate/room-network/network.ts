/**
 * The network of one room on a simulated one: the machines of hosts, connections that delay what is sent and end without a
 * word, and hosts that dial whom they heard of, in virtual time.
 */
import { NETWORK, NetworkMachine, type NetworkEffect, type NetworkInput } from '../../../protocols/network/index.ts'
import type { NetworkRecord } from '../../../protocols/network/index.ts'
import { signerOfSeed, verifySignature, type Signer } from '../../../protocols/wire/crypto.ts'
import { documentIdOfDigest, type PeerId, type RoomId } from '../../../protocols/wire/ids.ts'
import type { Random } from '../../../protocols/wire/machine.ts'
import { pick, seededRandom } from '../random.ts'
import { Scheduler } from '../scheduler.ts'

export interface RoomNetworkInit {
  seed: number
  /** How long a record takes. Default: from 5 to 60 ms. */
  delayMs?: { min: number; max: number }
  /** Whether hosts dial whom they hear of, and close connections that nothing needs. Default: they do. */
  isFree?: boolean
}

/** A node, whether it is up or not. */
export interface NetworkNode {
  readonly peer: PeerId
  readonly signer: Signer
  isCopy: boolean
  /** Undefined while it is down. */
  machine: NetworkMachine | undefined
  /** The peers that it is connected to, with the numbers of the connections. */
  readonly links: Map<PeerId, number>
  /** Peers that it has heard of, the last ones, with the times before which it does not dial them again. */
  readonly known: Map<PeerId, number>
  /** Those of them that it dials until it has reached them, since it lost a connection; the times are as above. */
  readonly missed: Map<PeerId, number>
  /** Nodes of different sides cannot reach each other. */
  side: number
}

const ROOM: RoomId = documentIdOfDigest(new Uint8Array(32).fill(7))
const DELAY_MS = { min: 5, max: 60 }
/** Until the others notice that a node is gone, by a closed connection or by silence. */
const MAX_NOTICE_MS = 4_500
const DIAL_MS = 100
/** How often a host looks whom to dial. */
const DIAL_EVERY_MS = 1_000
/** How often it closes connections that it can do without, and how many it keeps. */
const PRUNE_MS = 15_000
const KEPT_CONNECTIONS = 12
const MAX_KNOWN = 64
/** Who was dialled is left alone for so long. */
const REDIAL_MS = 60_000
/** Peers that a newcomer is told of, as in room state. */
const SUGGESTIONS = 16

export class RoomNetworkSimulation {
  readonly scheduler = new Scheduler(0)
  readonly random: Random
  readonly #init: RoomNetworkInit
  readonly #nodes = new Map<PeerId, NetworkNode>()
  readonly #signatures = new Map<string, boolean>()
  #connections = 0
  /** Records and the bytes of their frames, as far as they were sent. */
  readonly sent = { records: 0, sizeBytes: 0 }
  /** When a node last told others something new. */
  lastClaimMs = 0

  constructor(init: RoomNetworkInit) {
    this.#init = init
    this.random = seededRandom(init.seed)
  }

  get nodes(): readonly NetworkNode[] {
    return [...this.#nodes.values()]
  }

  get up(): readonly NetworkNode[] {
    return this.nodes.filter(({ machine }) => machine !== undefined)
  }

  node(peer: PeerId): NetworkNode | undefined {
    return this.#nodes.get(peer)
  }

  /** A node that is down still. */
  addNode({ isCopy = false } = {}): NetworkNode {
    const seed = Buffer.alloc(32)
    seed.writeUInt32LE(this.#init.seed, 0)
    seed.writeUInt32LE(this.#nodes.size, 4)
    const signer = signerOfSeed(seed)
    const links = new Map<PeerId, number>()
    const node: NetworkNode = {
      peer: signer.author,
      signer,
      isCopy,
      machine: undefined,
      links,
      known: new Map(),
      missed: new Map(),
      side: 0,
    }
    this.#nodes.set(node.peer, node)
    return node
  }

  /** A node comes up, and dials somebody who is up on its side, or whom it knows. */
  start(node: NetworkNode, to?: NetworkNode): void {
    this.startAlone(node)
    const others = this.up.filter((other) => other !== node && other.side === node.side)
    const contact = to ?? (others.length > 0 ? pick(this.random, others) : undefined)
    if (contact !== undefined) this.connect(node, contact)
  }

  startAlone(node: NetworkNode): void {
    const machine = new NetworkMachine({
      self: node.peer,
      sign: (content) => node.signer.sign(content),
      isSigned: (by, content, signature) => this.#isSigned(by, content, signature),
      firstSequence: () => 1 + Math.floor(this.scheduler.nowMs / 1_000),
      isCopy: () => node.isCopy,
    })
    node.machine = machine
    this.#handle(node, { type: 'command', command: { type: 'open', room: ROOM } })
    if (this.#init.isFree === false) return
    this.#repeat(node, DIAL_EVERY_MS, () => this.#dialSome(node))
    this.#repeat(node, PRUNE_MS, () => this.#prune(node))
  }

  /** A node is gone from one moment to the next; the others notice later. */
  crash(node: NetworkNode): void {
    node.machine = undefined
    for (const [peer, connection] of node.links) {
      const other = this.#nodes.get(peer)
      if (other !== undefined) this.#noticeLater(other, node.peer, connection)
    }
    node.links.clear()
  }

  /** Its user follows the room, or keeps only a copy from now on. */
  setCopy(node: NetworkNode, isCopy: boolean): void {
    node.isCopy = isCopy
    this.#handle(node, { type: 'command', command: { type: 'changed', room: ROOM } })
  }

  /** The network splits: each node is on the side that is given, and connections between sides break. */
  split(sideOf: (node: NetworkNode) => number): void {
    for (const node of this.nodes) node.side = sideOf(node)
    for (const node of this.up) {
      for (const [peer, connection] of node.links) {
        if (this.#nodes.get(peer)?.side !== node.side) this.#noticeLater(node, peer, connection)
      }
    }
  }

  /** The network is whole again, and one node of each side meets one of the first. */
  heal(): void {
    const sides = Map.groupBy(this.up, ({ side }) => side)
    for (const node of this.nodes) node.side = 0
    const [first = [], ...others] = sides.values()
    for (const side of others) this.connect(pick(this.random, first), pick(this.random, side))
  }

  run(forMs: number): void {
    this.scheduler.run(this.scheduler.nowMs + forMs)
  }

  viewOf(node: NetworkNode): ReturnType<NetworkMachine['view']> {
    return node.machine?.view(ROOM, this.scheduler.nowMs)
  }

  connect(a: NetworkNode, b: NetworkNode): void {
    if (a === b || a.links.has(b.peer) || b.links.has(a.peer)) return
    if (a.machine === undefined || b.machine === undefined || a.side !== b.side) return
    const connection = ++this.#connections
    this.#introduce(a, b)
    this.#introduce(b, a)
    for (const [node, other] of [
      [a, b],
      [b, a],
    ] as const) {
      node.links.set(other.peer, connection)
      this.#learn(node, other.peer)
      this.#handle(node, { type: 'peer-up', peer: other.peer, creditBytes: 0 })
      // The proof comes over another stream.
      this.#later(node, connection, other.peer, () =>
        this.#handle(node, { type: 'command', command: { type: 'neighbour', room: ROOM, peer: other.peer } }),
      )
    }
  }

  disconnect(a: NetworkNode, b: NetworkNode): void {
    this.#unlink(a, b.peer)
    this.#unlink(b, a.peer)
  }

  #repeat(node: NetworkNode, everyMs: number, act: () => void): void {
    const { machine } = node
    this.scheduler.after(everyMs * (0.5 + this.random()), () => {
      if (node.machine !== machine) return
      act()
      this.#repeat(node, everyMs, act)
    })
  }

  /** Who comes is told of others, and they of it. */
  #introduce(newcomer: NetworkNode, to: NetworkNode): void {
    for (const peer of [...to.links.keys()].slice(-SUGGESTIONS)) {
      const other = this.#nodes.get(peer)
      this.#learn(newcomer, peer)
      if (other !== undefined) this.#learn(other, newcomer.peer)
    }
  }

  #learn(node: NetworkNode, peer: PeerId): void {
    if (node.peer === peer) return
    const notBeforeMs = node.known.get(peer) ?? -Infinity
    node.known.delete(peer)
    node.known.set(peer, notBeforeMs)
    for (const oldest of node.known.keys()) {
      if (node.known.size <= MAX_KNOWN) break
      node.known.delete(oldest)
    }
  }

  #dialSome(node: NetworkNode): void {
    const { nowMs } = this.scheduler
    const [missed] = [...node.missed].find(([, notBeforeMs]) => nowMs >= notBeforeMs) ?? []
    if (missed !== undefined) return this.#redial(node, missed)
    if (node.links.size > 0 && node.machine?.wantsMore(ROOM) !== true) return
    const others = [...node.known].filter(([peer, notBeforeMs]) => !node.links.has(peer) && nowMs >= notBeforeMs)
    if (others.length === 0) return
    const [peer] = pick(this.random, others)
    node.known.set(peer, nowMs + REDIAL_MS)
    this.#dial(node, peer)
  }

  #redial(node: NetworkNode, peer: PeerId): void {
    const to = this.#nodes.get(peer)
    const isThere = to?.machine !== undefined && to.side === node.side
    if (isThere) node.missed.delete(peer)
    else node.missed.set(peer, this.scheduler.nowMs + REDIAL_MS)
    if (isThere) this.#dial(node, peer)
  }

  #dial(node: NetworkNode, peer: PeerId): void {
    this.scheduler.after(DIAL_MS * (0.5 + this.random()), () => {
      const to = this.#nodes.get(peer)
      if (to !== undefined) this.connect(node, to)
    })
  }

  /** Closes connections over which neither side exchanges documents, if there are many. */
  #prune(node: NetworkNode): void {
    const spare =
      this.viewOf(node)?.neighbours.filter(({ isLinked, apartForMs }) => !isLinked && apartForMs === undefined) ?? []
    for (const { peer } of spare.slice(0, Math.max(0, node.links.size - KEPT_CONNECTIONS))) {
      const other = this.#nodes.get(peer)
      if (other !== undefined) this.disconnect(node, other)
    }
  }

  #isSigned(by: PeerId, content: Uint8Array, signature: Uint8Array): boolean {
    const key = `${by} ${Buffer.from(content).toString('latin1')} ${Buffer.from(signature).toString('latin1')}`
    let isValid = this.#signatures.get(key)
    if (isValid === undefined) this.#signatures.set(key, (isValid = verifySignature(by, content, signature)))
    return isValid
  }

  #handle(node: NetworkNode, input: NetworkInput): void {
    if (node.machine === undefined) return
    for (const effect of node.machine.handle(input, this.scheduler.nowMs)) this.#execute(node, effect)
  }

  #execute(node: NetworkNode, effect: NetworkEffect): void {
    switch (effect.type) {
      case 'send':
        return this.#send(node, effect.to, effect.record)
      case 'timer': {
        const { machine } = node
        return this.scheduler.after(effect.afterMs, () => {
          if (node.machine === machine) this.#handle(node, { type: 'timer', timer: effect.timer })
        })
      }
      case 'misbehaviour':
        // The claim came before the proof, and comes again.
        if (effect.reason.code === 'claim-outside-room') return
        throw new Error(`an honest node was counted as ${effect.reason.code}`)
      case 'emit':
      case 'persist':
    }
  }

  #send(from: NetworkNode, peer: PeerId, record: NetworkRecord): void {
    const connection = from.links.get(peer)
    const to = this.#nodes.get(peer)
    if (connection === undefined || to === undefined) return
    const [frame = new Uint8Array(0)] = NETWORK.encodeFrames([record])
    this.sent.records++
    this.sent.sizeBytes += frame.length
    if (record.type === 'claim') this.lastClaimMs = this.scheduler.nowMs
    if (to.machine === undefined || to.side !== from.side) return
    this.#later(to, connection, from.peer, () =>
      this.#handle(to, { type: 'records', from: from.peer, records: NETWORK.decodeFrame(frame) }),
    )
  }

  /** What is sent over a connection comes in order. */
  readonly #lastArrivals = new Map<string, number>()

  #later(node: NetworkNode, connection: number, from: PeerId, act: () => void): void {
    const { min, max } = this.#init.delayMs ?? DELAY_MS
    const key = `${connection} ${node.peer}`
    const arrivesMs = Math.max(
      this.scheduler.nowMs + min + this.random() * (max - min),
      this.#lastArrivals.get(key) ?? -Infinity,
    )
    this.#lastArrivals.set(key, arrivesMs)
    this.scheduler.after(arrivesMs - this.scheduler.nowMs, () => {
      if (node.links.get(from) === connection) act()
    })
  }

  /** One end of a connection notices after a while that it is gone. */
  #noticeLater(node: NetworkNode, peer: PeerId, connection: number): void {
    this.scheduler.after(this.random() * MAX_NOTICE_MS, () => {
      if (node.links.get(peer) !== connection) return
      this.#unlink(node, peer)
      for (const each of node.known.keys()) node.missed.set(each, node.missed.get(each) ?? -Infinity)
    })
  }

  #unlink(node: NetworkNode, peer: PeerId): void {
    if (!node.links.delete(peer)) return
    this.#handle(node, { type: 'peer-down', peer })
    this.#handle(node, { type: 'command', command: { type: 'neighbour-left', room: ROOM, peer } })
  }
}
