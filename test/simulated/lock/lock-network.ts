/**
 * The machines of locks on a network of which everything goes wrong at random: messages are late, lost, twice or in another
 * order, nodes are cut off, crash, lose power or their memory, or are suspended, and their clocks drift. Time is virtual.
 */
import { MAX_DRIFT, MAX_LEASE_MS } from '../../../protocols/lock/constants.ts'
import {
  LockMachine,
  type LockEffect,
  type LockInput,
  type LockTimer,
  type Vote,
} from '../../../protocols/lock/index.ts'
import { documentIdOfDigest, type PeerId } from '../../../protocols/wire/ids.ts'
import { seededRandom } from '../../../src/simulate/random.ts'
import { Scheduler } from '../../../src/simulate/scheduler.ts'

const LOCK = documentIdOfDigest(new Uint8Array(32).fill(1))
/** Short, so that much happens. */
const LEASE_MS = 2_000
const FLUSH_MS = 5
const RUN_MS = 30_000
const LONG_RUN_MS = MAX_LEASE_MS + 60_000

/** A time in which a node held the lock, in real time. */
export interface Hold {
  node: PeerId
  wantedMs: number
  beganMs: number
  /** When it was released, lost or cut short; by its own clock it was over then. */
  endedMs: number
  fence: number
}

export interface Run {
  holds: Hold[]
  /** Of what the lock guards: which writes were taken, and which refused as their fence was too low. */
  accepted: { fence: number; value: number }[]
  refused: number
  /** Two that held the lock at a time, or a fence out of order. */
  faults: string[]
  crashes: number
  suspensions: number
}

interface Node {
  name: PeerId
  machine: LockMachine
  /** Clock: real time since the start, and how fast it runs. */
  startedMs: number
  rate: number
  /** Written, and flushed. */
  vote: Vote | undefined
  durable: Vote | undefined
  /** Until when it handles nothing. */
  suspendedMs: number
  generation: number
  wantedMs?: number
  hold?: Hold & { untilMs: number; readValue: number; hasWritten: boolean }
}

export function runLocks(seed: number): Run {
  return new LockNetwork(seed).run()
}

class LockNetwork {
  readonly #random: () => number
  readonly #scheduler = new Scheduler(0)
  readonly #nodes = new Map<PeerId, Node>()
  readonly #electors: PeerId[]
  readonly #run: Run = { holds: [], accepted: [], refused: 0, faults: [], crashes: 0, suspensions: 0 }
  readonly #stored = { value: 0, fence: 0 }
  /** Nodes on the smaller side of a split. */
  #apart = new Set<PeerId>()
  /** One in ten runs is long enough for an elector that has lost its memory to vote again. */
  readonly #lastMs: number
  /** So few that a majority keeps its memory, which is assumed. */
  #memoryLosses = 1

  constructor(seed: number) {
    this.#random = seededRandom(seed)
    this.#lastMs = this.#random() < 0.1 ? LONG_RUN_MS : RUN_MS
    const count = this.#random() < 0.5 ? 3 : 5
    const names = Array.from({ length: count + 2 }, (_, index) => `n${index}` as PeerId)
    this.#electors = names.slice(0, count)
    for (const name of names) {
      const vote = this.#electors.includes(name) ? { fence: 0, hasForgotten: false } : undefined
      this.#nodes.set(name, this.#newNode(name, vote, 0))
    }
  }

