/**
 * A few whole nodes on virtual time, linked without faults: what is sent arrives a millisecond later,
 * encoded and decoded. Every machine, store and runner is the real one. Peers that are no nodes say
 * what a test makes them say.
 */
import { decodeFrame as decodeBatchSync, encodeFrames as encodeBatchSync } from '../../../protocols/batch-sync/codec.ts'
import { CREDIT_BYTES as BATCH_SYNC_CREDIT_BYTES } from '../../../protocols/batch-sync/constants.ts'
import type { BatchSyncRecord } from '../../../protocols/batch-sync/index.ts'
import { decodeDocument, type Document } from '../../../protocols/document/document.ts'
import { decodeFrame as decodeEnsureMap, encodeFrames as encodeEnsureMap } from '../../../protocols/ensure-map/codec.ts'
import { CREDIT_BYTES as ENSURE_MAP_CREDIT_BYTES } from '../../../protocols/ensure-map/constants.ts'
import { decodeFrame as decodeRoomState, encodeFrames as encodeRoomState } from '../../../protocols/room-state/codec.ts'
import type { Signer } from '../../../protocols/wire/crypto.ts'
import {
  parseDocumentId,
  type BlockId,
  type DocumentId,
  type PeerId,
  type RoomId,
} from '../../../protocols/wire/ids.ts'
import { proveRoom, topicKeyOf } from '../../../protocols/wire/room-keys.ts'
import { encodeText } from '../../../src/apps/body.ts'
import { MESSAGE_KIND } from '../../../src/apps/chat/chat.ts'
import { RoomGraph } from '../../../src/room/graph.ts'
import { NodeMachine } from '../../../src/room/node-machine.ts'
import {
  timerInput,
  type CommandOutcome,
  type NodeCommand,
  type NodeEvent,
  type NodeInput,
  type ProtocolName,
  type ProtocolRecords,
} from '../../../src/room/node-ports.ts'
import { decodeRoot } from '../../../src/room/root.ts'
import { Runner, type SendBatch } from '../../../src/runtime/runner.ts'
import { seededRandom } from '../../../src/simulate/random.ts'
import { Scheduler } from '../../../src/simulate/scheduler.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import type { Store } from '../../../src/store/store.ts'
import { NOW_MS, peerA, signerOf, welcome } from './history.ts'

const LATENCY_MS = 1

/** The store of a node that is in a room already, whose documents are these, the root first. */
export function storeWith(documents: readonly Document[]): Store {
  const [root] = documents
  if (root === undefined) throw new Error('a room has a root')
  const store = memoryStore()
  const { name, app } = decodeRoot(root) ?? { name: '', app: '' }
  store.apply({ type: 'put-room', room: { id: root.id, status: 'open', name, app, joinedAtMs: NOW_MS } })
  const blocks = documents.map(({ block }) => block)
  const { accepted } = new RoomGraph(root.id, store).receive(blocks, peerA, welcome)
  if (accepted.length !== documents.length) throw new Error('not all of the documents were accepted')
  store.commit()
  return store
}

export type AnyRecord = ProtocolRecords[ProtocolName]

const PROTOCOLS: readonly ProtocolName[] = ['room-state', 'batch-sync', 'ensure-map']

/** What the hello of each protocol gives. */
const CREDIT_BYTES: Record<ProtocolName, number> = {
  'room-state': 0,
  'batch-sync': BATCH_SYNC_CREDIT_BYTES,
  'ensure-map': ENSURE_MAP_CREDIT_BYTES,
}

/** Somebody on the network: a node, or a peer that a test speaks for. */
export interface Party {
  readonly peer: PeerId
  /** Takes what another one sent. */
  take(from: PeerId, batch: SendBatch): void
  linked(protocol: ProtocolName, peer: PeerId, isUp: boolean): void
}

/** The frames that a batch takes, each with what is read from it at the other end. */
function framesOf(batch: SendBatch): { sizeBytes: number; read: SendBatch }[] {
  const { protocol, to } = batch
  switch (protocol) {
    case 'room-state':
      return encodeRoomState(batch.records).map((frame) => ({
        ...{ sizeBytes: frame.length, read: { protocol, to, records: decodeRoomState(frame) } },
      }))
    case 'batch-sync':
      return encodeBatchSync(batch.records).map((frame) => ({
        ...{ sizeBytes: frame.length, read: { protocol, to, records: decodeBatchSync(frame) } },
      }))
    case 'ensure-map':
      return encodeEnsureMap(batch.records).map((frame) => ({
        ...{ sizeBytes: frame.length, read: { protocol, to, records: decodeEnsureMap(frame) } },
      }))
  }
}

