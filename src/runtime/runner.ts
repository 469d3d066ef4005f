/**
 * Executes the effects of a node's machine, always in the same order: commit → emit → timers, and, once the commit is
 * on the disk, send → results. What is shown survives the end of the process; what leaves the node or is promised to
 * its user survives a power cut too. Waiting inputs share one commit, and many commits one flush: meanwhile the next
 * inputs are handled. Hosts and the simulator use the same runner.
 */
import type { PeerId } from '../../protocols/wire/ids.ts'
import { KithError } from '../kith.ts'
import { flowOf, payerOf, type CommandOutcome, type Now } from '../machine/io.ts'
import type { NodeEffect, NodeEvent, NodeInput, NodeMachine } from '../machine/node-machine.ts'
import { StoreError, type FaultRow, type Store, type Write } from '../store/store.ts'
import { FaultLog } from './fault-log.ts'
import { InputQueue } from './input-queue.ts'

/** The world outside a node: a host, or a simulated network. */
export interface Surroundings {
  now(): Now
  /** Calls back soon, but only after the current code has finished. */
  schedule(run: () => void): void
  /** Calls back after a delay. */
  setTimer(run: () => void, afterMs: number): void
  send(batch: SendBatch): void
  publish(effect: NodeEffect & { type: 'publish' }): void
  emit(event: NodeEvent): void
  misbehaviour(effect: NodeEffect & { type: 'misbehaviour' }): void
  /** An input that made the machine fail before was refused. */
  refused(peer: PeerId | undefined): void
  /**
   * The machine failed at an input, and was made anew from the store: no stream of before is known to it, so
   * all must be closed, and the peer that sent the input be put aside.
   */
  recovered(fault: FaultRow, error: Error): void
  /** The store failed, or the machine fails again and again: the node must stop. */
  failed(error: Error): void
}

/** Records of one protocol that go to one peer together. */
export interface SendBatch {
  protocol: string
  to: PeerId
  records: unknown[]
}

/** What runs. Its methods throw only if it has a bug, or the store fails. */
export type RunnableMachine = Pick<NodeMachine, 'handle' | 'piecesOf' | 'digestOf' | 'isNeighbour' | 'rebuild'>

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

/**
 * Batches that may wait for a flush, after which no further one is handled: with a disk this slow, more of them would
 * only fill the memory.
 */
const MAX_UNFLUSHED_BATCHES = 64

/** Something for the next batch: an input, or a write that does not concern the machine. */
type Queued = ({ input: NodeInput } | { write: Write }) & { done: Done | undefined }

/** A handled entry of a batch, and its outcome once it is durable. */
interface Handled {
  queued: Queued
  completion: Completion
}

export class Runner {
  readonly #machine: RunnableMachine
  readonly #store: Store
  readonly #surroundings: Surroundings
  readonly #queue: InputQueue<Queued>
  readonly #faults: FaultLog
  /** What the machine is handling. */
  #current: NodeInput | undefined
  /** Counts the machines made anew: timers of an earlier one mean nothing to the next. */
  #generation = 0
  #unflushedBatches = 0
  #isScheduled = false
  #isStopped = false

  constructor(machine: RunnableMachine, store: Store, surroundings: Surroundings) {
    this.#machine = machine
    this.#store = store
    this.#surroundings = surroundings
    this.#queue = new InputQueue((peer) => machine.isNeighbour(peer))
    this.#faults = new FaultLog(machine, store)
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  /** Whether a peer shares a room with this node. */
  isNeighbour(peer: PeerId): boolean {
    return this.#machine.isNeighbour(peer)
  }

  /** Queues an input, in pieces if it costs much; `done` is called once, after the last, whatever the outcome. */
  push(input: NodeInput, done?: Done): void {
    const payer = payerOf(input)
    const pieces = this.#machine.piecesOf(input, this.#faults.isSuspect(input, this.#surroundings.now().wallMs))
    const last = pieces.pop() ?? input
    for (const piece of pieces) this.#add({ input: piece, done: undefined }, payer)
    this.#add({ input: last, done }, payer)
  }

  /** Queues a write of the host's own, such as an address; `done` is called as for an input. */
  write(write: Write, done?: Done): void {
    this.#add({ write, done }, undefined)
  }

  /** Accepts no more inputs; queued ones are dropped and end with `error`. What is committed ends as it does. */
  stop(error: Error = stopped()): void {
    this.#isStopped = true
    for (const { done } of this.#queue.drop()) done?.({ error })
  }

  #add(queued: Queued, payer: PeerId | undefined): void {
    if (this.#isStopped) {
      queued.done?.({ error: stopped() })
      return
    }
    this.#queue.add(queued, payer, 'input' in queued ? flowOf(queued.input) : 'writes')
    this.#schedule()
  }

  #schedule(): void {
    if (this.#isScheduled || this.#unflushedBatches >= MAX_UNFLUSHED_BATCHES) return
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
      this.#undo(handled, errorOf(thrown))
      return
    }
    this.#keep(effects, handled)
    try {
      this.#show(effects)
    } catch (thrown) {
      this.#fail(errorOf(thrown))
      return
    }
    if (!this.#queue.isEmpty) this.#schedule()
  }

  /** Sends what the batch sends, and gives its results, once it is on the disk. */
  #keep(effects: readonly NodeEffect[], handled: readonly Handled[]): void {
    const promises = effects.filter(({ type }) => type === 'send' || type === 'publish')
    const awaited = handled.filter(({ queued }) => queued.done !== undefined)
    if (promises.length === 0 && awaited.length === 0) return
    const generation = this.#generation
    this.#unflushedBatches++
    this.#store.flush((error) => {
      this.#unflushedBatches--
      let failure = error
      try {
        // The streams of a machine that was made anew since are closed.
        if (error === undefined && !this.#isStopped && generation === this.#generation) this.#send(promises)
      } catch (thrown) {
        failure = errorOf(thrown)
      }
      for (const { queued, completion } of awaited) queued.done?.(error === undefined ? completion : { error })
      if (this.#isStopped) return
      if (failure !== undefined) this.#fail(failure)
      else if (!this.#queue.isEmpty) this.#schedule()
    })
  }

  /** The batch had no effect. */
  #undo(handled: readonly Handled[], error: Error): void {
    const culprit = this.#current
    this.#current = undefined
    this.#store.rollback()
    if (culprit !== undefined && !(error instanceof StoreError)) {
      this.#recover(culprit, handled, error)
      return
    }
    for (const { queued } of handled) queued.done?.({ error })
    this.#fail(error)
  }