  run(): Run {
    for (const node of this.#nodes.values()) this.#connect(node)
    for (const node of this.#nodes.values()) this.#later(this.#random() * 500, () => this.#want(node))
    this.#disturb()
    this.#scheduler.run(this.#lastMs)
    for (const node of this.#nodes.values()) this.#ended(node, node.hold?.untilMs)
    this.#check()
    return this.#run
  }

  get #nowMs(): number {
    return this.#scheduler.nowMs
  }

  #newNode(name: PeerId, vote: Vote | undefined, generation: number): Node {
    const node: Node = {
      ...{ name, startedMs: this.#nowMs, rate: 1 + MAX_DRIFT * (2 * this.#random() - 1), generation },
      ...{ vote, durable: vote, suspendedMs: 0 },
      machine: new LockMachine({
        self: name,
        random: this.#random,
        ports: {
          electors: () => this.#electors,
          isNeighbour: () => true,
          mayTake: () => true,
          vote: () => node.vote,
          isOutdated: () => false,
        },
      }),
    }
    return node
  }

  #later(afterMs: number, act: () => void): void {
    this.#scheduler.after(afterMs, act)
  }

  #localMs({ startedMs, rate }: Node): number {
    return (this.#nowMs - startedMs) * rate
  }

  /** An input, unless the node has been started anew since; once it is no longer suspended. */
  #input(node: Node, input: LockInput): void {
    if (this.#nodes.get(node.name) !== node) return
    if (this.#nowMs < node.suspendedMs)
      return this.#later(node.suspendedMs - this.#nowMs, () => this.#input(node, input))
    const effects = node.machine.handle(input, this.#localMs(node))
    for (const effect of effects) if (effect.type === 'persist') node.vote = effect.write.vote
    for (const effect of effects) this.#effect(node, effect)
    // Sent once it is flushed; what a node says to itself is not.
    const { vote } = node
    const sends = effects.filter((effect) => effect.type === 'send')
    const wrote = effects.some(({ type }) => type === 'persist')
    if (sends.length === 0 && !wrote) return
    this.#later(wrote ? FLUSH_MS : 0, () => {
      if (this.#nodes.get(node.name) !== node) return
      if (wrote) node.durable = vote
      for (const { to, record } of sends) this.#send(node, to, { type: 'records', from: node.name, records: [record] })
    })
  }

  #send(from: Node, to: PeerId, input: LockInput): void {
    const times = this.#random() < 0.05 ? 0 : this.#random() < 0.05 ? 2 : 1
    for (let time = 0; time < times; time++) {
      const lateMs = this.#random() < 0.05 ? 3_000 * this.#random() : 20 * this.#random()
      this.#later(lateMs, () => {
        const target = this.#nodes.get(to)
        if (target === undefined || this.#apart.has(from.name) !== this.#apart.has(to)) return
        this.#input(target, input)
      })
    }
  }

