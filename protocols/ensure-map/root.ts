/** A root that is being fetched: walks its DAG as far as it is here, and counts what is missing. */
import { codecOf } from '../wire/block-ids.ts'
import type { BlockId, PeerId } from '../wire/ids.ts'
import {
  AUTO_BLOCK_BYTES,
  FEW_OPEN_WANTS,
  MAX_AUTO_OPEN_WANTS,
  MAX_BLOCKS,
  MAX_DEPTH,
  MAX_OPEN_WANTS,
  MIN_AUTO_BLOCKS,
} from './constants.ts'
import { contentOf, ContentError } from './links.ts'
import type { Ensured, EnsureFailure, EnsureMapPorts } from './ports.ts'
import { RateMeter } from './rate-meter.ts'

interface Visit {
  id: BlockId
  depth: number
}

/** What a walk found. */
export interface Walked {
  /** Blocks that the root needs and that were not known before. */
  needs: Visit[]
  /** Those of them that are not here. */
  missing: Visit[]
  /** Those of them that are. */
  held: BlockId[]
  steps: number
}

const EMPTY: ReadonlySet<BlockId> = new Set()

/** One root, from when it is asked for until it is complete or has failed. */
export class Root {
  row: Ensured
  known = 0
  have = 0
  sizeBytes = 0
  failure: EnsureFailure | undefined
  /** Peers that sent blocks of it, with how many bytes. */
  from: Map<PeerId, number> | undefined
  readonly #ports: EnsureMapPorts
  /** What is to be visited; the next one last. */
  #stack: Visit[]
  /** All that was met but the root itself; most roots are single blocks. */
  #met: Set<BlockId> | undefined
  /** As much is missing as may be, and not enough of it has come since. */
  #isFull = false
  #rate: RateMeter | undefined

  constructor(row: Ensured, ports: EnsureMapPorts) {
    this.row = row
    this.#ports = ports
    this.#stack = [{ id: row.id, depth: 0 }]
  }

  get missing(): number {
    return this.known - this.have
  }

  get isComplete(): boolean {
    return this.failure === undefined && this.#stack.length === 0 && this.missing === 0
  }

  /** Whether there is something to visit now. */
  get canWalk(): boolean {
    return this.failure === undefined && this.#stack.length > 0 && !this.#isFull
  }

  /** All that it is known to need. */
  *needs(): Generator<BlockId> {
    yield this.row.id
    yield* this.#met ?? EMPTY
  }

  bytesPerSecond(nowMs: number): number {
    return this.#rate?.perSecond(nowMs) ?? 0
  }

  /** Visits up to `maxSteps` blocks. */
  walk(maxSteps: number): Walked {
    const walked: Walked = { needs: [], missing: [], held: [], steps: 0 }
    while (this.canWalk && walked.steps < maxSteps) {
      const visit = this.#stack.pop()
      if (visit === undefined) break
      walked.steps++
      this.known++
      walked.needs.push(visit)
      const sizeBytes = this.#ports.sizeBytes(visit.id)
      if (sizeBytes === undefined) walked.missing.push(visit)
      else {
        walked.held.push(visit.id)
        this.#holds(visit, sizeBytes)
      }
      this.#isFull = this.missing >= (this.row.pinned ? MAX_OPEN_WANTS : MAX_AUTO_OPEN_WANTS)
    }
    if (this.#stack.length === 0) this.#stack = [] // gives back what it held
    return walked
  }

  /** A block that was missing is here. */
  arrived(visit: Visit, sizeBytes: number): void {
    this.#holds(visit, sizeBytes)
    if (this.missing <= (this.row.pinned ? FEW_OPEN_WANTS : MAX_AUTO_OPEN_WANTS / 2)) this.#isFull = false
  }

  /** Counts what a peer sent. */
  took(from: PeerId, sizeBytes: number, nowMs: number): void {
    this.from ??= new Map()
    this.from.set(from, (this.from.get(from) ?? 0) + sizeBytes)
    this.#rate ??= new RateMeter(nowMs)
    this.#rate.add(sizeBytes, nowMs)
  }

  fail(failure: EnsureFailure): void {
    this.failure = failure
    this.#stack = []
  }

  get #maxBlocks(): number {
    const { pinned, maxBytes = Infinity } = this.row
    return pinned ? MAX_BLOCKS : Math.min(MAX_BLOCKS, MIN_AUTO_BLOCKS + maxBytes / AUTO_BLOCK_BYTES)
  }

  /** Links are noted when they are met, so that what waits to be visited is bounded as well. */
  #meet(links: readonly BlockId[], depth: number): void {
    this.#met ??= new Set()
    for (const id of links.toReversed()) {
      if (this.#met.has(id)) continue
      if (depth > MAX_DEPTH) return this.fail('too-deep')
      // The root itself is not among them.
      if (this.#met.size + 1 >= this.#maxBlocks) return this.fail('too-many-blocks')
      this.#met.add(id)
      this.#stack.push({ id, depth })
    }
  }

  #holds({ id, depth }: Visit, sizeBytes: number): void {
    this.have++
    this.sizeBytes += sizeBytes
    const maxBytes = this.row.maxBytes ?? Infinity
    if (this.sizeBytes > maxBytes) this.fail('too-large')
    if (codecOf(id) === 'raw' || this.failure !== undefined) return
    const block = this.#ports.block(id)
    if (block === undefined) throw new Error(`${id} is gone`)
    try {
      const { links, linkedBytes } = contentOf(id, block)
      // Nothing of what is too large by its own account is fetched.
      if (depth === 0 && linkedBytes > maxBytes) this.fail('too-large')
      else if (links.length > 0) this.#meet(links, depth + 1)
    } catch (error) {
      if (!(error instanceof ContentError)) throw error
      this.fail(error.code)
    }
  }
}
