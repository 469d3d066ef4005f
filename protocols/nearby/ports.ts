/** The interface of the machine of announced rooms apart from the wire: what it reads, its commands, and its events. */
import type { Effects } from '../wire/effects.ts'
import type { PeerId } from '../wire/ids.ts'
import type { Effect, Input } from '../wire/machine.ts'
import type { NearbyRecord, Offer } from './records.ts'

/** The machine's environment, read synchronously. */
export interface NearbyPorts {
  /** What this node is called. */
  name(): string
  /** What is announced to a peer, at most MAX_OFFERS; nothing to one that is not nearby. */
  offersTo(peer: PeerId): Offer[]
}

/** What a peer announces, and what it says it is called. */
export interface Announced {
  peer: PeerId
  from: string
  offers: readonly Offer[]
}

/** Asks all connected peers that were not asked just now. */
export interface NearbyCommand {
  type: 'ask'
}

/** A peer answered. */
export interface NearbyEvent {
  type: 'answered'
  peer: PeerId
}

export type NearbyInput = Input<NearbyCommand, NearbyRecord, never>
export type NearbyEffect = Effect<never, NearbyRecord, NearbyEvent, never>
export type NearbyEffects = Effects<never, NearbyRecord, NearbyEvent, never>
