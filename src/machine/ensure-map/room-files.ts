/**
 * Decides which linked blocks a node keeps for a room: which to fetch automatically, and which to drop when
 * space is needed.
 */
import type { Document } from '../../../protocols/document/document.ts'
import { BLOCK_TAG_BYTES } from '../../../protocols/file/constants.ts'
import type { Sealing } from '../../../protocols/file/sealed-block.ts'
import { codecOf } from '../../../protocols/wire/block-ids.ts'
import type { BlockId, PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import type { Position } from '../../../protocols/wire/order.ts'
import { grouped } from '../../grouped.ts'
import { KithError, type FileInfo, type FileLimits } from '../../kith.ts'
import type { EnsuredRow, LinkingRow } from '../../store/blocks.ts'
import { isCarried, type RoomRecord } from '../../store/store.ts'
import {
  AUTO_FETCH_LINKS_AT_ONCE,
  AUTO_FETCH_PLACES_PER_ROOM,
  AUTO_FETCH_TURN_MS,
  CARRIED_UNSIZED_SHARE,
  DAG_OVERHEAD,
  DAG_OVERHEAD_BYTES,
  DEFAULT_AUTO_FETCH_BYTES,
  DEFAULT_FILES_BYTES,
  FOLDER_OVERHEAD_BYTES,
  FOLDER_SEALING_BYTES,
  SEALING_OVERHEAD,
} from '../constants.ts'
import type { RoomStore } from '../../room/room-store.ts'
import { linkingRowOf } from './linking-row.ts'
import { AutoFetches, type Spending } from './auto-fetches.ts'

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
  /** Bytes that are here of a root that is being fetched. */
  receivedBytes: (room: RoomId, id: BlockId) => number
  /** Calls `serve` once other inputs have had their turn. */
  serveLater: () => void
  nowMs: () => number
}

/** How far the documents of a room have been looked through for links that wait to be fetched. */
interface Turn {
  /** The newest are looked at first. */
  before: Position | undefined
  /** Some of those before that found no place, or lost theirs. */
  isAgain: boolean
}

/** Rows read at a time when looking for some to drop. */
const ROWS_AT_ONCE = 64

export class RoomFiles {
  readonly #init: RoomFilesInit
  /** Computed on first use. */
  readonly #usages = new Map<RoomId, RoomUsage>()
  /** The smallest size for which a carrier had no space. It may fit once nothing is being fetched. */
  readonly #skippedBytes = new Map<RoomId, number>()
  readonly #autoFetches = new AutoFetches()
  /** Rooms in which links may wait to be fetched, the one served longest ago first. */
  readonly #turns = new Map<RoomId, Turn>()
  #isServeSet = false

  constructor(init: RoomFilesInit) {
    this.#init = init
  }

  /**
   * A room is opened that may have been fetching files: these have their places. More than there are places for,
   * as other versions began, wait for their turn.
   */
  opened(record: RoomRecord): void {
    const { store } = this.#init
    const rows = store.ensuredRows({ room: record.id, state: 'searching', pinned: false })
    for (const row of rows.slice(AUTO_FETCH_PLACES_PER_ROOM)) {
      store.apply({ type: 'delete-ensured', room: record.id, id: row.id })
    }
    for (const row of rows.slice(0, AUTO_FETCH_PLACES_PER_ROOM)) {
      const author = store.files(record.id, { root: row.id })[0]?.file.author
      this.#autoFetches.begin(row.id, row.maxBytes ?? 0, this.#spending(record, author))
    }
    if (rows.length > 0) {
      this.#wait(record.id)
      this.#serveLater()
    }
  }

  /** A room is no longer open. */
  closed(room: RoomId): void {
    this.#turns.delete(room)
    for (const { id } of this.#init.store.ensuredRows({ room, state: 'searching', pinned: false })) {
      this.#autoFetches.end(room, id, undefined, this.#init.nowMs())
    }
  }

