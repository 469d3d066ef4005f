/**
 * Executes the effects of a node's machine, always in the same order: commit → emit → timers, and, once the commit is
 * on the disk, send → results. What is shown survives the end of the process; what leaves the node or is promised to
 * its user survives a power cut too. Waiting inputs share one commit, and many commits one flush: meanwhile the next
 * inputs are handled. Hosts and the simulator use the same runner.
 */
import type { PeerId } from '../../protocols/wire/ids.ts'
import { KithError } from '../kith.ts'
import { flowOf, payerOf } from '../machine/io.ts'
import type { NodeEffect, NodeInput } from '../machine/node-machine.ts'
import { StoreError, type FaultRow, type Store, type Write } from '../store/store.ts'
import { FaultLog } from './fault-log.ts'
import { Batch, type RunnableMachine } from './batch.ts'
import { InputQueue } from './input-queue.ts'
import { errorOf, isReady, ownOf, type Done, type Handled, type Queued, type Read } from './queued.ts'
import { sendBatches } from './send-batches.ts'
import { StorePatience } from './store-patience.ts'
import type { Surroundings } from './surroundings.ts'
import { TurnCost } from './turn-cost.ts'
import type { Unread } from './unread.ts'

/** Peers that must wait are looked at again after this. */
const WAKE_MS = 20

/**
 * Batches that may wait for a flush, after which no further one is handled: with a disk this slow, more of them would
 * only fill the memory.
 */
const MAX_UNFLUSHED_BATCHES = 64

export class Runner {
  readonly #machine: RunnableMachine
  readonly #store: Store
  readonly #surroundings: Surroundings
  readonly #queue: InputQueue<Queued>
  readonly #faults: FaultLog
  readonly #turnCost: TurnCost
  readonly #patience = new StorePatience()
  /** What waits because the store failed. */
  #held: 'nothing' | 'peers' | 'all' = 'nothing'
  #holds = 0
  /** Counts the machines made anew: timers of an earlier one mean nothing to the next. */
  #generation = 0
  #unflushedBatches = 0
  #isScheduled = false
  #isWaking = false
  #isStopped = false

