/**
 * Directories without IO: holds the nodes of the tree that are this node's part, answers what others ask about them, puts
 * records where they belong, and finds them there.
 *
 * Invariants
 * 1. Nothing is sent to, or taken from, a peer that is no neighbour in the directory's room, or may not read it.
 * 2. What is stored is signed, and counts by the rights that were known when it came; what is told counts by those now.
 * 3. A record leaves a node only if it is over a quota, counts no more, or others have it further down.
 * 4. A peer is answered at most ANSWER_BURST_BYTES at once; an answer to what was not asked is a fault.
 */
import { Effects } from '../wire/effects.ts'
import type { PeerId, RoomId } from '../wire/ids.ts'
import type { Machine } from '../wire/machine.ts'
import { topicKeyOf } from '../wire/room-keys.ts'
import { Neighbours } from '../wire/neighbours.ts'
import { RateLimits } from '../wire/rate-limits.ts'
import { Asking } from './asking.ts'
import {
  ANSWER_BURST_BYTES,
  ANSWER_BYTES_PER_SECOND,
  COPIES,
  MAX_PAGE,
  MAX_PAGE_BYTES,
  MAX_TASKS,
  MIN_ANSWER_BYTES,
  REPAIR_DELAY_MS,
} from './constants.ts'
import { Finding } from './finding.ts'
import { HeldNodes } from './held-nodes.ts'
import { holdersOf } from './holders.ts'
import { Placing } from './placing.ts'
import type {
  DirectoryCommand,
  DirectoryEffect,
  DirectoryEffects,
  DirectoryEvent,
  DirectoryInput,
  DirectoryPorts,
  DirectoryTimer,
  DirectoryWrite,
} from './ports.ts'
import { CHILDREN_BYTES, type NodeHead } from './prefix-node.ts'
import type { DirectoryRecordOnWire, LookRecord, NodeSeen, PutRecord, SeenRecord, TakenRecord } from './records.ts'
import { SIGNED_BYTES } from './record.ts'
import { Repair } from './repair.ts'

/** Directories without IO; README.md has the rules. */
export class DirectoryMachine implements Machine<
  DirectoryCommand,
  DirectoryRecordOnWire,
  DirectoryWrite,
  DirectoryEvent,
  DirectoryTimer
