/** A peer that can be asked for blocks: what it was asked for, how much more it accepts, and how it answers. */
import { codecOf } from '../wire/block-ids.ts'
import type { BlockId, PeerId, RoomId } from '../wire/ids.ts'
import { TokenBucket } from '../wire/token-bucket.ts'
import {
  ASK_BURST,
  ASK_PAUSE_MS,
  EXPECTED_BLOCK_BYTES,
  FAST_MS,
  MAX_ASKED,
  MAX_BAD_BLOCKS,
  MAX_WINDOW_BYTES,
  MIN_WINDOW_BYTES,
  PRIORITY,
  REPORT_EVERY_BYTES,
  WANTS_PER_SECOND,
  type Priority,
} from './constants.ts'
import type { PeerRooms } from './peer-rooms.ts'
import type { Want } from './wants.ts'

export interface Ask {
  want: Want
  /** The room in whose name it was asked. */
  room: RoomId
  sentMs: number
}

/** What a peer can be asked for. 0: nothing; 1: ancestors; 2: anything. */
export type Capacity = 0 | 1 | 2

/** The weight of a new block in the average size. */
const AVERAGE_WEIGHT = 1 / 8
/** Even an answer without a block takes some space in a frame. */
const MIN_AVERAGE_BYTES = 1_024

/** One peer, while its stream is open. */
export class AskedPeer {
  readonly id: PeerId
  readonly session: number
  /** The rooms in whose name it can be asked. */
  rooms: PeerRooms
  readonly asks = new Map<BlockId, Ask>()
  /** When it last sent something, or was asked after it had answered everything. */
  heardMs: number
  isSilent = false
  isTimerSet = false
  restedMs = 0
  /** Its capacity when it was last checked. */
  lastCapacity: Capacity = 0
  /** By priority, how many stalled wants, from the first in turn, were not tried since it accepts or may have more. */
  readonly unseen: Record<Priority, number> = { 0: 0, 1: 0, 2: 0 }
  /** Documents that it may send without being asked for each. */
  ancestorsWelcome = 0
  /** Limits how fast it is asked, whether it answers or not. */
  readonly #rate: TokenBucket
  #badBlocks = 0
  #averageBytes = EXPECTED_BLOCK_BYTES
  #windowBytes = MIN_WINDOW_BYTES
  #measured = { sinceMs: 0, sizeBytes: 0 }
  #receivedBytes = 0
  #reportedBytes = 0

  constructor(id: PeerId, session: number, rooms: PeerRooms, nowMs: number) {
    this.id = id
    this.session = session
    this.rooms = rooms
    this.heardMs = nowMs
    this.#rate = new TokenBucket(ASK_BURST, WANTS_PER_SECOND, nowMs)
    this.#measured.sinceMs = nowMs
  }

  /** Whether it can be asked at all, now or once it accepts more. */
  get isAskable(): boolean {
    return !this.isSilent && this.rooms.size > 0 && this.#badBlocks < MAX_BAD_BLOCKS
  }

  /** How many more bytes it can be asked for. */
  get freeBytes(): number {
    return this.asks.size < MAX_ASKED ? this.#windowBytes - this.asks.size * this.#averageBytes : 0
  }

  /** Whether it can be asked for a block. Ancestors are few and small, so they do not wait for other blocks. */
  hasRoomFor(priority: number, nowMs: number): boolean {
    if (this.isTired(nowMs)) return false
    return priority === PRIORITY.ancestor ? this.asks.size < MAX_ASKED : this.freeBytes > 0
  }

  /** What it can be asked for now. */
  capacity(nowMs: number): Capacity {
    if (!this.isAskable || !this.hasRoomFor(PRIORITY.ancestor, nowMs)) return 0
    return this.hasRoomFor(PRIORITY.leaf, nowMs) ? 2 : 1
  }

  /** Whether it was asked for as much as it accepts, and rests until `restedMs`. */
  isTired(nowMs: number): boolean {
    if (nowMs < this.restedMs) return true
    if (this.#rate.has(nowMs)) return false
    this.restedMs = nowMs + ASK_PAUSE_MS
    return true
  }

  /** It sent a block that does not match its id. */
  lied(): void {
    this.#badBlocks++
  }

  ask(ask: Ask, nowMs: number): void {
    if (this.asks.size === 0) {
      this.heardMs = nowMs
      this.#measured = { sinceMs: nowMs, sizeBytes: 0 }
    }
    this.asks.set(ask.want.id, ask)
    this.#rate.spend(nowMs, 1)
  }

  /** A block arrived. If they arrive fast, more are asked for at a time. */
  took(sizeBytes: number, nowMs: number): void {
    this.#receivedBytes += sizeBytes
    this.#measured.sizeBytes += sizeBytes
    const isFast = nowMs - this.#measured.sinceMs < FAST_MS
    if (isFast && this.#measured.sizeBytes < this.#windowBytes) return
    if (isFast) this.#windowBytes = Math.min(2 * this.#windowBytes, MAX_WINDOW_BYTES)
    this.#measured = { sinceMs: nowMs, sizeBytes: 0 }
  }

  /** An answer: a block of that size, or none. */
  answered(id: BlockId, sizeBytes: number): Ask | undefined {
    const ask = this.asks.get(id)
    if (ask === undefined) return undefined
    this.asks.delete(id)
    // Nodes are much smaller than leaves, so they would spoil the average.
    if (codecOf(id) !== 'dag-pb' || sizeBytes === 0) {
      this.#averageBytes += (Math.max(sizeBytes, MIN_AVERAGE_BYTES) - this.#averageBytes) * AVERAGE_WEIGHT
    }
    return ask
  }

  fellSilent(): void {
    this.isSilent = true
    this.#windowBytes = Math.max(this.#windowBytes / 2, MIN_WINDOW_BYTES)
  }

  /** Bytes received so far, if it is time to report them to the peer. */
  report(): number | undefined {
    if (this.#receivedBytes - this.#reportedBytes < REPORT_EVERY_BYTES) return undefined
    this.#reportedBytes = this.#receivedBytes
    return this.#receivedBytes
  }
}
