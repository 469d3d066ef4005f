/** Stores the blocks of a file that is being added: a batch is flushed while the next one is read and hashed. */
import type { BlockId } from '../../protocols/wire/ids.ts'
import type { BlockSink } from '../files/import-path.ts'
import { KithError } from '../kith.ts'
import type { StoredBlock } from '../store/store.ts'
import type { NodeCore } from './core.ts'
import { kithErrorOf } from './data-folder.ts'

/** Bytes after which a batch is stored: enough to keep a disk busy, and two of them are in memory. */
export const BATCH_BYTES = 2 * 1024 * 1024

/** Blocks after which a batch is stored: small ones share the flush of their folders and a command. */
export const BATCH_BLOCKS = 64

export class BlockWriter implements BlockSink {
  readonly #core: NodeCore
  readonly #requireSpace: (addedBytes: number) => Promise<void>
  #batch: StoredBlock[] = []
  #batchBytes = 0
  /** Settles once all batches before the current one are stored, or one was refused. */
  #stored: Promise<void> = Promise.resolve()
  #addedBytes = 0

  /** `requireSpace` is called before each batch, with the bytes that were not here before; it throws if there is no space. */
  constructor(core: NodeCore, requireSpace: (addedBytes: number) => Promise<void>) {
    this.#core = core
    this.#requireSpace = requireSpace
  }

  /** Takes a block; waits until all batches but the last one are stored. Throws what kept one from being stored. */
  async put(id: BlockId, block: Uint8Array): Promise<void> {
    this.#batch.push({ id, block })
    this.#batchBytes += block.length
    if (this.#batchBytes < BATCH_BYTES && this.#batch.length < BATCH_BLOCKS) return
    const before = this.#stored
    this.#storeBatch()
    await before
  }

  /** Resolves once all blocks survive a power cut. Throws what kept one from being stored. */
  async finish(): Promise<void> {
    this.#storeBatch()
    await this.#stored
  }

  /** Waits until nothing is being written. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stored.catch(() => undefined)
  }

  #storeBatch(): void {
    const batch = this.#batch
    this.#batch = []
    this.#batchBytes = 0
    this.#stored = this.#stored.then(() => this.#store(batch))
    this.#stored.catch(() => undefined) // whoever puts or finishes next gets it
  }

  async #store(batch: readonly StoredBlock[]): Promise<void> {
    const { store, stopped } = this.#core
    const added = new Map(batch.map(({ id, block }) => [id, block.length]))
    for (const [id, sizeBytes] of added) if (store.blockSizeBytes(id) === undefined) this.#addedBytes += sizeBytes
    await this.#requireSpace(this.#addedBytes)
    try {
      await store.putDurably(batch)
    } catch (error) {
      if (stopped.aborted) throw new KithError('stopped', 'the node has stopped')
      throw error instanceof Error ? kithErrorOf(error) : error
    }
    await this.#core.command({ type: 'put-blocks', blocks: batch })
  }
}
