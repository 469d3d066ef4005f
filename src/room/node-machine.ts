/**
 * A whole node as one synchronous machine: the rooms and the protocols that serve them, and the
 * only place where these meet. A host and the simulator run the same one.
 */
import {
  BatchSyncMachine,
  type BatchSyncCommand,
  type BatchSyncEvent,
  type BatchSyncInput,
  type BatchSyncRecord,
  type BatchSyncTimer,
  type PeerProgress,
  type Sharing,
} from '../../protocols/batch-sync/index.ts'
import type { Document } from '../../protocols/document/document.ts'
import {
  RoomStateMachine,
  type RoomStateEvent,
  type RoomStateInput,
  type RoomStateRecord,
  type RoomStateTimer,
} from '../../protocols/room-state/index.ts'
import type { AuthorId, DocumentId, PeerKey, RoomId } from '../../protocols/wire/ids.ts'
import type { MisbehaviourReason } from '../../protocols/wire/machine.ts'
import type { Position } from '../../protocols/wire/order.ts'
import { KithError } from '../kith.ts'
import { isAttack } from './faults.ts'
import { DEFER_MS } from './constants.ts'
import { PeerRows } from './peer-rows.ts'
import { batchSyncPorts, frontierOf, sharingOf } from './protocol-ports.ts'
import { Rooms, type RoomChange, type RoomsInit } from './rooms.ts'

export type NodeCommand =
  | { type: 'create'; name: string; app: string }
  | { type: 'join'; room: RoomId; newestFirst?: boolean }
  | { type: 'leave'; room: RoomId }
  /** Keeps and passes on a room's documents without being a member. */
  | { type: 'carry'; room: RoomId; maxBytes: number }
  /** Decides how a room is shared, with one peer or with all about whom nothing else was decided. */
  | { type: 'share'; room: RoomId; peer: PeerKey | undefined; sharing: Partial<Sharing> }
  | { type: 'write'; room: RoomId; kind: string; body: Uint8Array }
  /** Makes what can be recomputed durable too, before a clean stop. */
  | { type: 'persist' }

export type NodeInput =
  | { type: 'room-state'; input: RoomStateInput }
  | { type: 'batch-sync'; input: BatchSyncInput }
  /** A document came by gossip and passed the gate. */
  | { type: 'gossip'; room: RoomId; block: Uint8Array; from: PeerKey }
  | { type: 'command'; requestId: number; command: NodeCommand }

/** What a command came to: the document it wrote, if any, or why it could not. */
export type CommandResult = { room?: RoomId; document?: Position } | { error: KithError }

export type NodeEvent =
  | { type: 'reply'; requestId: number; result: CommandResult }
  | { type: 'document'; room: RoomId; document: Document }
  /** The room opened, was joined or left, or its neighbours changed. */
  | { type: 'room'; room: RoomId }
  | { type: 'refused'; room: RoomId; id: DocumentId }
  | { type: 'fork'; room: RoomId; author: AuthorId; seq: number }
  | { type: 'suggestion'; peerRecord: Uint8Array }

export type NodeTimer =
  { protocol: 'room-state'; timer: RoomStateTimer } | { protocol: 'batch-sync'; timer: BatchSyncTimer }

export type NodeEffect =
  | { type: 'send'; protocol: 'room-state'; to: PeerKey; record: RoomStateRecord }
  | { type: 'send'; protocol: 'batch-sync'; to: PeerKey; record: BatchSyncRecord }
  /** For the room's gossip, where some of its peers are no neighbours. */
  | { type: 'publish'; room: RoomId; block: Uint8Array }
  | { type: 'emit'; event: NodeEvent }
  | { type: 'timer'; timer: NodeTimer; afterMs: number }
  | { type: 'misbehaviour'; protocol: 'room-state' | 'batch-sync'; peer: PeerKey; reason: MisbehaviourReason }

export interface NodeMachineInit extends RoomsInit {
  self: PeerKey
  /** The signed address record of a connected peer, if it gave one. */
  peerRecord(peer: PeerKey): Uint8Array | undefined
}

export class NodeMachine {
  readonly rooms: Rooms
  readonly #roomState: RoomStateMachine
  readonly #batchSync: BatchSyncMachine
  readonly #store: NodeMachineInit['store']
  readonly #peerRows: PeerRows
  #effects: NodeEffect[] = []
  #nowMs = 0

