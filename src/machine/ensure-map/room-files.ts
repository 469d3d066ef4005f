/**
 * Decides which linked blocks a node keeps for a room: which to fetch automatically, and which to drop when
 * space is needed.
 */
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
  /** Of complete roots. */
  here: Usage
  /** Including roots that are being fetched, at their largest possible size. */
  claimed: Usage
}

export interface RoomFilesInit {
  store: RoomStore
  /** Fetches a block at once, with everything it depends on. */
  ensure: (wanted: { room: RoomId; id: BlockId; pinned: boolean; maxBytes: number }) => void
  /** Releases it at once. */
  release: (room: RoomId, id: BlockId) => void
  /** Number of roots that are being fetched, in all rooms. */
  searching: () => number
}

/** Rows read at a time when looking for some to drop. */
const ROWS_AT_ONCE = 64

export class RoomFiles {
  readonly #init: RoomFilesInit
  /** Computed on first use. */
  readonly #usages = new Map<RoomId, RoomUsage>()
  /** The smallest size for which a carrier had no space. It may fit once nothing is being fetched. */
  readonly #skippedBytes = new Map<RoomId, number>()

  constructor(init: RoomFilesInit) {
    this.#init = init
  }

  /** A document with links was accepted: fetches what is small enough. */
  linked(record: RoomRecord, document: Document): void {
    const row = linkingRowOf(document)
    this.#init.store.apply({ type: 'put-linking', room: record.id, row })
    this.#fetch(record, row, true)
  }

  /** Fetches what may be fetched now but could not be before, newest first, as long as there is space. */
  fetchAgain(record: RoomRecord): void {
    this.#skippedBytes.delete(record.id)
    for (const row of this.#init.store.linking(record.id).toReversed()) this.#fetch(record, row, false)
  }

  limits(record: RoomRecord): FileLimits {
    const { autoFetchBytesMax = DEFAULT_AUTO_FETCH_BYTES } = record
    return { autoFetchBytesMax, bytesMax: this.#bytesMax(record), ...this.#usage(record.id).here }
  }

  /** Throws a KithError `quota` if a root of at most `maxBytes` is to be pinned but does not fit. */
  requireSpaceFor(record: RoomRecord, id: BlockId, maxBytes: number): void {
    const row = this.#init.store.ensured(record.id, id)
    const ownBytes = row === undefined ? 0 : claimOf(row)
    const neededBytes = row?.state === 'complete' ? ownBytes : Math.max(ownBytes, maxBytes)
    const pinnedBytes = row?.pinned === true ? ownBytes : 0
    if (neededBytes > pinnedBytes) this.requireSpace(record, neededBytes - pinnedBytes)
  }

  /** Throws a KithError `quota` if `sizeBytes` more do not fit next to what is pinned. */
  requireSpace(record: RoomRecord, sizeBytes: number): void {
    const { pinnedBytes } = this.#usage(record.id).claimed
    const bytesMax = this.#bytesMax(record)
    if (pinnedBytes + sizeBytes <= bytesMax) return
    const command = isCarried(record) ? 'kith carry --max' : 'kith file limits'
    throw new KithError(
      'quota',
      `the files of this room may take ${bytesMax} bytes here, pinned files take ${pinnedBytes}, ` +
        `and this needs ${sizeBytes}: unpin something, or raise the limit (${command})`,
    )
  }

  /**
   * Throws a KithError `quota` if more is pinned than the new limit allows, and `carried` if the room is only
   * carried and so has other limits.
   */
  setLimits(room: { record: RoomRecord }, limits: { autoFetchBytesMax?: number; bytesMax?: number }): void {
    if (isCarried(room.record)) {
      throw new KithError('carried', 'this node only carries the room: set how much it keeps with kith carry --max')
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

  /** A row is about to be written, or deleted if `after` is undefined. */
  changed(room: RoomId, id: BlockId, after: EnsuredRow | undefined): void {
    const usage = this.#usages.get(room)
    if (usage === undefined) return
    const before = this.#init.store.ensured(room, id)
    if (before !== undefined) count(usage, before, -1)
    if (after !== undefined) count(usage, after, 1)
  }

  /** A root is complete or has failed, and may take less space than it could have. */
  ensured(record: RoomRecord): void {
    this.makeRoom(record)
    const { here, claimed } = this.#usage(record.id)
    const isFetching = claimed.pinnedBytes > here.pinnedBytes || claimed.unpinnedBytes > here.unpinnedBytes
    if (isFetching) return
    const skippedBytes = this.#skippedBytes.get(record.id) ?? Infinity
    if (skippedBytes <= this.#freeBytes(record)) this.fetchAgain(record)
  }

  /** Drops the oldest unpinned roots until the rest fits, even if everything being fetched reaches its largest size. */
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
      // If a root is being fetched or has failed, another document may state a larger size.
      if (maxBytes === undefined || (row !== undefined && (row.maxBytes ?? Infinity) >= maxBytes)) continue
      this.#init.ensure({ room: record.id, id, pinned: false, maxBytes })
      this.makeRoom(record)
    }
  }

  /**
   * The most bytes that a linked block may have, with everything it depends on; undefined if it should not be
   * fetched.
   */
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
    // A new link may displace older, unpinned ones.
    const freeBytes = this.#freeBytes(record) + (isNew ? this.#usage(record.id).claimed.unpinnedBytes : 0)
    if (leastBytes > Math.min(autoFetchBytesMax, freeBytes)) return undefined
    const sizeBytes = file?.type === 'file' ? file.sizeBytes : autoFetchBytesMax
    return Math.min(freeBytes, dagBytesMax({ id, type: 'file', sizeBytes }))
  }

  #skip(room: RoomId, sizeBytes: number): undefined {
    this.#skippedBytes.set(room, Math.min(sizeBytes, this.#skippedBytes.get(room) ?? Infinity))
  }

  /** Negative if more is claimed than may be kept. */
  #freeBytes(record: RoomRecord): number {
    const { pinnedBytes, unpinnedBytes } = this.#usage(record.id).claimed
    return this.#bytesMax(record) - pinnedBytes - unpinnedBytes
  }

