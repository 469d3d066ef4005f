/**
 * The ensure map of a node: what it needs and has not, who is asked for it, and what others are
 * given. A Bitswap-like want list (IPFS) with explicit refusals, in which every block brings what
 * it links to, noted by who needs it.
 */
import { blockIdOf, codecOf } from '../wire/block-ids.ts'
import { Effects } from '../wire/effects.ts'
import { parseDocumentId, type BlockId, type DocumentId, type PeerId, type RoomId, type TopicKey } from '../wire/ids.ts'
import type { Machine, Random } from '../wire/machine.ts'
import { Neighbours } from '../wire/neighbours.ts'
import { topicKeyOf } from '../wire/room-keys.ts'
import { Ancestors } from './ancestors.ts'
import { Asking } from './asking.ts'
import type { AskedPeer } from './asked-peer.ts'
import { SILENT_MS } from './constants.ts'
import { Givings } from './givings.ts'
import { roomOfDocument } from './links.ts'
import type {
  EnsureMapCommand,
  EnsureMapEffect,
  EnsureMapEffects,
  EnsureMapEvent,
  EnsureMapInput,
  EnsureMapPorts,
  EnsureMapTimer,
  EnsureMapWrite,
  EnsureProgress,
  Scope,
} from './ports.ts'
import type { BlockRecord, EnsureMapRecord } from './records.ts'
import type { Root } from './root.ts'
import { Roots } from './roots.ts'
import { Wants, type Want } from './wants.ts'

export interface EnsureMapInit {
  ports: EnsureMapPorts
  random: Random
}

/** The ensure map without IO: see README.md for the rules it keeps. */
export class EnsureMapMachine implements Machine<
  EnsureMapCommand,
  EnsureMapRecord,
  EnsureMapWrite,
  EnsureMapEvent,
  EnsureMapTimer
