/** A running node: the machine, its runner, and the host that carries its records. */
import { EventEmitter } from 'node:events'
import { batchSync, type BatchSync, type BatchSyncRecord } from '../../protocols/batch-sync/index.ts'
import type { Document } from '../../protocols/document/document.ts'
import { roomState, type RoomState, type RoomStateRecord } from '../../protocols/room-state/index.ts'
import type { ProtocolInit } from '../../protocols/wire/handler.ts'
import type { PeerKey, RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import { createHost } from '../host/create-host.ts'
import type { Host, HostInit } from '../host/host.ts'
import { KithError, type KithNode, type NodeEvents, type NodeStatus, type PeerInfo } from '../kith.ts'
import type { CommandResult, NodeCommand, NodeEvent, NodeInput, NodeMachine } from '../room/node-machine.ts'
import { Runner } from '../runtime/runner.ts'
import { Timers } from '../runtime/timers.ts'
import type { Store } from '../store/store.ts'
import { peerOfAuthor } from './author-names.ts'
import type { NodeCore } from './core.ts'
import { kithErrorOf } from './data-folder.ts'
import { GossipBridge } from './gossip-bridge.ts'
import { documentInfoOf } from './local-room.ts'
import { LocalRooms } from './local-rooms.ts'

type Protocols = { roomState: RoomState; batchSync: BatchSync }

export interface LocalNodeInit {
  store: Store
  machine: NodeMachine
  self: PeerKey
  name: string
  version: string
  dataDir: string
  host: Pick<HostInit<Protocols>, 'privateKey' | 'listen' | 'mdns' | 'peers'>
}

interface PendingCommand {
  resolve(result: { room?: RoomId; document?: Position }): void
  reject(error: Error): void
}

export class LocalNode implements KithNode {
  readonly peer: PeerKey
  readonly name: string
  readonly rooms: LocalRooms
  readonly #init: LocalNodeInit
  readonly #core: NodeCore
  readonly #runner: Runner
  readonly #timers = new Timers()
  readonly #events = new EventEmitter<NodeEvents>().setMaxListeners(0)
  readonly #pending = new Map<number, PendingCommand>()
  readonly #refused = new Map<string, number>()
  readonly #startedAtMs = Date.now()
  #requests = 0
  #host: Host<Protocols> | undefined
  #gossip: GossipBridge | undefined
  #stopped: Promise<void> | undefined
  /** Runs that wait for the host: peers may connect while it starts, and must be answered. */
  #held: (() => void)[] = []

  constructor(init: LocalNodeInit) {
    const { machine, store, self, name } = init
    this.#init = init
    this.peer = self
    this.name = name
    this.#runner = new Runner(machine, store, {
      nowMs: () => Date.now(),
      schedule: (run) => this.#schedule(run),
      setTimer: (timer, afterMs) => this.#timers.set(() => this.#runner.push(timerInput(timer)), afterMs),
      sendRoomState: (to, records) => this.#host?.protocols.roomState.send(to, records),
      sendBatchSync: (to, records) => this.#host?.protocols.batchSync.send(to, records),
      publish: ({ room, block }) => this.#gossip?.publish(room, block),
      emit: (event) => this.#tell(event),
      misbehaviour: ({ protocol, peer, reason }) => {
        this.#countRefused(reason.code)
        if (!reason.fatal) return
        const handler = protocol === 'room-state' ? this.#host?.protocols.roomState : this.#host?.protocols.batchSync
        handler?.reset(peer, reason.code)
      },
      failed: (error) => this.#fail(error),
    })
    this.#core = {
      self,
      machine,
      store,
      command: (command) => this.#command(command),
      pin: (address) => this.#requireHost().pin(address),
      connect: (address) => this.#requireHost().connect(address),
      connectedPeers: () => this.#host?.peers().filter(({ connected }) => connected).length ?? 0,
      addresses: () => this.addresses(),
    }
    this.rooms = new LocalRooms(this.#core)
  }

  /** Listens and begins to look for peers. */
  async start(): Promise<void> {
    const { store, machine, host: hostInit } = this.#init
    this.#host = await createHost<Protocols>({
      ...hostInit,
      addressBook: {
        list: () => store.addresses(),
        put: (address) => this.#writeAddress({ type: 'put-address', address }),
        delete: (peer) => this.#writeAddress({ type: 'delete-address', peer }),
      },
      protocols: {
        roomState: roomState(this.#protocolInit<RoomStateRecord>((input) => ({ type: 'room-state', input }))),
        batchSync: batchSync(this.#protocolInit<BatchSyncRecord>((input) => ({ type: 'batch-sync', input }))),
      },
      lastReceivedMs: (peer) => this.#lastReceivedMs(peer),
    })
    this.#host.on('connected', (peer) => this.#events.emit('peer', { peer, connected: true }))
    this.#host.on('disconnected', (peer) => this.#events.emit('peer', { peer, connected: false }))
    this.#gossip = new GossipBridge({
      gossip: this.#host.gossip,
      machine,
      store,
      onDocument: (room, block, from) => this.#runner.push({ type: 'gossip', room, block, from }),
      onRefused: (code) => this.#countRefused(code),
    })
    for (const run of this.#held.splice(0)) setImmediate(run)
  }

  /** The signed address record of a connected peer, if it gave one. */
  peerRecord(peer: PeerKey): Uint8Array | undefined {
    return this.#host?.peerRecord(peer)
  }

  addresses(): string[] {
    return this.#host?.addresses() ?? []
  }

  status(): NodeStatus {
    const { store, machine, version, dataDir } = this.#init
    const rooms = machine.rooms.list()
    return {
      peer: this.peer,
      name: this.name,
      version,
      dataDir,
      addresses: this.addresses(),
      startedAtMs: this.#startedAtMs,
      rooms: rooms.length,
      documents: rooms.reduce((sum, { record }) => sum + store.totals(record.id).documents, 0),
      connectedPeers: this.#core.connectedPeers(),
      refused: Object.fromEntries(this.#refused),
      memoryBytes: process.memoryUsage.rss(),
    }
  }

  peers(): PeerInfo[] {
    const rooms = this.rooms.list().map((room) => ({
      name: room.name || room.id,
      neighbours: new Set(this.#init.machine.neighbours(room.id as RoomId)),
    }))
    return (this.#host?.peers() ?? []).map((peer) => ({
      ...peer,
      rooms: rooms.filter(({ neighbours }) => neighbours.has(peer.peer)).map(({ name }) => name),
    }))
  }

  connect(address: string): Promise<string> {
    return this.#requireHost().connect(address)
  }

  /** Stops listening, keeps states for a quick start, and closes the store. */
  stop(): Promise<void> {
    this.#stopped ??= this.#shutDown()
    return this.#stopped
  }

  on<Name extends keyof NodeEvents>(name: Name, listener: (...args: NodeEvents[Name]) => void): this {
    this.#events.on(name, listener as never)
    return this
  }

  off<Name extends keyof NodeEvents>(name: Name, listener: (...args: NodeEvents[Name]) => void): this {
    this.#events.off(name, listener as never)
    return this
  }

  #schedule(run: () => void): void {
    if (this.#gossip === undefined) this.#held.push(run)
    else setImmediate(run)
  }

  async #shutDown(): Promise<void> {
    await this.#command({ type: 'persist' }).catch(() => undefined) // only costs time at the next start
    this.#runner.stop()
    this.#timers.clear()
    this.#rejectPending(new KithError('stopped', 'the node has stopped'))
    try {
      await this.#host?.stop()
    } finally {
      this.#init.store.close()
    }
  }

  /** The store refused or the machine broke: nothing that was acknowledged is lost, and nothing more can be. */
  #fail(error: Error): void {
    const reason = kithErrorOf(error)
    const failure = reason instanceof Error ? reason : error
    this.#rejectPending(failure)
    this.#events.emit('failed', failure)
    this.stop().catch(() => undefined) // the failure that led here has been told
  }

  #command(command: NodeCommand): Promise<{ room?: RoomId; document?: Position }> {
    if (this.#runner.isStopped) return Promise.reject(new KithError('stopped', 'the node has stopped'))
    const requestId = ++this.#requests
    return new Promise((resolve, reject) => {
      this.#pending.set(requestId, { resolve, reject })
      this.#runner.push({ type: 'command', requestId, command })
    })
  }

  #rejectPending(error: Error): void {
    for (const pending of this.#pending.values()) pending.reject(error)
    this.#pending.clear()
  }

  /** A listener's error is its owner's, and must not stop the node: it surfaces like every uncaught one. */
  #tell(event: NodeEvent): void {
    try {
      this.#handleEvent(event)
    } catch (error) {
      queueMicrotask(() => {
        throw error
      })
    }
  }

  #handleEvent(event: NodeEvent): void {
    switch (event.type) {
      case 'reply':
        this.#reply(event.requestId, event.result)
        break
      case 'document':
        this.#announce(event.room, event.document)
        break
      case 'room':
        this.#gossip?.follow(event.room)
        this.#announceRoom(event.room)
        break
      case 'refused':
        this.#countRefused('state-full')
        this.#events.emit('refused', { room: event.room, id: event.id })
        break
      case 'fork':
        this.#events.emit('fork', { room: event.room, author: peerOfAuthor(event.author), seq: event.seq })
        break
      case 'suggestion':
        void this.#acceptPeerRecord(event.peerRecord)
        break
    }
  }

  async #acceptPeerRecord(peerRecord: Uint8Array): Promise<void> {
    const isSound = await this.#host?.acceptPeerRecord(peerRecord).catch(() => false)
    if (isSound === false) this.#countRefused('bad-peer-record')
  }

  #reply(requestId: number, result: CommandResult): void {
    const pending = this.#pending.get(requestId)
    this.#pending.delete(requestId)
    if ('error' in result) pending?.reject(result.error)
    else pending?.resolve(result)
  }

  #announce(room: RoomId, document: Document): void {
    if (this.#init.machine.rooms.get(room) === undefined) return
    const local = this.rooms.byId(room)
    const info = documentInfoOf(document)
    this.#events.emit('document', info)
    local.emit('document', info)
    const message = local.messageOf(document)
    if (message === undefined) return
    this.#events.emit('message', message)
    local.emit('message', message)
  }

  #announceRoom(room: RoomId): void {
    if (this.#init.machine.rooms.get(room) === undefined) return
    const local = this.rooms.byId(room)
    const summary = local.summary()
    this.#events.emit('room', summary)
    local.emit('room', summary)
  }

  #protocolInit<Record>(
    wrap: (
      input:
        | { type: 'peer-up'; peer: PeerKey; creditBytes: number }
        | { type: 'peer-down'; peer: PeerKey }
        | { type: 'records'; from: PeerKey; records: Record[] },
    ) => NodeInput,
  ): ProtocolInit<Record> {
    return {
      onPeerUp: (peer, { creditBytes }) => this.#runner.push(wrap({ type: 'peer-up', peer, creditBytes })),
      onPeerDown: (peer) => this.#runner.push(wrap({ type: 'peer-down', peer })),
      onRecords: (from, records) =>
        new Promise((resolve) => this.#runner.push(wrap({ type: 'records', from, records }), resolve)),
      onFault: (_peer, code) => this.#countRefused(code),
    }
  }

  #lastReceivedMs(peer: PeerKey): number {
    const { roomState: state, batchSync: sync } = this.#requireHost().protocols
    return Math.max(state.lastReceivedMs(peer), sync.lastReceivedMs(peer))
  }

  /** The host writes between the runner's batches, each of which runs to its end in one go. */
  #writeAddress(write: Parameters<Store['apply']>[0]): void {
    if (this.#runner.isStopped) return
    try {
      this.#init.store.apply(write)
      this.#init.store.commit()
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #countRefused(code: string): void {
    this.#refused.set(code, (this.#refused.get(code) ?? 0) + 1)
  }

  #requireHost(): Host<Protocols> {
    if (this.#host === undefined) throw new KithError('stopped', 'the node has not started')
    return this.#host
  }
}

function timerInput(timer: Parameters<ConstructorParameters<typeof Runner>[2]['setTimer']>[0]): NodeInput {
  return timer.protocol === 'room-state'
    ? { type: 'room-state', input: { type: 'timer', timer: timer.timer } }
    : { type: 'batch-sync', input: { type: 'timer', timer: timer.timer } }
}