  /** Documents of a carried room take precedence over its files. */
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

/** The most bytes that the blocks of a file or folder of this size can have. */
export function dagBytesMax({ id, type, sizeBytes }: Pick<FileInfo, 'type' | 'sizeBytes'> & { id: BlockId }): number {
  if (codecOf(id) === 'raw') return sizeBytes
  const overheadBytes = type === 'folder' ? FOLDER_OVERHEAD_BYTES : DAG_OVERHEAD_BYTES
  return Math.ceil(sizeBytes * (1 + DAG_OVERHEAD)) + overheadBytes
}

/** What is stored about a document with links, so that it need not be decoded again. */
export function linkingRowOf(document: Document): LinkingRow {
  const { id, clock, author, timeMs } = document
  const links = fetchable(document)
  const file = fileOf(document)
  if (file === undefined) return { id, clock, links }
  const { id: root, name, type, sizeBytes } = file
  return { id, clock, links, file: { root, name, type, sizeBytes, author, timeMs } }
}

/** The links of a document that can be fetched. */
function fetchable({ links }: Document): BlockId[] {
  return links.flatMap((link) => parseBlockId(link) ?? [])
}

/** Adds or subtracts what a row takes. */
function count({ here, claimed }: RoomUsage, row: EnsuredRow, sign: 1 | -1): void {
  const field = row.pinned ? 'pinnedBytes' : 'unpinnedBytes'
  claimed[field] += sign * claimOf(row)
  if (row.state === 'complete') here[field] += sign * row.sizeBytes
}

/** The most bytes that a root may reach; one without a limit counts once it is complete. */
function claimOf({ state, sizeBytes, maxBytes = 0 }: EnsuredRow): number {
  if (state === 'complete') return sizeBytes
  return state === 'searching' ? maxBytes : 0
}
