/**
 * Puts what this node has of rooms into the ring, where its user said so: that it has it, and the blocks of small files.
 *
 * Invariants
 * 1. Nothing of a room is put unless its user said so on this node, and of a private room nothing that is not sealed.
 * 2. One item is put at a time, those of the newest first, with a pause in between, and at a bounded rate of bytes.
 * 3. What is put expires; it is put again before that, for as long as this node has it and its room says so.
 */
import { contentOf, roomOfDocument } from '../../protocols/ensure-map/links.ts'
import type { Ensured } from '../../protocols/ensure-map/index.ts'
import { DEFAULT_COPIES, PROVIDER_RENEW_SECONDS } from '../../protocols/ring/constants.ts'
import { keyOfBlock } from '../../protocols/ring/index.ts'
import { codecOf } from '../../protocols/wire/block-ids.ts'
import type { BlockId, RoomId } from '../../protocols/wire/ids.ts'
import { TokenBucket } from '../../protocols/wire/token-bucket.ts'
import { KithError, type RoomRingFile } from '../kith.ts'
import type { NodeMachine } from '../machine/node-machine.ts'
import { sharingOf } from '../machine/sharing.ts'
import { monotonicMs } from '../runtime/clock.ts'
import { statesOf, type StoreReads } from '../store/store.ts'
import type { NodeHost } from './node-host.ts'
import type { NodeRing } from './node-ring.ts'
import type { RingProviders } from './ring-providers.ts'

/** Roots of a node that are in the ring, the newest ones: each is a record of half a kilobyte at 4 nodes. */
export const MAX_RING_ROOTS = 1_000
/** A file with more bytes does not go: the ring is for small things, and strangers keep it. It is announced. */
export const MAX_RING_FILE_BYTES = 16 * 1024 * 1024
/** Blocks of a file that goes: a folder of many small files has one for each. */
export const MAX_RING_FILE_BLOCKS = 1_024
/** All files of this node that go, the newest first: as much as one node keeps for others. */
export const MAX_RING_BYTES = 256 * 1024 * 1024
/** Bytes at once, and each second; four times as many leave, of which one node may get most: less than it takes of a peer. */
export const RING_PUT_BURST_BYTES = 4 * 1024 * 1024
export const RING_PUT_BYTES_PER_SECOND = 128 * 1024
/** How long blocks are kept, and when they are put again: several nodes of a room may each be off for a week. */
export const BLOCK_TTL_MS = 14 * 24 * 3_600_000
export const BLOCK_RENEW_MS = 2 * 24 * 3_600_000
/** Nobody took it, or has space for it: often somebody comes or goes soon. */
export const RING_RETRY_MS = 5 * 60_000
/** Between two items. */
export const RING_PAUSE_MS = 200
/** A peer is known as a node of the ring soon after it connects. */
export const RING_SETTLE_MS = 2_000
/** While others are connected and none of them is known as a node of the ring. */
export const RING_WAIT_MS = 30_000

const MS_PER_SECOND = 1_000

/** Why a file is not in the ring, or not all of it. */
type Left = Exclude<RoomRingFile['left'], null>

interface RingRoot {
  readonly room: RoomId
  readonly id: BlockId
  /** Of all its blocks. */
  readonly sizeBytes: number
  readonly blockCount: number
  isAnnounced: boolean
  /** When to announce it next, and when to put its blocks, by the monotonic clock. */
  announceDueMs: number
  blocksDueMs: number
  /** Blocks still to be put this time; undefined if that has not begun. */
  blocks: BlockId[] | undefined
  /** Its blocks were in the ring when this node looked, or were put since. */
  isKept: boolean
}

/** What is known of a root that is complete. */
type Complete = Pick<Ensured, 'id' | 'sizeBytes' | 'blocks'>

export interface RingSharingInit {
  ring: Pick<NodeRing, 'isOn' | 'hasOthers' | 'put' | 'where'>
  providers: Pick<RingProviders, 'announce'>
  host: Pick<NodeHost, 'on'>
  machine: Pick<NodeMachine, 'rooms'>
  store: StoreReads
  random: () => number
  stopped: AbortSignal
}

export class RingSharing {
  readonly #init: RingSharingInit
  /** By room and id, the newest last. */
  #roots = new Map<string, RingRoot>()
  readonly #rate = new TokenBucket(RING_PUT_BURST_BYTES, RING_PUT_BYTES_PER_SECOND, monotonicMs())
  #isLoaded = false
  #isBusy = false
  #timer: NodeJS.Timeout | undefined
  #settleTimer: NodeJS.Timeout | undefined

