/** A node on a simulated network: the same machine and runner as on a host, with a memory store that survives crashes. */
import { signerOfSeed, type Signer } from '../../protocols/wire/crypto.ts'
import type { DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { Random } from '../../protocols/wire/machine.ts'
import { byName } from '../apps/index.ts'
import type { App, AppFault, SampleContext } from '../kith.ts'
import type { Content } from '../room/content.ts'
import type { DocumentReader } from '../room/document-reader.ts'
import {
  NodeMachine,
  type NodeCommand,
  type NodeEffect,
  type NodeEvent,
  type NodeInput,
} from '../machine/node-machine.ts'
import type { Now } from '../machine/io.ts'
import type { Completion } from '../runtime/queued.ts'
import { Runner } from '../runtime/runner.ts'
import type { SendBatch } from '../runtime/send-batches.ts'
import { memoryStore, type MemoryStore } from '../store/memory.ts'
import { BackupStore } from './backup-store.ts'
import type { Scheduler } from './scheduler.ts'

export interface SimulatedNodeInit {
  index: number
  name: string
  /** Whether it announces its name to its rooms. */
  introducesItself: boolean
  apps: readonly App[]
  /** Its disk takes up to this time for a flush, and each time another. */
  flushMaxMs: number
  /** Documents between two checkpoints, at least. */
  checkpointDocuments: number | undefined
  /** Whether backups of its store can be taken. */
  isBackedUp: boolean
}

/** What the network provides to a node. */
export interface SimulatedSurroundings {
  scheduler: Scheduler
  random: Random
  reader: DocumentReader
  send(from: SimulatedNode, batch: SendBatch): void
  /** The node wrote a document; its room's gossip gets it. */
  publish(from: SimulatedNode, room: RoomId, block: Uint8Array): void
  onEvent(node: SimulatedNode, event: NodeEvent): void
  /** The node's machine has handled an input, and nothing else since. */
  onHandled(node: SimulatedNode, effects: readonly NodeEffect[]): void
  onMisbehaviour(node: SimulatedNode, peer: PeerId, code: string): void
  onFault(node: SimulatedNode, fault: AppFault): void
  /** The node's disk had no space: its machine was made anew, and knows of no streams. */
  onFull(node: SimulatedNode): void
}

/** How a node ends at once. */
export const CRASH_KINDS = ['kill', 'power-cut'] as const
export type CrashKind = (typeof CRASH_KINDS)[number]

/** Says what it did before anything else happens: by then a runner may have handled more. */
class WatchedMachine extends NodeMachine {
  onHandled: (effects: readonly NodeEffect[]) => void = () => undefined

  override handle(input: NodeInput, now: Now): NodeEffect[] {
    const effects = super.handle(input, now)
    this.onHandled(effects)
    return effects
  }
}

export class SimulatedNode {
  readonly index: number
  readonly name: string
  readonly peer: PeerId
  readonly reader: DocumentReader
  readonly signer: Signer
  store: MemoryStore
  /** Documents whose writing was acknowledged to the user. */
  readonly acknowledged = new Set<DocumentId>()
  /** How often its user was told, since it started, that the state of a room is here that the user joined. */
  joined = 0
  readonly #apps: ReadonlyMap<string, App>
  readonly #authorName: (() => string) | undefined
  readonly #surroundings: SimulatedSurroundings
  readonly #flushMaxMs: number
  readonly #checkpointDocuments: number | undefined
  /** What makes the store that it goes on with after a restore. */
  #backup: (() => BackupStore) | undefined
  #life = 0
  #running: { machine: NodeMachine; runner: Runner } | undefined

  constructor(
    { index, name, introducesItself, apps, flushMaxMs, checkpointDocuments, isBackedUp }: SimulatedNodeInit,
    surroundings: SimulatedSurroundings,
  ) {
    this.index = index
    this.name = name
    this.#apps = byName(apps)
    this.#flushMaxMs = flushMaxMs
    this.#checkpointDocuments = checkpointDocuments
    this.#authorName = introducesItself ? () => name : undefined
    this.#surroundings = surroundings
    this.reader = surroundings.reader
    this.signer = signerOfSeed(Uint8Array.from({ length: 32 }, (_, i) => (i < 4 ? (index >> (8 * i)) & 0xff : 7)))
    this.peer = this.signer.author
    const flushTime = (flushed: () => void): void => this.#flushLater(flushed)
    this.store = isBackedUp ? new BackupStore(flushTime) : memoryStore(flushTime)
  }

  get isUp(): boolean {
    return this.#running !== undefined
  }

  /** How often it was started. */
  get lives(): number {
    return this.#life
  }

  get machine(): NodeMachine {
    if (this.#running === undefined) throw new Error(`${this.name} is down`)
    return this.#running.machine
  }

  start(): void {
    const life = ++this.#life
    this.joined = 0
    const { scheduler, random, reader } = this.#surroundings
    const startedAtMs = scheduler.nowMs
    const whileAlive = (act: () => void): void => {
      if (life === this.#life && this.#running !== undefined) act()
    }
    const machine = new WatchedMachine({
      self: this.peer,
      store: this.store,
      signer: this.signer,
      random,
      apps: this.#apps,
      authorName: this.#authorName,
      reader,
      peerRecord: () => undefined,
      checkpointDocuments: this.#checkpointDocuments,
    })
    machine.onHandled = (effects) => this.#surroundings.onHandled(this, effects)
    machine.onFault = (fault) => this.#surroundings.onFault(this, fault)
    const runner = new Runner(machine, this.store, {
      // Each life has a monotonic clock of its own.
      now: () => ({ monotonicMs: scheduler.nowMs - startedAtMs, wallMs: scheduler.nowMs }),
      schedule: (run) => scheduler.after(0, () => whileAlive(run)),
      setTimer: (run, afterMs) => scheduler.after(afterMs, () => whileAlive(run)),
      waitedMs: () => 0,
      checkSignatures: () => undefined,
      send: (batch) => whileAlive(() => this.#surroundings.send(this, batch)),
      publish: ({ room, block }) => whileAlive(() => this.#surroundings.publish(this, room, block)),
      emit: (event) => whileAlive(() => this.#surroundings.onEvent(this, event)),
      misbehaviour: ({ peer, reason }) => this.#surroundings.onMisbehaviour(this, peer, reason.code),
      refused: () => undefined,
      // A simulation ends with the first bug.
      recovered: (_fault, error) => {
        throw error
      },
      lapsed: (error) => {
        if (error.code !== 'full') throw error
        this.#surroundings.onFull(this)
      },
      failed: (error) => {
        throw error
      },
    })
    this.#running = { machine, runner }
  }

  #flushLater(flushed: () => void): void {
    const life = this.#life
    this.#surroundings.scheduler.after(this.#surroundings.random() * this.#flushMaxMs, () => {
      if (life === this.#life && this.isUp) flushed()
    })
  }

  /** Copies the store. Throws if the node was not made for that. */
  backUp(): void {
    if (!(this.store instanceof BackupStore)) throw new TypeError(`${this.name} is not backed up`)
    this.#backup = this.store.backUp()
  }

  /** While the node is down: the copy takes the place of the store. */
  restore(): void {
    if (this.#backup !== undefined) this.store = this.#backup()
  }

  /** Whether a document was here, or replaced by a base, and is not any more. */
  hasDropped(document: DocumentId): boolean {
    return this.store.document(document) === undefined && this.store.hasDocument(document)
  }

  /**
   * Ends at once: anything uncommitted is lost, as is everything in memory. By kill -9 unless the power is cut too:
   * then what is not on the disk is lost as well.
   */
  crash(kind: CrashKind = 'kill'): void {
    this.#running?.runner.stop()
    this.#running = undefined
    if (kind === 'power-cut') this.store.losePower()
    else this.store.kill()
  }

  push(input: NodeInput): void {
    this.#running?.runner.push(input)
  }

  command(command: NodeCommand, done?: (completion: Completion) => void): void {
    this.#running?.runner.push({ type: 'command', command }, (completion) => {
      done?.(completion)
      if ('document' in completion && completion.document !== undefined) this.acknowledged.add(completion.document.id)
    })
  }

  /** Drops what need not be kept of a room, in steps, as hosts do. */
  trim(room: RoomId): void {
    this.#running?.runner.push({ type: 'command', command: { type: 'trim', room } }, (completion) => {
      if ('trimmed' in completion && completion.trimmed?.isDone === false) this.trim(room)
    })
  }

  /** Writes a sample from the room's app, if the node can write now; `done` is then called with the outcome. */
  writeSample(
    room: RoomId,
    context: Pick<SampleContext<unknown>, 'text' | 'count' | 'random'>,
    done?: (completion: Completion) => void,
  ): void {
    const content = this.sampleOf(room, context)
    if (content !== undefined) this.command({ type: 'write', room, ...content }, done)
  }

  /** What the room's app gives for it, if it is known here. */
  sampleOf(room: RoomId, context: Pick<SampleContext<unknown>, 'text' | 'count' | 'random'>): Content | undefined {
    const { record, view } = this.machine.rooms.get(room) ?? {}
    const app = record?.status === 'open' ? this.#apps.get(record.app) : undefined
    const sample = app?.sample?.({ ...context, state: view?.state.app, author: this.signer.author })
    return app && sample && { kind: sample.kind, body: app.body(sample.kind, sample.value) }
  }
}
