/** Document networks in a node: which neighbours of a room are sent its documents at once, and about how many have it. */
import {
  NETWORK,
  network,
  NetworkMachine,
  type NetworkCommand,
  type NetworkEvent,
  type NetworkRecord,
  type NetworkTimer,
  type NetworkView,
} from '../../../protocols/network/index.ts'
import { verifySignature } from '../../../protocols/wire/crypto.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import type { CommandHandlers } from '../io.ts'
import { ProtocolWing, type Notice, type WingContext, type WingDefinition } from '../wing.ts'

interface Types {
  Command: NetworkCommand
  Record: NetworkRecord
  Write: never
  Event: NetworkEvent
  Timer: NetworkTimer
}

/** Keeps only a copy of a room from now on, or subscribes to it again. */
export interface CopyOnly {
  type: 'copy-only'
  room: RoomId
  isCopy: boolean
}

const MS_PER_SECOND = 1_000

export class NetworkWing extends ProtocolWing<Types, { type: 'room'; room: RoomId }> {
  protected readonly machine: NetworkMachine

  override readonly commands: CommandHandlers<CopyOnly> = {
    'copy-only': ({ room, isCopy }) => {
      this.context.rooms.note(room, { isCopyOnly: isCopy ? true : undefined })
      this.command({ type: 'changed', room })
      this.context.effect({ type: 'emit', event: { type: 'room', room } })
      return { room }
    },
  }

  constructor(context: WingContext<{ type: 'room'; room: RoomId }>) {
    super('network', context)
    this.machine = new NetworkMachine({
      self: context.self,
      sign: (content) => context.signer.sign(content),
      isSigned: (by, content, signature) => verifySignature(by, content, signature),
      firstSequence: () => Math.max(1, Math.floor(context.now.wallMs / MS_PER_SECOND)),
      isCopy: (room) => this.isCopy(room),
    })
  }

  /** Whether this node keeps only a copy of a room: it carries it, or its user does not follow it. */
  isCopy(id: RoomId): boolean {
    const room = this.context.rooms.get(id)
    return room !== undefined && (room.isCarried || room.record.personal?.isCopyOnly === true)
  }

  /** The network of a room as this node knows it, by the monotonic clock; undefined while it has no neighbours there. */
  view(room: RoomId, nowMs: number): NetworkView | undefined {
    return this.machine.view(room, nowMs)
  }

  onNotice(notice: Notice): void {
    switch (notice.type) {
      case 'opened':
        this.command({ type: 'open', room: notice.room })
        break
      case 'closed':
        this.command({ type: 'close', room: notice.room })
        break
      case 'membership':
        this.command({ type: 'changed', room: notice.room })
        break
      case 'accepted':
        this.command({ type: 'active', room: notice.change.room })
        break
      case 'neighbour':
        if (notice.isNew) this.command({ type: 'neighbour', room: notice.room, peer: notice.peer })
        break
      case 'neighbour-left':
        this.command({ type: 'neighbour-left', room: notice.room, peer: notice.peer })
        break
      default:
    }
  }

  protected onEvent(event: NetworkEvent): void {
    this.context.notify(event)
  }

  protected onWrite(): void {}
}

export const networkWing = {
  codec: NETWORK,
  service: network,
  create: (context: WingContext<{ type: 'room'; room: RoomId }>) => new NetworkWing(context),
} satisfies WingDefinition<NetworkWing>
