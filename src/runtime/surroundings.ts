/** What a runner needs of the world, and tells it. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { Now } from '../machine/io.ts'
import type { NodeEffect, NodeEvent } from '../machine/node-machine.ts'
import type { FaultRow, StoreError } from '../store/store.ts'
import type { Checks } from './signature-checks.ts'
import type { SendBatch } from './send-batches.ts'

/** The world outside a node: a host, or a simulated network. */
export interface Surroundings {
  now(): Now
  /** How long this thread has waited for a processor so far, in milliseconds: no peer pays for that. */
  waitedMs(): number
  /** Calls back soon, but only after the current code has finished. */
  schedule(run: () => void): void
  /** Calls back after a delay. */
  setTimer(run: () => void, afterMs: number): void
  /**
   * Begins to check the signatures of documents, where that can be done beside other things. `done` is called later, once
   * all are checked. Undefined: they are checked when they are handled.
   */
  checkSignatures(blocks: readonly Uint8Array[], done: () => void): Checks | undefined
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
  /**
   * The store failed in passing, so that a batch had no effect, and the machine was made anew from it: as in
   * `recovered`, all streams must be closed. If the error is `full`, nothing may be written until there is space.
   */
  lapsed(error: StoreError): void
  /** The store failed for good, or the machine fails again and again: the node must stop. */
  failed(error: Error): void
}
