/** Stores the blocks of a file that is being added: one batch is flushed while the next is read and hashed. */
import type { BlockId } from '../../protocols/wire/ids.ts'
import type { BlockSink } from '../files/block-sink.ts'
import { KithError } from '../kith.ts'
import { isSmall, type StoredBlock } from '../store/blocks.ts'
import type { NodeCore } from './core.ts'
import { kithErrorOf } from './data-folder.ts'

/** Bytes of a batch: enough to keep a disk busy, and two batches fit into memory easily. */
export const BATCH_BYTES = 2 * 1024 * 1024

/** Blocks of a batch: small ones share a command and its flush, which takes as long as writing some hundred of them. */
export const BATCH_BLOCKS = 512

/** Collects blocks into batches and stores these one after the other. */
export class BlockWriter implements BlockSink {
  readonly #core: NodeCore
  readonly #requireSpace: (addedBytes: number) => Promise<void>
  #batch: StoredBlock[] = []
  #batchBytes = 0
  /** Resolves once all batches before the current one are stored; rejects if one failed. */
  #stored: Promise<void> = Promise.resolve()
  #addedBytes = 0

  /** `requireSpace` is called before each batch with the bytes that are new, in total; it throws if there is no space. */
  constructor(core: NodeCore, requireSpace: (addedBytes: number) => Promise<void>) {
    this.#core = core
    this.#requireSpace = requireSpace
  }

  /** Takes a block. Resolves once at most one batch is being stored. Rejects if an earlier batch failed. */
  async put(id: BlockId, block: Uint8Array): Promise<void> {
    this.#batch.push({ id, block })
    this.#batchBytes += block.length
    if (this.#batchBytes < BATCH_BYTES && this.#batch.length < BATCH_BLOCKS) return
    const before = this.#stored
    this.#storeBatch()
    await before
  }

  /** Stores what is left. Resolves once all blocks would survive a power cut; rejects if a batch failed. */
  async finish(): Promise<void> {
    this.#storeBatch()
    await this.#stored
  }

  /** Waits until no batch is being stored. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stored.catch(() => undefined) // `finish` throws it, where nothing else ended the writing
  }

  #storeBatch(): void {
    const batch = this.#batch
    this.#batch = []
    this.#batchBytes = 0
    this.#stored = this.#stored.then(() => this.#store(batch))
    this.#stored.catch(() => undefined) // the next `put` or `finish` throws it
  }

  async #store(batch: readonly StoredBlock[]): Promise<void> {
    const { store, stopped } = this.#core
    const added = new Map(batch.map(({ id, block }) => [id, block.length]))
    for (const [id, sizeBytes] of added) if (store.blockSizeBytes(id) === undefined) this.#addedBytes += sizeBytes
    await this.#requireSpace(this.#addedBytes)
    try {
      await store.putDurably(batch.filter(({ block }) => !isSmall(block)))
    } catch (error) {
      if (stopped.aborted) throw new KithError('stopped', 'the node has stopped')
      throw error instanceof Error ? kithErrorOf(error) : error
    }
    // Small blocks are durable with this command.
    await this.#core.command({ type: 'put-blocks', blocks: batch })
  }
}
