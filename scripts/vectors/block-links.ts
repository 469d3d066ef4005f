/** Blocks and the links in them to follow: the blocks that a block depends on, according to the ensure map. */
import {
  bytes,
  bytesField,
  cidV1,
  concat,
  digestOf,
  documentCid,
  documentId,
  filled,
  fromHex,
  head,
  hex,
  link,
  list,
  NULL,
  text,
  uint,
  utf8,
  varintField,
  type Bytes,
} from './bytes.ts'
import {
  BOB,
  blockOf,
  elementsOf,
  message,
  ROOM,
  root,
  rootBody,
  signed,
  sortedDigests,
  type Draft,
} from './document.ts'
import { DAG_CBOR, DAG_PB, idOf, RAW, SHA2_256, textOf } from './ensure-map.ts'

const CIDS = {
  raw: cidV1(RAW, SHA2_256, digestOf('raw')),
  dagPb: cidV1(DAG_PB, SHA2_256, digestOf('dag-pb')),
  dagCbor: cidV1(DAG_CBOR, SHA2_256, digestOf('dag-cbor')),
  v0: concat(fromHex('1220'), digestOf('dag-pb')),
  identity: cidV1(RAW, 0x00, utf8('hello')),
}

/** Links that cannot be requested. */
const FOREIGN: Record<string, Bytes> = {
  'hash function sha2-512': cidV1(RAW, 0x13, concat(digestOf('a'), digestOf('b'))),
  'hash function blake3': cidV1(DAG_PB, 0x1e, digestOf('a')),
  'codec dag-json': concat(fromHex('01a9021220'), digestOf('a')),
  'a digest of 20 bytes': cidV1(RAW, SHA2_256, filled(20, 1)),
  'CIDv0 with a digest of 20 bytes': concat(fromHex('1214'), filled(20, 1)),
}

/** A node with binary links, as in UnixFS. */
const pbLink = (hash: Bytes, name = '', sizeBytes = 1): Bytes =>
  bytesField(2, bytesField(1, hash), bytesField(2, utf8(name)), varintField(3, sizeBytes))
const pbData = bytesField(1, fromHex('0802'))
const pbNode = (...hashes: Bytes[]): Bytes => concat(...hashes.map((hash) => pbLink(hash)), pbData)

/** CBOR: a map whose entries keep the given order. */
const map = (...entries: [key: string, value: Bytes][]): Bytes =>
  concat(head(5, entries.length), ...entries.flatMap(([key, value]) => [text(key), value]))
const nested = (depth: number, innermost: Bytes): Bytes => concat(filled(depth, 0x81), innermost)

interface Valid {
  codec: number
  block: Bytes
  links: Bytes[]
}

const raw = (block: Bytes): Valid => ({ codec: RAW, block, links: [] })
const dagPb = (block: Bytes, ...links: Bytes[]): Valid => ({ codec: DAG_PB, block, links })
const dagCbor = (block: Bytes, ...links: Bytes[]): Valid => ({ codec: DAG_CBOR, block, links })
const document = (changes: Partial<Draft>, ...links: Bytes[]): Valid => dagCbor(blockOf(message(changes)), ...links)

/** Thirteen elements, like a document, of an unknown version. */
const laterVersion = signed([uint(2), ...elementsOf(message({ links: [CIDS.raw] })).slice(1)], BOB)

