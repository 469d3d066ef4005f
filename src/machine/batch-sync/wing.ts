/**
 * Batch sync in a node: adds the documents that peers send to their rooms, and notifies batch sync of
 * everything new there.
 */
import {
  BATCH_SYNC,
  batchSync,
  BatchSyncMachine,
  type BatchSyncCommand,
  type BatchSyncEvent,
  type BatchSyncRecord,
  type BatchSyncTimer,
  type BatchSyncWrite,
  type PeerProgress,
  type Sharing,
} from '../../../protocols/batch-sync/index.ts'
import type { Document } from '../../../protocols/document/document.ts'
import type { DocumentId, PeerId, RoomId, TopicKey } from '../../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../../protocols/wire/room-keys.ts'
import { grouped } from '../../grouped.ts'
import { KithError } from '../../kith.ts'
import { DEFER_MS, FULL_DEFER_MS, MAX_SHARING_ROWS } from '../constants.ts'
import type { CommandHandlers, CommandOutcome } from '../io.ts'
import { ProtocolWing, type Notice, type WingContext, type WingDefinition } from '../wing.ts'
import { PeerRows } from './peer-rows.ts'
import { batchSyncPorts } from './ports.ts'

interface Types {
  Command: BatchSyncCommand
  Record: BatchSyncRecord
  Write: BatchSyncWrite
  Event: BatchSyncEvent
  Timer: BatchSyncTimer
}

const UNSET = { policy: 'default', mode: 'default' } as const

/** Sets how a room is shared, with one peer or by default. */
export interface BatchSyncWingCommand {
  type: 'share'
  room: RoomId
  peer: PeerId | undefined
  /** What is left out stays as it is; `default` forgets both. */
  sharing: Partial<Sharing> | 'default'
}

export class BatchSyncWing extends ProtocolWing<Types, { type: 'room'; room: RoomId }> {
  protected readonly machine: BatchSyncMachine
  readonly #rows: PeerRows
  /** Those that are open. */
  readonly #rooms = new Map<TopicKey, RoomId>()
  /** What this node has just written, while it is sent: it need not be read for each peer. */
  #written: readonly Document[] = []

  override readonly commands: CommandHandlers<BatchSyncWingCommand> = {
    share: (command) => this.#share(command),
  }

  constructor(context: WingContext<{ type: 'room'; room: RoomId }>) {
    super('batch-sync', context)
    const { self, store, reader, random, rooms } = context
    const ports = batchSyncPorts(store, rooms, reader)
    const document = (room: RoomId, id: DocumentId) =>
      this.#written.find((written) => written.id === id) ?? ports.document(room, id)
    this.machine = new BatchSyncMachine({ self, ports: { ...ports, document }, random })
    this.#rows = new PeerRows(store)
  }

  /** How far each neighbour has got in a room. */
  progress(room: RoomId): PeerProgress[] {
    return this.machine.progress(room)
  }

  onNotice(notice: Notice): void {
    switch (notice.type) {
      case 'opened':
        this.#rooms.set(topicKeyOf(notice.room), notice.room)
        this.command({ type: 'open', room: notice.room })
        break
      case 'closed':
        this.#rooms.delete(topicKeyOf(notice.room))
        this.command({ type: 'close', room: notice.room })
        break
      case 'neighbour': {
        const { room, peer, standing } = notice
        this.context.rooms.get(room)?.graph.setPresent(peer, true)
        this.command({ type: 'neighbour', room, peer, ...standing })
        break
      }
      case 'aside':
        this.command(notice)
        break
      case 'neighbour-left':
        this.context.rooms.get(notice.room)?.graph.setPresent(notice.peer, false)
        this.command(notice)
        break
      case 'accepted': {
        const { change, from } = notice
        const documents = change.intake.accepted
        if (from === 'self') this.#written = documents
        this.command({ type: 'stored', room: change.room, documents, from })
        this.#written = []
        break
      }
      case 'ahead':
        this.command({ type: 'stored', room: notice.room, documents: [notice.document], from: 'self' })
        break
      case 'ask-headers':
        this.command(notice)
        break
      case 'sharing-changed':
        this.command({ type: 'sharing-changed', room: notice.room })
        break
      default:
    }
  }

  /** A peer sent documents: acknowledges those that are durable, and lets it resend later those that came too fast. */
  protected onEvent(event: BatchSyncEvent): void {
    const { context } = this
    if (event.type === 'headers') return context.notify(event)
    const { room, from } = event
    if (event.type === 'unheld') {
      // What comes before it would be asked for one by one, and not fit either.
      if (context.rooms.get(room)?.graph.isShareUsedUp(from) === true) return
      context.notify({ type: 'missing', room, ids: event.ids, from, isPatient: true })
      return
    }
    const { blocks } = event
    const isQuotaReached = (): boolean => context.rooms.refusesDocuments(room)
    const wasQuotaReached = isQuotaReached()
    const change = context.rooms.receive(room, blocks, from, context.now)
    if (change === undefined) return
    const { durable, known, deferred, awaited } = change.intake
    this.command({ type: 'acknowledge', room, ids: durable, hadBefore: known, to: from })
    const isFull = change.intake.rejected.some((code) => code === 'disk-full' || code === 'author-full')
    const afterMs = isFull ? FULL_DEFER_MS : DEFER_MS
    if (deferred.length > 0) this.command({ type: 'defer', room, ids: deferred, to: from, afterMs })
    if (change.intake.rejected.includes('pending-full')) context.notify({ type: 'standing-changed', room })
    if (isQuotaReached() && !wasQuotaReached) {
      context.notify({ type: 'standing-changed', room })
      context.effect({ type: 'emit', event: { type: 'room', room } })
    }
    context.countFaults('batch-sync', change, from)
    context.changed(change, from)
    if (awaited.length > 0) context.notify({ type: 'missing', room, ids: awaited, from, isPatient: true })
  }

  override signedBlocks(records: readonly BatchSyncRecord[]): readonly Uint8Array[] {
    return records.flatMap((record) => {
      if (record.type !== 'message') return []
      const id = this.#rooms.get(record.topic)
      const isWithMembers = id !== undefined && this.context.rooms.get(id)?.graph.gate.control !== undefined
      return isWithMembers ? record.blocks : []
    })
  }

  protected override isContent({ type }: BatchSyncRecord): boolean {
    return type === 'message'
  }

  protected onWrite(write: BatchSyncWrite): void {
    if (write.type === 'delete-unacked') this.context.effect({ type: 'moved' }) // the peer lacked it, and has it
    this.#rows.write(write, this.context.now)
  }

  #share({ room, peer, sharing }: BatchSyncWingCommand): CommandOutcome {
    const { store, rooms } = this.context
    rooms.require(room)
    const rows = store.sharing(room)
    const old = rows.find((row) => row.peer === peer)
    if (peer !== undefined && rows.length >= MAX_SHARING_ROWS && old === undefined) {
      throw new KithError('too-many', `sharing is already set for ${grouped(MAX_SHARING_ROWS)} peers of this room`)
    }
    store.apply({
      type: 'put-sharing',
      room,
      row: { ...UNSET, peer, ...(sharing !== 'default' && { ...old, ...sharing }) },
    })
    this.context.notify({ type: 'sharing-changed', room })
    this.context.effect({ type: 'emit', event: { type: 'room', room } })
    return { room }
  }
}

export const batchSyncWing = {
  codec: BATCH_SYNC,
  service: batchSync,
  create: (context: WingContext<{ type: 'room'; room: RoomId }>) => new BatchSyncWing(context),
} satisfies WingDefinition<BatchSyncWing>
