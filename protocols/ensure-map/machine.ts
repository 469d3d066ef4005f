/**
 * The ensure map of a node: what it needs and has not, who is asked for it, and what others are
 * given. A Bitswap-like want list (IPFS) with explicit refusals, in which every block brings what
 * it links to, noted by who needs it.
 */
import { blockIdOf, codecOf } from '../wire/block-ids.ts'
import { parseDocumentId, type BlockId, type DocumentId, type PeerId, type RoomId, type TopicKey } from '../wire/ids.ts'
import type { Random } from '../wire/machine.ts'
import { topicKeyOf } from '../wire/room-keys.ts'
import { Asking } from './asking.ts'
import type { AskedPeer } from './asked-peer.ts'
import { CONCURRENT_CLOCKS, PATIENCE_MS, SILENT_MS, UNREPORTED_MS } from './constants.ts'
import { Giving } from './giving.ts'
import { roomOfDocument } from './links.ts'
import type {
  EnsureMapCommand,
  EnsureMapEffect,
  EnsureMapInput,
  EnsureMapPorts,
  EnsureMapTimer,
  EnsureProgress,
  Scope,
} from './ports.ts'
import { idsRecords, type BlockRecord, type EnsureMapRecord } from './records.ts'
import type { Root } from './root.ts'
import { Roots } from './roots.ts'
import { Neighbours, roommates, roomNeighbours } from './sources.ts'
import { Wants, type Want } from './wants.ts'

export interface EnsureMapInit {
  ports: EnsureMapPorts
  random: Random
}

/** The machine of one node. */
export class EnsureMapMachine {
  readonly #ports: EnsureMapPorts
  readonly #rooms = new Map<TopicKey, RoomId>()
  readonly #neighbours = new Neighbours()
  readonly #givings = new Map<PeerId, Giving>()
  readonly #wants: Wants
  readonly #roots: Roots
  readonly #asking: Asking
  /** When a document came into a room last. */
  readonly #storedMs = new Map<RoomId, number>()
  /** How often in a row documents of a room that were asked for had ancestors that are missing, too. */
  readonly #rounds = new Map<RoomId, number>()
  /** Blocks that this input brought, and that the store gets with its effects. */
  readonly #fresh = new Map<BlockId, Uint8Array>()
  /** Roots of which nobody that can be asked has something. */
  readonly #absentRoots = new Set<Root>()
  #sessions = 0
  /** When `retry` timers come back that were set, the soonest last. */
  readonly #retriesAtMs: number[] = []
  #isWalkTimerSet = false
  #effects: EnsureMapEffect[] = []
  #nowMs = 0

