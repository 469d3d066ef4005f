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
  varint,
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
  inline: cidV1(RAW, 0x00, utf8('hello')),
}

/** A CID that contains its block. */
function inlineOf(codec: number, block: Bytes): Bytes {
  return concat(fromHex('01'), varint(codec), fromHex('00'), varint(block.length), block)
}

/** Links that cannot be requested. */
const FOREIGN: Record<string, Bytes> = {
  'hash function sha2-512': cidV1(RAW, 0x13, concat(digestOf('a'), digestOf('b'))),
  'hash function blake3': cidV1(DAG_PB, 0x1e, digestOf('a')),
  'codec dag-json': concat(fromHex('01a9021220'), digestOf('a')),
  'a digest of 20 bytes': cidV1(RAW, SHA2_256, filled(20, 1)),
  'a block of 129 bytes within its CID': inlineOf(RAW, filled(129)),
  'a block of dag-json within its CID': concat(fromHex('01a9020002'), utf8('{}')),
}

/** Bytes that are no CID. */
const NO_CIDS: Record<string, Bytes> = {
  text: utf8('no CID'),
  'a CID with a byte too many': concat(CIDS.raw, filled(1)),
  'CIDv0 with a digest of 20 bytes': concat(fromHex('1214'), filled(20, 1)),
  'a CID whose codec takes more bytes than it needs': concat(fromHex('01d5001220'), digestOf('raw')),
  'a CID of version 2': concat(fromHex('02'), CIDS.raw.subarray(1)),
  nothing: filled(0),
}

/** A node with binary links, as in UnixFS. */
const pbLink = (hash: Bytes, name = '', sizeBytes = 1): Bytes =>
  bytesField(2, bytesField(1, hash), bytesField(2, utf8(name)), varintField(3, sizeBytes))
/** The name is no UTF-8. */
const nonUtf8Link = bytesField(2, bytesField(1, CIDS.raw), bytesField(2, fromHex('ff')))
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

const double = (digits: string): Bytes => concat(fromHex('fb'), fromHex(digits.padEnd(16, '0')))

/** Items that stand before a link in vectors: dag-cbor that is accepted. */
const ITEMS: Record<string, Bytes> = {
  'false and true': list([fromHex('f4'), fromHex('f5')]),
  'the largest and the smallest integer': list([head(0, 2n ** 64n - 1n), head(1, 2n ** 64n - 1n)]),
  'a float of 64 bits': double('3ff8'),
  'a float of 64 bits that is a whole number': double('4008'),
  'negative zero': double('8'),
  'bytes that are no UTF-8': bytes(fromHex('ff')),
  'text beyond ASCII, with a byte order mark': text('\ufeff京都'),
  'an empty key': map(['', uint(1)]),
  'keys that differ in a byte order mark': map(['a', uint(1)], ['\ufeffa', uint(2)]),
  'keys in any order': map(['b', uint(1)], ['aa', uint(2)], ['a', uint(3)]),
  'an empty list and an empty map': list([list([]), map()]),
}

