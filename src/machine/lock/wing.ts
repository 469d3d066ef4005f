/** Locks in a node: which locks its rooms have, what it promises about them as an elector, and those that it takes. */
import {
  LOCK,
  lock,
  LockMachine,
  type LockCommand,
  type LockEvent,
  type LockId,
  type LockRecord,
  type LockTimer,
  type LockWrite,
} from '../../../protocols/lock/index.ts'
import type { PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import { Neighbours } from '../../../protocols/wire/neighbours.ts'
import { isWriter } from '../../room/access/rights.ts'
import type { LockRow } from '../../store/locks.ts'
import type { CommandHandlers } from '../io.ts'
import { ProtocolWing, type Notice, type WingContext, type WingDefinition } from '../wing.ts'
import { LockBook } from './lock-book.ts'

interface Types {
  Command: LockCommand
  Record: LockRecord
  Write: LockWrite
  Event: LockEvent
  Timer: LockTimer
}

export type LockWingCommand =
  /** What comes of it comes as events. */
  | { type: 'lock'; command: LockCommand }
  /** Ends once all that this node has promised so far is durable. */
  | { type: 'lock-kept' }

export interface LockWingEvent {
  type: 'lock'
  event: LockEvent
}

export class LockWing extends ProtocolWing<Types, LockWingEvent> {
  protected readonly machine: LockMachine
  readonly #book: LockBook
  readonly #neighbours = new Neighbours<true>()

  override readonly commands: CommandHandlers<LockWingCommand> = {
    lock: ({ command }) => {
      this.command(command)
      return {}
    },
    'lock-kept': () => ({}),
  }

  constructor(context: WingContext<LockWingEvent>) {
    super('lock', context)
    const { self, random, rooms } = context
    this.#book = new LockBook(context)
    const roomOf = (id: LockId): RoomId | undefined => this.#book.get(id)?.room
    const ofRoom = <Result>(id: LockId, read: (room: RoomId) => Result): Result | undefined => {
      const room = roomOf(id)
      return room === undefined ? undefined : read(room)
    }
    this.machine = new LockMachine({
      ...{ self, random },
      ports: {
        electors: (id) => this.#book.get(id)?.electors,
        isNeighbour: (id, peer) => peer === self || ofRoom(id, (room) => this.#neighbours.has(room, peer)) === true,
        mayTake: (id, peer) => ofRoom(id, (room) => isWriter(rooms.get(room)?.graph.gate.control, peer)) === true,
        vote: (id) => this.#book.vote(id),
        isOutdated: (id) => ofRoom(id, (room) => rooms.get(room)?.isHeldBack) === true,
      },
    })
  }

  /** The locks of a room, by (clock, id): of several with one name, the first is meant by it. */
  list(room: RoomId): LockRow[] {
    return this.#book.list(room)
  }

  /** Whether a peer is a neighbour in a room. */
  isNeighbour(room: RoomId, peer: PeerId): boolean {
    return this.#neighbours.has(room, peer)
  }

  onNotice(notice: Notice): void {
    this.#book.onNotice(notice)
    if (notice.type === 'neighbour') this.#neighbours.set(notice.room, notice.peer, true)
    else if (notice.type === 'neighbour-left') this.#neighbours.delete(notice.room, notice.peer)
    else if (notice.type === 'closed') this.#neighbours.close(notice.room)
  }

  protected onEvent(event: LockEvent): void {
    this.context.effect({ type: 'emit', event: { type: 'lock', event } })
  }

  protected onWrite({ lock: id, vote }: LockWrite): void {
    this.#book.putVote(id, vote)
  }
}

export const lockWing = {
  codec: LOCK,
  service: lock,
  create: (context: WingContext<LockWingEvent>) => new LockWing(context),
} satisfies WingDefinition<LockWing>
