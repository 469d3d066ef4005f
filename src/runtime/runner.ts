/**
 * Executes what a node's machine asks for, in one order always: persist (committed and flushed) →
 * send → emit → timers. So whatever leaves the node is durable, and a crash takes nothing back.
 * Many waiting inputs share one commit (group commit); a host and the simulator use the same one.
 */
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { Store, Write } from '../store/store.ts'
import type { NodeMachine } from '../room/node-machine.ts'
import type {
  NodeEffect,
  NodeEvent,
  NodeInput,
  NodeSend,
  NodeTimer,
  ProtocolName,
  ProtocolRecords,
} from '../room/node-ports.ts'

/** The world outside a node: a host, or a simulated network. */
export interface Surroundings {
  nowMs(): number
  /** Calls back soon, but not before the current code has run to its end. */
  schedule(run: () => void): void
  setTimer(timer: NodeTimer, afterMs: number): void
  send(batch: SendBatch): void
  publish(effect: NodeEffect & { type: 'publish' }): void
  emit(event: NodeEvent): void
  misbehaviour(effect: NodeEffect & { type: 'misbehaviour' }): void
  /** The store refused, or the machine broke: nothing of the batch was kept, and the node must stop. */
  failed(error: Error): void
}

/** Records of one protocol that go to one peer together. */
export type SendBatch = {
  [Protocol in ProtocolName]: { protocol: Protocol; to: PeerId; records: ProtocolRecords[Protocol][] }
}[ProtocolName]

/** Inputs that share one commit; more would make the first of them wait too long. */
const MAX_BATCH_INPUTS = 256

/** A batch takes no further input after this time, so that timers and sockets get their turn. */
const MAX_BATCH_MS = 20

/** Something for the next batch: an input, or a write that is none of the machine's business. */
type Queued = ({ input: NodeInput } | { write: Write }) & { done: (() => void) | undefined }

export class Runner {
  readonly #machine: NodeMachine
  readonly #store: Store
  readonly #surroundings: Surroundings
  #queue: Queued[] = []
  #isScheduled = false
  #isStopped = false

  constructor(machine: NodeMachine, store: Store, surroundings: Surroundings) {
    this.#machine = machine
    this.#store = store
    this.#surroundings = surroundings
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  /** Queues an input; `done` is called once its effects have been executed, or it was dropped as the runner stopped. */
  push(input: NodeInput, done?: () => void): void {
    this.#add({ input, done })
  }

  /** Queues a write of the host's own, such as an address; `done` is called as for an input. */
  write(write: Write, done?: () => void): void {
    this.#add({ write, done })
  }

  /** Takes no more inputs; what is queued is dropped, and whoever waits for it is told that it is over. */
  stop(): void {
    this.#isStopped = true
    const dropped = this.#queue
    this.#queue = []
    for (const { done } of dropped) done?.()
  }

  #add(queued: Queued): void {
    if (this.#isStopped) {
      queued.done?.()
      return
    }
    this.#queue.push(queued)
    if (this.#isScheduled) return
    this.#isScheduled = true
    this.#surroundings.schedule(() => this.#run())
  }

  #run(): void {
    this.#isScheduled = false
    if (this.#isStopped) return
    const batch: Queued[] = []
    let effects: NodeEffect[]
    try {
      effects = this.#handleBatch(batch)
      this.#store.commit()
    } catch (error) {
      this.#store.rollback()
      this.#fail(error, batch)
      return
    }
    try {
      this.#execute(effects)
    } catch (error) {
      this.#fail(error, batch) // it is durable all the same
      return
    }
    for (const { done } of batch) done?.()
    if (this.#queue.length === 0 || this.#isScheduled) return
    this.#isScheduled = true
    this.#surroundings.schedule(() => this.#run())
  }

  #fail(error: unknown, batch: readonly Queued[]): void {
    for (const { done } of batch) done?.()
    this.stop()
    this.#surroundings.failed(error instanceof Error ? error : new Error(String(error)))
  }

  #handleBatch(batch: Queued[]): NodeEffect[] {
    const startedMs = this.#surroundings.nowMs()
    const effects: NodeEffect[] = []
    try {
      for (const queued of this.#queue) {
        if (batch.length >= MAX_BATCH_INPUTS || this.#surroundings.nowMs() - startedMs > MAX_BATCH_MS) break
        batch.push(queued)
        if ('write' in queued) {
          this.#store.apply(queued.write)
          continue
        }
        // Not spread into one call: thousands of released documents times many peers would not fit the stack.
        for (const effect of this.#machine.handle(queued.input, this.#surroundings.nowMs())) effects.push(effect)
      }
    } finally {
      this.#queue = this.#queue.slice(batch.length)
    }
    return effects
  }

  #execute(effects: readonly NodeEffect[]): void {
    this.#send(effects)
    for (const effect of effects) if (effect.type === 'emit') this.#surroundings.emit(effect.event)
    for (const effect of effects) {
      if (effect.type === 'timer') this.#surroundings.setTimer(effect.timer, effect.afterMs)
      else if (effect.type === 'misbehaviour') this.#surroundings.misbehaviour(effect)
    }
  }

  /** Records to one peer leave together, so that many fit one frame. */
  #send(effects: readonly NodeEffect[]): void {
    const batches = new Map<string, SendBatch>()
    for (const effect of effects) {
      if (effect.type === 'publish') this.#surroundings.publish(effect)
      else if (effect.type === 'send') append(batches, effect)
    }
    for (const batch of batches.values()) this.#surroundings.send(batch)
  }
}

function append(batches: Map<string, SendBatch>, { protocol, to, record }: NodeSend): void {
  const key = `${protocol}/${to}`
  const batch = batches.get(key)
  // The protocol is in the key, so the batch is of the record's.
  if (batch === undefined) batches.set(key, { protocol, to, records: [record] } as SendBatch)
  else (batch.records as ProtocolRecords[ProtocolName][]).push(record)
}