/** Items that dag-cbor does not have. */
const NO_ITEMS: Record<string, Bytes> = {
  undefined: fromHex('f7'),
  'a simple value without a name': fromHex('e0'),
  'a simple value of two bytes': fromHex('f8ff'),
  'false in two bytes': fromHex('f814'),
  'a float of 16 bits': fromHex('f93e00'),
  'a float of 32 bits': fromHex('fa3fc00000'),
  'not a number': double('7ff8'),
  infinity: double('7ff0'),
  'negative infinity': double('fff0'),
  'an integer in more bytes than it needs': fromHex('1801'),
  'a length in more bytes than it needs': fromHex('780161'),
  'a tag in more bytes than it needs': concat(fromHex('d9002a'), bytes(concat(filled(1), CIDS.raw))),
  'another tag': concat(fromHex('c2'), bytes(CIDS.raw)),
  'a link around text': concat(fromHex('d82a'), text('a')),
  'text that is no UTF-8': text(fromHex('ff')),
  'a key that is no UTF-8': concat(head(5, 1), text(fromHex('ff')), uint(1)),
  'half of a surrogate pair': text(fromHex('eda080')),
  'text of no known length': fromHex('7f6161ff'),
  'bytes of no known length': fromHex('5f4161ff'),
  'a list of no known length': fromHex('9f01ff'),
  'a map of no known length': fromHex('bf616101ff'),
  'the end of a list of no known length': fromHex('ff'),
  'a key twice': map(['a', uint(1)], ['a', uint(2)]),
  'a key that is no text': concat(head(5, 1), uint(1), uint(1)),
  'a key that is a link': concat(head(5, 1), link(CIDS.raw), uint(1)),
  'a list with more items than bytes': fromHex('9bffffffffffffffff'),
}

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
  'dag-pb: a block that its CID contains is there': dagPb(pbNode(CIDS.inline, CIDS.raw), CIDS.raw),
  'dag-pb: a CID contains a block with links: those are followed': dagPb(
    pbNode(inlineOf(DAG_PB, pbNode(CIDS.raw)), inlineOf(DAG_CBOR, list([link(CIDS.dagCbor)]))),
    ...[CIDS.raw, CIDS.dagCbor],
  ),
  'dag-pb: a CID contains a block with a CID that contains a block with a link': dagPb(
    pbNode(inlineOf(DAG_PB, bytesField(2, bytesField(1, inlineOf(DAG_CBOR, link(CIDS.raw)))))),
    CIDS.raw,
  ),
  'dag-pb: a block of 128 bytes within its CID': dagPb(pbNode(inlineOf(RAW, filled(128)))),
  'dag-pb: links in any order, with names twice and that are no UTF-8': dagPb(
    concat(pbLink(CIDS.raw, 'b'), pbLink(CIDS.dagPb, 'a'), pbLink(CIDS.dagCbor, 'a'), nonUtf8Link),
    ...[CIDS.raw, CIDS.dagPb, CIDS.dagCbor],
  ),
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
  ...Object.fromEntries(
    Object.entries(ITEMS).map(([what, item]) => [`dag-cbor: ${what}`, dagCbor(list([item, link(CIDS.raw)]), CIDS.raw)]),
  ),
  'dag-cbor: a block that its CID contains is there': dagCbor(list([link(CIDS.inline), link(CIDS.raw)]), CIDS.raw),
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
  'dag-cbor: a link 1,024 levels deep': dagCbor(nested(1_024, link(CIDS.raw)), CIDS.raw),
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
  'document: a block that its CID contains is there': document({ links: [CIDS.inline, CIDS.raw] }, CIDS.raw),
  'document: links in its body are not looked for': document({ body: list([link(CIDS.raw)]) }),
  'document: the root of a room with a link in its body': dagCbor(
    blockOf(root({ body: rootBody('chat', 'Kitchen', text('picture'), link(CIDS.raw)) })),
  ),
}

/** Blocks whose form does not match their ids. */
const bad: Record<string, [codec: number, block: Bytes]> = {
  'dag-pb: ends inside a link': [DAG_PB, pbLink(CIDS.raw).subarray(0, -1)],
  'dag-pb: a link without a CID': [DAG_PB, bytesField(2, bytesField(2, utf8('name')), varintField(3, 1))],
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
  'dag-cbor: 1,025 lists in one another': [DAG_CBOR, nested(1_025, NULL)],
  'dag-cbor: a list without its last item': [DAG_CBOR, concat(head(4, 2), link(CIDS.raw))],
  'dag-cbor: a map without its last value': [DAG_CBOR, concat(head(5, 1), text('a'))],
  ...Object.fromEntries(
    Object.entries(NO_ITEMS).map(([what, item]): [string, [number, Bytes]] => [
      `dag-cbor: ${what}`,
      [DAG_CBOR, list([link(CIDS.raw), item])],
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(NO_CIDS).flatMap(([what, cid]): [string, [number, Bytes]][] => [
      [`dag-pb: a link to what is no CID: ${what}`, [DAG_PB, pbNode(CIDS.raw, cid)]],
      [`dag-cbor: a link to what is no CID: ${what}`, [DAG_CBOR, list([link(CIDS.raw), link(cid)])]],
    ]),
  ),
  'dag-pb: a block within its CID that is not what the CID says': [DAG_PB, pbNode(inlineOf(DAG_PB, utf8('hello')))],
}

/** Blocks that depend on something that cannot be requested. */
const unsupported: Record<string, [codec: number, block: Bytes]> = Object.fromEntries(
  Object.entries(FOREIGN).flatMap(([what, cid]): [string, [number, Bytes]][] => [
    [`dag-pb: ${what}`, [DAG_PB, pbNode(CIDS.raw, cid)]],
    [`dag-cbor: ${what}`, [DAG_CBOR, list([link(CIDS.raw), link(cid)])]],
  ]),
)

/** The CID of a document's link has at most 127 bytes. */
const unsupportedDocuments: typeof unsupported = Object.fromEntries(
  Object.entries(FOREIGN)
    .filter(([, { length }]) => length < 128)
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