  constructor(init: NodeMachineInit) {
    const { store, self, random, reader } = init
    this.#store = store
    this.#peerRows = new PeerRows(store)
    this.rooms = new Rooms(init)
    this.#roomState = new RoomStateMachine({
      self,
      frontier: (room) => frontierOf(store, room),
      isFull: (room, peer) => this.rooms.isFull(room) || sharingOf(store, room, peer).policy === 'none',
      isNewestFirst: (room) => this.rooms.get(room)?.record.newestFirst === true,
      peerRecord: (peer) => init.peerRecord(peer),
    })
    const isParked = (room: RoomId, id: DocumentId): boolean => this.rooms.get(room)?.graph.isParked(id) === true
    this.#batchSync = new BatchSyncMachine({ self, ports: batchSyncPorts(store, isParked, reader), random })
    for (const { record } of this.rooms.list()) this.#openRoom(record.id)
  }

  /** Peers that are in the room now. */
  neighbours(room: RoomId): PeerKey[] {
    return this.#roomState.neighbours(room)
  }

  /** How far each neighbour has got in a room. */
  progress(room: RoomId): PeerProgress[] {
    return this.#batchSync.progress(room)
  }

  handle(input: NodeInput, nowMs: number): NodeEffect[] {
    this.#nowMs = nowMs
    switch (input.type) {
      case 'room-state':
        this.#runRoomState(input.input)
        break
      case 'batch-sync':
        this.#runBatchSync(input.input)
        if (input.input.type === 'peer-up') this.#meetNeighbours(input.input.peer)
        break
      case 'gossip':
        this.#gossiped(input.room, input.block, input.from)
        break
      case 'command':
        this.#emit({ type: 'reply', requestId: input.requestId, result: this.#tryCommand(input.command) })
        break
    }
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  #tryCommand(command: NodeCommand): CommandResult {
    try {
      return this.#command(command)
    } catch (error) {
      if (error instanceof KithError) return { error }
      throw error
    }
  }

  #command(command: NodeCommand): CommandResult {
    switch (command.type) {
      case 'create': {
        const change = this.rooms.create(command.name, command.app, this.#nowMs)
        this.#openRoom(change.room)
        this.#changed(change, 'self')
        this.#changed(this.rooms.introduce(change.room, this.#nowMs), 'self')
        return { room: change.room }
      }
      case 'join':
        this.#enter(command.room, () => this.rooms.join(command.room, this.#nowMs, command.newestFirst))
        return { room: command.room }
      case 'carry':
        this.#enter(command.room, () => this.rooms.carry(command.room, command.maxBytes, this.#nowMs))
        return { room: command.room }
      case 'share':
        this.rooms.share(command.room, command.peer, command.sharing)
        this.#sharingChanged(command.room)
        return { room: command.room }
      case 'leave':
        this.rooms.leave(command.room)
        this.#runRoomState({ type: 'command', command: { type: 'close', room: command.room } })
        this.#commandBatchSync({ type: 'close', room: command.room })
        this.#emit({ type: 'room', room: command.room })
        return { room: command.room }
      case 'write': {
        this.#changed(this.rooms.introduce(command.room, this.#nowMs), 'self')
        const change = this.rooms.write(command.room, command.kind, command.body, this.#nowMs)
        this.#changed(change, 'self')
        const [document] = change.intake.accepted
        return { room: command.room, ...(document && { document: { id: document.id, clock: document.clock } }) }
      }
      case 'persist':
        this.rooms.persistStates()
        return {}
    }
  }

  /** Enters a room as member or carrier, or changes from one to the other. */
  #enter(room: RoomId, enter: () => boolean): void {
    const isHere = this.rooms.get(room) !== undefined
    if (!enter()) return
    if (isHere) this.#runRoomState({ type: 'command', command: { type: 'changed', room } })
    else this.#openRoom(room)
    this.#emit({ type: 'room', room })
  }

  #openRoom(room: RoomId): void {
    this.#commandBatchSync({ type: 'open', room })
    this.#runRoomState({ type: 'command', command: { type: 'open', room } })
  }

  /** The two protocols have streams of their own: what room-state learnt before is told now. */
  #meetNeighbours(peer: PeerKey): void {
    for (const { room, standing } of this.#roomState.roomsOf(peer)) {
      this.#commandBatchSync({ type: 'neighbour', room, peer, ...standing })
    }
  }

  #sharingChanged(room: RoomId): void {
    this.#commandBatchSync({ type: 'sharing-changed', room })
    for (const peer of this.#roomState.neighbours(room)) {
      const standing = this.#roomState.standingOf(peer, room)
      if (standing !== undefined) this.#commandBatchSync({ type: 'neighbour', room, peer, ...standing })
    }
    this.#runRoomState({ type: 'command', command: { type: 'changed', room } })
    this.#emit({ type: 'room', room })
  }

  #runRoomState(input: RoomStateInput): void {
    for (const effect of this.#roomState.handle(input, this.#nowMs)) {
      if (effect.type === 'emit') this.#roomStateEvent(effect.event)
      else if (effect.type === 'timer') this.#setTimer({ protocol: 'room-state', timer: effect.timer }, effect.afterMs)
      else if (effect.type !== 'persist') this.#effects.push({ ...effect, protocol: 'room-state' })
    }
  }

  #runBatchSync(input: BatchSyncInput): void {
    for (const effect of this.#batchSync.handle(input, this.#nowMs)) {
      if (effect.type === 'emit') this.#received(effect.event)
      else if (effect.type === 'timer') this.#setTimer({ protocol: 'batch-sync', timer: effect.timer }, effect.afterMs)
      else if (effect.type === 'persist') this.#peerRows.write(effect.write)
      else this.#effects.push({ ...effect, protocol: 'batch-sync' })
    }
  }

  #commandBatchSync(command: BatchSyncCommand): void {
    this.#runBatchSync({ type: 'command', command })
  }

  #roomStateEvent(event: RoomStateEvent): void {
    switch (event.type) {
      case 'neighbour': {
        const { room, peer, isNew } = event
        this.#commandBatchSync({ ...event, type: 'neighbour' })
        this.#introduceOnceCaughtUp(room, peer)
        if (isNew) this.#emit({ type: 'room', room })
        break
      }
      case 'neighbour-left':
        this.#commandBatchSync({ type: 'neighbour-left', room: event.room, peer: event.peer })
        this.#emit({ type: 'room', room: event.room })
        break
      case 'suggestion':
        this.#emit({ type: 'suggestion', peerRecord: event.peerRecord })
        break
    }
  }

  /** This node's name comes after what others wrote before it came: once it has what a neighbour told of. */
  #introduceOnceCaughtUp(room: RoomId, peer: PeerKey): void {
    const { frontier } = this.#roomState.standingOf(peer, room) ?? { frontier: [] }
    const hasCaughtUp = frontier.length > 0 && frontier.every((id) => this.#store.hasDocument(id))
    if (hasCaughtUp) this.#changed(this.rooms.introduce(room, this.#nowMs), 'self')
  }

  #received({ room, from, blocks }: BatchSyncEvent): void {
    const wasFull = this.rooms.isFull(room)
    const change = this.rooms.receive(room, blocks, from, this.#nowMs)
    if (change === undefined) return
    const { durable, deferred } = change.intake
    this.#commandBatchSync({ type: 'acknowledge', room, ids: durable, to: from })
    if (deferred.length > 0) {
      this.#commandBatchSync({ type: 'defer', room, ids: deferred, to: from, afterMs: DEFER_MS })
    }
    if (this.rooms.isFull(room) && !wasFull) this.#emit({ type: 'room', room })
    this.#countFaults(change, from)
    this.#changed(change, from)
    this.#introduceOnceCaughtUp(room, from)
  }

  #gossiped(room: RoomId, block: Uint8Array, from: PeerKey): void {
    const change = this.rooms.receive(room, [block], from, this.#nowMs)
    if (change !== undefined) this.#countFaults(change, from)
    this.#changed(change, 'gossip')
  }

  #countFaults({ intake: { rejected } }: RoomChange, peer: PeerKey): void {
    const fatal = isAttack(rejected)
    for (const code of rejected) {
      this.#effects.push({ type: 'misbehaviour', protocol: 'batch-sync', peer, reason: { code, fatal } })
    }
  }

  /** Tells everybody concerned what is new in a room. */
  #changed(change: RoomChange | undefined, from: PeerKey | 'self' | 'gossip'): void {
    if (change === undefined) return
    const { room, intake, refused, hasOpened } = change
    if (hasOpened) this.#emit({ type: 'room', room })
    for (const document of intake.accepted) this.#emit({ type: 'document', room, document })
    for (const id of refused) this.#emit({ type: 'refused', room, id })
    for (const { author, seq } of intake.forks) this.#emit({ type: 'fork', room, author, seq })
    if (intake.accepted.length === 0) return
    const documents = intake.accepted.map(({ id, clock }) => ({ id, clock }))
    this.#commandBatchSync({ type: 'stored', room, documents, from })
    this.#runRoomState({ type: 'command', command: { type: 'changed', room } })
    if (from !== 'self') return
    for (const { block } of intake.accepted) this.#effects.push({ type: 'publish', room, block })
  }

  #setTimer(timer: NodeTimer, afterMs: number): void {
    this.#effects.push({ type: 'timer', timer, afterMs })
  }

  #emit(event: NodeEvent): void {
    this.#effects.push({ type: 'emit', event })
  }
}
