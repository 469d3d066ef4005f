/** A test's nodes on virtual time, and the links between them, which carry frames. */
import TinyQueue from 'tinyqueue'
import type { EnsureMapTimer } from '../../../../protocols/ensure-map/ports.ts'
import type { PeerId, RoomId } from '../../../../protocols/wire/ids.ts'
import type { Random } from '../../../../protocols/wire/machine.ts'
import { room as onlyRoom } from './dags.ts'
import { HeldBlocks } from './held-blocks.ts'
import { TestNode, type Outside } from './test-node.ts'

interface Pending {
  dueMs: number
  order: number
  run: () => void
}

/** What a link does to frames. */
export interface Weather {
  latencyMs: number
  /** Added to each frame's latency separately, so that frames overtake one another. */
  jitterMs: number
  /** The fraction of frames that arrive twice. */
  doubled: number
}

export class World {
  nowMs = 0
  weather: Weather = { latencyMs: 50, jitterMs: 0, doubled: 0 }
  readonly nodes = new Map<PeerId, TestNode>()
  readonly #random: Random
  readonly #pending = new TinyQueue<Pending>([], (a, b) => a.dueMs - b.dueMs || a.order - b.order)
  /** Links that are up, by both ends, with the rooms in which these are neighbours and a number that distinguishes them from later ones. */
  readonly #links = new Map<string, { session: number; rooms: readonly RoomId[] }>()
  #orders = 0
  #sessions = 0

  constructor(random: Random = () => 0) {
    this.#random = random
  }

  /** Starts a node that is in some rooms, with a new store or an earlier one. */
  add(key: PeerId, rooms: readonly RoomId[] = [onlyRoom], held = new HeldBlocks()): TestNode {
    const outside: Outside = {
      nowMs: () => this.nowMs,
      send: (from, to, frame) => this.#carry(from, to, frame),
      setTimer: (timer, afterMs) => this.at(afterMs, () => this.#timer(node, timer)),
    }
    const node = new TestNode(key, outside, { rooms, random: this.#random, held })
    this.nodes.set(key, node)
    return node
  }

  /** Connects a peer to a node that does only what the test says. */
  meet(node: TestNode, peer: PeerId, rooms: readonly RoomId[] = [onlyRoom]): void {
    this.#links.set(linkKey(node.key, peer), { session: ++this.#sessions, rooms })
    node.peerUp(peer)
    for (const room of rooms) node.command({ type: 'neighbour', room, peer })
  }

  isConnected(a: PeerId, b: PeerId): boolean {
    return this.#links.has(linkKey(a, b))
  }

  /** Opens the streams of two nodes, which prove to each other that they know some rooms. */
  connect(a: TestNode, b: TestNode, rooms: readonly RoomId[] = [onlyRoom]): void {
    if (this.isConnected(a.key, b.key)) return
    this.#links.set(linkKey(a.key, b.key), { session: ++this.#sessions, rooms })
    for (const [node, { key: peer }] of both(a, b)) {
      node.peerUp(peer)
      for (const room of rooms) node.command({ type: 'neighbour', room, peer })
    }
  }

  disconnect(a: TestNode, b: TestNode): void {
    const link = this.#links.get(linkKey(a.key, b.key))
    if (link === undefined) return
    this.#links.delete(linkKey(a.key, b.key))
    for (const [node, { key: peer }] of both(a, b)) {
      node.peerDown(peer)
      for (const room of link.rooms) node.command({ type: 'neighbour-left', room, peer })
    }
  }

  /** Lets time pass. */
  pass(durationMs: number): void {
    const endMs = this.nowMs + durationMs
    for (let next = this.#pending.peek(); next !== undefined && next.dueMs <= endMs; next = this.#pending.peek()) {
      this.#pending.pop()
      this.nowMs = Math.max(this.nowMs, next.dueMs)
      next.run()
    }
    this.nowMs = endMs
  }

  /** Lets time pass until something holds; returns how long that took. Throws if it takes longer than allowed. */
  passUntil(isSo: () => boolean, maxMs: number): number {
    const startMs = this.nowMs
    while (!isSo()) {
      const next = this.#pending.peek()
      if (next === undefined || next.dueMs > startMs + maxMs) throw new Error(`not so within ${maxMs} ms`)
      this.#pending.pop()
      this.nowMs = Math.max(this.nowMs, next.dueMs)
      next.run()
    }
    return this.nowMs - startMs
  }

  /** Whether nothing will happen any more. */
  get isAtRest(): boolean {
    return this.#pending.length === 0
  }

  at(afterMs: number, run: () => void): void {
    this.#pending.push({ dueMs: this.nowMs + afterMs, order: this.#orders++, run })
  }

  /** Not of a node that was restarted since. */
  #timer(owner: TestNode, timer: EnsureMapTimer): void {
    if (this.nodes.get(owner.key) === owner) owner.handle({ type: 'timer', timer })
  }

  #carry(from: PeerId, to: PeerId, frame: Uint8Array): void {
    const link = this.#links.get(linkKey(from, to))
    if (link === undefined) throw new Error(`${from} sends to ${to}, who is gone`)
    const { latencyMs, jitterMs, doubled } = this.weather
    const deliver = (): void => {
      if (this.#links.get(linkKey(from, to)) === link) this.nodes.get(to)?.read(from, frame)
    }
    this.at(latencyMs + jitterMs * this.#random(), deliver)
    if (this.#random() < doubled) this.at(latencyMs + jitterMs * this.#random(), deliver)
  }
}

function linkKey(a: PeerId, b: PeerId): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`
}

function both(a: TestNode, b: TestNode): [TestNode, TestNode][] {
  return [
    [a, b],
    [b, a],
  ]
}