const valid: Record<string, Valid> = {
  'raw: nothing': raw(utf8('hello')),
  'raw: nothing, also where it reads as dag-pb with a link': raw(pbNode(CIDS.raw)),
  'dag-pb: an empty node': dagPb(filled(0)),
  'dag-pb: data alone': dagPb(pbData),
  'dag-pb: links of each codec': dagPb(
    pbNode(CIDS.raw, CIDS.dagPb, CIDS.dagCbor),
    ...[CIDS.raw, CIDS.dagPb, CIDS.dagCbor],
  ),
  'dag-pb: a CIDv0 is the dag-pb block of its digest': dagPb(pbNode(CIDS.v0), CIDS.dagPb),
  'dag-pb: the same block by CIDv0 and CIDv1 is one': dagPb(pbNode(CIDS.v0, CIDS.dagPb, CIDS.v0), CIDS.dagPb),
  'dag-pb: the same link twice is one': dagPb(pbNode(CIDS.raw, CIDS.dagPb, CIDS.raw), CIDS.raw, CIDS.dagPb),
  'dag-pb: a block that its CID carries is there': dagPb(pbNode(CIDS.identity, CIDS.raw), CIDS.raw),
  'dag-pb: links without data': dagPb(pbLink(CIDS.raw), CIDS.raw),
  'dag-pb: data before the links': dagPb(concat(pbData, pbLink(CIDS.raw)), CIDS.raw),
  'dag-pb: a link with neither name nor size': dagPb(bytesField(2, bytesField(1, CIDS.raw)), CIDS.raw),
  'dag-pb: a link that says it is huge': dagPb(pbLink(CIDS.raw, 'x', Number.MAX_SAFE_INTEGER), CIDS.raw),
  'dag-cbor: null': dagCbor(NULL),
  'dag-cbor: a link': dagCbor(link(CIDS.raw), CIDS.raw),
  'dag-cbor: links anywhere in arrays and maps': dagCbor(
    map(['a', list([uint(1), link(CIDS.raw), map(['b', link(CIDS.dagPb)])])], ['c', link(CIDS.dagCbor)], ['d', NULL]),
    ...[CIDS.raw, CIDS.dagPb, CIDS.dagCbor],
  ),
  'dag-cbor: the same block by several links is one': dagCbor(
    list([link(CIDS.dagPb), link(CIDS.v0), map(['a', link(CIDS.dagPb)])]),
    CIDS.dagPb,
  ),
  'dag-cbor: a block that its CID carries is there': dagCbor(list([link(CIDS.identity), link(CIDS.raw)]), CIDS.raw),
  'dag-cbor: CIDs in bytes and text are no links': dagCbor(
    list([bytes(CIDS.raw), bytes(concat(filled(1), CIDS.raw)), text(textOf(CIDS.raw))]),
  ),
  'dag-cbor: a map that looks like the link of a program is a map': dagCbor(
    map(['/', text(textOf(CIDS.raw))], ['bytes', text(textOf(CIDS.raw))]),
  ),
  'dag-cbor: a link under a name that means something to a program': dagCbor(
    map(['__proto__', link(CIDS.raw)]),
    CIDS.raw,
  ),
  'dag-cbor: a link a thousand levels deep': dagCbor(nested(1_000, link(CIDS.raw)), CIDS.raw),
  'dag-cbor: thirteen elements that are no document': dagCbor(laterVersion, documentCid(ROOM), CIDS.raw),
  'document: the root of a room': dagCbor(blockOf(root())),
  'document: its links, without room, previous and parents': document(
    {
      ...{ seq: 7, previous: digestOf('previous'), parents: sortedDigests(2, 'two'), clock: 40 },
      links: [CIDS.dagPb, CIDS.raw, documentCid(digestOf('document'))],
    },
    ...[CIDS.dagPb, CIDS.raw, documentCid(digestOf('document'))],
  ),
  'document: unsigned': document({ links: [CIDS.raw], isSigned: false }, CIDS.raw),
  'document: the same block by several links is one': document({ links: [CIDS.v0, CIDS.dagPb, CIDS.v0] }, CIDS.dagPb),
  'document: a block that its CID carries is there': document({ links: [CIDS.identity, CIDS.raw] }, CIDS.raw),
  'document: links in its body are not looked for': document({ body: list([link(CIDS.raw)]) }),
  'document: the root of a room with a link in its body': dagCbor(
    blockOf(root({ body: rootBody('chat', 'Kitchen', text('picture'), link(CIDS.raw)) })),
  ),
}

