/** Where the importer of UnixFS puts the blocks that it makes, and how it makes them. */
import type { ImporterOptions, WritableStorage } from 'ipfs-unixfs-importer'
import { fixedSize } from 'ipfs-unixfs-importer/chunker'
import { balanced } from 'ipfs-unixfs-importer/layout'
import type { CID } from 'multiformats/cid'
import { CHUNK_BYTES } from '../../protocols/file/constants.ts'
import type { Sealing } from '../../protocols/file/sealed-block.ts'
import { blockIdOfCid, codecOf } from '../../protocols/wire/block-ids.ts'
import type { BlockId } from '../../protocols/wire/ids.ts'
import { BLOCKS_AT_ONCE, type BlockSink } from './block-sink.ts'
import { SealingSink } from './sealing-sink.ts'

/** The options of `ipfs add --cid-version=1`. CIDs depend on all of them, so none is left to a default that may change. */
export const UNIXFS_OPTIONS = {
  cidVersion: 1,
  rawLeaves: true,
  reduceSingleLeafToSelf: true,
  chunker: fixedSize({ chunkSize: CHUNK_BYTES }),
  layout: balanced({ maxChildrenPerNode: 174 }),
  shardSplitThresholdBytes: 262_144,
  shardSplitStrategy: 'links-bytes',
  shardFanoutBits: 8,
  fileImportConcurrency: 1,
  blockWriteConcurrency: BLOCKS_AT_ONCE,
} as const satisfies ImporterOptions

/** The root of a DAG that was made; `sealing` is set if it is sealed. */
export interface MadeDag {
  id: BlockId
  sealing?: Sealing
}

/** Passes the blocks of a DAG to a sink, sealed if there is a key for that. */
export class DagStorage implements WritableStorage {
  readonly #sink: BlockSink
  readonly #sealing: { key: Uint8Array; sink: SealingSink } | undefined
  readonly #onBytes: (bytes: number) => void
  #bytes = 0

  /** `onBytes` is called with the bytes of files that the sink has taken so far. */
  constructor(sink: BlockSink, fileKey: Uint8Array | undefined, onBytes: (bytes: number) => void) {
    this.#sealing = fileKey && { key: fileKey, sink: new SealingSink(fileKey, sink) }
    this.#sink = this.#sealing?.sink ?? sink
    this.#onBytes = onBytes
  }

  async put(cid: CID, block: unknown): Promise<CID> {
    const id = blockIdOfCid(cid)
    if (id === undefined || !(block instanceof Uint8Array))
      throw new TypeError(`not a block that can be stored: ${cid.toString()}`)
    await this.#sink.put(id, block)
    // Raw blocks contain the bytes of files, and nothing else.
    if (codecOf(id) !== 'raw') return cid
    this.#bytes += block.length
    this.#onBytes(this.#bytes)
    return cid
  }

  /** What was made, by the CID of its last block. */
  made(cid: CID): MadeDag {
    const id = blockIdOfCid(cid)
    if (id === undefined) throw new TypeError(`not the id of a block: ${cid.toString()}`)
    if (this.#sealing === undefined) return { id }
    return { id: this.#sealing.sink.take(id), sealing: { key: this.#sealing.key, root: id } }
  }
}
