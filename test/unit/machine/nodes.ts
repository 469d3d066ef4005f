/**
 * A few whole nodes on virtual time, linked without faults: what is sent arrives a millisecond later,
 * encoded and decoded. Every machine, store and runner is a real one. Peers that are not nodes do
 * what the test says.
 */
import { builtInApps, byName } from '../../../src/apps/index.ts'
import { MESSAGE_KIND } from '../../../protocols/apps/chat/constants.ts'
import type { BatchSyncRecord } from '../../../protocols/batch-sync/index.ts'
import { decodeDocument, type Document } from '../../../protocols/document/document.ts'
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
import { documentReader, type DocumentReader } from '../../../src/room/document-reader.ts'
import { RoomGraph } from '../../../src/room/graph.ts'
import { NodeMachine, type NodeCommand, type NodeEvent } from '../../../src/machine/node-machine.ts'
import type { CommandOutcome } from '../../../src/machine/io.ts'
import { decodeRoot } from '../../../src/room/root.ts'
import type { Completion } from '../../../src/runtime/queued.ts'
import { Runner } from '../../../src/runtime/runner.ts'
import type { SendBatch } from '../../../src/runtime/send-batches.ts'
import { codecFor, peerInput, PROTOCOLS } from '../../../src/simulate/protocols.ts'
import { seededRandom } from '../../../src/simulate/random.ts'
import { Scheduler } from '../../../src/simulate/scheduler.ts'
import type { WireRecord } from '../../../src/simulate/traffic.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import type { Store } from '../../../src/store/store.ts'
import { NOW_MS, peerA, signerOf, welcome } from '../room/history.ts'

const LATENCY_MS = 1

/** The store of a node that is already in a room with these documents, the root first. */
export function storeWith(documents: readonly Document[], reader = documentReader): Store {
  const [root] = documents
  if (root === undefined) throw new Error('a room has a root')
  const store = memoryStore()
  const { name, app } = decodeRoot(root) ?? { name: '', app: '' }
  store.apply({ type: 'put-room', room: { id: root.id, status: 'open', name, app, joinedAtMs: NOW_MS } })
  const blocks = documents.map(({ block }) => block)
  const { accepted } = new RoomGraph(root.id, store, reader).receive(blocks, peerA, welcome)
  if (accepted.length !== documents.length) throw new Error('not all of the documents were accepted')
  store.commit()
  return store
}

/** A participant of the network: a node, or a peer that a test speaks for. */
export interface Party {
  readonly peer: PeerId
  /** Takes what another participant sent. */
  take(from: PeerId, batch: Batch): void
  linked(protocol: string, peer: PeerId, isUp: boolean): void
}

/** What is sent together, of protocols that are known here. */
interface Batch extends SendBatch {
  records: WireRecord[]
}

/** The frames for a batch, each with what the other end decodes. */
function framesOf({ protocol, to, records }: SendBatch): { sizeBytes: number; read: Batch }[] {
  const codec = codecFor(protocol)
  return codec.encodeFrames(records as WireRecord[]).map((frame) => ({
    ...{ sizeBytes: frame.length, read: { protocol, to, records: codec.decodeFrame(frame) } },
  }))
}

/** For what comes by itself. */
const MAX_WAIT_MS = 10_000

export class Nodes {
  /** How the nodes decode documents and check signatures. */
  readonly reader: DocumentReader
  readonly scheduler = new Scheduler(NOW_MS)
  /** How long a frame of documents or blocks keeps its stream busy: later ones wait. */
  frameMs = 0
  /** What was sent so far, oldest first. */
  readonly sent: { from: PeerId; to: PeerId; record: WireRecord; sizeBytes: number }[] = []
  /** Called when something is sent. */
  onSent: (from: PeerId, to: PeerId, record: WireRecord) => void = () => undefined
  readonly #parties = new Map<PeerId, Party>()
  /** Who is linked with whom, in both directions. */
  readonly #links = new Map<PeerId, Set<PeerId>>()
  /** Until when each direction of a stream is busy. */
  readonly #busyUntilMs = new Map<string, number>()

  constructor(reader = documentReader) {
    this.reader = reader
  }

  /** Starts a node; its signer is the one with its number in `history.ts`. */
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