  constructor({ ports, random }: EnsureMapInit) {
    this.#ports = {
      ...ports,
      sizeBytes: (id) => this.#fresh.get(id)?.length ?? ports.sizeBytes(id),
      block: (id) => this.#fresh.get(id) ?? ports.block(id),
    }
    this.#wants = new Wants(random)
    this.#asking = new Asking({
      wants: this.#wants,
      sources: [roomNeighbours(this.#neighbours), roommates(this.#neighbours, (id) => this.#openRoom(id))],
      afterClock: (room) => this.#afterClock(room),
      send: (to, record) => this.#send(to, record),
      onAbsent: (want) => this.#absent(want),
    })
    this.#roots = new Roots({
      ports: this.#ports,
      wants: this.#wants,
      asking: this.#asking,
      emit: (effect) => this.#effects.push(effect),
      onHeld: (room, id) => this.#announce(room, [id]),
    })
    this.#roots.open(undefined)
  }

  /** Roots that are being fetched. */
  get searching(): number {
    return this.#roots.size
  }

  /** How far a root has come that is being fetched; undefined where it is not. */
  progress(scope: Scope, id: BlockId, nowMs: number): EnsureProgress | undefined {
    return this.#roots.progress(scope, id, nowMs)
  }

  handle(input: EnsureMapInput, nowMs: number): EnsureMapEffect[] {
    this.#nowMs = nowMs
    this.#fresh.clear()
    switch (input.type) {
      case 'peer-up':
        this.#peerUp(input.peer, input.creditBytes)
        break
      case 'peer-down':
        this.#givings.delete(input.peer)
        this.#asking.peerDown(input.peer)
        break
      case 'records':
        this.#receiveAll(input.from, input.records)
        break
      case 'timer':
        this.#timer(input.timer)
        break
      case 'command':
        this.#command(input.command)
        break
    }
    this.#settle()
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  #peerUp(peer: PeerId, creditBytes: number): void {
    const isNeighbour = (room: RoomId): boolean => this.#neighbours.has(room, peer)
    const roomOf = (topic: TopicKey): RoomId | undefined => this.#rooms.get(topic)
    const nowMs = this.#nowMs
    const session = ++this.#sessions
    const ports = this.#ports
    this.#givings.set(peer, new Giving({ peer, session, creditBytes, ports, roomOf, isNeighbour, nowMs }))
    this.#asking.peerUp(peer, session, nowMs)
    this.#asking.retry(peer)
  }

  #command(command: EnsureMapCommand): void {
    switch (command.type) {
      case 'open':
        this.#rooms.set(topicKeyOf(command.room), command.room)
        this.#roots.open(command.room)
        break
      case 'close':
        this.#rooms.delete(topicKeyOf(command.room))
        this.#neighbours.close(command.room)
        this.#roots.close(command.room)
        this.#storedMs.delete(command.room)
        this.#rounds.delete(command.room)
        break
      case 'neighbour':
        if (!this.#neighbours.add(command.room, command.peer)) break
        this.#givings.get(command.peer)?.proven()
        this.#give(command.peer)
        this.#asking.retry(command.peer)
        break
      case 'neighbour-left':
        this.#neighbours.remove(command.room, command.peer)
        break
      case 'ensure':
        this.#roots.ensure(command)
        break
      case 'release':
        this.#roots.release(command.room, command.id)
        break
      case 'unpin':
        this.#roots.change(command.room, command.id, () => ({ pinned: false }))
        break
      case 'job-done':
        this.#roots.change(command.room, command.id, ({ jobs }) => {
          return { jobs: jobs.filter((name) => name !== command.job) }
        })
        break
      case 'missing':
        this.#missing(command)
        break
      case 'stored':
        this.#stored(command.room, command.ids)
        break
      case 'validated':
        this.#validated(command)
        break
      case 'pause':
        this.#asking.isPaused = command.isPaused
        break
      case 'added':
        for (const id of command.ids) this.#here(id, undefined)
        break
    }
  }

  #missing({ room, ids, from, isPatient }: EnsureMapCommand & { type: 'missing' }): void {
    this.#findAll(room, ids, from, isPatient ? this.#nowMs + PATIENCE_MS : 0)
  }

  /** Asks for ancestors, once nothing has come into their room for a while where `patientMs` is not over. */
  #findAll(room: RoomId, ids: readonly DocumentId[], from: PeerId | undefined, patientMs: number): void {
    for (const id of ids) {
      if (!this.#roots.makePlace(room)) return
      const want = this.#roots.missing(room, id, from)
      if (want !== undefined && patientMs > this.#nowMs) this.#wants.waitPatiently(want, patientMs)
    }
  }

  #stored(room: RoomId, ids: readonly DocumentId[]): void {
    this.#storedMs.set(room, this.#nowMs)
    if (this.#wants.size > 0) this.#accepted(ids)
    this.#announce(room, ids)
  }

  #accepted(ids: readonly DocumentId[]): void {
    const areFetched = ids.some((id) => this.#wants.of(id).some(({ state }) => state === 'validating'))
    for (const id of ids) this.#here(id, undefined)
    for (const want of this.#wants.accepted(new Set(ids))) {
      // What brought its ancestors may bring it, too.
      if (!areFetched) this.#wants.waitPatiently(want, this.#nowMs + PATIENCE_MS)
    }
  }

  #validated({ room, from, pending, refused, ancestors = [] }: EnsureMapCommand & { type: 'validated' }): void {
    // What is pending may be here by now, or have been before it came.
    const isShort = ancestors.length > 0 || pending.some((id) => this.#ports.isPending(room, id))
    if (isShort) this.#rounds.set(room, 1 + (this.#rounds.get(room) ?? 0))
    else this.#rounds.delete(room)
    for (const want of pending.flatMap((id) => this.#wants.of(id))) {
      this.#asking.cancel(want)
      if (want.needs.length === 0) this.#roots.forget(want)
      else this.#wants.validating(want, this.#nowMs)
    }
    for (const want of refused.flatMap((id) => this.#wants.of(id))) {
      want.absentAt = [...want.absentAt, { peer: from, room }]
      if (ancestors.length > 0) this.#wants.defer(want, ancestors, this.#nowMs)
      else if (want.state === 'validating') this.#wants.queue(want)
    }
    // The history is walked back to what is here, without being kept, and comes from there on; unless it comes by itself.
    this.#findAll(room, ancestors, from, this.#quietAtMs(room))
  }

  /** When nothing will have come into a room for a while, if nothing comes now. */
  #quietAtMs(room: Scope): number {
    const storedMs = room === undefined ? undefined : this.#storedMs.get(room)
    return storedMs === undefined ? 0 : storedMs + PATIENCE_MS
  }

  #afterClock(room: RoomId): number {
    const rounds = this.#rounds.get(room) ?? 0
    if (rounds > 1) return 0
    return Math.max(0, this.#ports.clock(room) - rounds * CONCURRENT_CLOCKS)
  }

  #receiveAll(from: PeerId, records: readonly EnsureMapRecord[]): void {
    const peer = this.#asking.peer(from)
    const giving = this.#givings.get(from)
    if (peer === undefined || giving === undefined) return
    const documents = new Map<RoomId, Uint8Array[]>()
    for (const record of records) {
      if (record.type === 'want') this.#fault(from, giving.want(record, this.#nowMs))
      else if (record.type === 'cancel') giving.cancel(record.topic, record.ids)
      else if (record.type === 'received') {
        if (!giving.received(record.sizeBytes)) this.#fault(from, 'received-more-than-sent')
      } else {
        this.#asking.heard(peer, this.#nowMs)
        if (record.type === 'block') this.#receiveBlock(peer, record, documents)
        else if (record.type === 'have') this.#asking.has(from, record.ids)
        else this.#receiveAbsent(peer, record.ids)
      }
    }
    for (const [room, blocks] of documents) {
      this.#effects.push({ type: 'emit', event: { type: 'documents', room, from, blocks } })
    }
    const receivedBytes = peer.report()
    if (receivedBytes !== undefined) this.#send(from, { type: 'received', sizeBytes: receivedBytes })
    this.#give(from)
  }

  #receiveAbsent(peer: AskedPeer, ids: readonly BlockId[]): void {
    for (const id of ids) {
      const ask = peer.answered(id, 0)
      if (ask !== undefined) this.#asking.lacks(peer.key, ask)
    }
  }

  #receiveBlock(peer: AskedPeer, { id, data }: BlockRecord, documents: Map<RoomId, Uint8Array[]>): void {
    peer.took(data.length, this.#nowMs)
    const ask = peer.answered(id, data.length)
    if (blockIdOf(codecOf(id), data) !== id) {
      peer.lied()
      if (ask !== undefined) this.#asking.lacks(peer.key, ask)
      this.#fault(peer.key, 'bad-block')
      return
    }
    const wants = this.#wants.of(id)
    // Also what was cancelled while it was on its way.
    if (wants.length === 0 && !isAncestorWelcome(peer)) {
      this.#fault(peer.key, 'unasked-block')
      return
    }
    const home = roomOfDocument(id, data)
    const room = home && this.#openRoom(home)
    if (room !== undefined) {
      this.#collect(documents, room, data)
      for (const want of wants) {
        this.#asking.cancel(want, peer)
        this.#wants.validating(want, this.#nowMs)
        for (const { root } of want.needs) root.took(peer.key, data.length, this.#nowMs)
      }
    } else if (wants.length > 0) {
      this.#effects.push({ type: 'persist', write: { type: 'put-block', id, block: data } })
      this.#fresh.set(id, data)
      this.#here(id, peer)
    } else {
      this.#fault(peer.key, 'unasked-block') // only documents are welcome as ancestors
    }
  }

  #collect(documents: Map<RoomId, Uint8Array[]>, room: RoomId, block: Uint8Array): void {
    const blocks = documents.get(room)
    if (blocks === undefined) documents.set(room, [block])
    else blocks.push(block)
  }

  /** A block is here: whoever needed it has it, and is shown what it links to. */
  #here(id: BlockId, from: AskedPeer | undefined): void {
    for (const want of this.#wants.of(id)) {
      this.#asking.cancel(want, from)
      this.#roots.arrived(want, from?.key, this.#nowMs)
    }
  }

  /** Tells peers that asked for blocks of a room before that these are here now. */
  #announce(room: RoomId, ids: readonly BlockId[]): void {
    const waiting = [...this.#givings].filter(([peer, { isWaiting }]) => isWaiting && this.#neighbours.has(room, peer))
    if (waiting.length === 0) return
    const topic = topicKeyOf(room)
    for (const [peer, giving] of waiting) {
      if (!this.#ports.isGiving(room, peer)) continue
      for (const record of idsRecords('have', topic, giving.awaited(topic, ids))) this.#send(peer, record)
    }
  }

  #timer(timer: EnsureMapTimer): void {
    if (timer.type === 'walk') this.#isWalkTimerSet = false
    else if (timer.type === 'retry') this.#retry()
    else if (timer.type === 'unreported') this.#unreported(timer.peer, timer.session)
    else this.#checkSilence(timer.peer, timer.session)
  }

  #retry(): void {
    this.#retriesAtMs.pop()
    this.#wants.due(this.#nowMs, (room) => this.#quietAtMs(room))
  }

  #checkSilence(key: PeerId, session: number): void {
    const peer = this.#asking.peer(key)
    if (peer?.session !== session) return
    peer.isTimerSet = false
    const { againMs, isGivenUp } = this.#asking.checkSilence(peer, this.#nowMs)
    if (isGivenUp) this.#fault(key, 'asked-in-vain')
    if (againMs !== undefined) this.#awaitAnswer(peer, againMs)
  }

  /** Does what the input made possible: walks DAGs, then asks for what is missing in them. */
  #settle(): void {
    this.#roots.walk(this.#nowMs)
    if (this.#roots.canWalk && !this.#isWalkTimerSet) {
      this.#isWalkTimerSet = true
      this.#effects.push({ type: 'timer', timer: { type: 'walk' }, afterMs: 0 })
    }
    if (this.#wants.size === 0) return
    for (const peer of this.#asking.pump(this.#nowMs)) this.#awaitAnswer(peer, SILENT_MS)
    for (const { row } of this.#absentRoots) {
      this.#effects.push({ type: 'emit', event: { type: 'absent', room: row.room, id: row.id } })
    }
    this.#absentRoots.clear()
    this.#retryBy(Math.min(this.#wants.nextDueMs, this.#asking.resumeMs(this.#nowMs)))
  }

  #awaitAnswer(peer: AskedPeer, afterMs: number): void {
    peer.isTimerSet = true
    const timer = { type: 'silence', peer: peer.key, session: peer.session } as const
    this.#effects.push({ type: 'timer', timer, afterMs })
  }

  #retryBy(dueMs: number): void {
    if (dueMs >= (this.#retriesAtMs.at(-1) ?? Infinity)) return
    this.#retriesAtMs.push(dueMs)
    this.#effects.push({ type: 'timer', timer: { type: 'retry' }, afterMs: Math.max(0, dueMs - this.#nowMs) })
  }

  #give(peer: PeerId): void {
    const giving = this.#givings.get(peer)
    if (giving === undefined) return
    for (const record of giving.pump()) this.#send(peer, record)
    if (!giving.holdsBack()) return
    const timer = { type: 'unreported', peer, session: giving.session } as const
    this.#effects.push({ type: 'timer', timer, afterMs: UNREPORTED_MS })
  }

  #unreported(peer: PeerId, session: number): void {
    const giving = this.#givings.get(peer)
    if (giving?.session !== session) return
    giving.unreported()
    this.#give(peer)
  }

  /** Whoever has a root is likely to have what is missing of it. */
  #absent({ needs }: Want): void {
    for (const { root } of needs) this.#absentRoots.add(root)
  }

  /** The open room whose root has an id. */
  #openRoom(id: BlockId): RoomId | undefined {
    const room = parseDocumentId(id)
    return room !== undefined && this.#rooms.has(topicKeyOf(room)) ? room : undefined
  }

  #send(to: PeerId, record: EnsureMapRecord): void {
    this.#effects.push({ type: 'send', to, record })
  }

  #fault(peer: PeerId, code: string | undefined): void {
    if (code === undefined) return
    this.#effects.push({ type: 'misbehaviour', peer, reason: { code, fatal: false } })
  }
}

/** A document may come with its descendant, as far as that was said. */
function isAncestorWelcome(peer: AskedPeer): boolean {
  if (peer.ancestorsWelcome <= 0) return false
  peer.ancestorsWelcome--
  return true
}
