/** Blocks and documents that exist somewhere, with the links they were made with rather than as the machine reads them. */
import { encode as encodeDagCbor } from '@ipld/dag-cbor'
import { encode as encodeDagPb } from '@ipld/dag-pb'
import { CID } from 'multiformats/cid'
import { encodeDocument, type Document } from '../../../../protocols/document/document.ts'
import { MAX_BLOCK_BYTES } from '../../../../protocols/ensure-map/constants.ts'
import type { EnsureFailure } from '../../../../protocols/ensure-map/ports.ts'
import { blockIdOf, type BlockCodec } from '../../../../protocols/wire/block-ids.ts'
import { sha256 } from '../../../../protocols/wire/crypto.ts'
import {
  cidOf,
  compareDocumentIds,
  type BlockId,
  type DocumentId,
  type PeerId,
  type RoomId,
} from '../../../../protocols/wire/ids.ts'
import { peerIdOfPublicKey } from '../../../../protocols/wire/peer-ids.ts'
import type { Random } from '../../../../protocols/wire/machine.ts'
import type { Position } from '../../../../protocols/wire/order.ts'
import { pick, randomInteger } from '../../../../src/simulate/random.ts'
import { someBytes } from '../fuzz-seeds.ts'

export interface KnownBlock {
  id: BlockId
  data: Uint8Array
  links: readonly BlockId[]
  /** Why its DAG can never be complete, whoever has it. */
  flaw?: EnsureFailure
}

export interface KnownDocument extends KnownBlock, Position {
  id: DocumentId
  room: RoomId
  ancestors: readonly DocumentId[]
}

/** A CID that cannot be requested: sha2-512 of nothing. */
const FOREIGN = CID.parse(
  'bafkrgqgpqpqtk7xpxc67cvbikdlg3aah2yqoibilk4k5za7uveq5g3hjzzd5buj4lwc7fmh7qmmnfb365qxwhojrxvduc6ubuu4de6xze7nd4',
)

/** A map that a program could mistake for a CID: `/` and `bytes` are the same. */
const LOOKALIKE = Uint8Array.from(Buffer.from('a2612f6178656279746573' + '6178', 'hex'))

export class KnownBlocks {
  readonly rooms: readonly RoomId[]
  readonly #random: Random
  readonly #blocks: KnownBlock[] = []
  readonly #documents: KnownDocument[] = []
  readonly #byId = new Map<BlockId, KnownBlock | KnownDocument>()

