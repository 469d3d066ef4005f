/** The machines of directories on a simulated network, all of them neighbours in one room. Same seed, same run. */
import {
  DIRECTORY,
  DirectoryMachine,
  type DirectoryCommand,
  type DirectoryEvent,
  type DirectoryRecord,
  type DirectoryRecordOnWire,
  type DirectoryTimer,
  type Rights,
  type SignedRecord,
} from '../../../protocols/directory/index.ts'
import type { PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../../protocols/wire/room-keys.ts'
import { DirectoryStore } from './directory-store.ts'

export interface DirectoryNetworkInit {
  room: RoomId
  peers: readonly PeerId[]
  rights: Rights
  isSigned: (room: RoomId, record: SignedRecord) => boolean
  /** One way, between two of them. */
  latencyMs: (from: PeerId, to: PeerId) => number
}

interface SimulatedNode {
  machine: DirectoryMachine
  store: DirectoryStore
  isUp: boolean
}

type Input = Parameters<DirectoryMachine['handle']>[0]

export class DirectoryNetwork {
  readonly #init: DirectoryNetworkInit
  readonly #nodes = new Map<PeerId, SimulatedNode>()
  /** By when they are due, in the order in which they were added. */
  readonly #due = new Map<number, { to: PeerId; input: Input }[]>()
  readonly #waiting = new Map<number, (event: DirectoryEvent) => void>()
  #nowMs = 0
  #task = 0
  /** Bytes of all frames that were sent. */
  sentBytes = 0
  faults: string[] = []
  /** Nodes that nothing comes from or reaches, and nobody knows it. */
  readonly silent = new Set<PeerId>()

  constructor(init: DirectoryNetworkInit) {
    this.#init = init
    for (const peer of init.peers) this.add(peer)
  }

  get nowMs(): number {
    return this.#nowMs
  }

  storeOf(peer: PeerId): DirectoryStore {
    return this.#of(peer).store
  }

  /** A node comes, or comes back with what it has stored. */
  add(peer: PeerId): void {
    const { room, rights, isSigned } = this.#init
    const store = this.#nodes.get(peer)?.store ?? new DirectoryStore()
    const machine = new DirectoryMachine({
      ...{ self: peer, rights: () => rights, isReader: () => true, hasSpace: () => true, isSigned },
      roomOf: (topic) => (topic === topicKeyOf(room) ? room : undefined),
      node: (...args) => store.node(...args),
      records: (...args) => store.records(...args),
      nodes: (...args) => store.nodes(...args),
      held: () => store.held(),
      authorRecords: (...args) => store.authorRecords(...args),
    })
    this.#nodes.set(peer, { machine, store, isUp: true })
    for (const [other, { isUp }] of this.#nodes) {
      if (other === peer || !isUp) continue
      for (const [to, about] of [
        [peer, other],
        [other, peer],
      ] as const) {
        this.#handle(to, { type: 'peer-up', peer: about, creditBytes: 0 })
        this.#handle(to, { type: 'command', command: { type: 'neighbour', room, peer: about } })
      }
    }
  }

  /** A node is gone. */
  remove(peer: PeerId): void {
    this.#of(peer).isUp = false
    for (const [other, { isUp }] of this.#nodes) {
      if (!isUp) continue
      this.#handle(other, { type: 'command', command: { type: 'neighbour-left', room: this.#init.room, peer } })
      this.#handle(other, { type: 'peer-down', peer })
    }
  }

  /** The rights are others from now on. */
  revise(): void {
    for (const [peer, { isUp }] of this.#nodes) {
      if (isUp) this.#handle(peer, { type: 'command', command: { type: 'revise', room: this.#init.room } })
    }
  }

  place(peer: PeerId, records: readonly DirectoryRecord[]): DirectoryEvent & { type: 'placed' } {
    return this.#ask(peer, { type: 'place', task: ++this.#task, room: this.#init.room, records }) as never
  }

  /** Lets several write at once. Returns what became of it once nothing is due any more. */
  placeAtOnce(
    parts: readonly (readonly [PeerId, readonly DirectoryRecord[]])[],
  ): (DirectoryEvent & { type: 'placed' })[] {
    const placed: (DirectoryEvent & { type: 'placed' })[] = []
    for (const [peer, records] of parts) {
      const command = { type: 'place' as const, task: ++this.#task, room: this.#init.room, records }
      this.#waiting.set(command.task, (event) => placed.push(event as DirectoryEvent & { type: 'placed' }))
      this.#handle(peer, { type: 'command', command })
    }
    this.settle()
    return placed
  }

  /** Returns what was found, and how many one-way trips it took. */
  find(
    peer: PeerId,
    prefix: string,
    { after, limit }: { after?: string | undefined; limit: number },
  ): DirectoryEvent & { type: 'found'; tookMs: number } {
    const beganMs = this.#nowMs
    const command = { type: 'find' as const, task: ++this.#task, room: this.#init.room, prefix, limit }
    const found = this.#ask(peer, { ...command, ...(after !== undefined && { after }) })
    return { ...(found as DirectoryEvent & { type: 'found' }), tookMs: this.#nowMs - beganMs }
  }

  /** Until nothing is due any more, or not by then. */
  settle(untilMs = Infinity): void {
    while (this.#nextMs <= untilMs && this.#step());
  }

  get #nextMs(): number {
    return Math.min(...this.#due.keys())
  }

  #ask(peer: PeerId, command: DirectoryCommand & { task: number }): DirectoryEvent {
    const answers: DirectoryEvent[] = []
    this.#waiting.set(command.task, (event) => answers.push(event))
    this.#handle(peer, { type: 'command', command })
    while (answers.length === 0 && this.#step());
    const [answer] = answers
    if (answer === undefined) throw new Error('nothing is due, and there is no answer')
    return answer
  }

  #step(): boolean {
    if (this.#due.size === 0) return false
    const next = this.#nextMs
    const inputs = this.#due.get(next) ?? []
    this.#due.delete(next)
    this.#nowMs = next
    for (const { to, input } of inputs) this.#handle(to, input)
    return true
  }

  #handle(to: PeerId, input: Input): void {
    const node = this.#of(to)
    if (!node.isUp) return
    for (const effect of node.machine.handle(input, this.#nowMs)) {
      if (effect.type === 'persist') node.store.apply(effect.write)
      else if (effect.type === 'send') this.#send(to, effect.to, effect.record)
      else if (effect.type === 'timer') this.#add(to, { type: 'timer', timer: effect.timer }, effect.afterMs)
      else if (effect.type === 'misbehaviour') this.faults.push(effect.reason.code)
      else {
        this.#waiting.get(effect.event.task)?.(effect.event)
        this.#waiting.delete(effect.event.task)
      }
    }
  }

  #send(from: PeerId, to: PeerId, record: DirectoryRecordOnWire): void {
    if (this.silent.has(from) || this.silent.has(to)) return
    for (const { length } of DIRECTORY.encodeFrames([record])) this.sentBytes += length
    this.#add(to, { type: 'records', from, records: [record] }, this.#init.latencyMs(from, to))
  }

  #add(to: PeerId, input: Input & { timer?: DirectoryTimer }, afterMs: number): void {
    const dueMs = this.#nowMs + afterMs
    const inputs = this.#due.get(dueMs)
    if (inputs === undefined) this.#due.set(dueMs, [{ to, input }])
    else inputs.push({ to, input })
  }

  #of(peer: PeerId): SimulatedNode {
    const node = this.#nodes.get(peer)
    if (node === undefined) throw new Error(`there is no node ${peer}`)
    return node
  }
}
