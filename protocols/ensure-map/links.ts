/** What a block depends on, by its codec. */
import { decode as decodeDagPb } from '@ipld/dag-pb'
import type { CID } from 'multiformats/cid'
import { decodeDocument, type Document } from '../document/document.ts'
import { DocumentError } from '../document/errors.ts'
import { blockIdOfCid, codecOf, inlineBlockOfCid, isBlockId, type BlockCodec } from '../wire/block-ids.ts'
import { cidOf, type BlockId, type RoomId } from '../wire/ids.ts'
import { cidsInDagCbor, requireWholeCid } from './dag-cbor-links.ts'

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
  return contentAs(codecOf(id), id, block)
}

/**
 * What is to be fetched for a link: the block itself, or what the block within its CID links to. Throws a ContentError
 * if something cannot be asked for.
 */
export function linksOfLink(link: BlockId): readonly BlockId[] {
  return isBlockId(link) ? [link] : linksOf(link, [cidOf(link)])
}

function contentAs(codec: BlockCodec, id: BlockId, block: Uint8Array): BlockContent {
  switch (codec) {
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
  const { Links } = decoded(id, () => {
    const node = decodeDagPb(block)
    for (const { Hash } of node.Links) requireWholeCid(Hash)
    return node
  })
  const links = linksOf(
    id,
    Links.map(({ Hash }) => Hash),
  )
  return { links, linkedBytes: Links.reduce((sum, { Tsize = 0 }) => sum + Tsize, 0) }
}

function dagCborContent(id: BlockId, block: Uint8Array): BlockContent {
  const cids = decoded(id, () => cidsInDagCbor(block))
  return { links: linksOf(id, cids), linkedBytes: 0 }
}

/** The ids of CIDs, each once. Instead of one that contains its block, what that block links to. */
function linksOf(from: BlockId, cids: readonly CID[]): BlockId[] {
  return [...new Set(cids.flatMap((cid) => blockIdOfCid(cid) ?? linksWithin(cid) ?? unsupported(from, cid.toString())))]
}

/** The links of a block within its CID; undefined if there is none. A CID within the CID is shorter, so this ends. */
function linksWithin(cid: CID): readonly BlockId[] | undefined {
  const inline = inlineBlockOfCid(cid)
  return inline && contentAs(inline.codec, cid.toString() as BlockId, inline.block).links
}

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
