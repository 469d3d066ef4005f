/** What a block depends on, by its codec. */
import { decode as decodeDagCbor } from '@ipld/dag-cbor'
import { decode as decodeDagPb } from '@ipld/dag-pb'
import { CID } from 'multiformats/cid'
import { decodeDocument, type Document } from '../document/document.ts'
import { DocumentError } from '../document/errors.ts'
import { blockIdOfCid, codecOf } from '../wire/block-ids.ts'
import { cidOf, type BlockId, type RoomId } from '../wire/ids.ts'

export interface BlockContent {
  links: readonly BlockId[]
  /** Bytes of all that the block links to as it says itself, each use counted; 0 where it does not say. */
  linkedBytes: number
}

/** A block that is not what its id says, or that depends on something that cannot be asked for. */
export class ContentError extends Error {
  override readonly name = 'ContentError'
  readonly code: 'bad-block' | 'unsupported-link'
  constructor(code: ContentError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Reads what a block links to. Throws a ContentError. */
export function contentOf(id: BlockId, block: Uint8Array): BlockContent {
  switch (codecOf(id)) {
    case 'raw':
      return { links: [], linkedBytes: 0 }
    case 'dag-pb':
      return dagPbContent(id, block)
    case 'dag-cbor':
      return documentContent(id, block) ?? dagCborContent(id, block)
  }
}

/** The room of a block that is a document, whatever it links to; undefined where it is none. */
export function roomOfDocument(id: BlockId, block: Uint8Array): RoomId | undefined {
  const document = codecOf(id) === 'dag-cbor' ? documentIn(block) : undefined
  return document && (document.room ?? document.id)
}

/** Of a document its links alone: its ancestors are the room's to find. */
function documentContent(id: BlockId, block: Uint8Array): BlockContent | undefined {
  const document = documentIn(block)
  return document && { links: linksOf(id, document.links.map(cidOf)), linkedBytes: 0 }
}

function documentIn(block: Uint8Array): Document | undefined {
  try {
    return decodeDocument(block)
  } catch (error) {
    if (error instanceof DocumentError) return undefined
    throw error
  }
}

function dagPbContent(id: BlockId, block: Uint8Array): BlockContent {
  const { Links } = decoded(id, () => decodeDagPb(block))
  const links = linksOf(
    id,
    Links.map(({ Hash }) => Hash),
  )
  return { links, linkedBytes: Links.reduce((sum, { Tsize = 0 }) => sum + Tsize, 0) }
}

function dagCborContent(id: BlockId, block: Uint8Array): BlockContent {
  const cids: CID[] = []
  const values: unknown[] = [decoded(id, () => decodeDagCbor<unknown>(block))]
  for (let value = values.pop(); value !== undefined; value = values.pop()) {
    // Not what merely looks like a CID, as `CID.asCID` would have it: that is a map, which anybody can write.
    if (value instanceof CID) cids.push(value)
    else if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
      // The first is taken next, so that links come in the order of the block.
      for (const part of Object.values(value).toReversed()) if (part !== undefined && part !== null) values.push(part)
    }
  }
  return { links: linksOf(id, cids), linkedBytes: 0 }
}

/** The ids of CIDs, each once; those that carry their block within themselves need nothing. */
function linksOf(from: BlockId, cids: readonly CID[]): BlockId[] {
  const asked = cids.filter(({ multihash }) => multihash.code !== IDENTITY_CODE)
  return [...new Set(asked.map((cid) => blockIdOfCid(cid) ?? unsupported(from, cid.toString())))]
}

const IDENTITY_CODE = 0

function decoded<Value>(id: BlockId, decode: () => Value): Value {
  try {
    return decode()
  } catch (cause) {
    throw new ContentError('bad-block', `${id} is not what its id says it is`, { cause })
  }
}

function unsupported(from: BlockId, link: string): never {
  throw new ContentError('unsupported-link', `${from} links to ${link}, which cannot be asked for`)
}
