/**
 * Inputs that share one commit: what is the node's own first, then of peers in turn, as far as the time allows. Each peer
 * pays for its turns, and for its part of what is done for all of them together.
 */
import { MAX_INPUT_STEPS } from '../../protocols/wire/pieces.ts'
import { payerOf } from '../machine/io.ts'
import type { NodeEffect, NodeInput, NodeMachine } from '../machine/node-machine.ts'
import type { Store } from '../store/store.ts'
import { BatchCosts } from './batch-costs.ts'
import type { FaultLog } from './fault-log.ts'
import { NOTHING_MOVED, type InputQueue, type Moved, type Taken } from './input-queue.ts'
import { checksMs, MAX_PACED_STEPS, readOf, startChecks, type Handled, type Queued, type Read } from './queued.ts'
import type { Surroundings } from './surroundings.ts'
import type { TurnCost } from './turn-cost.ts'

/** Inputs that share one commit; with more, the first of them would wait too long. */
const MAX_BATCH_INPUTS = 256

/** A batch accepts no further input after this time, so that timers and sockets get their turn. */
const MAX_BATCH_MS = 20

/**
 * The same while several peers wait, or for one that is slowed down: with a commit each, batches cost more, but nobody, the
 * node's user included, waits long for another one's.
 */
const MAX_SHARED_BATCH_MS = 5

/** What runs. Its methods throw only if it has a bug, or the store fails. */
export type RunnableMachine = Pick<
  NodeMachine,
  'handle' | 'piecesOf' | 'signedBlocksOf' | 'digestOf' | 'isNeighbour' | 'rebuild'
>

/** What a batch works with. */
export interface BatchInit {
  machine: RunnableMachine
  store: Store
  surroundings: Surroundings
  queue: InputQueue<Queued>
  faults: FaultLog
  turnCost: TurnCost
  /** Something that waited is ready. */
  goOn: () => void
}

export class Batch {
  readonly handled: Handled[] = []
  readonly effects: NodeEffect[] = []
  /** What the machine is handling, or failed at. */
  current: NodeInput | undefined
  readonly #init: BatchInit
  readonly #costs = new BatchCosts()

  constructor(init: BatchInit) {
    this.#init = init
  }

  /**
   * What is the node's own is first. But one input of a peer is in each batch, so that no user keeps all of
   * them waiting.
   */
  fill(): void {
    const { queue, turnCost } = this.#init
    const startedMs = this.#nowMs()
    let maxMs = queue.hasSeveralPeers ? MAX_SHARED_BATCH_MS : MAX_BATCH_MS
    const isFull = (): boolean => this.handled.length >= MAX_BATCH_INPUTS || this.#nowMs() - startedMs > maxMs
    for (let own = queue.takeOwn(); own !== undefined; own = queue.takeOwn()) {
      for (const read of this.#readOf(own)) this.#handle(read)
      if (isFull()) break
    }
    this.#costs.addOwn(this.#nowMs() - startedMs)
    turnCost.begin()
    do {
      const turn = queue.takePeers(this.#nowMs())
      if (turn === undefined) break
      if (turn.isPaced) maxMs = MAX_SHARED_BATCH_MS
      this.#serve(turn)
    } while (!isFull())
  }

  /** Does something for all of it, which those pay for whose turns it had. */
  payFor(work: () => void): void {
    const { turnCost } = this.#init
    const beganMs = this.#nowMs()
    turnCost.begin()
    work()
    const endedMs = this.#nowMs()
    this.#costs.share(turnCost.of(endedMs - beganMs), endedMs)
  }

  #nowMs(): number {
    return this.#init.surroundings.now().monotonicMs
  }

  #serve(turn: Taken<Queued>): void {
    const { turnCost } = this.#init
    const beganMs = this.#nowMs()
    const pieces = this.#readOf(turn.entry)
    if ('unread' in turn.entry && this.#checkAhead(pieces)) {
      const nowMs = this.#nowMs()
      turn.charge({ nowMs, costMs: turnCost.of(nowMs - beganMs), ...NOTHING_MOVED }, pieces)
      return
    }
    const [first, ...rest] = pieces
    let moved = NOTHING_MOVED
    try {
      if (first !== undefined) moved = this.#handle(first)
    } finally {
      const nowMs = this.#nowMs()
      const spent = { nowMs, costMs: turnCost.of(nowMs - beganMs) + checksMs(turn.entry), ...moved }
      turn.charge(spent, rest)
      this.#costs.add(turn.owe, spent)
    }
  }

  #readOf(queued: Queued): Read[] {
    const { surroundings, machine, faults, queue } = this.#init
    const { monotonicMs, wallMs } = surroundings.now()
    return readOf(queued, machine, (input) => {
      if (faults.isSuspect(input, wallMs)) return 1
      return queue.isPaced(payerOf(input), monotonicMs) ? MAX_PACED_STEPS : MAX_INPUT_STEPS
    })
  }

  /** Pieces whose signatures are checked elsewhere wait for that, and others have their turn. Returns whether there are any. */
  #checkAhead(pieces: readonly Read[]): boolean {
    const { surroundings, machine, goOn } = this.#init
    const check: Surroundings['checkSignatures'] = (blocks, done) => surroundings.checkSignatures(blocks, done)
    return startChecks(pieces, machine, check, goOn)
  }

  /** Returns what it moved of documents and blocks. */
  #handle(queued: Read): Moved {
    const { store, surroundings, faults, machine } = this.#init
    const entry: Handled = { queued, completion: {} }
    this.handled.push(entry)
    if ('write' in queued) {
      store.apply(queued.write)
      return NOTHING_MOVED
    }
    const { input } = queued
    if (faults.isKnown(input)) {
      surroundings.refused(payerOf(input))
      return NOTHING_MOVED
    }
    this.current = input
    const caused = machine.handle(input, surroundings.now())
    this.current = undefined
    // Not spread into one call: the effects of releasing thousands of documents to many peers would overflow
    // the stack.
    let [hasMoved, beginnings] = [false, 0]
    for (const effect of caused) {
      if (effect.type === 'reply') entry.completion = effect.result
      else if (effect.type === 'moved') {
        hasMoved = true
        beginnings = Math.max(beginnings, effect.beginnings ?? 0)
      } else this.effects.push(effect)
    }
    return { hasMoved, beginnings }
  }
}