  constructor(init: RingSharingInit) {
    this.#init = init
    init.host.on('connected', () => this.#settle())
    init.stopped.addEventListener('abort', () => {
      clearTimeout(this.#timer)
      clearTimeout(this.#settleTimer)
    })
  }

  /** Whether this node takes part in the ring. */
  get isOn(): boolean {
    return this.#init.ring.isOn
  }

  /** A root is complete or has failed. */
  ensured(row: Ensured): void {
    const { room, state } = row
    if (state !== 'complete' || room === undefined || !isInRing(this.#init.machine, room)) return
    this.#add(room, row)
    this.#nextLater()
  }

  /** Some room says since now that it is in the ring, or no more. */
  roomChanged(): void {
    this.#load()
    this.#nextLater()
  }

  /** The files of a room that are here, and what of them is in the ring; the newest last. */
  files(room: RoomId): RoomRingFile[] {
    this.#loadOnce()
    const { store } = this.#init
    const files: RoomRingFile[] = []
    let newerBytes = 0
    for (const root of [...this.#roots.values()].reverse()) {
      const { id, isAnnounced, isKept } = root
      const file = root.room === room ? store.files(room, { root: id }).at(-1)?.file : undefined
      if (file !== undefined) {
        const left = this.#leftOf(root, newerBytes) ?? (isKept ? null : 'waiting')
        files.unshift({ id, name: file.name, sizeBytes: file.sizeBytes, isAnnounced, left })
      }
      newerBytes += bytesToPut(root)
    }
    return files
  }

  #settle(): void {
    if (this.#init.stopped.aborted || this.#settleTimer !== undefined) return
    this.#settleTimer = setTimeout(() => {
      this.#settleTimer = undefined
      this.#loadOnce()
      this.#nextLater()
    }, RING_SETTLE_MS)
    this.#settleTimer.unref()
  }

  #loadOnce(): void {
    if (!this.#isLoaded) this.#load()
  }

  /** Takes the newest of what is complete in all rooms of the ring. */
  #load(): void {
    this.#isLoaded = true
    const { machine, store } = this.#init
    const records = machine.rooms.list().map(({ record }) => record)
    const rooms = new Set(
      records.map(({ id }) => id).filter((room) => isInRing(machine, room) && isShared(store, room)),
    )
    // States are for members alone, and change often.
    const states = new Set(records.flatMap(statesOf))
    const rows = store
      .ensuredRows({ state: 'complete' })
      .flatMap((row) =>
        row.room !== undefined && rooms.has(row.room) && !states.has(row.id) ? [{ ...row, room: row.room }] : [],
      )
      .sort((a, b) => a.addedAtMs - b.addedAtMs)
    const before = this.#roots
    this.#roots = new Map()
    for (const { room, ...row } of rows.slice(-MAX_RING_ROOTS)) {
      const key = keyOf(room, row.id)
      this.#roots.set(key, before.get(key) ?? newRoot(room, row))
    }
  }

  #add(room: RoomId, row: Complete): void {
    const key = keyOf(room, row.id)
    const root = this.#roots.get(key) ?? newRoot(room, row)
    this.#roots.delete(key)
    this.#roots.set(key, root)
    const [oldest] = this.#roots.keys()
    if (this.#roots.size > MAX_RING_ROOTS && oldest !== undefined) this.#roots.delete(oldest)
  }

  #nextLater(afterMs = 0): void {
    clearTimeout(this.#timer)
    const { ring, stopped } = this.#init
    if (this.#isBusy || stopped.aborted || this.#roots.size === 0) return
    const dueMs = Math.min(
      ...[...this.#roots.values()].map(({ announceDueMs, blocksDueMs }) => Math.min(announceDueMs, blocksDueMs)),
    )
    const waitMs = ring.hasOthers ? Math.max(afterMs, dueMs - monotonicMs()) : RING_WAIT_MS
    this.#timer = setTimeout(() => void this.#next(), Math.max(0, waitMs))
    this.#timer.unref()
  }

  /** Puts one item: announcements first. */
  async #next(): Promise<void> {
    const nowMs = monotonicMs()
    const roots = [...this.#roots.values()].reverse()
    const toAnnounce = roots.find(({ announceDueMs }) => announceDueMs <= nowMs)
    const toPut = roots.find(({ blocksDueMs }) => blocksDueMs <= nowMs)
    this.#isBusy = true
    let pauseMs = RING_PAUSE_MS
    if (this.#init.ring.hasOthers) {
      if (toAnnounce !== undefined) await this.#announce(toAnnounce)
      else if (toPut !== undefined) pauseMs = Math.max(pauseMs, await this.#putOne(toPut))
    }
    this.#isBusy = false
    this.#nextLater(pauseMs)
  }

  async #announce(root: RingRoot): Promise<void> {
    if (!this.#isHere(root)) return this.#forget(root)
    root.isAnnounced = await this.#init.providers.announce(root.room, root.id)
    root.announceDueMs = this.#inAbout(root.isAnnounced ? PROVIDER_RENEW_SECONDS * MS_PER_SECOND : RING_RETRY_MS)
  }

  /** Puts the next block of a root, or finds that there is none. Returns how long to wait before the next item, in ms. */
  async #putOne(root: RingRoot): Promise<number> {
    if (!this.#isHere(root)) {
      this.#forget(root)
      return 0
    }
    const left = this.#leftOf(root, this.#bytesNewerThan(root))
    root.blocks ??= left === null ? this.#blocksOf(root.id) : []
    const [id] = root.blocks
    const block = id && this.#init.store.block(id)
    if (id === undefined || block === undefined) {
      // A lost block is fetched again, and then its root is complete anew.
      root.isKept = left === null && root.blocks.length === 0
      root.blocks = undefined
      root.blocksDueMs = this.#inAbout(BLOCK_RENEW_MS)
      return 0
    }
    try {
      if (root.isKept || !(await this.#isEverywhere(id))) {
        const waitMs = this.#waitMs(block.length)
        if (waitMs > 0) return waitMs
        await this.#init.ring.put(block, { ttlMs: BLOCK_TTL_MS })
      }
      root.blocks.shift()
    } catch (error) {
      if (!(error instanceof KithError)) throw error
      root.blocksDueMs = this.#inAbout(RING_RETRY_MS)
    }
    return 0
  }

  /** Until so many bytes may be put, in ms; takes them if that is now. */
  #waitMs(sizeBytes: number): number {
    const nowMs = monotonicMs()
    if (this.#rate.take(nowMs, sizeBytes)) return 0
    return ((sizeBytes - this.#rate.left(nowMs)) / RING_PUT_BYTES_PER_SECOND) * MS_PER_SECOND
  }

  /** Whether all who should keep a block do: so a restart does not put everything again. */
  async #isEverywhere(id: BlockId): Promise<boolean> {
    const places = await this.#init.ring.where(keyOfBlock(id), { copies: DEFAULT_COPIES })
    return places.every(({ holds }) => holds)
  }

  /** Why the blocks of a root do not go into the ring, where so many bytes of newer ones go; null if they do. */
  #leftOf(root: RingRoot, newerBytes: number): Left | null {
    const { store, machine } = this.#init
    const files = store.files(root.room, { root: root.id })
    const isPrivate = machine.rooms.get(root.room)?.record.access === 'private'
    if (files.length === 0 || (isPrivate && !files.every(({ file }) => file.sealing !== undefined))) return 'not-sealed'
    if (isTooLarge(root)) return 'too-large'
    return newerBytes + root.sizeBytes > MAX_RING_BYTES ? 'too-many' : null
  }

  #bytesNewerThan(root: RingRoot): number {
    const roots = [...this.#roots.values()]
    return roots.slice(roots.indexOf(root) + 1).reduce((sum, each) => sum + bytesToPut(each), 0)
  }

  /** The blocks of a file, the root first. Documents that it links to are for members alone. */
  #blocksOf(root: BlockId): BlockId[] {
    const { store } = this.#init
    const ids = new Set([root])
    for (const id of ids) {
      if (codecOf(id) === 'raw') continue
      const block = store.block(id)
      if (block === undefined) continue
      if (roomOfDocument(id, block) !== undefined) ids.delete(id)
      else for (const link of contentOf(id, block).links) ids.add(link)
    }
    return [...ids]
  }

  /** Whether a root is complete here, shared with everyone in its room, and its room in the ring. */
  #isHere({ room, id }: RingRoot): boolean {
    const { machine, store } = this.#init
    const isOpen = machine.rooms.get(room)?.record.status === 'open'
    if (!isOpen || !isInRing(machine, room) || !isShared(store, room)) return false
    return store.ensured(room, id)?.state === 'complete'
  }

  #forget({ room, id }: RingRoot): void {
    this.#roots.delete(keyOf(room, id))
  }

  /** A time from three quarters to five quarters of that from now, so that nodes do not act at one moment. */
  #inAbout(ms: number): number {
    return monotonicMs() + ms * (0.75 + this.#init.random() / 2)
  }
}

/** Whether the user said that what this node has of a room goes into the ring. */
export function isInRing({ rooms }: Pick<NodeMachine, 'rooms'>, room: RoomId): boolean {
  return rooms.get(room)?.record.personal?.inRing === true
}

/** Whether a room is shared with everyone in it. */
function isShared(store: StoreReads, room: RoomId): boolean {
  return sharingOf(store, room, undefined).policy === 'share'
}

function keyOf(room: RoomId, id: BlockId): string {
  return `${room} ${id}`
}

function newRoot(room: RoomId, { id, sizeBytes, blocks }: Complete): RingRoot {
  return {
    ...{ room, id, sizeBytes, blockCount: blocks, isAnnounced: false, isKept: false },
    ...{ announceDueMs: -Infinity, blocksDueMs: -Infinity, blocks: undefined },
  }
}

function isTooLarge({ sizeBytes, blockCount }: RingRoot): boolean {
  return sizeBytes > MAX_RING_FILE_BYTES || blockCount > MAX_RING_FILE_BLOCKS
}

function bytesToPut(root: RingRoot): number {
  return isTooLarge(root) ? 0 : root.sizeBytes
}
