/**
 * A protocol machine: a synchronous function from inputs to effects, without IO, clock or randomness of its
 * own, so that the same code runs on a host and in the simulator (like etcd's raft and iroh-gossip's
 * `proto`). The runner executes the effects of many inputs together, always in this order: persist
 * (committed and flushed) → send → emit → timers. So everything that is sent is durable.
 */
import type { PeerId } from './ids.ts'

/** An input of a machine. A peer is `up` once its stream is open and both hellos have arrived. */
export type Input<Command, Record, Timer> =
  | { type: 'command'; command: Command }
  | { type: 'records'; from: PeerId; records: readonly Record[] }
  | { type: 'timer'; timer: Timer }
  /** `creditBytes`: how many bytes of documents the peer accepts before it acknowledges. */
  | { type: 'peer-up'; peer: PeerId; creditBytes: number }
  | { type: 'peer-down'; peer: PeerId }

/** An effect of a machine. A peer's fault is an effect; an exception is a bug of the machine. */
export type Effect<Write, Record, Event, Timer> =
  | { type: 'persist'; write: Write }
  | { type: 'send'; to: PeerId; record: Record }
  | { type: 'emit'; event: Event }
  /**
   * Returns `timer` as an input after `afterMs`, never sooner by the clock of `nowMs`. Timers are not cancelled: a machine
   * ignores one that is out of date, or has come before its time. One with a field `peer` continues what that peer began: it waits in the peer's queue, behind what
   * the peer has sent since.
   */
  | { type: 'timer'; timer: Timer; afterMs: number }
  | { type: 'misbehaviour'; peer: PeerId; reason: MisbehaviourReason }

/** Why a peer was counted as misbehaving, and whether its stream must be closed. */
export interface MisbehaviourReason {
  code: string
  /** True: the stream is reset, because it cannot continue (malformed bytes, limits exceeded). */
  fatal: boolean
}

/** One protocol of one node. Its parts share the `Effects` that `handle` returns. */
export interface Machine<Command, Record, Write, Event, Timer> {
  /** Handles one input at a time; `nowMs` never goes back. Returns the effects, in order. */
  handle(input: Input<Command, Record, Timer>, nowMs: number): readonly Effect<Write, Record, Event, Timer>[]
}

/** Uniform random numbers in [0, 1): a machine's only source of randomness. */
export type Random = () => number
