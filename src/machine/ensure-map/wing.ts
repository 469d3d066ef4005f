/** The ensure map in a node: fetches what users, documents and pending documents need, within each room's limits. */
import {
  ENSURE_MAP,
  ensureMap,
  EnsureMapMachine,
  type Ensured,
  type EnsureMapCommand,
  type EnsureMapEvent,
  type EnsureMapRecord,
  type EnsureMapTimer,
  type EnsureMapWrite,
  type EnsureProgress,
  type Scope,
} from '../../../protocols/ensure-map/index.ts'
import { MAX_ROOTS } from '../../../protocols/ensure-map/constants.ts'
import type { BlockId, DocumentId, PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import { grouped } from '../../grouped.ts'
import { KithError, type FileLimits } from '../../kith.ts'
import { DAG_OVERHEAD_BYTES } from '../constants.ts'
import type { WalkPlace } from '../../store/blocks.ts'
import { statesOf, type RoomRecord } from '../../store/store.ts'
import type { CollectedBlocks, CommandHandlers, CommandOutcome, ProtocolInput } from '../io.ts'
import { ProtocolWing, type Notice, type WingContext, type WingDefinition } from '../wing.ts'
import type { RoomChange } from '../../room/room-change.ts'
import type { Document } from '../../../protocols/document/document.ts'
import { reviseLinks } from './revised-links.ts'
import { ensureMapPorts } from './ports.ts'
import { RoomFiles } from './room-files.ts'

interface Types {
  Command: EnsureMapCommand
  Record: EnsureMapRecord
  Write: EnsureMapWrite
  Event: EnsureMapEvent
  Timer: EnsureMapTimer
}

export type EnsureMapWingCommand =
  /** Starts fetching a block and everything it depends on, and keeps them. */
  | { type: 'ensure'; room: Scope; id: BlockId; maxBytes?: number; job?: string }
  /** Visits a root again that is complete, as some of its blocks were lost, and fetches those. */
  | { type: 'recheck'; room: Scope; id: BlockId }
  /** Releases a root. */
  | { type: 'release'; room: Scope; id: BlockId }
  /** Keeps a root only while there is space. */
  | { type: 'unpin'; room: RoomId; id: BlockId }
  /** Pauses or resumes fetching. */
  | { type: 'pause'; isPaused: boolean }
  | { type: 'job-done'; room: Scope; id: BlockId; job: string }
  /** Changes the limits for a room's files. */
  | { type: 'limit-files'; room: RoomId; autoFetchBytesMax?: number; bytesMax?: number }
  /** Stores blocks that a root will need soon. Large ones that exist nowhere else must already be durable. */
  | { type: 'put-blocks'; blocks: readonly { id: BlockId; block: Uint8Array }[] }
  /** Checks up to `limit` blocks after the given place, and deletes those that nothing needs, or only counts them. */
  | { type: 'collect-garbage'; limit: number; after: WalkPlace | undefined; isDryRun?: boolean }
  /** Checks up to `limit` released blocks, and deletes those that nothing needs. */
  | { type: 'collect-released'; limit: number }

export type EnsureMapWingEvent =
  /** A root is complete, or cannot be fetched. */
  | { type: 'ensured'; root: Ensured }
  /** No connected peer has these blocks that a root needs. */
  | { type: 'absent'; room: Scope; id: BlockId; missing: readonly BlockId[] }
  /** A root was released; its blocks may be garbage now. */
  | { type: 'released' }
  /** The state of a room was: as the next one comes soon, its blocks should not wait for long. */
  | { type: 'state-released' }
  /** Something of the state came with which a room begins. */
  | { type: 'progress'; room: RoomId }

export class EnsureMapWing extends ProtocolWing<Types, EnsureMapWingEvent> {
  protected readonly machine: EnsureMapMachine
  readonly #files: RoomFiles
  /** Rooms whose state is being fetched. */
  readonly #beginning = new Set<RoomId>()

  override readonly commands: CommandHandlers<EnsureMapWingCommand> = {
    ensure: (command) => this.#ensure(command),
    unpin: (command) => {
      this.command(command)
      this.#files.makeRoom(this.#recordOf(command.room))
      return {}
    },
    release: (command) => this.#pass(command),
    recheck: (command) => this.#pass(command),
    pause: (command) => this.#pass(command),
    'job-done': (command) => this.#pass(command),
    'limit-files': ({ room, autoFetchBytesMax, bytesMax }) => {
      this.#files.setLimits(this.context.rooms.require(room), { autoFetchBytesMax, bytesMax })
      return { room }
    },
    'put-blocks': ({ blocks }) => {
      for (const { id, block } of blocks) this.context.store.apply({ type: 'put-block', id, block })
      return this.#pass({ type: 'added', ids: blocks.map(({ id }) => id) })
    },
    'collect-garbage': (command) => ({ collected: this.#collectGarbage(command) }),
    'collect-released': ({ limit }) => ({ collected: this.#collectReleased(limit) }),
  }

  constructor(context: WingContext<EnsureMapWingEvent>) {
    super('ensure-map', context)
    const { store, reader, random, rooms } = context
    const isGiving = (room: RoomId, peer: PeerId): boolean => rooms.sharing(room, peer).policy === 'share'
    const isPending = (room: RoomId, id: DocumentId): boolean => rooms.isPending(room, id)
    const ports = ensureMapPorts(store, isPending, reader, isGiving)
    this.machine = new EnsureMapMachine({ ports, random })
    this.#files = new RoomFiles({
      store,
      ensure: (command) => this.command({ ...command, type: 'ensure', addedAtMs: context.now.wallMs }),
      release: (room, id) => this.command({ type: 'release', room, id }),
      receivedBytes: (room, id) => this.machine.progress(room, id, context.now.monotonicMs)?.sizeBytes ?? 0,
      serveLater: () => context.effect({ type: 'timer', protocol: 'ensure-map', timer: { type: 'serve' }, afterMs: 0 }),
      nowMs: () => context.now.monotonicMs,
    })
  }

  override handle(input: ProtocolInput): void {
    if (input.type === 'timer' && isServe(input.timer))
      this.#files.serve((room) => this.context.rooms.get(room)?.record)
    else super.handle(input)
  }

  /** The progress of a root that is being fetched, by the monotonic clock; undefined if it is not being fetched. */
  progress(scope: Scope, id: BlockId, nowMs: number): EnsureProgress | undefined {
    return this.machine.progress(scope, id, nowMs)
  }

  /** Blocks that a peer asked for and that were not sent. */
  awaitedBy(peer: PeerId): number {
    return this.machine.awaitedBy(peer)
  }

  /** Number of roots that are being fetched. */
  get searching(): number {
    return this.machine.searching
  }

  /** The limits for the files of an open room. */
  fileLimits(room: RoomId): FileLimits {
    return this.#files.limits(this.#recordOf(room))
  }

  /** Throws a KithError `quota` if `sizeBytes` more would exceed the limit of the room's files. */
  requireFileSpace(room: RoomId, sizeBytes: number): void {
    this.#files.requireSpace(this.#recordOf(room), sizeBytes)
  }

  onNotice(notice: Notice): void {
    switch (notice.type) {
      case 'opened': {
        const { room } = notice
        this.#files.opened(this.#recordOf(room))
        if (this.#recordOf(room).checkpoint?.isVouched === false) this.#beginning.add(room)
        this.command({ type: 'open', room })
        const ids = this.context.rooms.require(room).graph.missing()
        this.command({ type: 'missing', room, ids, from: undefined, isPatient: true })
        break
      }
      case 'closed':
        this.#files.closed(notice.room)
        this.#beginning.delete(notice.room)
        this.command({ type: 'close', room: notice.room })
        break
      case 'membership': {
        const record = this.#recordOf(notice.room)
        this.#files.makeRoom(record)
        this.#files.fetchAgain(record)
        break
      }
      case 'neighbour':
        this.command({ type: 'neighbour', room: notice.room, peer: notice.peer })
        break
      case 'neighbour-left':
      case 'missing':
      case 'unwanted':
        this.command(notice)
        break
      case 'accepted':
        this.#accepted(notice.change)
        break
      case 'readable': {
        const { record } = this.context.rooms.require(notice.room)
        const linking = notice.documents.filter(({ links }) => links.length > 0)
        for (const document of linking) this.#files.linked(record, document)
        break
      }
      case 'keep':
        this.#keep(notice)
        break
      case 'release':
        this.command({ type: 'release', room: notice.room, id: notice.root })
        this.context.effect({ type: 'emit', event: { type: 'state-released' } })
        break
      default:
    }
  }

  protected onEvent(event: EnsureMapEvent): void {
    switch (event.type) {
      case 'documents':
        this.#fetched(event)
        break
      case 'ensured': {
        const record = event.root.room === undefined ? undefined : this.context.rooms.get(event.root.room)?.record
        if (record !== undefined) this.#files.ensured(record)
        this.#tellFetched(event.root)
        if (record === undefined || !statesOf(record).includes(event.root.id))
          this.context.effect({ type: 'emit', event })
        break
      }
      case 'absent':
        this.context.effect({ type: 'emit', event })
        if (event.room === undefined) break
        this.#files.absent(event.room, event.id)
        this.context.notify({ type: 'fetched', room: event.room, root: event.id, outcome: 'absent' })
        break
      case 'ancestor-absent':
        this.context.notify(event)
        break
    }
  }

  protected override isContent({ type }: EnsureMapRecord): boolean {
    return type === 'block'
  }

  protected onWrite(write: EnsureMapWrite): void {
    if (write.type === 'put-block') {
      this.context.effect({ type: 'moved' })
      for (const room of this.#beginning) this.context.effect({ type: 'emit', event: { type: 'progress', room } })
    }
    if (write.type === 'put-ensured' && write.row.room !== undefined) {
      this.#files.changed(write.row.room, write.row.id, write.row)
    } else if (write.type === 'delete-ensured' && write.room !== undefined) {
      this.#files.changed(write.room, write.id, undefined)
    }
    this.context.store.apply(write)
    if (write.type === 'delete-ensured') this.context.effect({ type: 'emit', event: { type: 'released' } })
  }

  #pass(command: EnsureMapCommand): CommandOutcome {
    this.command(command)
    return {}
  }

  #ensure({ room, id, maxBytes, job }: EnsureMapWingCommand & { type: 'ensure' }): CommandOutcome {
    const { state = 'failed' } = this.context.store.ensured(room, id) ?? {}
    if (state === 'failed' && this.machine.searching >= MAX_ROOTS) {
      throw new KithError('too-many', `this node is already looking for ${grouped(MAX_ROOTS)} blocks`)
    }
    const record = room === undefined ? undefined : this.#recordOf(room)
    if (record !== undefined) this.#files.requireSpaceFor(record, id, maxBytes ?? 0)
    this.command({
      ...{ type: 'ensure', room, id, pinned: true, addedAtMs: this.context.now.wallMs },
      ...(maxBytes !== undefined && { maxBytes }),
      ...(job !== undefined && { job }),
    })
    if (record !== undefined) this.#files.makeRoom(record)
    return {}
  }

  #collectGarbage({
    limit,
    after,
    isDryRun = false,
  }: EnsureMapWingCommand & { type: 'collect-garbage' }): CollectedBlocks {
    const { blocks, next } = this.context.store.unneededBlocks(limit, after)
    if (!isDryRun) this.#delete(blocks)
    return { blocks: blocks.length, sizeBytes: totalBytes(blocks), next }
  }

  #collectReleased(limit: number): CollectedBlocks {
    const { store } = this.context
    const { ids, unneeded } = store.releasedBlocks(limit)
    this.#delete(unneeded)
    if (ids.length > 0) store.apply({ type: 'forget-released', ids })
    const next = ids.length < limit ? undefined : ids.at(-1)
    return { blocks: unneeded.length, sizeBytes: totalBytes(unneeded), next }
  }

  #delete(blocks: readonly { id: BlockId }[]): void {
    this.context.store.apply({ type: 'delete-blocks', ids: blocks.map(({ id }) => id) })
  }

  #accepted({ room, intake }: RoomChange): void {
    const { accepted } = intake
    this.command({ type: 'stored', room, ids: accepted.map(({ id }) => id) })
    const open = this.context.rooms.get(room)
    if (open === undefined) return
    const linking = accepted.filter((document) => document.links.length > 0 && open.graph.gate.counts(document))
    const linked = (document: Document): void => this.#files.linked(open.record, open.read(document))
    for (const document of linking) linked(document)
    const { store, reader } = this.context
    const counts = (document: Document): boolean => open.graph.gate.counts(document)
    const release = (id: BlockId): void => this.command({ type: 'release', room, id })
    reviseLinks(intake, { room, store, reader, counts, linked, release })
    if (open.isCarried) this.#files.makeRoom(open.record)
  }

  /** Documents arrived that were requested by id, or ancestors of these. */
  #fetched({ room, from, blocks }: EnsureMapEvent & { type: 'documents' }): void {
    const { context } = this
    const change = context.rooms.receive(room, blocks, from, context.now)
    if (change === undefined) return
    const { accepted, durable, deferred, awaited, awaitedByDeferred } = change.intake
    context.countFaults('ensure-map', change, from)
    context.changed(change, from)
    const isAccepted = new Set(accepted.map(({ id }) => id))
    const pending = durable.filter((id) => !isAccepted.has(id))
    // If some became pending, the deferred ones are requested again together with the ancestors of those.
    const ancestors = awaited.length === 0 ? awaitedByDeferred : []
    this.command({ type: 'validated', room, from, pending, refused: deferred, ancestors })
    // The history of a checkpoint to begin with is on its way, or waits for that; or it comes behind the newest documents.
    const open = context.rooms.get(room)
    const isPatient = open?.isBeginning === true || open?.awaitsState === true || open?.readsNewest === true
    if (awaited.length > 0) context.notify({ type: 'missing', room, ids: awaited, from, isPatient })
  }

  #keep({ room, root, sizeBytes, blocks }: Notice & { type: 'keep' }): void {
    const { store, now } = this.context
    if (blocks.length === 0) this.#beginning.add(room)
    for (const { id, block } of blocks) store.apply({ type: 'put-block', id, block })
    const maxBytes = sizeBytes + DAG_OVERHEAD_BYTES
    this.command({ type: 'ensure', room, id: root, pinned: true, maxBytes, addedAtMs: now.wallMs })
    // Another checkpoint may come before these are walked: what is let go of then must be known to be needed.
    store.apply({ type: 'put-needs', room, root, needs: blocks.map(({ id }) => ({ id })) })
    // They may be asked for already.
    this.command({ type: 'added', ids: blocks.map(({ id }) => id) })
  }

  #tellFetched({ room, id: root, state }: Ensured): void {
    if (room === undefined || state === 'searching') return
    if (this.context.rooms.get(room)?.record.checkpoint?.root === root) this.#beginning.delete(room)
    this.context.notify({ type: 'fetched', room, root, outcome: state })
  }

  #recordOf(room: RoomId): RoomRecord {
    return this.context.rooms.require(room).record
  }
}

/** Files that wait for their turn are looked at. */
function isServe(timer: unknown): boolean {
  return (timer as { type: string }).type === 'serve'
}

function totalBytes(blocks: readonly { sizeBytes: number }[]): number {
  return blocks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}

export const ensureMapWing = {
  codec: ENSURE_MAP,
  service: ensureMap,
  create: (context: WingContext<EnsureMapWingEvent>) => new EnsureMapWing(context),
} satisfies WingDefinition<EnsureMapWing>