> {
  readonly #effects: EnsureMapEffects = new Effects()
  readonly #rooms = new Map<TopicKey, RoomId>()
  readonly #neighbours = new Neighbours<true>()
  readonly #givings: Givings
  readonly #wants: Wants
  readonly #roots: Roots
  readonly #asking: Asking
  readonly #ancestors: Ancestors
  /** Blocks that this input brought, and that the store gets with its effects. */
  readonly #fresh = new Map<BlockId, Uint8Array>()
  /** Roots of which nobody that can be asked has something, and what. */
  readonly #absentRoots = new Map<Root, BlockId[]>()
  #sessions = 0
  /** When `retry` timers come back that were set, the soonest last. */
  readonly #retriesAtMs: number[] = []
  #isWalkTimerSet = false

  constructor({ ports: stored, random }: EnsureMapInit) {
    const ports: EnsureMapPorts = {
      ...stored,
      sizeBytes: (id) => this.#fresh.get(id)?.length ?? stored.sizeBytes(id),
      block: (id) => this.#fresh.get(id) ?? stored.block(id),
    }
    const effects = this.#effects
    const neighbours = this.#neighbours
    const wants = new Wants(random)
    this.#wants = wants
    this.#givings = new Givings({ ports, roomOf: (topic) => this.#rooms.get(topic), neighbours, effects })
    this.#asking = new Asking({
      ...{ wants, neighbours, effects },
      openRoom: (id) => this.#openRoom(id),
      afterClock: (room) => this.#ancestors.afterClock(room),
      onAbsent: (want) => this.#absent(want),
    })
    const parts = { ports, wants, asking: this.#asking }
    this.#roots = new Roots({ ...parts, effects, onHeld: (room, id) => this.#givings.announce(room, [id]) })
    this.#ancestors = new Ancestors({ ...parts, roots: this.#roots })
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

  /** Blocks that a peer asked for and that were not answered. */
  awaitedBy(peer: PeerId): number {
    return this.#givings.awaitedBy(peer)
  }

  handle(input: EnsureMapInput, nowMs: number): readonly EnsureMapEffect[] {
    this.#fresh.clear()
    switch (input.type) {
      case 'peer-up':
        this.#peerUp(input.peer, input.creditBytes, nowMs)
        break
      case 'peer-down':
        this.#givings.peerDown(input.peer)
        this.#asking.peerDown(input.peer)
        break
      case 'records':
        this.#receiveAll(input.from, input.records, nowMs)
        break
      case 'timer':
        this.#timer(input.timer, nowMs)
        break
      case 'command':
        this.#command(input.command, nowMs)
        break
    }
    this.#settle(nowMs)
    return this.#effects.take()
  }

  #peerUp(peer: PeerId, creditBytes: number, nowMs: number): void {
    const session = ++this.#sessions
    this.#givings.peerUp(peer, session, creditBytes)
    this.#asking.peerUp(peer, session, nowMs)
  }

  #command(command: EnsureMapCommand, nowMs: number): void {
    switch (command.type) {
      case 'open':
        this.#rooms.set(topicKeyOf(command.room), command.room)
        this.#roots.open(command.room)
        break
      case 'close':
        this.#close(command.room)
        break
      case 'neighbour':
        this.#neighbour(command.room, command.peer)
        break
      case 'neighbour-left':
        this.#neighbours.delete(command.room, command.peer)
        this.#asking.left(command.peer, command.room)
        break
      case 'ensure':
        this.#roots.ensure(command)
        break
      case 'recheck':
        this.#roots.recheck(command.room, command.id)
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
        this.#ancestors.missing(command, nowMs)
        break
      case 'unwanted':
        this.#roots.unwanted(command.room, command.id)
        break
      case 'stored':
        this.#stored(command.room, command.ids, nowMs)
        break
      case 'validated':
        this.#ancestors.validated(command, nowMs)
        break
      case 'pause':
        this.#asking.isPaused = command.isPaused
        break
      case 'added':
        for (const id of command.ids) this.#arrived(id, undefined, nowMs)
        break
    }
  }

  #close(room: RoomId): void {
    this.#rooms.delete(topicKeyOf(room))
    for (const peer of this.#neighbours.of(room).keys()) this.#asking.left(peer, room)
    this.#neighbours.close(room)
    this.#roots.close(room)
    this.#ancestors.close(room)
  }

  #neighbour(room: RoomId, peer: PeerId): void {
    if (!this.#neighbours.set(room, peer, true)) return
    this.#givings.proven(peer)
    this.#asking.joined(peer, room)
  }

  #stored(room: RoomId, ids: readonly DocumentId[], nowMs: number): void {
    this.#ancestors.stored(room, nowMs)
    if (this.#wants.size > 0) {
      const areFetched = ids.some((id) => this.#wants.of(id).some(({ state }) => state === 'validating'))
      for (const id of ids) this.#arrived(id, undefined, nowMs)
      this.#ancestors.accepted(room, ids, areFetched, nowMs)
    }
    this.#givings.announce(room, ids)
  }

  #receiveAll(from: PeerId, records: readonly EnsureMapRecord[], nowMs: number): void {
    const peer = this.#asking.peer(from)
    if (peer === undefined) return
    const documents = new Map<RoomId, Uint8Array[]>()
    for (const record of records) {
      switch (record.type) {
        case 'want':
          this.#givings.want(from, record, nowMs)
          break
        case 'cancel':
          this.#givings.cancel(from, record.topic, record.ids)
          break
        case 'received':
          this.#givings.received(from, record.sizeBytes)
          break
        case 'have':
          this.#asking.heard(peer, nowMs)
          this.#asking.has(peer, record.ids)
          break
        case 'dont-have':
          this.#asking.heard(peer, nowMs)
          this.#receiveAbsent(peer, record.ids)
          break
        case 'block':
          this.#asking.heard(peer, nowMs)
          this.#receiveBlock(peer, record, documents, nowMs)
          break
      }
    }
    for (const [room, blocks] of documents) this.#effects.emit({ type: 'documents', room, from, blocks })
    const receivedBytes = peer.report()
    if (receivedBytes !== undefined) this.#effects.send(from, { type: 'received', sizeBytes: receivedBytes })
    this.#givings.pump(from)
  }

  #receiveAbsent(peer: AskedPeer, ids: readonly BlockId[]): void {
    for (const id of ids) {
      const ask = peer.answered(id, 0)
      if (ask !== undefined) this.#asking.lacks(peer, ask)
    }
  }

  #receiveBlock(peer: AskedPeer, { id, data }: BlockRecord, documents: Map<RoomId, Uint8Array[]>, nowMs: number): void {
    peer.took(data.length, nowMs)
    const ask = peer.answered(id, data.length)
    if (blockIdOf(codecOf(id), data) !== id) {
      this.#asking.lied(peer)
      if (ask !== undefined) this.#asking.lacks(peer, ask)
      this.#effects.misbehaviour(peer.id, 'bad-block')
      return
    }
    const wants = this.#wants.of(id)
    // Also what was cancelled while it was on its way.
    if (wants.length === 0 && !isAncestorWelcome(peer)) {
      this.#effects.misbehaviour(peer.id, 'unasked-block')
      return
    }
    const home = roomOfDocument(id, data)
    const room = home && this.#openRoom(home)
    if (room !== undefined) {
      collect(documents, room, data)
      for (const want of wants) {
        this.#asking.cancel(want, peer)
        this.#wants.validating(want, nowMs)
        for (const { root } of want.needs) root.took(peer.id, data.length, nowMs)
      }
    } else if (wants.length > 0) {
      this.#effects.persist({ type: 'put-block', id, block: data })
      this.#fresh.set(id, data)
      this.#arrived(id, peer, nowMs)
    } else {
      this.#effects.misbehaviour(peer.id, 'unasked-block') // only documents are welcome as ancestors
    }
  }

  /** A block is here: whoever needed it has it, and is shown what it links to. */
  #arrived(id: BlockId, from: AskedPeer | undefined, nowMs: number): void {
    for (const want of this.#wants.of(id)) {
      this.#asking.cancel(want, from)
      this.#roots.arrived(want, from?.id, nowMs)
    }
  }

  #timer(timer: EnsureMapTimer, nowMs: number): void {
    switch (timer.type) {
      case 'walk':
        this.#isWalkTimerSet = false
        break
      case 'retry':
        this.#retriesAtMs.pop()
        this.#wants.due(nowMs, (room) => this.#ancestors.quietAtMs(room))
        break
      case 'answer':
        this.#givings.answer(timer.peer, timer.session)
        break
      case 'unreported':
        this.#givings.unreported(timer.peer, timer.session)
        break
      case 'silence':
        this.#checkSilence(timer.peer, timer.session, nowMs)
        break
    }
  }

  #checkSilence(id: PeerId, session: number, nowMs: number): void {
    const peer = this.#asking.peer(id)
    if (peer?.session !== session) return
    peer.isTimerSet = false
    const { againMs, isGivenUp } = this.#asking.checkSilence(peer, nowMs)
    if (isGivenUp) this.#effects.misbehaviour(id, 'asked-in-vain')
    if (againMs !== undefined) this.#awaitAnswer(peer, againMs)
  }

  /** Does what the input made possible: walks DAGs, then asks for what is missing in them. */
  #settle(nowMs: number): void {
    this.#roots.walk(nowMs)
    if (this.#roots.canWalk && !this.#isWalkTimerSet) {
      this.#isWalkTimerSet = true
      this.#effects.setTimer({ type: 'walk' }, 0)
    }
    if (this.#wants.size === 0) return
    for (const peer of this.#asking.pump(nowMs)) this.#awaitAnswer(peer, SILENT_MS)
    for (const [{ row }, missing] of this.#absentRoots)
      this.#effects.emit({ type: 'absent', room: row.room, id: row.id, missing })
    this.#absentRoots.clear()
    this.#retryBy(Math.min(this.#wants.nextDueMs, this.#asking.resumeMs(nowMs)), nowMs)
  }

  #awaitAnswer(peer: AskedPeer, afterMs: number): void {
    peer.isTimerSet = true
    this.#effects.setTimer({ type: 'silence', peer: peer.id, session: peer.session }, afterMs)
  }

  #retryBy(dueMs: number, nowMs: number): void {
    if (dueMs >= (this.#retriesAtMs.at(-1) ?? Infinity)) return
    this.#retriesAtMs.push(dueMs)
    this.#effects.setTimer({ type: 'retry' }, Math.max(0, dueMs - nowMs))
  }

  /** Whoever has a root is likely to have what is missing of it. */
  #absent({ needs, scope, id }: Want): void {
    for (const { root } of needs) {
      const missing = this.#absentRoots.get(root)
      if (missing === undefined) this.#absentRoots.set(root, [id])
      else missing.push(id)
    }
    const document = needs.length === 0 ? parseDocumentId(id) : undefined
    if (document === undefined || scope === undefined) return
    this.#effects.emit({ type: 'ancestor-absent', room: scope, id: document })
  }

  /** The open room whose root has an id. */
  #openRoom(id: BlockId): RoomId | undefined {
    const room = parseDocumentId(id)
    return room !== undefined && this.#rooms.has(topicKeyOf(room)) ? room : undefined
  }
}

/** A document may come with its descendant, as far as that was said. */
function isAncestorWelcome(peer: AskedPeer): boolean {
  if (peer.ancestorsWelcome <= 0) return false
  peer.ancestorsWelcome--
  return true
}

function collect(documents: Map<RoomId, Uint8Array[]>, room: RoomId, block: Uint8Array): void {
  const blocks = documents.get(room)
  if (blocks === undefined) documents.set(room, [block])
  else blocks.push(block)
}