  #effect(node: Node, effect: LockEffect): void {
    if (effect.type === 'timer') this.#timer(node, effect.timer, effect.afterMs)
    if (effect.type !== 'emit') return
    const { event } = effect
    if (event.type === 'held') this.#held(node, event.fence, event.untilMs)
    else if (event.type === 'lost') this.#ended(node, node.hold?.untilMs)
    else if (event.type === 'no-majority' && !event.isHeld) this.#later(500 * this.#random(), () => this.#want(node))
  }

  #timer(node: Node, timer: LockTimer, afterMs: number): void {
    this.#later(afterMs / node.rate, () => this.#input(node, { type: 'timer', timer }))
  }

  #want(node: Node): void {
    if (this.#nodes.get(node.name) !== node || node.hold !== undefined) return
    node.wantedMs = this.#nowMs
    this.#input(node, { type: 'command', command: { type: 'acquire', lock: LOCK, leaseMs: LEASE_MS } })
  }

  #held(node: Node, fence: number, untilMs: number): void {
    if (node.hold !== undefined) {
      node.hold.untilMs = untilMs
      return
    }
    const { wantedMs = 0, name } = node
    // What it has granted itself has to be flushed before it counts.
    this.#later(this.#electors.includes(name) ? FLUSH_MS : 0, () => {
      const isOver = this.#localMs(node) >= untilMs
      if (this.#nodes.get(name) !== node || node.hold !== undefined || isOver) return
      const began = { node: name, wantedMs, beganMs: this.#nowMs, endedMs: Infinity, fence, untilMs }
      node.hold = { ...began, hasWritten: false, readValue: this.#stored.fence <= fence ? this.#stored.value : -1 }
      this.#stored.fence = Math.max(this.#stored.fence, fence)
      this.#work(node, this.#random() * 2 * LEASE_MS)
    })
  }

  /** Renews while it works, and writes in the end: also if it was suspended meanwhile, and has not noticed. */
  #work(node: Node, leftMs: number): void {
    const renewMs = LEASE_MS / 3
    this.#later(Math.min(leftMs, renewMs), () => {
      const { hold } = node
      if (this.#nodes.get(node.name) !== node || hold === undefined) return
      if (this.#nowMs < node.suspendedMs) return this.#work(node, node.suspendedMs - this.#nowMs)
      if (leftMs > renewMs) {
        this.#input(node, { type: 'command', command: { type: 'renew', lock: LOCK } })
        return this.#work(node, leftMs - renewMs)
      }
      if (!hold.hasWritten) this.#write(hold.fence, hold.readValue + 1)
      this.#ended(node, Math.min(this.#localMs(node), hold.untilMs))
      this.#input(node, { type: 'command', command: { type: 'release', lock: LOCK } })
    })
  }

  /** What the lock guards refuses lower fences than it has seen. */
  #write(fence: number, value: number): void {
    if (fence < this.#stored.fence) {
      this.#run.refused++
      return
    }
    this.#stored.fence = fence
    this.#stored.value = value
    this.#run.accepted.push({ fence, value })
  }

  /** By its clock the hold was over then. */
  #ended(node: Node, localMs: number | undefined): void {
    if (node.hold === undefined || localMs === undefined) return
    this.#run.holds.push({ ...node.hold, endedMs: node.startedMs + localMs / node.rate })
    delete node.hold
    this.#later(300 * this.#random(), () => this.#want(node))
  }

  #connect(node: Node): void {
    for (const peer of this.#nodes.keys()) {
      if (peer !== node.name) this.#input(node, { type: 'peer-up', peer, creditBytes: 0 })
    }
  }

  #disturb(): void {
    // Long runs are quiet in the end.
    if (this.#nowMs > RUN_MS) return
    this.#later(3_000 * this.#random(), () => {
      const names = [...this.#nodes.keys()]
      const node = this.#nodes.get(names[Math.floor(this.#random() * names.length)] ?? ('' as PeerId))
      const what = this.#random()
      if (node !== undefined) {
        if (what < 0.3) this.#crash(node)
        else if (what < 0.6) {
          this.#suspend(node)
        } else if (what < 0.8) {
          this.#apart = new Set(names.filter(() => this.#random() < 0.4))
          this.#later(4_000 * this.#random(), () => (this.#apart = new Set()))
        }
      }
      this.#disturb()
    })
  }

  /** A program that holds the lock goes on where it was: it writes before anything tells that the lock is lost. */
  #suspend(node: Node): void {
    this.#run.suspensions++
    const forMs = 6_000 * this.#random()
    node.suspendedMs = this.#nowMs + forMs
    const { hold } = node
    if (hold !== undefined) {
      this.#later(forMs, () => {
        if (node.hold !== hold || hold.hasWritten) return
        hold.hasWritten = true
        this.#write(hold.fence, hold.readValue + 1)
      })
    }
  }

  /** Power is lost, and what was not flushed with it; or all memory. The node starts again at once. */
  #crash(node: Node): void {
    this.#run.crashes++
    if (node.hold !== undefined) {
      const until = node.startedMs + node.hold.untilMs / node.rate
      this.#run.holds.push({ ...node.hold, endedMs: Math.min(this.#nowMs, until) })
    }
    const forgets = this.#memoryLosses > 0 && this.#electors.includes(node.name) && this.#random() < 0.2
    if (forgets) this.#memoryLosses--
    const next = this.#newNode(node.name, forgets ? undefined : node.durable, node.generation + 1)
    this.#nodes.set(node.name, next)
    this.#connect(next)
    this.#later(500 * this.#random(), () => this.#want(next))
  }

  #check(): void {
    const { holds, faults, accepted } = this.#run
    const byBegin = holds.toSorted((a, b) => a.beganMs - b.beganMs)
    let before: Hold | undefined
    for (const hold of byBegin) {
      if (before !== undefined && hold.beganMs < before.endedMs)
        faults.push(`two hold it: ${told(before)}, ${told(hold)}`)
      if (before !== undefined && hold.fence <= before.fence) faults.push(`fences: ${told(before)}, ${told(hold)}`)
      before = hold
    }
    // Linearizable: what ended before something began has the lower fence.
    const byEnd = holds.toSorted((a, b) => a.endedMs - b.endedMs)
    for (const hold of holds) {
      const later = byEnd.find(({ endedMs, fence }) => endedMs < hold.wantedMs && fence >= hold.fence)
      if (later !== undefined) faults.push(`not linearizable: ${told(later)}, ${told(hold)}`)
    }
    for (const [index, { value }] of accepted.entries()) {
      if (value !== index + 1) faults.push(`write ${index + 1} left ${value}`)
    }
  }
}

function told({ node, beganMs, endedMs, fence }: Hold): string {
  return `${node} with ${fence} from ${beganMs.toFixed(1)} to ${endedMs.toFixed(1)}`
}
