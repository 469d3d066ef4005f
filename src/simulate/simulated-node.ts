/** A node on a simulated network: the same machine and runner as on a host, with a memory store that survives crashes. */
import { signerOfSeed, type Signer } from '../../protocols/wire/crypto.ts'
import type { DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { Random } from '../../protocols/wire/machine.ts'
import { byName } from '../apps/index.ts'
import type { App, AppFault, SampleContext } from '../kith.ts'
import type { DocumentReader } from '../room/document-reader.ts'
import { NodeMachine, type NodeCommand, type NodeEvent, type NodeInput } from '../machine/node-machine.ts'
import { Runner } from '../runtime/runner.ts'
import type { SendBatch } from '../runtime/send-batches.ts'
import { memoryStore } from '../store/memory.ts'
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
  onMisbehaviour(node: SimulatedNode, peer: PeerId, code: string): void
  onFault(node: SimulatedNode, fault: AppFault): void
}

/** How a node ends at once. */
export const CRASH_KINDS = ['kill', 'power-cut'] as const
export type CrashKind = (typeof CRASH_KINDS)[number]

/** A room, and the nodes that should have all of it. */
export interface SimulatedRoom {
  id: RoomId
  nodes: readonly SimulatedNode[]
}

export class SimulatedNode {
  readonly index: number
  readonly name: string
  readonly peer: PeerId
  readonly store = memoryStore((flushed) => {
    const life = this.#life
    this.#surroundings.scheduler.after(this.#surroundings.random() * this.#flushMaxMs, () => {
      if (life === this.#life && this.isUp) flushed()
    })
  })
  /** Documents whose writing was acknowledged to the user. */
  readonly acknowledged = new Set<DocumentId>()
  /** How often its user was told, since it started, that the state of a room is here that the user joined. */
  joined = 0
  readonly #apps: ReadonlyMap<string, App>
  readonly #authorName: (() => string) | undefined
  readonly #surroundings: SimulatedSurroundings
  readonly #signer: Signer
  readonly #flushMaxMs: number
  readonly #checkpointDocuments: number | undefined
  #life = 0
  #running: { machine: NodeMachine; runner: Runner } | undefined

  constructor(
    { index, name, introducesItself, apps, flushMaxMs, checkpointDocuments }: SimulatedNodeInit,
    surroundings: SimulatedSurroundings,
  ) {
    this.index = index
    this.name = name
    this.#apps = byName(apps)
    this.#flushMaxMs = flushMaxMs
    this.#checkpointDocuments = checkpointDocuments
    this.#authorName = introducesItself ? () => name : undefined
    this.#surroundings = surroundings
    this.#signer = signerOfSeed(Uint8Array.from({ length: 32 }, (_, i) => (i < 4 ? (index >> (8 * i)) & 0xff : 7)))
    this.peer = this.#signer.author
  }

  get isUp(): boolean {
    return this.#running !== undefined
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
    const machine = new NodeMachine({
      self: this.peer,
      store: this.store,
      signer: this.#signer,
      random,
      apps: this.#apps,
      authorName: this.#authorName,
      reader,
      peerRecord: () => undefined,
      checkpointDocuments: this.#checkpointDocuments,
    })
    machine.onFault = (fault) => this.#surroundings.onFault(this, fault)
    const runner = new Runner(machine, this.store, {
      // Each life has a monotonic clock of its own.
      now: () => ({ monotonicMs: scheduler.nowMs - startedAtMs, wallMs: scheduler.nowMs }),
      schedule: (run) => scheduler.after(0, () => whileAlive(run)),
      setTimer: (run, afterMs) => scheduler.after(afterMs, () => whileAlive(run)),
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
        throw error
      },
      failed: (error) => {
        throw error
      },
    })
    this.#running = { machine, runner }
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

  command(command: NodeCommand): void {
    this.#running?.runner.push({ type: 'command', command }, (completion) => {
      if ('document' in completion && completion.document !== undefined) this.acknowledged.add(completion.document.id)
    })
  }

  /** Drops what need not be kept of a room, in steps, as hosts do. */
  trim(room: RoomId): void {
    this.#running?.runner.push({ type: 'command', command: { type: 'trim', room } }, (completion) => {
      if ('trimmed' in completion && completion.trimmed?.isDone === false) this.trim(room)
    })
  }

  /** Writes a sample from the room's app, if the node can write now. */
  writeSample(room: RoomId, context: Pick<SampleContext<unknown>, 'text' | 'count' | 'random'>): void {
    const { record, view } = this.machine.rooms.get(room) ?? {}
    const app = record?.status === 'open' ? this.#apps.get(record.app) : undefined
    const sample = app?.sample?.({ ...context, state: view?.state.app, author: this.#signer.author })
    if (app === undefined || sample === undefined) return
    const { kind, value } = sample
    this.command({ type: 'write', room, kind, body: app.body(kind, value) })
  }
}