  constructor(random: Random) {
    this.#random = random
    for (let i = 0; i < 40; i++) this.#makeRaw()
    for (let i = 0; i < 30; i++) this.#makeNode()
    this.rooms = ['first', 'second', 'third'].map((name) => this.#makeRoot(name))
    for (const room of this.rooms) for (let i = 0; i < 15; i++) this.makeDocument(room)
    for (let i = 0; i < 20; i++) this.#makeNode()
  }

  get(id: BlockId): KnownBlock | KnownDocument | undefined {
    return this.#byId.get(id)
  }

  document(id: BlockId): KnownDocument | undefined {
    const known = this.#byId.get(id)
    return known !== undefined && 'room' in known ? known : undefined
  }

  documents(room: RoomId): KnownDocument[] {
    return this.#documents.filter((document) => document.room === room)
  }

  /** A block; one with links more often than not. */
  any(): KnownBlock {
    if (this.#chance(0.3)) return pick(this.#random, this.#documents)
    const block = this.anyBlock()
    return block.links.length > 0 ? block : this.anyBlock()
  }

  anyBlock(): KnownBlock {
    return pick(this.#random, this.#blocks)
  }

  /** Everything that a block depends on, including itself. */
  closure(id: BlockId): KnownBlock[] {
    const found = new Map<BlockId, KnownBlock>()
    const ids = [id]
    for (let next = ids.pop(); next !== undefined; next = ids.pop()) {
      const known = this.#byId.get(next)
      if (known === undefined) throw new Error(`${next} was never made`)
      if (found.has(next)) continue
      found.set(next, known)
      ids.push(...known.links)
    }
    return [...found.values()]
  }

  /** A document after the newest of its room. */
  makeDocument(room: RoomId): KnownDocument {
    const before = this.documents(room)
    const ancestors = [...new Set([...before.slice(-randomInteger(this.#random, 1, 3)), ...before.slice(-1)])]
    const links = this.#chance(0.4) ? this.#someIds(3) : []
    return this.#addDocument(
      encodeDocument({
        ...{ room, author: this.#author(), seq: 0, previous: null, epoch: 0, timeMs: 0, kind: 'message' },
        parents: ancestors.map(({ id }) => id).toSorted(compareDocumentIds),
        clock: 1 + Math.max(...ancestors.map(({ clock }) => clock)),
        // Another implementation may link to what cannot be requested here; the document is valid all the same.
        links: this.#chance(0.03) ? [FOREIGN.toString() as BlockId] : links,
        body: someBytes(this.#random, 20),
      }),
    )
  }

  #makeRoot(name: string): RoomId {
    const root = encodeDocument({
      ...{ room: null, author: this.#author(), seq: 0, previous: null, epoch: 0, timeMs: 0, kind: 'room' },
      ...{ parents: [], clock: 1, links: [], body: Buffer.from(name) },
    })
    return this.#addDocument(root).id
  }

  #addDocument({ id, room, clock, parents, links, block }: Document): KnownDocument {
    const isForeign = links.some((link) => !this.#byId.has(link))
    const flaw = isForeign && { flaw: 'unsupported-link' as const }
    const document = {
      id,
      room: room ?? id,
      clock,
      ancestors: parents,
      data: block,
      links: isForeign ? [] : links,
      ...flaw,
    }
    this.#documents.push(document)
    this.#byId.set(id, document)
    return document
  }

  #makeRaw(): void {
    const kind = this.#random()
    const length = kind < 0.1 ? MAX_BLOCK_BYTES : kind < 0.4 ? 300_000 : randomInteger(this.#random, 0, 3_000)
    const data = new Uint8Array(length)
    data.set(someBytes(this.#random, Math.min(length, 8)))
    this.#addBlock('raw', data, [])
  }

  #makeNode(): void {
    const links = this.#someIds(this.#chance(0.1) ? 30 : 4)
    const kind = this.#random()
    if (kind < 0.05) this.#addBlock('dag-pb', someBytes(this.#random, 12).fill(0xff, 0, 1), [], 'bad-block')
    else if (kind < 0.1) this.#addBlock('dag-cbor', LOOKALIKE, [])
    else if (kind < 0.15) {
      this.#addBlock('dag-cbor', encodeDagCbor({ foreign: FOREIGN, links: links.map(cidOf) }), [], 'unsupported-link')
    } else if (kind < 0.7) {
      const Links = links.map((id) => ({ Hash: cidOf(id), Name: '', Tsize: 1 }))
      this.#addBlock('dag-pb', encodeDagPb({ Links, Data: someBytes(this.#random, 4) }), links)
    } else this.#addBlock('dag-cbor', encodeDagCbor({ links: links.map(cidOf), salt: this.#random() }), links)
  }

  #addBlock(codec: BlockCodec, data: Uint8Array, links: readonly BlockId[], flaw?: EnsureFailure): void {
    const block: KnownBlock = { id: blockIdOf(codec, data), data, links, ...(flaw && { flaw }) }
    if (this.#byId.has(block.id)) return
    this.#blocks.push(block)
    this.#byId.set(block.id, block)
  }

  /** One made earlier, so that nothing links in a circle. */
  #someIds(max: number): BlockId[] {
    const made = [...this.#byId.keys()]
    return Array.from({ length: randomInteger(this.#random, 0, max) }, () => pick(this.#random, made))
  }

  #author(): PeerId {
    return peerIdOfPublicKey(sha256(someBytes(this.#random, 32)))
  }

  #chance(probability: number): boolean {
    return this.#random() < probability
  }
}
