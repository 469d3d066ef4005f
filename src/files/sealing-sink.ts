/** Seals blocks on their way into a sink. */
import { decode } from '@ipld/dag-pb'
import { sealBlock } from '../../protocols/file/sealed-block.ts'
import { blockIdOfCid, codecOf } from '../../protocols/wire/block-ids.ts'
import type { BlockId } from '../../protocols/wire/ids.ts'
import type { BlockSink } from './block-sink.ts'

interface Waiting {
  sealedId: BlockId
  /** How often it was put without being linked to. */
  times: number
}

/**
 * Takes the blocks of DAGs that are being made, and passes their sealed blocks on. It remembers only what nothing links to
 * yet, and so expects that a block that occurs repeatedly is put repeatedly, as the importer does.
 */
export class SealingSink implements BlockSink {
  readonly #fileKey: Uint8Array
  readonly #sink: BlockSink
  readonly #waiting = new Map<BlockId, Waiting>()

  constructor(fileKey: Uint8Array, sink: BlockSink) {
    this.#fileKey = fileKey
    this.#sink = sink
  }

  /** Blocks that are put and that nothing links to: of a large file some hundred, of a folder one for each of its entries. */
  get waiting(): number {
    return this.#waiting.size
  }

  async put(id: BlockId, block: Uint8Array): Promise<void> {
    const children = codecOf(id) === 'dag-pb' ? linksOf(block).map((link) => this.take(link)) : []
    const sealed = sealBlock(this.#fileKey, id, block, children)
    const before = this.#waiting.get(id)
    this.#waiting.set(id, { sealedId: sealed.id, times: 1 + (before?.times ?? 0) })
    await this.#sink.put(sealed.id, sealed.block)
  }

  /** The sealed block of a block that was put, for what links to it. */
  take(id: BlockId): BlockId {
    const found = this.#waiting.get(id)
    if (found === undefined) throw new TypeError(`block ${id} is linked to more often than it was put`)
    if (--found.times === 0) this.#waiting.delete(id)
    return found.sealedId
  }
}

function linksOf(block: Uint8Array): BlockId[] {
  return decode(block).Links.map(({ Hash: cid }) => {
    const id = blockIdOfCid(cid)
    if (id === undefined) throw new TypeError(`not the id of a block: ${cid.toString()}`)
    return id
  })
}
