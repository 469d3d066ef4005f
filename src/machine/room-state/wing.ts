/** Room state in a node: announces what it has of its rooms, and notices who is in them. */
import {
  ROOM_STATE,
  RoomStateMachine,
  roomState,
  type RoomStateCommand,
  type RoomStateEvent,
  type RoomStateRecord,
  type RoomStateTimer,
} from '../../../protocols/room-state/index.ts'
import type { PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import { clockOf } from '../../room/heads.ts'
import { HistoryProgress, type RoomHistoryProgress } from './history-progress.ts'
import { actsCame, invitationShown, membershipPorts, removalTold, servedBy } from './membership.ts'
import type { ProtocolInput } from '../io.ts'
import { ProtocolWing, type Notice, type WingContext, type WingDefinition } from '../wing.ts'

interface Types {
  Command: RoomStateCommand
  Record: RoomStateRecord
  Write: never
  Event: RoomStateEvent
  Timer: RoomStateTimer
}

export type RoomStateWingEvent =
  /** A neighbour relayed another peer's signed address record. */
  | { type: 'suggestion'; from: PeerId; peerRecord: Uint8Array }
  | { type: 'room'; room: RoomId }
  /** Something of the history of a room came that lacks more, or that did until now. */
  | { type: 'progress'; room: RoomId }

export class RoomStateWing extends ProtocolWing<Types, RoomStateWingEvent> {
  protected readonly machine: RoomStateMachine
  readonly #progress: HistoryProgress

  constructor(context: WingContext<RoomStateWingEvent>) {
    super('room-state', context)
    const { self, store, rooms } = context
    this.machine = new RoomStateMachine({
      self,
      frontier: (room) => ({
        ...rooms.frontier(room),
        clock: clockOf(store, room),
        documents: store.totals(room).documents,
      }),
      refusesDocuments: (room, peer) =>
        rooms.refusesDocuments(room) ||
        rooms.get(room)?.awaitsState === true ||
        rooms.sharing(room, peer).policy === 'none' ||
        this.#cannotUse(room, peer),
      isNewestFirst: (room) => rooms.get(room)?.isNewestFirst === true,
      checkpoint: (room) => rooms.get(room)?.vouchedCheckpoint,
      historyFrom: (room) => rooms.get(room)?.historyFrom,
      base: (room) => rooms.base(room),
      ...membershipPorts(context),
      peerRecord: (peer) => context.peerRecord(peer),
    })
    this.#progress = new HistoryProgress({
      hasDocument: (id) => store.hasDocument(id),
      hadHeads: (room, digest) => rooms.acceptedSince(room, digest) !== undefined,
      documents: (room) => store.totals(room).documents,
    })
  }

  /** How far the history of a room has got; undefined if nothing is known to be missing. */
  progress(room: RoomId, nowMs: number): RoomHistoryProgress | undefined {
    return this.#progress.of(room, nowMs)
  }

  /** Peers that are in the room now. */
  neighbours(room: RoomId): PeerId[] {
    return this.machine.neighbours(room)
  }

  /** Those of them that say they have kept all of its history, as far as this node knows it. */
  keepers(room: RoomId): PeerId[] {
    const { graph, record } = this.context.rooms.get(room) ?? {}
    const since = Math.max(graph?.heads.clock ?? 0, record?.checkpoint?.position.clock ?? 0)
    return this.neighbours(room).filter((peer) => {
      const { historyFrom, clock = 0 } = this.machine.standingOf(peer, room) ?? {}
      return historyFrom === undefined && clock >= since
    })
  }

  override handle(input: ProtocolInput): void {
    if (input.type === 'timer' && isOfNode(input.timer)) this.context.notify(input.timer)
    else super.handle(input)
  }

  onNotice(notice: Notice): void {
    switch (notice.type) {
      case 'opened':
        this.command({ type: 'open', room: notice.room })
        break
      case 'closed':
        this.command({ type: 'close', room: notice.room })
        this.#progress.closed(notice.room)
        this.context.rooms.removedPeers.left(notice.room)
        break
      case 'membership':
        if (notice.wasOpen) this.command({ type: 'changed', room: notice.room })
        break
      case 'accepted': {
        const { change, from } = notice
        this.command({ type: 'changed', room: change.room })
        if (change.intake.accepted.some(({ kind }) => kind.startsWith('access/'))) actsCame(this.context, change.room)
        const peer = from === 'self' || from === 'gossip' ? undefined : from
        this.#showProgress(change.room, change.intake.accepted.length, peer)
        if (peer !== undefined) {
          this.#served(change.room, peer)
          this.#introduceOnceCaughtUp(change.room, peer)
        }
        break
      }
      case 'neighbour': {
        const { room, peer, standing } = notice
        const isProgress = this.#progress.learned(room, peer, standing, this.context.now.monotonicMs)
        if (isProgress) this.#emitProgress(room)
        this.#served(room, peer)
        this.#introduceOnceCaughtUp(room, peer)
        break
      }
      case 'aside':
        this.command(notice)
        break
      case 'neighbour-left':
        this.#progress.left(notice.room, notice.peer)
        this.context.rooms.removedPeers.left(notice.room, notice.peer)
        break
      case 'standing-changed':
      case 'sharing-changed':
        this.command({ type: 'changed', room: notice.room, isUrgent: true })
        break
      default:
    }
  }

  protected onEvent(event: RoomStateEvent): void {
    switch (event.type) {
      case 'neighbour': {
        const { room, peer, isNew, type: _, ...standing } = event
        this.context.notify({ type: 'neighbour', room, peer, isNew, standing })
        if (isNew) this.context.effect({ type: 'emit', event: { type: 'room', room } })
        break
      }
      case 'neighbour-left':
        this.context.notify(event)
        this.context.effect({ type: 'emit', event: { type: 'room', room: event.room } })
        break
      case 'suggestion':
        this.context.effect({ type: 'emit', event })
        break
      case 'removal':
        removalTold(this.context, event)
        break
      case 'invited':
        invitationShown(this.context, event)
        break
    }
  }

  protected onWrite(): void {}

  /** A peer dropped what its documents come after, and they have filled its space here: more would be sent without end. */
  #cannotUse(room: RoomId, peer: PeerId): boolean {
    const { historyFrom = 0 } = this.machine.standingOf(peer, room) ?? {}
    const graph = historyFrom === 0 ? undefined : this.context.rooms.get(room)?.graph
    return graph !== undefined && historyFrom > graph.heads.clock && graph.isShareUsedUp(peer)
  }

  #showProgress(room: RoomId, count: number, peer: PeerId | undefined): void {
    const standing = peer && this.machine.standingOf(peer, room)
    const from = peer && standing && { peer, standing }
    if (this.#progress.accepted(room, from, count, this.context.now.monotonicMs)) this.#emitProgress(room)
  }

  #served(room: RoomId, peer: PeerId): void {
    servedBy(this.context, room, peer, (other) => this.machine.standingOf(other, room))
  }

  #emitProgress(room: RoomId): void {
    this.context.effect({ type: 'emit', event: { type: 'progress', room } })
  }

  /**
   * The node introduces itself once it holds what a neighbour has, so that its name follows what others wrote
   * before; and not after a checkpoint whose history may not exist, as it could write nothing else then.
   */
  #introduceOnceCaughtUp(id: RoomId, peer: PeerId): void {
    const { store, rooms, now } = this.context
    const room = rooms.get(id)
    const { frontier } = this.machine.standingOf(peer, id) ?? { frontier: [] }
    const hasCaughtUp = frontier.length > 0 && frontier.every((named) => store.hasDocument(named))
    const isOfCheckpoint = room?.isPreview === true && room.states.newest === undefined
    // Last, as all may be folded for it.
    if (room === undefined || isOfCheckpoint || !hasCaughtUp) return
    if (!room.wantsIntroduction && !room.isHeldBack) return
    room.settle()
    if (rooms.isReadOnly) return
    this.context.changed(room.introduce(now.wallMs) ?? room.acts.accept(now.wallMs), 'self')
  }
}

/** A timer that the node set, not the protocol. */
function isOfNode(timer: unknown): timer is { type: 'state-due' | 'adoption-due' | 'keys-due'; room: RoomId } {
  const { type } = timer as { type: string }
  return type === 'state-due' || type === 'adoption-due' || type === 'keys-due'
}

export const roomStateWing = {
  codec: ROOM_STATE,
  service: roomState,
  create: (context: WingContext<RoomStateWingEvent>) => new RoomStateWing(context),
} satisfies WingDefinition<RoomStateWing>