  /** Both learn it now: a node's own commands do not wait for what peers cause. */
  unlink(a: Party, b: Party): void {
    this.#set(a, b, false)
    this.run(0)
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
        this.onSent(from.peer, to, record)
      }
      this.scheduler.after(this.#waitMs(protocol, from.peer, to) + LATENCY_MS, () => {
        if (this.#links.get(from.peer)?.has(to) === true) receiver?.take(from.peer, read)
      })
    }
  }

  /** How long a frame waits for earlier ones, and takes itself. */
  #waitMs(protocol: string, from: PeerId, to: PeerId): number {
    if (protocol === 'room-state') return 0
    const direction = `${protocol} ${from} ${to}`
    const { nowMs } = this.scheduler
    const endMs = Math.max(nowMs, this.#busyUntilMs.get(direction) ?? 0) + this.frameMs
    this.#busyUntilMs.set(direction, endMs)
    return endMs - nowMs
  }

  /** Lets time pass. */
  run(durationMs: number): void {
    this.scheduler.run(this.scheduler.nowMs + durationMs)
  }

  /** Lets time pass until something is so. */
  runUntil(isSo: () => boolean): void {
    for (let ms = 0; !isSo(); ms++) {
      if (ms === MAX_WAIT_MS) throw new Error('it never came to that')
      this.run(1)
    }
  }

  /** Ids of the documents that were sent to a participant. */
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
  /** Counted faults of peers, by code. */
  readonly faults: { peer: PeerId; code: string; fatal: boolean }[] = []
  readonly events: NodeEvent[] = []
  onEvent: (event: NodeEvent) => void = () => undefined
  /** Whether its key came from a backup, from the next start on. */
  isKeyRestored = false
  /** Whether its peers are in its network. */
  isNear = true
  /** How far its clock is off. */
  clockOffsetMs = 0
  readonly #nodes: Nodes
  #running: { machine: NodeMachine; runner: Runner }
  #commands = 0

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

  /** Loses its links, ends as by kill -9 and restarts, on another store if one is given; its links come back. */
  restart(openStore: () => Store = () => this.store): void {
    const linked = this.#nodes.linksOf(this)
    for (const other of linked) this.#nodes.unlink(this, other)
    this.#running.runner.stop()
    this.store.rollback()
    this.store = openStore()
    this.#running = this.#start()
    for (const other of linked) this.#nodes.link(this, other)
  }

  #start(): { machine: NodeMachine; runner: Runner } {
    const { scheduler } = this.#nodes
    const startedAtMs = scheduler.nowMs
    const { store, peer, signer, name } = this
    const random = seededRandom(seedOf(signer.author) + this.#commands)
    const machine = new NodeMachine({
      ...{ self: peer, store, signer, random, apps: byName(builtInApps), authorName: () => name },
      reader: this.#nodes.reader,
      isKeyRestored: this.isKeyRestored,
      peerRecord: () => undefined,
      isNear: () => this.isNear,
    })
    const runner = new Runner(machine, store, {
      now: () => ({ monotonicMs: scheduler.nowMs - startedAtMs, wallMs: scheduler.nowMs + this.clockOffsetMs }),
      schedule: (run) => scheduler.after(0, run),
      waitedMs: () => 0,
      checkSignatures: () => undefined,
      setTimer: (run, afterMs) =>
        scheduler.after(afterMs, () => {
          if (!runner.isStopped) run()
        }),
      send: (batch) => this.#nodes.send(this, batch),
      publish: () => undefined,
      emit: (event) => {
        this.events.push(event)
        this.onEvent(event)
      },
      misbehaviour: ({ peer: from, reason }) => this.faults.push({ peer: from, ...reason }),
      refused: () => undefined,
      recovered: (_fault, error) => {
        throw error
      },
      lapsed: (error) => {
        throw error
      },
      failed: (error) => {
        throw error
      },
    })
    return { machine, runner }
  }

  linked(protocol: string, peer: PeerId, isUp: boolean): void {
    const input = peerInput(protocol, isUp ? 'peer-up' : 'peer-down', peer)
    this.#running.runner.push({ type: 'protocol', protocol, input })
  }

  take(from: PeerId, { protocol, records }: Batch): void {
    this.#running.runner.push({ type: 'protocol', protocol, input: { type: 'records', from, records } })
  }

  /** Executes a command now. Throws the error if it is refused. */
  command(command: NodeCommand): CommandOutcome {
    this.#commands++
    let completion: Completion | undefined
    this.#running.runner.push({ type: 'command', command }, (result) => (completion = result))
    this.#nodes.run(0)
    if (completion === undefined) throw new Error('the command was not answered')
    if ('error' in completion) throw completion.error
    return completion
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

/** A peer that knows a room's id, if it wants to, and follows no rules. */
export class RawPeer implements Party {
  readonly peer: PeerId
  readonly received: WireRecord[] = []
  readonly #nodes: Nodes

  constructor(nodes: Nodes, name: string) {
    this.#nodes = nodes
    this.peer = name as PeerId
    nodes.join(this)
  }

  linked(): void {}

  take(_from: PeerId, { records }: Batch): void {
    this.received.push(...records)
  }

  /** Becomes a neighbour of a node in a room, or announces another frontier. */
  enter(
    to: Party,
    room: RoomId,
    frontier: DocumentId[] = [],
    { serial = 1, documents }: { serial?: number; documents?: number } = {},
  ): void {
    const proof = proveRoom(room, this.peer, to.peer)
    const record = {
      serial,
      proof,
      frontier,
      clock: 1,
      documents,
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

  /** Gives a node documents that it requested by id. */
  giveDocuments(to: Party, room: RoomId, documents: readonly Pick<Document, 'id' | 'block'>[]): void {
    const topic = topicKeyOf(room)
    const records = documents.map(({ id, block }) => ({ type: 'block', topic, id, data: block }) as const)
    this.#nodes.send(this, { protocol: 'ensure-map', to: to.peer, records })
  }

  /** Ids in the received records of a type, in order. */
  ids(type: 'ack' | 'offer' | 'request' | 'defer' | 'want'): BlockId[] {
    return this.received.flatMap((record) => (record.type === type ? record.ids : []))
  }
}

/** Differs between authors: what they make at random must differ, too. */
function seedOf(author: PeerId): number {
  return Buffer.from(author).reduce((sum, byte) => (Math.imul(sum, 31) + byte) | 0, 0)
}
