/** What a node keeps of the blocks that documents link to: what is fetched by itself, and what goes when space is needed. */
import type { Document } from '../../../protocols/document/document.ts'
import { codecOf, parseBlockId } from '../../../protocols/wire/block-ids.ts'
import type { BlockId, RoomId } from '../../../protocols/wire/ids.ts'
import { fileOf } from '../../files/file-document.ts'
import { KithError, type FileInfo, type FileLimits } from '../../kith.ts'
import type { EnsuredRow, LinkingRow, RoomRecord } from '../../store/store.ts'
import {
  CARRIED_UNSIZED_SHARE,
  DAG_OVERHEAD,
  DAG_OVERHEAD_BYTES,
  DEFAULT_AUTO_FETCH_BYTES,
  DEFAULT_FILES_BYTES,
  FOLDER_OVERHEAD_BYTES,
  MAX_AUTO_FETCHES,
} from '../constants.ts'
import type { RoomStore } from '../../room/room-store.ts'
import { isCarried } from '../../room/room.ts'

interface Usage {
  pinnedBytes: number
  unpinnedBytes: number
}

interface RoomUsage {
  /** Of what is complete. */
  here: Usage
  /** Of that, and of what is being fetched as many as it may come to. */
  claimed: Usage
}

export interface RoomFilesInit {
  store: RoomStore
  /** Fetches something at once, with everything it depends on. */
  ensure: (wanted: { room: RoomId; id: BlockId; pinned: boolean; maxBytes: number }) => void
  /** Lets go of it at once. */
  release: (room: RoomId, id: BlockId) => void
  /** Things that are being fetched, in all rooms. */
  searching: () => number
}

/** Rows read at a time of which some may go. */
const ROWS_AT_ONCE = 64

export class RoomFiles {
  readonly #init: RoomFilesInit
  /** Counted when first asked for. */
  readonly #usages = new Map<RoomId, RoomUsage>()
  /** The fewest bytes that a carrier had no space for; it may have once nothing is being fetched. */
  readonly #skippedBytes = new Map<RoomId, number>()

  constructor(init: RoomFilesInit) {
    this.#init = init
  }

  /** A document with links was accepted: what is small enough is fetched. */
  linked(record: RoomRecord, document: Document): void {
    const row = linkingRowOf(document)
    this.#init.store.apply({ type: 'put-linking', room: record.id, row })
    this.#fetch(record, row, true)
  }

