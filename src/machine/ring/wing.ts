/** The ring in a node: what its user puts and gets there, and what it keeps for others. */
import {
  RING,
  ring,
  RingMachine,
  type DialledConnection,
  type HeldItem,
  type Part,
  type RingCommand,
  type RingEvent,
  type RingRecord,
  type RingResult,
  type RingSizes,
  type RingSliceCommand,
  type RingTimer,
  type RingView,
  type RingWrite,
} from '../../../protocols/ring/index.ts'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import type { CommandHandlers } from '../io.ts'
import { ProtocolWing, type WingContext, type WingDefinition } from '../wing.ts'

interface Types {
  Command: RingCommand | RingSliceCommand
  Record: RingRecord
  Write: RingWrite
  Event: RingEvent
  Timer: RingTimer
}

export type RingWingCommand =
  /** Its result comes as an event. */
  | { type: 'ring'; command: RingCommand }
  /** Opens, moves or closes a slice. */
  | { type: 'ring-slice'; command: RingSliceCommand }
  /** Ends once all that was kept so far is durable. */
  | { type: 'ring-kept' }

export type RingWingEvent =
  | { type: 'ring-done'; call: number; result: RingResult }
  /** A peer should be connected; `from` told of it. */
  | { type: 'ring-wanted'; peer: PeerId; peerRecord: Uint8Array; from: PeerId }
  /** A message came through the ring, from whoever passed it on last. */
  | { type: 'ring-slice'; event: RingSliceEvent }
  | { type: 'ring-hello'; payload: Uint8Array; from: PeerId }

/** What happened in a slice of this node's. */
export type RingSliceEvent = Extract<RingEvent, { slice: number }>

export class RingWing extends ProtocolWing<Types, RingWingEvent> {
  protected readonly machine: RingMachine

  override readonly commands: CommandHandlers<RingWingCommand> = {
    ring: ({ command }) => {
      this.command(command)
      return {}
    },
    'ring-slice': ({ command }) => {
      this.command(command)
      return {}
    },
    'ring-kept': () => ({}),
  }

  constructor(context: WingContext<RingWingEvent>) {
    super('ring', context)
    const { self, store, random, ringQuotaBytes } = context
    this.machine = new RingMachine({
      ...{ self, random },
      ports: {
        wallMs: () => context.now.wallMs,
        heldItem: (key) => store.heldItem(key),
        itemOfId: (id) => store.itemOfId(id),
        packedItem: (key) => store.packedItem(key),
        heldItems: (...args) => store.heldItems(...args),
        farthestItems: (limit) => store.farthestItems(limit),
        heldTotals: () => store.heldTotals(),
        quotaBytes: () => ringQuotaBytes,
        peerRecord: (peer) => context.peerRecord(peer),
      },
    })
  }

  /** The ring as this node sees it. */
  get view(): RingView {
    return this.machine.view
  }

  /** How many nodes and items there are, as far as this node knows without asking. */
  sizes(nowMs: number): RingSizes {
    return this.machine.sizes(nowMs)
  }

  /** The peers to which the ring needs a connection. */
  needed(): ReadonlySet<PeerId> {
    return this.machine.needed()
  }

  /** Of connections that this node has dialled, those that the ring would close. */
  spare(dialled: readonly DialledConnection[], nowMs: number): PeerId[] {
    return this.machine.spare(dialled, nowMs)
  }

  /** A slice of this node's by its number. */
  slice(slice: number): { part: Part; holders: readonly PeerId[] } | undefined {
    return this.machine.slice(slice)
  }

  /** The first items that are held in a part, clockwise. */
  heldIn(part: Part, limit: number): HeldItem[] {
    return this.machine.heldIn(part, limit)
  }

  onNotice(): void {}

  protected onEvent(event: RingEvent): void {
    switch (event.type) {
      case 'done':
        this.context.effect({ type: 'emit', event: { ...event, type: 'ring-done' } })
        break
      case 'wanted': {
        const { peer, record, from } = event
        this.context.effect({ type: 'emit', event: { type: 'ring-wanted', peer, peerRecord: record, from } })
        break
      }
      case 'hello': {
        const { payload, from } = event
        this.context.effect({ type: 'emit', event: { type: 'ring-hello', payload, from } })
        break
      }
      case 'moved':
        this.context.effect({ type: 'moved' })
        break
      case 'slice-item':
      case 'slice-compared':
      case 'slice-placed':
        this.context.effect({ type: 'emit', event: { type: 'ring-slice', event } })
        break
      case 'neighbours':
        break
    }
  }

  protected onWrite(write: RingWrite): void {
    this.context.store.apply(write)
  }
}

export const ringWing = {
  codec: RING,
  service: ring,
  create: (context: WingContext<RingWingEvent>) => new RingWing(context),
} satisfies WingDefinition<RingWing>
