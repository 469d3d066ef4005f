/** Announced rooms in a node: tells peers nearby which of its rooms they may join, and asks them for theirs. */
import {
  NEARBY,
  nearby,
  NearbyMachine,
  type Announced,
  type NearbyCommand,
  type NearbyEvent,
  type NearbyRecord,
} from '../../../protocols/nearby/index.ts'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import type { CommandHandlers } from '../io.ts'
import { ProtocolWing, type WingContext, type WingDefinition } from '../wing.ts'
import { offerOf } from './announced.ts'

interface Types {
  Command: NearbyCommand
  Record: NearbyRecord
  Write: never
  Event: NearbyEvent
  Timer: never
}

/** Asks connected peers what they announce. */
export interface AskNearby {
  type: 'ask-nearby'
}

/** A peer said what it announces. */
export interface NearbyWingEvent {
  type: 'nearby'
  peer: PeerId
}

export class NearbyWing extends ProtocolWing<Types, NearbyWingEvent> {
  protected readonly machine: NearbyMachine

  override readonly commands: CommandHandlers<AskNearby> = {
    'ask-nearby': () => {
      this.command({ type: 'ask' })
      return {}
    },
  }

  constructor(context: WingContext<NearbyWingEvent>) {
    super('nearby', context)
    const { rooms } = context
    this.machine = new NearbyMachine({
      name: () => rooms.authorName,
      offersTo: (peer) =>
        context.isNear(peer) ? rooms.list().flatMap((room) => offerOf(room, context.now.wallMs) ?? []) : [],
    })
  }

  /** What connected peers announced lately, by the monotonic clock. */
  announced(nowMs: number): Announced[] {
    return this.machine.announced(nowMs)
  }

  /** Peers that were asked and have not answered. */
  get awaited(): number {
    return this.machine.awaited
  }

  onNotice(): void {}

  protected onEvent({ peer }: NearbyEvent): void {
    this.context.effect({ type: 'emit', event: { type: 'nearby', peer } })
  }

  protected onWrite(): void {}
}

export const nearbyWing = {
  codec: NEARBY,
  service: nearby,
  create: (context: WingContext<NearbyWingEvent>) => new NearbyWing(context),
} satisfies WingDefinition<NearbyWing>
