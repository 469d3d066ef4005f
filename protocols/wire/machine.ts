/**
 * What a protocol machine is: a synchronous function from inputs to effects, without IO, clock or
 * randomness of its own, so that the same code runs on a host and in the simulator (the shape is
 * that of etcd's raft and of iroh-gossip's `proto`).
 *
 * The runner executes the effects of many inputs together, always in this order:
 * persist (committed and flushed) → send → emit → timers. So whatever is sent is durable.
 */
import type { PeerId } from './ids.ts'

/** What goes into a machine. A peer is `up` once its stream is open and both sides' hellos are read. */
export type Input<Command, Record, Timer> =
  | { type: 'command'; command: Command }
  | { type: 'records'; from: PeerId; records: readonly Record[] }
  | { type: 'timer'; timer: Timer }
  /** `creditBytes`: what the peer takes of documents without acknowledging. */
  | { type: 'peer-up'; peer: PeerId; creditBytes: number }
  | { type: 'peer-down'; peer: PeerId }

/** What comes out of a machine. A peer's fault is an effect; an exception is a bug of the machine. */
export type Effect<Write, Record, Event, Timer> =
  | { type: 'persist'; write: Write }
  | { type: 'send'; to: PeerId; record: Record }
  | { type: 'emit'; event: Event }
  /** Asks for `timer` to come back as an input after `afterMs`. Timers are not cancelled: a machine ignores one that means nothing any more. */
  | { type: 'timer'; timer: Timer; afterMs: number }
  | { type: 'misbehaviour'; peer: PeerId; reason: MisbehaviourReason }

/** Why a peer was counted as misbehaving, and whether its stream is to be closed for it. */
export interface MisbehaviourReason {
  code: string
  /** True: the stream is reset, as going on with it makes no sense (garbage, limits passed). */
  fatal: boolean
}

/** One protocol of one node. Inside, its parts share the one `Effects` that `handle` gives out. */
export interface Machine<Command, Record, Write, Event, Timer> {
  /** Takes one input at a time `nowMs` that never goes back; gives what is to be done, in order. */
  handle(input: Input<Command, Record, Timer>, nowMs: number): readonly Effect<Write, Record, Event, Timer>[]
}

/** Uniform random numbers in [0, 1): the only randomness a machine gets. */
export type Random = () => number
