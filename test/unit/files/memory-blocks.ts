/** Blocks in memory, and DAGs that no importer makes. */
import { encode, prepare } from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import { CID } from 'multiformats/cid'
import { create as createDigest } from 'multiformats/hashes/digest'
import { blockIdOf, type BlockCodec } from '../../../protocols/wire/block-ids.ts'
import { cidOf, type BlockId } from '../../../protocols/wire/ids.ts'
import type { BlockSink } from '../../../src/files/block-sink.ts'
import type { BlockSource } from '../../../src/files/read-dag.ts'

const CODES: Record<BlockCodec, number> = { raw: 0x55, 'dag-pb': 0x70, 'dag-cbor': 0x71 }

/** A CID that contains its block, as `ipfs add --inline` makes them. */
export function inlineId(codec: BlockCodec, block: string | Uint8Array): BlockId {
  const digest = Buffer.from(block as Uint8Array)
  return CID.createV1(CODES[codec], createDigest(0, digest)).toString() as BlockId
}

export class MemoryBlocks implements BlockSink, BlockSource {
  readonly blocks = new Map<BlockId, Uint8Array>()

  put(id: BlockId, block: Uint8Array): Promise<void> {
    this.blocks.set(id, block)
    return Promise.resolve()
  }

  get(id: BlockId): Uint8Array {
    const block = this.blocks.get(id)
    if (block === undefined) throw new Error(`block ${id} is not here`)
    return block
  }

  add(codec: BlockCodec, block: Uint8Array): BlockId {
    const id = blockIdOf(codec, block)
    this.blocks.set(id, block)
    return id
  }

  raw(content: string | Uint8Array): BlockId {
    return this.add('raw', Buffer.from(content as Uint8Array))
  }

  /** A dag-pb block with some UnixFS data. */
  node(
    unixfs: ConstructorParameters<typeof UnixFS>[0],
    links: readonly (readonly [name: string, id: BlockId])[],
  ): BlockId {
    const Links = links.map(([Name, id]) => ({ Name, Hash: cidOf(id), Tsize: 0 }))
    return this.add('dag-pb', encode(prepare({ Data: new UnixFS(unixfs).marshal(), Links })))
  }

  /** A file, or a part of one, that claims sizes for its parts. */
  file(parts: readonly (readonly [id: BlockId, sizeBytes: number])[], data?: string): BlockId {
    return this.node(
      {
        type: 'file',
        blockSizes: parts.map(([, size]) => BigInt(size)),
        ...(data !== undefined && { data: Buffer.from(data) }),
      },
      parts.map(([id]) => ['', id]),
    )
  }

  folder(links: readonly (readonly [name: string, id: BlockId])[]): BlockId {
    return this.node({ type: 'directory' }, links)
  }

  shard(links: readonly (readonly [name: string, id: BlockId])[], fanout = 256): BlockId {
    return this.node({ type: 'hamt-sharded-directory', fanout: BigInt(fanout), hashType: 0x22n }, links)
  }
}
