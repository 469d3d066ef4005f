/** Gets blocks from the ring that no connected peer has, for rooms whose user said that they are there. */
import { roomOfDocument } from '../../protocols/ensure-map/links.ts'
import { DEFAULT_COPIES } from '../../protocols/ring/constants.ts'
import { keyOfBlock } from '../../protocols/ring/index.ts'
import type { BlockId, RoomId } from '../../protocols/wire/ids.ts'
import { TokenBucket } from '../../protocols/wire/token-bucket.ts'
import { KithError } from '../kith.ts'
import { monotonicMs } from '../runtime/clock.ts'
import type { NodeCore } from './core.ts'
import type { NodeHost } from './node-host.ts'
import type { NodeRing } from './node-ring.ts'
import type { Wants } from './wants.ts'
import { isInRing, RING_SETTLE_MS } from './ring-sharing.ts'

/** Blocks that are looked for at a time: each may have 1 MiB, and takes a few requests. */
export const MAX_RING_GETS = 4
/**
 * A burst, then so many a second. A node of the ring gives a peer 16 MiB at once, and then 1 MiB a second, which is 4 blocks
 * of a file; a block that nobody has costs 8 requests, of which it takes 64 a second.
 */
export const RING_GET_RATE = { burst: 48, perSecond: 4 }
/** Blocks that wait for that. What does not fit is missed again, and comes back. */
export const MAX_RING_WAITING = 2_048
/** Blocks of one root at a time, so that one that is large and not there leaves others their place. */
export const MAX_RING_BLOCKS_OF_ROOT = 256

const MS_PER_SECOND = 1_000

export interface RingBlocksInit {
  ring: Pick<NodeRing, 'hasOthers' | 'find'>
  core: Pick<NodeCore, 'machine' | 'store' | 'command' | 'stopped'>
  host: Pick<NodeHost, 'on'>
  /** While there is no space, nothing is fetched. */
  wants: Pick<Wants, 'isPaused'>
}

export class RingBlocks {
  readonly #init: RingBlocksInit
  /** Blocks to look for and a room that needs each, the first missed first. */
  readonly #waiting = new Map<BlockId, RoomId>()
  readonly #asked = new Set<BlockId>()
  readonly #rate = new TokenBucket(RING_GET_RATE.burst, RING_GET_RATE.perSecond, monotonicMs())
  #timer: NodeJS.Timeout | undefined

  constructor(init: RingBlocksInit) {
    this.#init = init
    // A peer is known as a node of the ring soon after it connects.
    init.host.on('connected', () => this.#getLater(RING_SETTLE_MS))
    init.core.stopped.addEventListener('abort', () => clearTimeout(this.#timer))
  }

  /** No connected peer has these blocks that a root in a room needs. */
  absent(room: RoomId, missing: readonly BlockId[]): void {
    if (!isInRing(this.#init.core.machine, room)) return
    for (const id of missing.slice(0, MAX_RING_BLOCKS_OF_ROOT)) {
      if (this.#asked.has(id) || this.#waiting.size >= MAX_RING_WAITING) continue
      this.#waiting.set(id, room)
    }
    this.#getNext()
  }

  #getLater(afterMs: number): void {
    if (this.#init.core.stopped.aborted || this.#timer !== undefined) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#getNext()
    }, afterMs)
    this.#timer.unref()
  }

  #getNext(): void {
    const { ring, core, wants } = this.#init
    if (!ring.hasOthers || core.stopped.aborted || wants.isPaused) return
    for (const [id, room] of this.#waiting) {
      if (this.#asked.size >= MAX_RING_GETS) return
      const isMissing = this.#isMissing(id, room)
      if (isMissing && !this.#rate.take(monotonicMs())) return this.#getLater(MS_PER_SECOND / RING_GET_RATE.perSecond)
      this.#waiting.delete(id)
      if (isMissing) void this.#get(id, room)
    }
  }

  /** It may have come since, or its user may have thought better of it. */
  #isMissing(id: BlockId, room: RoomId): boolean {
    const { machine, store } = this.#init.core
    return store.blockSizeBytes(id) === undefined && store.isNeeded(room, id) && isInRing(machine, room)
  }

  async #get(id: BlockId, room: RoomId): Promise<void> {
    const { ring, core, wants } = this.#init
    this.#asked.add(id)
    try {
      const { item } = await ring.find(keyOfBlock(id), DEFAULT_COPIES)
      // Documents are not put there, and would have to be checked by their room.
      const isBlock = item !== undefined && roomOfDocument(id, item.value) === undefined
      if (isBlock && !core.stopped.aborted && !wants.isPaused && this.#isMissing(id, room)) {
        await core.command({ type: 'put-blocks', blocks: [{ id, block: item.value }] })
      }
    } catch (error) {
      // The ring did not answer: what is missing is missed again. Or the node stops, or its disk is full.
      if (!(error instanceof KithError)) throw error
    } finally {
      this.#asked.delete(id)
    }
    this.#getNext()
  }
}