  /** A document with links was accepted: fetches what is small enough. */
  linked(record: RoomRecord, document: Document): void {
    const row = linkingRowOf(document)
    this.#init.store.apply({ type: 'put-linking', room: record.id, row })
    if (this.#fetch(record, row, document.author, true)) this.#wait(record.id)
  }

  /** Fetches what may be fetched now but could not be before, newest first, as long as there is space. */
  fetchAgain(record: RoomRecord): void {
    this.#skippedBytes.delete(record.id)
    this.#turns.delete(record.id)
    this.#wait(record.id)
    this.#serveLater()
  }

  /** Fetches some of the links that wait, in the rooms that have places for them. */
  serve(recordOf: (room: RoomId) => RoomRecord | undefined): void {
    this.#isServeSet = false
    let links = AUTO_FETCH_LINKS_AT_ONCE
    for (const [room, turn] of [...this.#turns]) {
      const record = recordOf(room)
      if (record === undefined) this.#turns.delete(room)
      if (record === undefined || !this.#autoFetches.hasPlaceIn(room)) continue
      links = this.#serveRoom(record, turn, links)
      if (links <= 0) return this.#serveLater()
    }
  }

  /** Nobody who was asked has something of a root: after a while, others get its place. */
  absent(room: RoomId, id: BlockId): void {
    const sinceMs = this.#autoFetches.absent(room, id)
    const isOver = sinceMs !== undefined && this.#init.nowMs() - sinceMs >= AUTO_FETCH_TURN_MS
    if (isOver && this.#turns.has(room)) this.#putOff(room, id)
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
      `the files of this room may take ${grouped(bytesMax)} bytes here, pinned files take ${grouped(pinnedBytes)}, ` +
        `and this needs ${grouped(sizeBytes)}: unpin something, or raise the limit (${command})`,
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
    if (after?.state !== 'searching' || after.pinned) this.#freePlace(room, id, after)
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
        this.#freePlace(record.id, id, undefined)
        this.#init.release(record.id, id)
      }
    }
  }

  /** Returns whether some of the links wait for a place. */
  #fetch(record: RoomRecord, { links, file }: LinkingRow, author: PeerId | undefined, isNew: boolean): boolean {
    let mayDisplace = isNew
    for (const id of links) {
      const row = this.#init.store.ensured(record.id, id)
      if (row?.state === 'complete' || row?.pinned === true) continue
      const maxBytes = this.#allowance(record, file, { id, isNew })
      // It was looked for before its document could be read, up to less than the size that this says.
      const isVain = file?.root === id && (row?.maxBytes ?? Infinity) < file.sizeBytes
      if (maxBytes === undefined && isVain) this.#putOff(record.id, id)
      // If a root is being fetched or has failed, another document may state a larger size.
      if (maxBytes === undefined || (row !== undefined && (row.maxBytes ?? Infinity) >= maxBytes)) continue
      const spending = this.#spending(record, author)
      if (!isCarried(record) && this.#autoFetches.isOverBudget(spending)) return false
      if (row?.state !== 'searching' && !this.#autoFetches.hasPlaceFor(record.id, author)) {
        const displaced = mayDisplace ? this.#autoFetches.displaceable(record.id, author) : undefined
        if (displaced === undefined) return true
        // A document with many links must not cost as many releases.
        mayDisplace = false
        this.#putOff(record.id, displaced)
      }
      this.#autoFetches.begin(id, maxBytes, spending)
      this.#init.ensure({ room: record.id, id, pinned: false, maxBytes })
      this.makeRoom(record)
    }
    return false
  }

  /** Looks at the documents of a room from where it was left. Returns how many more links may be looked at. */
  #serveRoom(record: RoomRecord, turn: Turn, maxLinks: number): number {
    const { store } = this.#init
    let { before, isAgain } = turn
    let links = maxLinks
    while (links > 0 && this.#autoFetches.hasPlaceIn(record.id)) {
      const rows = store.newestLinking(record.id, ROWS_AT_ONCE, before)
      if (rows.length === 0) {
        this.#turns.delete(record.id)
        if (!isAgain) return links
        this.#wait(record.id)
        // The next place that becomes free is theirs; if none is taken, none would.
        if (!this.#autoFetches.isFetchingIn(record.id)) this.#serveLater()
        return links
      }
      for (const row of rows) {
        if (links <= 0 || !this.#autoFetches.hasPlaceIn(record.id)) break
        links -= Math.max(1, row.links.length)
        const author = row.file?.author ?? store.document(row.id)?.author
        if (this.#fetch(record, row, author, false)) isAgain = true
        before = row
      }
    }
    // To the end, so that other rooms come next.
    this.#turns.delete(record.id)
    this.#turns.set(record.id, { before, isAgain })
    return links
  }

  /** Takes the place of a root: it waits for its next turn, and costs no memory until then. */
  #putOff(room: RoomId, id: BlockId): void {
    this.#freePlace(room, id, undefined)
    this.#init.release(room, id)
    this.#wait(room)
  }

  #freePlace(room: RoomId, id: BlockId, after: EnsuredRow | undefined): void {
    const isFreed = this.#autoFetches.end(room, id, this.#fetchedBytes(room, id, after), this.#init.nowMs())
    if (isFreed && this.#turns.has(room)) this.#serveLater()
  }

  /** What was fetched of a root automatically; undefined: up to its limit. */
  #fetchedBytes(room: RoomId, id: BlockId, after: EnsuredRow | undefined): number | undefined {
    if (after === undefined) return this.#init.receivedBytes(room, id)
    if (after.state === 'complete') return after.sizeBytes
    return after.pinned ? 0 : undefined
  }

  /** Something in a room waits for its turn. */
  #wait(room: RoomId): void {
    const turn = this.#turns.get(room)
    if (turn === undefined) this.#turns.set(room, { before: undefined, isAgain: false })
    else turn.isAgain = true
  }

  #serveLater(): void {
    if (this.#isServeSet) return
    this.#isServeSet = true
    this.#init.serveLater()
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
    return Math.min(freeBytes, dagBytesMax({ id, type: 'file', sizeBytes, sealing: file?.sealing }))
  }

  #spending(record: Pick<RoomRecord, 'id' | 'autoFetchBytesMax'>, author: PeerId | undefined): Spending {
    const { id: room, autoFetchBytesMax: largestBytes = DEFAULT_AUTO_FETCH_BYTES } = record
    return { room, author, largestBytes, nowMs: this.#init.nowMs() }
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
export function dagBytesMax({
  id,
  type,
  sizeBytes,
  sealing,
}: Pick<FileInfo, 'type' | 'sizeBytes'> & { id: BlockId; sealing?: Sealing | undefined }): number {
  const isSealed = sealing !== undefined
  if (codecOf(id) === 'raw') return sizeBytes + (isSealed ? BLOCK_TAG_BYTES : 0)
  const overhead = DAG_OVERHEAD + (isSealed ? SEALING_OVERHEAD : 0)
  const folderBytes = FOLDER_OVERHEAD_BYTES + (isSealed ? FOLDER_SEALING_BYTES : 0)
  return Math.ceil(sizeBytes * (1 + overhead)) + (type === 'folder' ? folderBytes : DAG_OVERHEAD_BYTES)
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
