/**
 * Executes the effects of a node's machine, always in the same order: persist (committed and flushed) →
 * send → emit → timers. So everything that leaves the node is durable, and a crash cannot undo it. Waiting
 * inputs share one commit (group commit). Hosts and the simulator use the same runner.
 */
import type { PeerId } from '../../protocols/wire/ids.ts'
import { KithError } from '../kith.ts'
import type { CommandOutcome, Now } from '../machine/io.ts'
import type { NodeEffect, NodeEvent, NodeInput, NodeMachine } from '../machine/node-machine.ts'
import type { Store, Write } from '../store/store.ts'

/** The world outside a node: a host, or a simulated network. */
export interface Surroundings {
  now(): Now
  /** Calls back soon, but only after the current code has finished. */
  schedule(run: () => void): void
  /** Passes `input` back to the runner after a delay. */
  setTimer(input: NodeInput, afterMs: number): void
  send(batch: SendBatch): void
  publish(effect: NodeEffect & { type: 'publish' }): void
  emit(event: NodeEvent): void
  misbehaviour(effect: NodeEffect & { type: 'misbehaviour' }): void
  /** The store failed, or the machine has a bug: nothing of the batch was stored, and the node must stop. */
  failed(error: Error): void
}

/** Records of one protocol that go to one peer together. */
export interface SendBatch {
  protocol: string
  to: PeerId
  records: unknown[]
}

/**
 * The outcome of an input or a write: durable with all its effects executed and, for a command, its result;
 * or the error because of which it had no effect.
 */
export type Completion = CommandOutcome | { error: Error }

type Done = (completion: Completion) => void

/** Inputs that share one commit; with more, the first of them would wait too long. */
const MAX_BATCH_INPUTS = 256

/** A batch accepts no further input after this time, so that timers and sockets get their turn. */
const MAX_BATCH_MS = 20

/** Something for the next batch: an input, or a write that does not concern the machine. */
type Queued = ({ input: NodeInput } | { write: Write }) & { done: Done | undefined }

/** A handled entry of a batch, and its outcome once it is durable. */
interface Handled {
  done: Done | undefined
  completion: Completion
}

export class Runner {
  readonly #machine: Pick<NodeMachine, 'handle'>
  readonly #store: Store
  readonly #surroundings: Surroundings
  #queue: Queued[] = []
  #isScheduled = false
  #isStopped = false

  constructor(machine: Pick<NodeMachine, 'handle'>, store: Store, surroundings: Surroundings) {
    this.#machine = machine
    this.#store = store
    this.#surroundings = surroundings
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  /** Queues an input; `done` is called once, whatever the outcome. */
  push(input: NodeInput, done?: Done): void {
    this.#add({ input, done })
  }

  /** Queues a write of the host's own, such as an address; `done` is called as for an input. */
  write(write: Write, done?: Done): void {
    this.#add({ write, done })
  }

  /** Accepts no more inputs; queued ones are dropped and end with `error`. */
  stop(error: Error = stopped()): void {
    this.#isStopped = true
    const dropped = this.#queue
    this.#queue = []
    for (const { done } of dropped) done?.({ error })
  }

  #add(queued: Queued): void {
    if (this.#isStopped) {
      queued.done?.({ error: stopped() })
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
    const handled: Handled[] = []
    let effects: NodeEffect[]
    try {
      effects = this.#handleBatch(handled)
      this.#store.commit()
    } catch (thrown) {
      this.#store.rollback()
      const error = errorOf(thrown)
      for (const { done } of handled) done?.({ error })
      this.#fail(error)
      return
    }
    try {
      this.#execute(effects)
    } catch (thrown) {
      for (const { done, completion } of handled) done?.(completion) // it is durable all the same
      this.#fail(errorOf(thrown))
      return
    }
    for (const { done, completion } of handled) done?.(completion)
    if (this.#queue.length === 0 || this.#isScheduled) return
    this.#isScheduled = true
    this.#surroundings.schedule(() => this.#run())
  }

  #fail(error: Error): void {
    this.stop(error)
    this.#surroundings.failed(error)
  }

  #handleBatch(handled: Handled[]): NodeEffect[] {
    const startedMs = this.#surroundings.now().monotonicMs
    const effects: NodeEffect[] = []
    let taken = 0
    try {
      for (const queued of this.#queue) {
        const now = this.#surroundings.now()
        if (taken >= MAX_BATCH_INPUTS || now.monotonicMs - startedMs > MAX_BATCH_MS) break
        taken++
        const entry: Handled = { done: queued.done, completion: {} }
        handled.push(entry)
        if ('write' in queued) {
          this.#store.apply(queued.write)
          continue
        }
        // Not spread into one call: the effects of releasing thousands of documents to many peers would overflow
        // the stack.
        for (const effect of this.#machine.handle(queued.input, now)) {
          if (effect.type === 'reply') entry.completion = effect.result
          else effects.push(effect)
        }
      }
    } finally {
      this.#queue = this.#queue.slice(taken)
    }
    return effects
  }

  #execute(effects: readonly NodeEffect[]): void {
    this.#send(effects)
    for (const effect of effects) if (effect.type === 'emit') this.#surroundings.emit(effect.event)
    for (const effect of effects) {
      if (effect.type === 'timer') {
        const { protocol, timer, afterMs } = effect
        this.#surroundings.setTimer({ type: 'protocol', protocol, input: { type: 'timer', timer } }, afterMs)
      } else if (effect.type === 'misbehaviour') this.#surroundings.misbehaviour(effect)
    }
  }

  /** Records for one peer are sent together, so that many fit into one frame. */
  #send(effects: readonly NodeEffect[]): void {
    const batches = new Map<string, SendBatch>()
    for (const effect of effects) {
      if (effect.type === 'publish') this.#surroundings.publish(effect)
      else if (effect.type === 'send') append(batches, effect)
    }
    for (const batch of batches.values()) this.#surroundings.send(batch)
  }
}

function append(batches: Map<string, SendBatch>, { protocol, to, record }: NodeEffect & { type: 'send' }): void {
  const key = `${protocol}/${to}`
  const batch = batches.get(key)
  if (batch === undefined) batches.set(key, { protocol, to, records: [record] })
  else batch.records.push(record)
}

function stopped(): KithError {
  return new KithError('stopped', 'the node has stopped')
}

function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
