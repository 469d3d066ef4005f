/** A protocol as one would add it: its codec, its machine and its wing. Peers in a room wave to each other. */
import { ProtocolHandler, type ProtocolCodec } from '../../../../protocols/wire/handler.ts'
import type { PeerId } from '../../../../protocols/wire/ids.ts'
import type { Effect, Input, Machine } from '../../../../protocols/wire/machine.ts'
import type { CommandHandlers } from '../../../../src/machine/io.ts'
import { ProtocolWing, type Notice, type WingContext, type WingDefinition } from '../../../../src/machine/wing.ts'

interface Wave {
  type: 'wave'
  hands: number
}

interface WaveCommand {
  type: 'wave'
  peer: PeerId
  hands: number
}

export interface WaveEvent {
  type: 'waved'
  peer: PeerId
  hands: number
}

const WAVES: ProtocolCodec<Wave> = {
  protocol: '/toy/waves/1.0.0',
  hello: { versions: [1], creditBytes: 0 },
  encodeFrames: (records) => [Uint8Array.from(records, ({ hands }) => hands)],
  decodeFrame: (frame) => Array.from(frame, (hands) => ({ type: 'wave', hands })),
  stepsOf: () => 1,
  split: (record) => [record],
}

/** Waves only to peers whose stream is up. */
class WaveMachine implements Machine<WaveCommand, Wave, never, WaveEvent, never> {
  readonly #peers = new Set<PeerId>()

  handle(input: Input<WaveCommand, Wave, never>): Effect<never, Wave, WaveEvent, never>[] {
    switch (input.type) {
      case 'peer-up':
        this.#peers.add(input.peer)
        return []
      case 'peer-down':
        this.#peers.delete(input.peer)
        return []
      case 'records':
        return input.records.map(({ hands }) => ({ type: 'emit', event: { type: 'waved', peer: input.from, hands } }))
      case 'command': {
        const { peer, hands } = input.command
        return this.#peers.has(peer) ? [{ type: 'send', to: peer, record: { type: 'wave', hands } }] : []
      }
      case 'timer':
        return []
    }
  }
}

interface Types {
  Command: WaveCommand
  Record: Wave
  Write: never
  Event: WaveEvent
  Timer: never
}

class WaveWing extends ProtocolWing<Types, WaveEvent> {
  protected readonly machine = new WaveMachine()

  override readonly commands: CommandHandlers<WaveCommand> = {
    wave: (command) => {
      this.command(command)
      return {}
    },
  }

  constructor(context: WingContext<WaveEvent>) {
    super('waves', context)
  }

  onNotice(notice: Notice): void {
    if (notice.type === 'neighbour' && notice.isNew) this.command({ type: 'wave', peer: notice.peer, hands: 1 })
  }

  protected onEvent(event: WaveEvent): void {
    this.context.effect({ type: 'emit', event })
  }

  protected onWrite(): void {}
}

export const waveWing = {
  codec: WAVES,
  service: (init) => (components) => new ProtocolHandler(components, WAVES, init),
  create: (context: WingContext<WaveEvent>) => new WaveWing(context),
} satisfies WingDefinition<WaveWing>
