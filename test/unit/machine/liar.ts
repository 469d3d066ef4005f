/** A peer that vouches for a checkpoint of a history that does not exist. */
import { CHECKPOINT_KIND } from '../../../protocols/room/constants.ts'
import { encodeDocument, type Document } from '../../../protocols/document/document.ts'
import { sha256 } from '../../../protocols/wire/crypto.ts'
import { documentIdOfDigest, type BlockId, type DocumentId, type RoomId } from '../../../protocols/wire/ids.ts'
import { proveRoom, topicKeyOf } from '../../../protocols/wire/room-keys.ts'
import { checkpointBody, stateBlocks } from '../../../src/room/checkpoint.ts'
import { NOW_MS, signerOf } from '../room/history.ts'
import { RawPeer, type Nodes, type Party } from './nodes.ts'

/** More than any honest node has. */
export const FAR_AHEAD = 1_000_000

/** Vouches for what the test says, and gives what it made up. */
export class Liar extends RawPeer {
  readonly blocks = new Map<BlockId, Uint8Array>()
  #serial = 0
  readonly #nodes: Nodes
  readonly #room: RoomId

  constructor(network: Nodes, name: string, room: RoomId) {
    super(network, name)
    this.#nodes = network
    this.#room = room
  }

  override take(from: Party['peer'], batch: Parameters<RawPeer['take']>[1]): void {
    super.take(from, batch)
    for (const record of batch.records) {
      if (record.type !== 'want') continue
      const records = record.ids.flatMap((id) => {
        const data = this.blocks.get(id)
        return data === undefined ? [] : [{ type: 'block', topic: record.topic, id, data } as const]
      })
      if (records.length > 0) this.#nodes.send(this, { protocol: 'ensure-map', to: from, records })
    }
  }

  vouch(to: Party, checkpoint: DocumentId | undefined, frontier: DocumentId[] = []): void {
    const room = this.#room
    const record = {
      ...({ type: 'metadata', serial: ++this.#serial, proof: proveRoom(room, this.peer, to.peer), frontier } as const),
      ...{ clock: FAR_AHEAD, refusesDocuments: false, isNewestFirst: false, topic: topicKeyOf(room), checkpoint },
    }
    this.#nodes.send(this, { protocol: 'room-state', to: to.peer, records: [record] })
    this.#nodes.run(10)
  }

  /** A checkpoint that names ancestors which do not exist, and a state. */
  invent(encoded: Uint8Array): Document {
    const room = this.#room
    const state = stateBlocks(encoded)
    const document = encodeDocument(
      {
        ...{ room, author: signerOf(9).author, seq: 5, previous: inventedId(1), parents: [inventedId(2)] },
        ...{ clock: FAR_AHEAD, timeMs: NOW_MS, epoch: 0, kind: CHECKPOINT_KIND, links: [] },
        body: checkpointBody(FAR_AHEAD, state),
      },
      signerOf(9),
    )
    for (const { id, block } of [...state.blocks, document]) this.blocks.set(id, block)
    return document
  }
}

export function inventedId(number: number): DocumentId {
  return documentIdOfDigest(sha256(Uint8Array.of(number >> 8, number & 0xff)))
}
