/**
 * A whole node as one synchronous machine: the rooms and the protocols that serve them, and the
 * only place where these meet. A host and the simulator run the same one.
 */
import {
  BatchSyncMachine,
  type BatchSyncCommand,
  type BatchSyncEvent,
  type BatchSyncInput,
  type PeerProgress,
} from '../../protocols/batch-sync/index.ts'
import {
  EnsureMapMachine,
  type EnsureMapCommand,
  type EnsureMapEvent,
  type EnsureMapInput,
  type EnsureMapWrite,
  type EnsureProgress,
  type Scope,
} from '../../protocols/ensure-map/index.ts'
import type { Document } from '../../protocols/document/document.ts'
import { MAX_ROOTS } from '../../protocols/ensure-map/constants.ts'
import { RoomStateMachine, type RoomStateEvent, type RoomStateInput } from '../../protocols/room-state/index.ts'
import type { BlockId, DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import { KithError, type FileLimits } from '../kith.ts'
import { DEFER_MS } from './constants.ts'
import { documentReader } from './document-reader.ts'
import { isAttack } from './faults.ts'
import type {
  Collected,
  CommandResult,
  NodeCommand,
  NodeEffect,
  NodeEvent,
  NodeInput,
  NodeTimer,
  ProtocolName,
} from './node-ports.ts'
import { PeerRows } from './peer-rows.ts'
import { batchSyncPorts, ensureMapPorts, frontierOf, sharingOf } from './protocol-ports.ts'
import { RoomFiles } from './room-files.ts'
import { isCarried, Rooms, type RoomChange, type RoomsInit } from './rooms.ts'

export interface NodeMachineInit extends RoomsInit {
  self: PeerId
  /** The signed address record of a connected peer, if it gave one. */
  peerRecord(peer: PeerId): Uint8Array | undefined
}

export class NodeMachine {
  readonly rooms: Rooms
  readonly #roomState: RoomStateMachine
  readonly #batchSync: BatchSyncMachine
  readonly #ensureMap: EnsureMapMachine
  readonly #files: RoomFiles
  readonly #store: NodeMachineInit['store']
  readonly #peerRows: PeerRows
  #effects: NodeEffect[] = []
  #nowMs = 0

  constructor(init: NodeMachineInit) {
    const { store, self, random, reader = documentReader } = init
    this.#store = store
    this.#peerRows = new PeerRows(store)
    this.rooms = new Rooms(init)
    this.#roomState = new RoomStateMachine({
      self,
      frontier: (room) => frontierOf(store, room),
      refusesDocuments: (room, peer) =>
        this.rooms.isQuotaReached(room) || sharingOf(store, room, peer).policy === 'none',
      isNewestFirst: (room) => this.rooms.get(room)?.record.newestFirst === true,
      peerRecord: (peer) => init.peerRecord(peer),
    })
    const isPending = (room: RoomId, id: DocumentId): boolean => this.rooms.get(room)?.graph.isPending(id) === true
    this.#batchSync = new BatchSyncMachine({ self, ports: batchSyncPorts(store, isPending, reader), random })
    this.#ensureMap = new EnsureMapMachine({ ports: ensureMapPorts(store, isPending, reader), random })
    this.#files = new RoomFiles({
      store,
      reader,
      command: (command) => this.#commandEnsureMap(command),
      searching: () => this.#ensureMap.searching,
    })
    for (const { record } of this.rooms.list()) this.#openRoom(record.id)
  }

  /** Peers that are in the room now. */
  neighbours(room: RoomId): PeerId[] {
    return this.#roomState.neighbours(room)
  }

  /** How far each neighbour has got in a room. */
  progress(room: RoomId): PeerProgress[] {
    return this.#batchSync.progress(room)
  }

  /** How far something has come that is being fetched; undefined where it is not. */
  ensureProgress(scope: Scope, id: BlockId, nowMs: number): EnsureProgress | undefined {
    return this.#ensureMap.progress(scope, id, nowMs)
  }

  /** Things that are being fetched. */
  get searching(): number {
    return this.#ensureMap.searching
  }

  /** What an open room keeps of its files. */
  fileLimits(room: RoomId): FileLimits {
    return this.#files.limits(this.rooms.require(room).record)
  }

  /** Throws a KithError `quota` where so many bytes more of a room's files are too many. */
  requireFileSpace(room: RoomId, sizeBytes: number): void {
    this.#files.requireSpace(this.rooms.require(room).record, sizeBytes)
  }

  handle(input: NodeInput, nowMs: number): NodeEffect[] {
    this.#nowMs = nowMs
    switch (input.type) {
      case 'room-state':
        this.#runRoomState(input.input)
        break
      case 'batch-sync':
        this.#runBatchSync(input.input)
        break
      case 'ensure-map':
        this.#runEnsureMap(input.input)
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
        this.#commandEnsureMap({ type: 'close', room: command.room })
        this.#emit({ type: 'room', room: command.room })
        return { room: command.room }
      case 'write': {
        this.#changed(this.rooms.introduce(command.room, this.#nowMs), 'self')
        const { kind, body, links } = command
        const change = this.rooms.write(command.room, { kind, body, links }, this.#nowMs)
        this.#changed(change, 'self')
        const [document] = change.intake.accepted
        return { room: command.room, ...(document && { document: { id: document.id, clock: document.clock } }) }
      }
      case 'ensure':
        this.#ensure(command)
        return {}
      case 'unpin':
        this.#commandEnsureMap(command)
        this.#files.makeRoom(this.rooms.require(command.room).record)
        return {}
      case 'release':
      case 'pause':
      case 'job-done':
        this.#commandEnsureMap(command)
        return {}
      case 'limit-files': {
        const { autoFetchBytesMax, bytesMax } = command
        this.#files.setLimits(this.rooms.require(command.room), { autoFetchBytesMax, bytesMax })
        return { room: command.room }
      }
      case 'put-blocks':
        for (const { id, block } of command.blocks) this.#store.apply({ type: 'put-block', id, block, isFlushed: true })
        this.#commandEnsureMap({ type: 'added', ids: command.blocks.map(({ id }) => id) })
        return {}
      case 'collect-garbage':
        return { collected: this.#collectGarbage(command) }
      case 'persist':
        this.rooms.persistStates()
        return {}
    }
  }

  #ensure({ room, id, maxBytes, job }: NodeCommand & { type: 'ensure' }): void {
    const { state = 'failed' } = this.#store.ensured(room, id) ?? {}
    if (state === 'failed' && this.#ensureMap.searching >= MAX_ROOTS) {
      throw new KithError('too-many', `this node is looking for ${MAX_ROOTS} things already`)
    }
    const record = room === undefined ? undefined : this.rooms.require(room).record
    if (record !== undefined) this.#files.requireSpaceFor(record, id, maxBytes ?? 0)
    this.#commandEnsureMap({
      ...{ type: 'ensure', room, id, pinned: true },
      ...(maxBytes !== undefined && { maxBytes }),
      ...(job !== undefined && { job }),
    })
    if (record !== undefined) this.#files.makeRoom(record)
  }

  #collectGarbage({ limit, after, isDryRun = false }: NodeCommand & { type: 'collect-garbage' }): Collected {
    const { blocks, next } = this.#store.unneededBlocks(limit, after)
    if (!isDryRun) this.#store.apply({ type: 'delete-blocks', ids: blocks.map(({ id }) => id) })
    const sizeBytes = blocks.reduce((sum, block) => sum + block.sizeBytes, 0)
    return { blocks: blocks.length, sizeBytes, next }
  }

  /** Enters a room as member or carrier, or changes from one to the other. */
  #enter(room: RoomId, enter: () => boolean): void {
    const isHere = this.rooms.get(room) !== undefined
    if (!enter()) return
    if (isHere) this.#runRoomState({ type: 'command', command: { type: 'changed', room } })
    else this.#openRoom(room)
    const { record } = this.rooms.require(room)
    this.#files.makeRoom(record)
    this.#files.fetchAgain(record)
    this.#emit({ type: 'room', room })
  }

  #openRoom(room: RoomId): void {
    this.#commandBatchSync({ type: 'open', room })
    this.#runRoomState({ type: 'command', command: { type: 'open', room } })
    this.#commandEnsureMap({ type: 'open', room })
    const missing = this.rooms.get(room)?.graph.missing() ?? []
    this.#commandEnsureMap({ type: 'missing', room, ids: missing, from: undefined, isPatient: true })
  }

  #sharingChanged(room: RoomId): void {
    this.#commandBatchSync({ type: 'sharing-changed', room })
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

  #runEnsureMap(input: EnsureMapInput): void {
    for (const effect of this.#ensureMap.handle(input, this.#nowMs)) {
      if (effect.type === 'emit') this.#ensureMapEvent(effect.event)
      else if (effect.type === 'timer') this.#setTimer({ protocol: 'ensure-map', timer: effect.timer }, effect.afterMs)
      else if (effect.type === 'persist') this.#writeEnsured(effect.write)
      else this.#effects.push({ ...effect, protocol: 'ensure-map' })
    }
  }

  #commandBatchSync(command: BatchSyncCommand): void {
    this.#runBatchSync({ type: 'command', command })
  }

  #commandEnsureMap(command: EnsureMapCommand): void {
    this.#runEnsureMap({ type: 'command', command })
  }

  #writeEnsured(write: EnsureMapWrite): void {
    if (write.type === 'put-ensured' && write.row.room !== undefined) {
      this.#files.changed(write.row.room, write.row.id, write.row)
    } else if (write.type === 'delete-ensured' && write.room !== undefined) {
      this.#files.changed(write.room, write.id, undefined)
    }
    this.#store.apply(write)
    if (write.type === 'delete-ensured') this.#emit({ type: 'released' })
  }

  #ensureMapEvent(event: EnsureMapEvent): void {
    switch (event.type) {
      case 'documents':
        this.#fetched(event.room, event.blocks, event.from)
        break
      case 'ensured': {
        const record = event.root.room === undefined ? undefined : this.rooms.get(event.root.room)?.record
        if (record !== undefined) this.#files.ensured(record)
        this.#emit(event)
        break
      }
      case 'absent':
        this.#emit(event)
        break
    }
  }

  #roomStateEvent(event: RoomStateEvent): void {
    switch (event.type) {
      case 'neighbour': {
        const { room, peer, isNew } = event
        this.#commandBatchSync({ ...event, type: 'neighbour' })
        this.#commandEnsureMap({ type: 'neighbour', room, peer })
        this.#introduceOnceCaughtUp(room, peer)
        if (isNew) this.#emit({ type: 'room', room })
        break
      }
      case 'neighbour-left':
        this.#commandBatchSync({ type: 'neighbour-left', room: event.room, peer: event.peer })
        this.#commandEnsureMap({ type: 'neighbour-left', room: event.room, peer: event.peer })
        this.#emit({ type: 'room', room: event.room })
        break
      case 'suggestion':
        this.#emit({ type: 'suggestion', peerRecord: event.peerRecord })
        break
    }
  }

  /** This node's name comes after what others wrote before it came: once it has what a neighbour told of. */
  #introduceOnceCaughtUp(room: RoomId, peer: PeerId): void {
    const { frontier } = this.#roomState.standingOf(peer, room) ?? { frontier: [] }
    const hasCaughtUp = frontier.length > 0 && frontier.every((id) => this.#store.hasDocument(id))
    if (hasCaughtUp) this.#changed(this.rooms.introduce(room, this.#nowMs), 'self')
  }

  #received({ room, from, blocks }: BatchSyncEvent): void {
    const wasFull = this.rooms.isQuotaReached(room)
    const change = this.rooms.receive(room, blocks, from, this.#nowMs)
    if (change === undefined) return
    const { durable, deferred } = change.intake
    this.#commandBatchSync({ type: 'acknowledge', room, ids: durable, to: from })
    if (deferred.length > 0) {
      this.#commandBatchSync({ type: 'defer', room, ids: deferred, to: from, afterMs: DEFER_MS })
    }
    if (this.rooms.isQuotaReached(room) && !wasFull) this.#emit({ type: 'room', room })
    this.#countFaults('batch-sync', change, from)
    this.#changed(change, from)
    this.#findMissing(change, from, true)
    this.#introduceOnceCaughtUp(room, from)
  }

  /** Documents that were asked for by their ids came, or ancestors of these. */
  #fetched(room: RoomId, blocks: readonly Uint8Array[], from: PeerId): void {
    const change = this.rooms.receive(room, blocks, from, this.#nowMs)
    if (change === undefined) return
    const { accepted, durable, deferred, awaited, awaitedByDeferred } = change.intake
    this.#countFaults('ensure-map', change, from)
    this.#changed(change, from)
    const isAccepted = new Set(accepted.map(({ id }) => id))
    const pending = durable.filter((id) => !isAccepted.has(id))
    // Where some found a place, those that did not are asked for with what these wait for.
    const ancestors = awaited.length === 0 ? awaitedByDeferred : []
    this.#commandEnsureMap({ type: 'validated', room, from, pending, refused: deferred, ancestors })
    this.#findMissing(change, from, false)
  }

  /** What others wait for is asked for by name, at once where it is known not to be on its way. */
  #findMissing({ room, intake }: RoomChange, from: PeerId, isPatient: boolean): void {
    if (intake.awaited.length === 0) return
    this.#commandEnsureMap({ type: 'missing', room, ids: intake.awaited, from, isPatient })
  }

  #gossiped(room: RoomId, block: Uint8Array, from: PeerId): void {
    const change = this.rooms.receive(room, [block], from, this.#nowMs)
    if (change === undefined) return
    this.#countFaults('batch-sync', change, from)
    this.#changed(change, 'gossip')
    this.#findMissing(change, from, false)
  }

  #countFaults(protocol: ProtocolName, { intake: { rejected } }: RoomChange, peer: PeerId): void {
    const fatal = isAttack(rejected)
    for (const code of rejected) {
      this.#effects.push({ type: 'misbehaviour', protocol, peer, reason: { code, fatal } })
    }
  }

  /** Tells everybody concerned what is new in a room. */
  #changed(change: RoomChange | undefined, from: PeerId | 'self' | 'gossip'): void {
    if (change === undefined) return
    const { room, intake, refused, hasOpened } = change
    if (hasOpened) this.#emit({ type: 'room', room })
    for (const document of intake.accepted) this.#emit({ type: 'document', room, document })
    for (const id of refused) this.#emit({ type: 'refused', room, id })
    for (const { author, seq } of intake.forks) this.#emit({ type: 'fork', room, author, seq })
    if (intake.accepted.length === 0) return
    const documents = intake.accepted.map(({ id, clock }) => ({ id, clock }))
    this.#commandBatchSync({ type: 'stored', room, documents, from })
    this.#commandEnsureMap({ type: 'stored', room, ids: documents.map(({ id }) => id) })
    this.#fetchLinked(room, intake.accepted)
    this.#runRoomState({ type: 'command', command: { type: 'changed', room } })
    if (from !== 'self') return
    for (const { block } of intake.accepted) this.#effects.push({ type: 'publish', room, block })
  }

  #fetchLinked(room: RoomId, documents: readonly Document[]): void {
    const record = this.rooms.get(room)?.record
    if (record === undefined) return
    for (const document of documents) if (document.links.length > 0) this.#files.linked(record, document)
    if (isCarried(record)) this.#files.makeRoom(record)
  }

  #setTimer(timer: NodeTimer, afterMs: number): void {
    this.#effects.push({ type: 'timer', timer, afterMs })
  }

  #emit(event: NodeEvent): void {
    this.#effects.push({ type: 'emit', event })
  }
}