> {
  readonly #ports: DirectoryPorts
  readonly #effects: DirectoryEffects = new Effects()
  readonly #neighbours = new Neighbours<true>()
  /** Peers that speak the protocol. */
  readonly #up = new Set<PeerId>()
  readonly #held: HeldNodes
  readonly #asking: Asking
  readonly #placing: Placing
  readonly #finding: Finding
  readonly #repair: Repair
  readonly #answered = new RateLimits<PeerId>({ burst: ANSWER_BURST_BYTES, perSecond: ANSWER_BYTES_PER_SECOND })
  /** Of this node, under way. */
  readonly #tasks = new Map<number, { room: RoomId; type: 'place' | 'find' }>()
  #nowMs = 0

  constructor(ports: DirectoryPorts) {
    this.#ports = ports
    const holders = (room: RoomId, prefix: string, count = COPIES): PeerId[] =>
      holdersOf(room, prefix, this.#present(room), count)
    this.#held = new HeldNodes(ports, this.#effects)
    this.#asking = new Asking({
      self: ports.self,
      effects: this.#effects,
      answer: (question) => this.#answer(ports.roomOf(question.topic), question),
    })
    this.#placing = new Placing({ asking: this.#asking, holders })
    this.#finding = new Finding({
      ...{ self: ports.self, asking: this.#asking, holders, rights: (room) => ports.rights(room) },
      isSigned: (room, record) => ports.isSigned(room, record),
      lied: (peer) => this.#effects.misbehaviour(peer, 'bad-record'),
    })
    const { self } = ports
    this.#repair = new Repair({
      ...{ self, held: this.#held, asking: this.#asking, placing: this.#placing, effects: this.#effects },
      ...{ present: (room) => this.#present(room), nodes: (...args) => ports.nodes(...args) },
    })
  }

  handle(input: DirectoryInput, nowMs: number): readonly DirectoryEffect[] {
    this.#nowMs = nowMs
    switch (input.type) {
      case 'peer-up':
        this.#up.add(input.peer)
        for (const room of this.#neighbours.roomsOf(input.peer)) this.#changed(room)
        break
      case 'peer-down':
        this.#up.delete(input.peer)
        this.#asking.left(input.peer)
        for (const room of this.#neighbours.roomsOf(input.peer)) this.#changed(room)
        break
      case 'records':
        for (const record of input.records) this.#receive(input.from, record)
        break
      case 'command':
        this.#command(input.command)
        break
      case 'timer':
        this.#due(input.timer)
        break
    }
    return this.#effects.take()
  }

  #due(timer: DirectoryTimer): void {
    if (timer.type === 'expired') this.#asking.expired(timer.serial)
    else if (timer.type === 'left') this.#repair.left(timer.room, this.#nowMs)
    else this.#repair.run(timer, this.#nowMs)
  }

  #command(command: DirectoryCommand): void {
    const { room } = command
    switch (command.type) {
      case 'neighbour':
        if (this.#neighbours.set(room, command.peer, true)) this.#changed(room)
        break
      case 'neighbour-left':
        if (this.#neighbours.delete(room, command.peer)) this.#changed(room)
        break
      case 'closed':
        this.#asking.close(topicKeyOf(room))
        this.#endTasks(room)
        this.#neighbours.close(room)
        this.#held.close(room)
        this.#repair.close(room)
        break
      case 'revise':
        if (this.#ports.roomOf(topicKeyOf(room)) === undefined) break
        this.#repair.start(room, { delayMs: 0, revises: true })
        break
      case 'place':
      case 'find':
        this.#start(command)
        break
    }
  }

  #start(command: DirectoryCommand & { type: 'place' | 'find' }): void {
    const { room, task, type } = command
    if (this.#tasks.size >= MAX_TASKS) return this.#effects.emit({ type: 'too-many', task })
    this.#tasks.set(task, { room, type })
    if (command.type === 'place') {
      this.#held.signed(room, command.records)
      this.#placing.place(room, '', command.records, this.#nowMs, ({ copies, refused }) => {
        this.#tasks.delete(task)
        this.#effects.emit({ type: 'placed', task, copies, refused })
      })
      return
    }
    this.#finding.find(room, command.prefix, command, ({ entries, next, isIncomplete, spent }) => {
      this.#tasks.delete(task)
      const cost = { rounds: spent.rounds, bytes: spent.bytes, peers: spent.peers.size }
      this.#effects.emit({ type: 'found', task, entries, next, isIncomplete, cost })
    })
  }

  /** The directory is closed. */
  #endTasks(room: RoomId): void {
    for (const [task, { room: of, type }] of this.#tasks) {
      if (of !== room) continue
      this.#tasks.delete(task)
      if (type === 'place') this.#effects.emit({ type: 'placed', task, copies: 0, refused: 0 })
      else {
        const cost = { rounds: 0, bytes: 0, peers: 0 }
        this.#effects.emit({ type: 'found', task, entries: [], next: undefined, isIncomplete: true, cost })
      }
    }
  }

  #receive(from: PeerId, record: DirectoryRecordOnWire): void {
    if (record.type === 'seen' || record.type === 'taken') {
      if (!this.#asking.answered(from, record)) this.#effects.misbehaviour(from, 'unasked-answer')
      return
    }
    if (this.#answered.isOver(from, this.#nowMs)) return this.#effects.misbehaviour(from, 'directory-flood')
    const answer = this.#answer(this.#told(from, record), record, from)
    this.#answered.spend(from, this.#nowMs, costOf(answer))
    this.#effects.send(from, answer)
  }

  /** The directory that a question is about, if its sender is told about that. */
  #told(from: PeerId, { topic }: LookRecord | PutRecord): RoomId | undefined {
    const room = this.#ports.roomOf(topic)
    const isTold = room !== undefined && this.#neighbours.has(room, from) && this.#ports.isReader(room, from)
    return isTold ? room : undefined
  }

  /** Whoever is told nothing, as a peer that was removed or came too early, hears so at once, and need not wait for it. */
  #answer(room: RoomId | undefined, record: LookRecord | PutRecord, from?: PeerId): SeenRecord | TakenRecord {
    if (room !== undefined) return record.type === 'look' ? this.#seen(room, record) : this.#taken(room, record, from)
    const { serial } = record
    if (record.type === 'look') return { type: 'seen', serial, nodes: [], records: [], hasMore: false }
    return { type: 'taken', serial, kept: 0, refused: 0, head: headOf(EMPTY) }
  }

  #seen(room: RoomId, { serial, path, within, first, last, limit, maxBytes }: LookRecord): SeenRecord {
    const nodes: NodeSeen[] = []
    const seen: SeenRecord = { type: 'seen', serial, nodes, records: [], hasMore: false }
    let isTold = limit === 0
    for (let length = first; length <= last; length++) {
      const head = this.#held.headOf(room, path.slice(0, length))
      if (head === undefined) continue
      nodes.push({ length, ...headOf(head) })
      if (isTold || (head.bound !== undefined && head.bound <= path)) continue
      isTold = true
      const node = this.#held.get(room, path.slice(0, length))
      if (node === undefined) continue
      const bounds = [Math.min(limit, MAX_PAGE), Math.min(maxBytes, MAX_PAGE_BYTES)] as const
      const { records, hasMore } = node.page(path.slice(0, within), path, ...bounds, this.#ports.rights(room))
      Object.assign(seen, { records, hasMore })
    }
    return seen
  }

  #taken(room: RoomId, { serial, prefix, records, head }: PutRecord, from?: PeerId): TakenRecord {
    if (from !== undefined && !this.#ports.hasSpace(room)) {
      const head = this.#held.headOf(room, prefix) ?? EMPTY
      return { type: 'taken', serial, kept: 0, refused: records.length, head: headOf(head) }
    }
    const { node, kept, refused, spilled, isBroken } = this.#held.put(room, prefix, records, head, this.#nowMs)
    if (isBroken && from !== undefined) this.#effects.misbehaviour(from, 'bad-record')
    if (spilled.length > 0) this.#repair.spilled(room, node, spilled, this.#nowMs)
    return { type: 'taken', serial, kept, refused, head: headOf(node), ...(head && { digest: node.digest }) }
  }

  /** Those between whom the directory is divided: this node, and neighbours that speak the protocol and may read it. */
  #present(room: RoomId): PeerId[] {
    const { self } = this.#ports
    const others = [...this.#neighbours.of(room).keys()]
    return [self, ...others.filter((peer) => this.#up.has(peer) && this.#ports.isReader(room, peer))]
  }

  #changed(room: RoomId): void {
    if (this.#ports.roomOf(topicKeyOf(room)) === undefined) return
    this.#repair.start(room, { delayMs: REPAIR_DELAY_MS, revises: false })
  }
}

/** Of a node that is not held here. */
const EMPTY: NodeHead = { bound: undefined, children: new Uint8Array(CHILDREN_BYTES) }

function headOf({ bound, children }: NodeHead): NodeHead {
  return { bound, children: Uint8Array.from(children) }
}

/** Of sending it. */
function costOf(answer: SeenRecord | TakenRecord): number {
  const records = answer.type === 'seen' ? answer.records : []
  return MIN_ANSWER_BYTES + records.reduce((sum, { body }) => sum + body.length + SIGNED_BYTES, 0)
}