  constructor(machine: RunnableMachine, store: Store, surroundings: Surroundings) {
    this.#machine = machine
    this.#store = store
    this.#surroundings = surroundings
    this.#turnCost = new TurnCost(() => surroundings.waitedMs())
    this.#queue = new InputQueue((peer) => machine.isNeighbour(peer), isReady, surroundings.now().monotonicMs)
    this.#faults = new FaultLog(machine, store)
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  /** Whether a peer shares a room with this node. */
  isNeighbour(peer: PeerId): boolean {
    return this.#machine.isNeighbour(peer)
  }

  /** Queues an input; `done` is called once, whatever the outcome. */
  push(input: NodeInput, done?: Done): void {
    const from = payerOf(input)
    if (from !== undefined) this.receive({ from, flow: flowOf(input), read: () => input }, done)
    else this.#add({ input, done }, undefined, flowOf(input))
  }

  /** Queues what a peer sent; `done` is called once, also with the error of reading it. */
  receive(unread: Unread, done?: Done): void {
    this.#add({ unread, done }, unread.from, unread.flow)
  }

  /** Queues a write of the host's own, such as an address; `done` is called as for an input. */
  write(write: Write, done?: Done): void {
    this.#add({ write, done }, undefined, 'writes')
  }

  /** Accepts no more inputs; queued ones are dropped and end with `error`. What is committed ends as it does. */
  stop(error: Error = stopped()): void {
    this.#isStopped = true
    for (const { done } of this.#queue.drop()) done?.({ error })
  }

  #add(queued: Queued, payer: PeerId | undefined, flow: string): void {
    if (this.#isStopped) {
      queued.done?.({ error: stopped() })
      return
    }
    this.#queue.add(queued, payer, flow)
    this.#continue()
  }

  /** Handles what is waiting, if it may be handled now. */
  #continue(): void {
    const mayNot = this.#isStopped || this.#held === 'all' || this.#unflushedBatches >= MAX_UNFLUSHED_BATCHES
    if (this.#isScheduled || mayNot) return
    const work = this.#queue.has(this.#surroundings.now().monotonicMs)
    if (work === 'later') this.#wake()
    if (work !== true) return
    this.#isScheduled = true
    this.#surroundings.schedule(() => this.#run())
  }

  #wake(): void {
    if (this.#isWaking) return
    this.#isWaking = true
    this.#surroundings.setTimer(() => {
      this.#isWaking = false
      this.#continue()
    }, WAKE_MS)
  }

  #run(): void {
    this.#isScheduled = false
    if (this.#isStopped || this.#held === 'all') return
    const batch = this.#newBatch()
    try {
      batch.fill()
      batch.payFor(() => this.#store.commit())
    } catch (thrown) {
      this.#undo(batch, errorOf(thrown))
      return
    }
    this.#patience.succeeded(this.#surroundings.now().monotonicMs)
    let failure: unknown
    try {
      // First, as a flush may take longer than all else: who sent it still holds what is shown.
      batch.payFor(() => this.#show(batch.effects))
    } catch (thrown) {
      failure = thrown
    }
    this.#keep(batch)
    if (failure === undefined) this.#continue()
    else this.#fail(errorOf(failure))
  }

  #newBatch(): Batch {
    return new Batch({
      machine: this.#machine,
      store: this.#store,
      surroundings: this.#surroundings,
      queue: this.#queue,
      faults: this.#faults,
      turnCost: this.#turnCost,
      goOn: () => this.#continue(),
    })
  }

  /** Sends what the batch sends, and gives its results, once it is on the disk. */
  #keep(batch: Batch): void {
    const { effects, handled } = batch
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
        if (error === undefined && !this.#isStopped && generation === this.#generation) {
          batch.payFor(() => this.#send(promises))
        }
      } catch (thrown) {
        failure = errorOf(thrown)
      }
      for (const { queued, completion } of awaited) queued.done?.(error === undefined ? completion : { error })
      if (this.#isStopped) return
      if (failure !== undefined) this.#fail(failure)
      else this.#continue()
    })
  }

  /** The batch had no effect. */
  #undo({ handled, current: culprit }: Batch, error: Error): void {
    this.#store.rollback()
    if (error instanceof StoreError) {
      // To try again makes no space. The user has to know, and may free some.
      const again = error.isPassing && error.code !== 'full' ? ownOf(handled) : []
      this.#putBack(handled, again, error)
      this.#lapse(error)
    } else if (culprit === undefined) {
      this.#putBack(handled, [], error)
      this.#fail(error)
    } else this.#recover(culprit, handled, error)
  }

  /**
   * The machine has a bug: what it knows may be half of what it should know, so it is made anew from the store.
   * Commands and writes are handled again, except the one at which it failed. What peers sent is dropped with
   * their streams: what they get no answer to, they send again.
   */
  #recover(culprit: NodeInput, handled: readonly Handled[], error: Error): void {
    const again = ownOf(handled).filter((queued) => !('input' in queued && queued.input === culprit))
    this.#generation++
    let fault: FaultRow | undefined
    let failure: unknown
    try {
      fault = this.#faults.recover(culprit, error, this.#surroundings.now())
    } catch (thrown) {
      this.#store.rollback()
      failure = thrown
    }
    this.#putBack(handled, again, error)
    if (fault === undefined) {
      this.#lapse(errorOf(failure))
      return
    }
    this.#surroundings.recovered(fault, error)
    this.#continue()
  }

  /** Puts some of a batch back into the queue; the rest, and what waits of peers, ends with an error. */
  #putBack(handled: readonly Handled[], again: readonly Read[], error: Error): void {
    const rest: Queued[] = handled.map(({ queued }) => queued).filter((queued) => !again.includes(queued))
    const dropped = [...rest, ...this.#queue.dropPeers()]
    this.#queue.putBack(again)
    for (const { done } of dropped) done?.({ error })
  }

  /** The store failed, perhaps in passing: the machine knows what has not been stored, and is made anew. */
  #lapse(error: Error): void {
    const { monotonicMs } = this.#surroundings.now()
    const waitMs = error instanceof StoreError ? this.#patience.waitMs(error, monotonicMs) : undefined
    if (waitMs === undefined) this.#fail(error)
    else this.#remake(error as StoreError, waitMs)
  }

  #remake(error: StoreError, waitMs: number): void {
    this.#generation++
    try {
      this.#machine.rebuild()
    } catch (thrown) {
      this.#store.rollback()
      const next = errorOf(thrown)
      if (next instanceof StoreError) this.#hold('all', waitMs, () => this.#lapse(next))
      else this.#fail(next)
      return
    }
    this.#putBack([], [], error)
    this.#surroundings.lapsed(error)
    // Without space, the user's commands go on: they say so, or free some. But if the new machine finds none either, as it
    // has to write what it begins with, it would be made anew without end.
    const isAgain = this.#held !== 'nothing'
    this.#hold(error.code === 'full' && !isAgain ? 'peers' : 'all', waitMs, () => undefined)
    this.#continue()
  }

  #hold(what: 'peers' | 'all', waitMs: number, next: () => void): void {
    const hold = ++this.#holds
    this.#held = what
    this.#queue.holdPeers(true)
    this.#surroundings.setTimer(() => {
      if (hold !== this.#holds || this.#isStopped) return
      this.#held = 'nothing'
      this.#queue.holdPeers(false)
      next()
      this.#continue()
    }, waitMs)
  }

  #fail(error: Error): void {
    this.stop(error)
    this.#surroundings.failed(error)
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

  #send(effects: readonly NodeEffect[]): void {
    for (const effect of effects) if (effect.type === 'publish') this.#surroundings.publish(effect)
    for (const batch of sendBatches(effects)) this.#surroundings.send(batch)
  }
}

function stopped(): KithError {
  return new KithError('stopped', 'the node has stopped')
}