  /**
   * The machine has a bug: what it knows may be half of what it should know, so it is made anew from the store.
   * Commands and writes are handled again, except the one at which it failed. What peers sent is dropped with
   * their streams: what they get no answer to, they send again.
   */
  #recover(culprit: NodeInput, handled: readonly Handled[], error: Error): void {
    this.#generation++
    const isOwn = ({ queued }: Handled): boolean => 'write' in queued || queued.input.type === 'command'
    const isCulprit = ({ queued }: Handled): boolean => 'input' in queued && queued.input === culprit
    const again = handled.filter((each) => isOwn(each) && !isCulprit(each)).map(({ queued }) => queued)
    const rest = handled.map(({ queued }) => queued).filter((each) => !again.includes(each))
    const dropped = [...rest, ...this.#queue.dropPeers()]
    this.#queue.putBack(again)
    let fault: FaultRow
    try {
      fault = this.#faults.recover(culprit, error, this.#surroundings.now())
    } catch (thrown) {
      for (const { done } of dropped) done?.({ error })
      this.#fail(errorOf(thrown))
      return
    }
    for (const { done } of dropped) done?.({ error })
    this.#surroundings.recovered(fault, error)
    if (!this.#isStopped && !this.#queue.isEmpty) this.#schedule()
  }

  #fail(error: Error): void {
    this.stop(error)
    this.#surroundings.failed(error)
  }

  /**
   * What is the node's own is first. But one input of a peer is in each batch, so that no user keeps all of
   * them waiting.
   */
  #handleBatch(handled: Handled[]): NodeEffect[] {
    const startedMs = this.#surroundings.now().monotonicMs
    const effects: NodeEffect[] = []
    const isFull = (): boolean =>
      handled.length >= MAX_BATCH_INPUTS || this.#surroundings.now().monotonicMs - startedMs > MAX_BATCH_MS
    for (let own = this.#queue.takeOwn(); own !== undefined; own = this.#queue.takeOwn()) {
      this.#handle(own, handled, effects)
      if (isFull()) break
    }
    do {
      const turn = this.#queue.takePeers()
      if (turn === undefined) break
      const beganMs = this.#surroundings.now().monotonicMs
      try {
        this.#handle(turn.entry, handled, effects)
      } finally {
        turn.charge(this.#surroundings.now().monotonicMs - beganMs)
      }
    } while (!isFull())
    return effects
  }

  #handle(queued: Queued, handled: Handled[], effects: NodeEffect[]): void {
    const entry: Handled = { queued, completion: {} }
    handled.push(entry)
    if ('write' in queued) {
      this.#store.apply(queued.write)
      return
    }
    const { input } = queued
    if (this.#faults.isKnown(input)) {
      this.#surroundings.refused(payerOf(input))
      return
    }
    this.#current = input
    const caused = this.#machine.handle(input, this.#surroundings.now())
    this.#current = undefined
    // Not spread into one call: the effects of releasing thousands of documents to many peers would overflow
    // the stack.
    for (const effect of caused) {
      if (effect.type === 'reply') entry.completion = effect.result
      else effects.push(effect)
    }
  }

  #show(effects: readonly NodeEffect[]): void {
    for (const effect of effects) if (effect.type === 'emit') this.#surroundings.emit(effect.event)
    for (const effect of effects) {
      if (effect.type === 'timer') this.#setTimer(effect)
      else if (effect.type === 'misbehaviour') this.#surroundings.misbehaviour(effect)
    }
  }

  #setTimer({ protocol, timer, afterMs }: NodeEffect & { type: 'timer' }): void {
    const generation = this.#generation
    this.#surroundings.setTimer(() => {
      if (generation === this.#generation) this.push({ type: 'protocol', protocol, input: { type: 'timer', timer } })
    }, afterMs)
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
