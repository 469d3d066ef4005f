/** How much of its rooms' histories a node keeps: sets it, and drops what need not be kept, a piece at a time. */
import type { DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import { KithError } from '../kith.ts'
import type { Room } from '../room/room.ts'
import { RoomRetention } from '../room/room-retention.ts'
import type { Retention } from '../store/store.ts'
import { AWAITED_PEER_MS, MAX_AWAITED_HEADS, MAX_AWAITED_PEERS } from './constants.ts'
import type { CommandHandlers, CommandOutcome, RoomEvent } from './io.ts'
import { keepState } from './kept-states.ts'
import type { Notice, WingContext } from './wing.ts'

export type RetentionCommand =
  /** Sets which documents of a room are kept; without `retention`: all. What was dropped does not come back. */
  | { type: 'retain'; room: RoomId; retention?: Retention }
  /** Drops some of what need not be kept. */
  | { type: 'trim'; room: RoomId }

export class Retentions {
  readonly commands: CommandHandlers<RetentionCommand> = {
    retain: (command) => this.#retain(command),
    trim: ({ room }) => ({ room, trimmed: this.#trim(room) }),
  }
  readonly #context: WingContext<RoomEvent>
  readonly #rooms = new Map<RoomId, RoomRetention>()
  /** What neighbours said last, for when less is to be kept of a room: the store has that only from time to time. */
  readonly #frontiers = new Map<RoomId, Map<PeerId, readonly DocumentId[]>>()

  constructor(context: WingContext<RoomEvent>) {
    this.#context = context
  }

  onNotice(notice: Notice): void {
    switch (notice.type) {
      case 'opened': {
        const { room } = notice
        for (const { frontier } of this.#context.store.peerFrontiers(room)) this.#heldByPeer(room, frontier)
        break
      }
      case 'closed':
        this.#rooms.delete(notice.room)
        this.#frontiers.delete(notice.room)
        break
      case 'neighbour': {
        const { room, peer, standing } = notice
        this.#frontiersIn(room).set(peer, standing.frontier)
        this.#heldByPeer(room, standing.frontier)
        break
      }
      case 'neighbour-left':
        this.#frontiers.get(notice.room)?.delete(notice.peer)
        break
      default:
    }
  }

  #heldByPeer(id: RoomId, frontier: readonly DocumentId[]): void {
    const room = this.#context.rooms.get(id)
    if (room?.record.retention !== undefined) this.#of(room).heldByPeer(frontier)
  }

  #frontiersIn(room: RoomId): Map<PeerId, readonly DocumentId[]> {
    const frontiers = this.#frontiers.get(room) ?? new Map<PeerId, readonly DocumentId[]>()
    this.#frontiers.set(room, frontiers)
    return frontiers
  }

  #of(room: Room): RoomRetention {
    const { id } = room.record
    const { store, reader, rooms } = this.#context
    const isAwaited = (document: Position): boolean => this.#isAwaited(id, document)
    const known = this.#rooms.get(id) ?? new RoomRetention(room, { self: rooms.author, isAwaited, store, reader })
    this.#rooms.set(id, known)
    return known
  }

  /**
   * Whether a peer is or was here lately that had got less far: it would need what only those have who drop it. If it
   * has got nowhere, it begins with a checkpoint.
   */
  #isAwaited(room: RoomId, { clock }: Position): boolean {
    const { store, now } = this.#context
    const sinceMs = now.wallMs - AWAITED_PEER_MS
    const frontiers = new Map(this.#frontiersIn(room))
    for (const { peer, frontier, seenMs } of store.peerFrontiers(room)) {
      if (seenMs >= sinceMs && !frontiers.has(peer)) frontiers.set(peer, frontier)
    }
    return [...frontiers.values()].slice(0, MAX_AWAITED_PEERS).some((frontier) => {
      const clocks = frontier.slice(0, MAX_AWAITED_HEADS).map((id) => store.document(id)?.clock ?? Infinity)
      return clocks.length > 0 && Math.max(...clocks) < clock
    })
  }

  #retain({ room: id, retention }: RetentionCommand & { type: 'retain' }): CommandOutcome {
    const room = this.#context.rooms.require(id)
    if (room.isCarried) {
      throw new KithError('carried', 'this node only carries the room: set how much it keeps with kith carry --max')
    }
    const { retention: _, ...record } = room.record
    room.put(retention === undefined ? record : { ...record, retention })
    this.#rooms.delete(id)
    for (const { frontier } of this.#context.store.peerFrontiers(id)) this.#heldByPeer(id, frontier)
    for (const frontier of this.#frontiersIn(id).values()) this.#heldByPeer(id, frontier)
    this.#context.effect({ type: 'emit', event: { type: 'room', room: id } })
    return { room: id }
  }

  #trim(id: RoomId): CommandOutcome['trimmed'] {
    const room = this.#context.rooms.get(id)
    const trim = room === undefined ? 'done' : this.#of(room).next(this.#context.now.wallMs)
    if (room === undefined || typeof trim === 'string') return { documents: 0, isDone: trim !== 'more' }
    keepState(this.#context, room, () => room.drop(trim), trim.state, trim.state.blocks)
    this.#context.notify({ type: 'standing-changed', room: id })
    this.#context.effect({ type: 'emit', event: { type: 'room', room: id } })
    return { documents: trim.dropped.length, isDone: false }
  }
}