  /** Fetches what may be fetched now and was not before, the newest first, as far as there is space. */
  fetchAgain(record: RoomRecord): void {
    this.#skippedBytes.delete(record.id)
    for (const row of this.#init.store.linking(record.id).toReversed()) this.#fetch(record, row, false)
  }

  limits(record: RoomRecord): FileLimits {
    const { autoFetchBytesMax = DEFAULT_AUTO_FETCH_BYTES } = record
    return { autoFetchBytesMax, bytesMax: this.#bytesMax(record), ...this.#usage(record.id).here }
  }

  /** Throws a KithError `quota` where something of at most so many bytes is to stay and does not fit. */
  requireSpaceFor(record: RoomRecord, id: BlockId, maxBytes: number): void {
    const row = this.#init.store.ensured(record.id, id)
    const ownBytes = row === undefined ? 0 : claimOf(row)
    const neededBytes = row?.state === 'complete' ? ownBytes : Math.max(ownBytes, maxBytes)
    const pinnedBytes = row?.pinned === true ? ownBytes : 0
    if (neededBytes > pinnedBytes) this.requireSpace(record, neededBytes - pinnedBytes)
  }

  /** Throws a KithError `quota` where so many bytes more do not fit beside what is to stay. */
  requireSpace(record: RoomRecord, sizeBytes: number): void {
    const { pinnedBytes } = this.#usage(record.id).claimed
    const bytesMax = this.#bytesMax(record)
    if (pinnedBytes + sizeBytes <= bytesMax) return
    const command = isCarried(record) ? 'kith carry --max' : 'kith file limits'
    throw new KithError(
      'quota',
      `the files of this room may take ${bytesMax} bytes here, ${pinnedBytes} are taken by what is pinned, ` +
        `and this needs ${sizeBytes}: unpin something, or raise the limit (${command})`,
    )
  }

  /** Throws a KithError `quota` where more is pinned than is to be kept, and `carried` where other limits hold. */
  setLimits(room: { record: RoomRecord }, limits: { autoFetchBytesMax?: number; bytesMax?: number }): void {
    if (isCarried(room.record)) {
      throw new KithError('carried', 'this node only carries the room: how much it keeps is said by kith carry --max')
    }
    const { autoFetchBytesMax = room.record.autoFetchBytesMax, bytesMax = room.record.filesBytesMax } = limits
    const record: RoomRecord = {
      ...room.record,
      ...(autoFetchBytesMax !== undefined && { autoFetchBytesMax }),
      ...(bytesMax !== undefined && { filesBytesMax: bytesMax }),
    }
    this.requireSpace(record, 0)
    room.record = record
    this.#init.store.apply({ type: 'put-room', room: record })
    this.makeRoom(record)
    this.fetchAgain(record)
  }

  /** A row is about to be written, or deleted where `after` is undefined. */
  changed(room: RoomId, id: BlockId, after: EnsuredRow | undefined): void {
    const usage = this.#usages.get(room)
    if (usage === undefined) return
    const before = this.#init.store.ensured(room, id)
    if (before !== undefined) count(usage, before, -1)
    if (after !== undefined) count(usage, after, 1)
  }

  /** Something is complete or has failed, and may take less than it might have. */
  ensured(record: RoomRecord): void {
    this.makeRoom(record)
    const { here, claimed } = this.#usage(record.id)
    const isFetching = claimed.pinnedBytes > here.pinnedBytes || claimed.unpinnedBytes > here.unpinnedBytes
    if (isFetching) return
    const skippedBytes = this.#skippedBytes.get(record.id) ?? Infinity
    if (skippedBytes <= this.#freeBytes(record)) this.fetchAgain(record)
  }

  /** Lets the oldest of what is not pinned go until the rest fits, whatever comes of that which is being fetched. */
  makeRoom(record: RoomRecord): void {
    const { claimed } = this.#usage(record.id)
    while (this.#freeBytes(record) < 0 && claimed.unpinnedBytes > 0) {
      for (const { id } of this.#init.store.ensuredRows({ room: record.id, pinned: false, limit: ROWS_AT_ONCE })) {
        if (this.#freeBytes(record) >= 0) return
        this.#init.release(record.id, id)
      }
    }
  }

  #fetch(record: RoomRecord, { links, file }: LinkingRow, isNew: boolean): void {
    for (const id of links) {
      const row = this.#init.store.ensured(record.id, id)
      if (row?.state === 'complete' || row?.pinned === true) continue
      if (row === undefined && this.#init.searching() >= MAX_AUTO_FETCHES) continue
      const maxBytes = this.#allowance(record, file, { id, isNew })
      // Of one that is fetched, or has failed, another document may say that it is larger.
      if (maxBytes === undefined || (row !== undefined && (row.maxBytes ?? Infinity) >= maxBytes)) continue
      this.#init.ensure({ room: record.id, id, pinned: false, maxBytes })
      this.makeRoom(record)
    }
  }

  /** Bytes that a block which a document links to may have, with all it depends on; undefined where it is not to be fetched. */
  #allowance(
    record: RoomRecord,
    file: LinkingRow['file'],
    { id, isNew }: { id: BlockId; isNew: boolean },
  ): number | undefined {
    const leastBytes = Math.max(1, file?.sizeBytes ?? 0)
    if (isCarried(record)) {
      const freeBytes = this.#freeBytes(record)
      if (leastBytes > freeBytes) return this.#skip(record.id, leastBytes)
      return Math.min(
        freeBytes,
        file === undefined ? Math.ceil(freeBytes * CARRIED_UNSIZED_SHARE) : dagBytesMax({ ...file, id }),
      )
    }
    const { autoFetchBytesMax = DEFAULT_AUTO_FETCH_BYTES } = record
    // What is new makes older things go.
    const freeBytes = this.#freeBytes(record) + (isNew ? this.#usage(record.id).claimed.unpinnedBytes : 0)
    if (leastBytes > Math.min(autoFetchBytesMax, freeBytes)) return undefined
    const sizeBytes = file?.type === 'file' ? file.sizeBytes : autoFetchBytesMax
    return Math.min(freeBytes, dagBytesMax({ id, type: 'file', sizeBytes }))
  }

  #skip(room: RoomId, sizeBytes: number): undefined {
    this.#skippedBytes.set(room, Math.min(sizeBytes, this.#skippedBytes.get(room) ?? Infinity))
  }

  /** Negative where more is claimed than may be kept. */
  #freeBytes(record: RoomRecord): number {
    const { pinnedBytes, unpinnedBytes } = this.#usage(record.id).claimed
    return this.#bytesMax(record) - pinnedBytes - unpinnedBytes
  }

  /** A carrier's documents come first. */
  #bytesMax({ id, carriedBytesMax, filesBytesMax = DEFAULT_FILES_BYTES }: RoomRecord): number {
    if (carriedBytesMax === undefined) return filesBytesMax
    return Math.max(0, carriedBytesMax - this.#init.store.totals(id).sizeBytes)
  }

  #usage(room: RoomId): RoomUsage {
    let usage = this.#usages.get(room)
    if (usage === undefined) {
      usage = { here: { pinnedBytes: 0, unpinnedBytes: 0 }, claimed: { pinnedBytes: 0, unpinnedBytes: 0 } }
      for (const row of this.#init.store.ensuredRows({ room })) count(usage, row, 1)
      this.#usages.set(room, usage)
    }
    return usage
  }
}

/** Bytes that the blocks of a file or folder of some size have at most. */
export function dagBytesMax({ id, type, sizeBytes }: Pick<FileInfo, 'type' | 'sizeBytes'> & { id: BlockId }): number {
  if (codecOf(id) === 'raw') return sizeBytes
  const overheadBytes = type === 'folder' ? FOLDER_OVERHEAD_BYTES : DAG_OVERHEAD_BYTES
  return Math.ceil(sizeBytes * (1 + DAG_OVERHEAD)) + overheadBytes
}

/** What is kept of a document with links, so that it need not be decoded again. */
function linkingRowOf(document: Document): LinkingRow {
  const { id, clock, author, timeMs } = document
  const links = fetchable(document)
  const file = fileOf(document)
  if (file === undefined) return { id, clock, links }
  const { id: root, name, type, sizeBytes } = file
  return { id, clock, links, file: { root, name, type, sizeBytes, author, timeMs } }
}

/** What a document links to and can be asked for. */
function fetchable({ links }: Document): BlockId[] {
  return links.flatMap((link) => parseBlockId(link) ?? [])
}

/** Adds what a row takes, or takes it away. */
function count({ here, claimed }: RoomUsage, row: EnsuredRow, sign: 1 | -1): void {
  const field = row.pinned ? 'pinnedBytes' : 'unpinnedBytes'
  claimed[field] += sign * claimOf(row)
  if (row.state === 'complete') here[field] += sign * row.sizeBytes
}

/** Bytes that something may come to; what has no limit of its own counts once it is complete. */
function claimOf({ state, sizeBytes, maxBytes = 0 }: EnsuredRow): number {
  if (state === 'complete') return sizeBytes
  return state === 'searching' ? maxBytes : 0
}