/** Blocks whose form does not match their ids. */
const bad: Record<string, [codec: number, block: Bytes]> = {
  'dag-pb: ends inside a link': [DAG_PB, pbLink(CIDS.raw).subarray(0, -1)],
  'dag-pb: a link without a CID': [DAG_PB, bytesField(2, bytesField(2, utf8('name')), varintField(3, 1))],
  'dag-pb: a link to what is no CID': [DAG_PB, pbNode(utf8('no CID'))],
  'dag-pb: a link to a CID with a byte too many': [DAG_PB, pbNode(concat(CIDS.raw, filled(1)))],
  'dag-pb: data twice': [DAG_PB, concat(pbData, pbData)],
  'dag-pb: data between links': [DAG_PB, concat(pbLink(CIDS.raw), pbData, pbLink(CIDS.dagPb))],
  'dag-pb: the size of a link before its name': [
    DAG_PB,
    bytesField(2, bytesField(1, CIDS.raw), varintField(3, 1), bytesField(2, utf8('name'))),
  ],
  'dag-pb: a field of another number': [DAG_PB, concat(pbNode(CIDS.raw), bytesField(3, utf8('x')))],
  'dag-pb: a field of another type': [DAG_PB, varintField(1, 1)],
  'dag-cbor: no bytes': [DAG_CBOR, filled(0)],
  'dag-cbor: ends inside a link': [DAG_CBOR, link(CIDS.raw).subarray(0, -1)],
  'dag-cbor: bytes follow': [DAG_CBOR, concat(link(CIDS.raw), filled(1))],
  'dag-cbor: a link without the zero byte': [DAG_CBOR, concat(fromHex('d82a'), bytes(CIDS.raw))],
  'dag-cbor: a link to what is no CID': [DAG_CBOR, link(utf8('no CID'))],
  'dag-cbor: another tag': [DAG_CBOR, concat(fromHex('c2'), bytes(CIDS.raw))],
  'dag-cbor: an array without its length': [DAG_CBOR, concat(fromHex('9f'), link(CIDS.raw), fromHex('ff'))],
  'dag-cbor: an integer longer than needed': [DAG_CBOR, fromHex('1801')],
  'dag-cbor: a key twice': [DAG_CBOR, map(['a', link(CIDS.raw)], ['a', link(CIDS.dagPb)])],
  'dag-cbor: a key that is no text': [DAG_CBOR, concat(head(5, 1), uint(1), link(CIDS.raw))],
  'dag-cbor: not a number': [DAG_CBOR, fromHex('fb7ff8000000000000')],
}

/** Blocks that depend on something that cannot be requested. */
const unsupported: Record<string, [codec: number, block: Bytes]> = Object.fromEntries(
  Object.entries(FOREIGN).flatMap(([what, cid]): [string, [number, Bytes]][] => [
    [`dag-pb: ${what}`, [DAG_PB, pbNode(CIDS.raw, cid)]],
    [`dag-cbor: ${what}`, [DAG_CBOR, list([link(CIDS.raw), link(cid)])]],
  ]),
)

/** Documents are read more strictly: they allow no CIDv0 with a shorter digest. */
const unsupportedDocuments: typeof unsupported = Object.fromEntries(
  Object.entries(FOREIGN)
    .filter(([what]) => !what.startsWith('CIDv0'))
    .map(([what, cid]) => [`document: ${what}`, [DAG_CBOR, blockOf(message({ links: [CIDS.raw, cid] }))]]),
)

const refusedFor = (fault: string, blocks: typeof bad) =>
  Object.entries(blocks).map(([name, [codec, block]]) => ({
    ...{ name, fault, id: textOf(idOf(codec, block)), block: hex(block) },
  }))

/** The room of each block that is a document. */
const roomOf = (name: string, { codec, block }: Valid): string | null => {
  if (!name.startsWith('document: ')) return null
  return name.includes('root of a room') ? textOf(idOf(codec, block)) : documentId(ROOM)
}

/** protocols/ensure-map/vectors/links.json */
export const blockLinks = {
  valid: Object.entries(valid).map(([name, vector]) => ({
    ...{ name, id: textOf(idOf(vector.codec, vector.block)), block: hex(vector.block) },
    ...{ document: roomOf(name, vector), links: vector.links.map(textOf) },
  })),
  invalid: [
    ...refusedFor('bad-block', bad),
    ...refusedFor('unsupported-link', { ...unsupported, ...unsupportedDocuments }),
  ],
}