export class Nodes {
  readonly scheduler = new Scheduler(NOW_MS)
  /** How long a frame of documents keeps a link busy: those after it wait. */
  frameMs = 0
  /** What was sent so far, oldest first. */
  readonly sent: { from: PeerId; to: PeerId; record: AnyRecord; sizeBytes: number }[] = []
  readonly #parties = new Map<PeerId, Party>()
  /** Who is linked with whom, both ways. */
  readonly #links = new Map<PeerId, Set<PeerId>>()
  /** Until when each direction of a link is busy. */
  readonly #busyUntilMs = new Map<string, number>()

  /** Starts a node; its signer is the one of its number in `history.ts`. */
  add(name: string, index: number, store: Store = memoryStore()): TestNode {
    const node = new TestNode(this, name, signerOf(index), store)
    this.join(node)
    return node
  }

  join(party: Party): void {
    this.#parties.set(party.peer, party)
    this.#links.set(party.peer, new Set())
  }

  link(a: Party, b: Party): void {
    this.#set(a, b, true)
  }

  unlink(a: Party, b: Party): void {
    this.#set(a, b, false)
  }

  #set(a: Party, b: Party, isUp: boolean): void {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const links = this.#links.get(from.peer)
      if (links?.has(to.peer) === isUp) continue
      if (isUp) links?.add(to.peer)
      else links?.delete(to.peer)
      for (const protocol of PROTOCOLS) from.linked(protocol, to.peer, isUp)
    }
  }

  linksOf(party: Party): Party[] {
    return [...(this.#links.get(party.peer) ?? [])].flatMap((peer) => this.#parties.get(peer) ?? [])
  }

  send(from: Party, batch: SendBatch): void {
    const { protocol, to } = batch
    const receiver = this.#parties.get(to)
    for (const { sizeBytes, read } of framesOf(batch)) {
      for (const record of read.records) {
        this.sent.push({ from: from.peer, to, record, sizeBytes: sizeBytes / read.records.length })
      }
      this.scheduler.after(this.#waitMs(protocol, from.peer, to) + LATENCY_MS, () => {
        if (this.#links.get(from.peer)?.has(to) === true) receiver?.take(from.peer, read)
      })
    }
  }

  /** How long a frame waits for those before it, and takes itself. */
  #waitMs(protocol: ProtocolName, from: PeerId, to: PeerId): number {
    if (protocol === 'room-state') return 0
    const direction = `${from} ${to}`
    const { nowMs } = this.scheduler
    const endMs = Math.max(nowMs, this.#busyUntilMs.get(direction) ?? 0) + this.frameMs
    this.#busyUntilMs.set(direction, endMs)
    return endMs - nowMs
  }

  /** Lets time pass. */
  run(durationMs: number): void {
    this.scheduler.run(this.scheduler.nowMs + durationMs)
  }

  /** Ids of the documents that somebody was sent. */
  documentsTo(to: Party): DocumentId[] {
    return this.sent.flatMap(({ to: receiver, record }) => {
      if (receiver !== to.peer) return []
      if (record.type === 'message') return record.blocks.map((block) => decodeDocument(block).id)
      return record.type === 'block' ? (parseDocumentId(record.id) ?? []) : []
    })
  }

  /** Forgets what was sent so far. */
  forgetSent(): void {
    this.sent.length = 0
  }
}

export class TestNode implements Party {
  readonly name: string
  readonly peer: PeerId
  readonly signer: Signer
  store: Store
  /** Faults of peers that were counted, by code. */
  readonly faults: { peer: PeerId; code: string; fatal: boolean }[] = []
  readonly events: NodeEvent[] = []
  /** How far its clock goes wrong. */
  clockOffsetMs = 0
  readonly #nodes: Nodes
  #running: { machine: NodeMachine; runner: Runner }
  #requests = 0

  constructor(nodes: Nodes, name: string, signer: Signer, store: Store) {
    this.#nodes = nodes
    this.name = name
    this.peer = name as PeerId
    this.signer = signer
    this.store = store
    this.#running = this.#start()
  }

  get machine(): NodeMachine {
    return this.#running.machine
  }

  /** Loses its links, ends as by kill -9 and starts again, on another store if one is given; its links come back. */
  restart(openStore: () => Store = () => this.store): void {
    const linked = this.#nodes.linksOf(this)
    for (const other of linked) this.#nodes.unlink(this, other)
    this.#nodes.run(0)
    this.#running.runner.stop()
    this.store.rollback()
    this.store = openStore()
    this.#running = this.#start()
    for (const other of linked) this.#nodes.link(this, other)
  }

  #start(): { machine: NodeMachine; runner: Runner } {
    const { scheduler } = this.#nodes
    const { store, peer, signer, name } = this
    const random = seededRandom(name.length + this.#requests)
    const machine = new NodeMachine({
      ...{ self: peer, store, signer, random, authorName: name },
      peerRecord: () => undefined,
    })
    const runner = new Runner(machine, store, {
      nowMs: () => scheduler.nowMs + this.clockOffsetMs,
      schedule: (run) => scheduler.after(0, run),
      setTimer: (timer, afterMs) =>
        scheduler.after(afterMs, () => {
          if (!runner.isStopped) runner.push(timerInput(timer))
        }),
      send: (batch) => this.#nodes.send(this, batch),
      publish: () => undefined,
      emit: (event) => this.events.push(event),
      misbehaviour: ({ peer: from, reason }) => this.faults.push({ peer: from, ...reason }),
      failed: (error) => {
        throw error
      },
    })
    return { machine, runner }
  }

  linked(protocol: ProtocolName, peer: PeerId, isUp: boolean): void {
    const input = isUp
      ? ({ type: 'peer-up', peer, creditBytes: CREDIT_BYTES[protocol] } as const)
      : ({ type: 'peer-down', peer } as const)
    this.#running.runner.push({ type: protocol, input })
  }

  take(from: PeerId, { protocol, records }: SendBatch): void {
    this.#running.runner.push({ type: protocol, input: { type: 'records', from, records } } as NodeInput)
  }

  /** Has a command done now. Throws what it was refused for. */
  command(command: NodeCommand): CommandOutcome {
    const requestId = ++this.#requests
    this.#running.runner.push({ type: 'command', requestId, command })
    this.#nodes.run(0)
    const reply = this.events.find((event) => event.type === 'reply' && event.requestId === requestId)
    if (reply?.type !== 'reply') throw new Error('the command was not answered')
    if ('error' in reply.result) throw reply.result.error
    return reply.result
  }

  create(name = 'Kitchen', app = 'chat'): RoomId {
    const { room } = this.command({ type: 'create', name, app })
    if (room === undefined) throw new Error('the room was not created')
    return room
  }

  say(room: RoomId, text: string): DocumentId {
    const { document } = this.command({ type: 'write', room, kind: MESSAGE_KIND, body: encodeText(text) })
    if (document === undefined) throw new Error('nothing was written')
    return document.id
  }

  has(id: DocumentId): boolean {
    return this.store.hasDocument(id)
  }

  /** Ids of all documents of a room, in its order. */
  documents(room: RoomId): DocumentId[] {
    return this.store.documents(room, { limit: Infinity }).map(({ id }) => id)
  }

  stateHash(room: RoomId): string | undefined {
    return this.machine.rooms.get(room)?.view.hash()
  }

  faultCodes(): string[] {
    return [...new Set(this.faults.map(({ code }) => code))].sort()
  }
}

/** A peer that knows a room's id, if it wants to, and keeps to no rule. */
export class RawPeer implements Party {
  readonly peer: PeerId
  readonly received: AnyRecord[] = []
  readonly #nodes: Nodes

  constructor(nodes: Nodes, name: string) {
    this.#nodes = nodes
    this.peer = name as PeerId
    nodes.join(this)
  }

  linked(): void {}

  take(_from: PeerId, { records }: SendBatch): void {
    this.received.push(...records)
  }

  /** Becomes a neighbour of a node in a room, or tells it another frontier. */
  enter(to: Party, room: RoomId, frontier: DocumentId[] = [], serial = 1): void {
    const proof = proveRoom(room, this.peer, to.peer)
    const record = {
      serial,
      proof,
      frontier,
      clock: 1,
      refusesDocuments: false,
      isNewestFirst: false,
      topic: topicKeyOf(room),
    }
    const records = [{ type: 'metadata', ...record } as const]
    this.#nodes.send(this, { protocol: 'room-state', to: to.peer, records })
    this.#nodes.run(10)
  }

  send(to: Party, ...records: BatchSyncRecord[]): void {
    this.#nodes.send(this, { protocol: 'batch-sync', to: to.peer, records })
  }

  sendDocuments(to: Party, room: RoomId, documents: readonly Pick<Document, 'block'>[]): void {
    this.send(to, { type: 'message', topic: topicKeyOf(room), blocks: documents.map(({ block }) => block) })
  }

  /** Gives a node documents that it asked for by their ids. */
  giveDocuments(to: Party, room: RoomId, documents: readonly Pick<Document, 'id' | 'block'>[]): void {
    const topic = topicKeyOf(room)
    const records = documents.map(({ id, block }) => ({ type: 'block', topic, id, data: block }) as const)
    this.#nodes.send(this, { protocol: 'ensure-map', to: to.peer, records })
  }

  /** Ids in records of a type that came, in order. */
  ids(type: 'ack' | 'offer' | 'request' | 'defer' | 'want'): BlockId[] {
    return this.received.flatMap((record) => (record.type === type ? record.ids : []))
  }
}
