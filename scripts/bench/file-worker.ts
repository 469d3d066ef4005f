/** A process that adds files to a store and saves them from there, sealed or not, without a node or a network. */
import { randomBytes } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { join } from 'node:path'
import { FILE_KEY_BYTES } from '../../protocols/file/constants.ts'
import { SEED_BYTES } from '../../protocols/wire/crypto.ts'
import type { BlockSink } from '../../src/files/block-sink.ts'
import type { DurableBlocks, StoredBlock } from '../../src/store/blocks.ts'
import { sharedNowMs } from './clock.ts'
import { serve } from './rpc.ts'

// The flags that bin/kith.js sets for every node started by `kith start`.
setFlagsFromString('--semi-space-growth-factor=1')
setFlagsFromString('--external-memory-accounted-in-global-limit')
setFlagsFromString('--heap-growing-percent=92')

const BUILT = new URL('../../dist/src/', import.meta.url)

/** Blocks flushed together, like those of a node. */
const BATCH_BYTES = 2 * 1024 * 1024
const SAMPLE_EVERY_MS = 50

/** What it took to add a file and to save it again. */
interface Took {
  addedMs: number
  savedMs: number
  /** The most memory beyond that of the process before. */
  grownBytes: number
}

const methods = {
  /** Adds the file at a path to a new store in a folder, and saves it from there. */
  async addAndSave(folder: string, path: string, isSealed: boolean): Promise<Took> {
    const { importPath } = await built<typeof import('../../src/files/import-path.ts')>('files/import-path.js')
    const { exportDag } = await built<typeof import('../../src/files/export-path.ts')>('files/export-path.js')
    const { openSqliteStore } = await built<typeof import('../../src/store/sqlite.ts')>('store/sqlite.js')
    const { AtRestKey } = await built<typeof import('../../src/store/at-rest.ts')>('store/at-rest.js')
    const store = openSqliteStore(join(folder, 'kith.db'), new AtRestKey(randomBytes(SEED_BYTES)))
    const startBytes = process.memoryUsage.rss()
    let mostBytes = startBytes
    const timer = setInterval(() => (mostBytes = Math.max(mostBytes, process.memoryUsage.rss())), SAMPLE_EVERY_MS)
    const startedMs = sharedNowMs()
    const sink = new Batches(store)
    const fileKey = isSealed ? randomBytes(FILE_KEY_BYTES) : undefined
    const { id, type, sizeBytes, sealing } = await importPath(path, sink, { fileKey })
    await sink.finish()
    const addedMs = sharedNowMs() - startedMs
    const source = { get: (wanted: typeof id) => store.block(wanted) ?? new Uint8Array(0) }
    await exportDag(id, source, join(folder, 'saved'), { expected: { type, sizeBytes }, sealing })
    const savedMs = sharedNowMs() - startedMs - addedMs
    clearInterval(timer)
    store.close()
    return { addedMs, savedMs, grownBytes: mostBytes - startBytes }
  },
}

/** The methods of this process. */
export type FileWorker = typeof methods

/** One batch is stored while the next is made, as a node does it. */
class Batches implements BlockSink {
  readonly #store: DurableBlocks
  #batch: StoredBlock[] = []
  #batchBytes = 0
  #stored: Promise<void> = Promise.resolve()

  constructor(store: DurableBlocks) {
    this.#store = store
  }

  async put(id: StoredBlock['id'], block: Uint8Array): Promise<void> {
    this.#batch.push({ id, block })
    this.#batchBytes += block.length
    if (this.#batchBytes < BATCH_BYTES) return
    const before = this.#stored
    this.#storeBatch()
    await before
  }

  /** Resolves once all blocks are stored. */
  async finish(): Promise<void> {
    this.#storeBatch()
    await this.#stored
  }

  #storeBatch(): void {
    const batch = this.#batch
    this.#batch = []
    this.#batchBytes = 0
    this.#stored = this.#stored.then(() => this.#store.putDurably(batch))
  }
}

async function built<Module>(path: string): Promise<Module> {
  return (await import(new URL(path, BUILT).href)) as Module
}

serve(methods)
