/** Blocks that are not documents. Each breaks one rule and is otherwise signed correctly. */
import {
  bytes,
  cidV1,
  concat,
  digestOf,
  documentCid,
  filled,
  fromHex,
  head,
  hex,
  link,
  list,
  longHead,
  NULL,
  text,
  uint,
  utf8,
  type Bytes,
} from './bytes.ts'
import { blockOf, BOB, ELEMENT, elementsOf, message, root, signed, sortedDigests, withBlockSize } from './document.ts'
import type { Draft } from './document.ts'

const PREVIOUS = digestOf('previous')
const PAST_SAFE = 2n ** 53n

/** A draft with something in every element. */
const full = message({
  seq: 300,
  previous: PREVIOUS,
  parents: sortedDigests(2, 'two'),
  clock: 301,
  epoch: 500,
  links: [cidV1(0x55, 0x12, digestOf('raw'))],
})

/** The block of `full` with one element written differently. */
const broken = (element: keyof typeof ELEMENT, content: Bytes): Bytes =>
  signed(elementsOf(full).toSpliced(ELEMENT[element], 1, content), BOB)
const drafted = (changes: Partial<Draft>): Bytes => blockOf({ ...full, ...changes })
const signature = (content: Bytes): Bytes => concat(fromHex('8d'), ...elementsOf(full), content)

const OTHER_CIDS: Record<string, Bytes> = {
  'is a CIDv0': link(concat(fromHex('1220'), PREVIOUS)),
  'has the codec dag-pb': link(cidV1(0x70, 0x12, PREVIOUS)),
  'has the codec raw': link(cidV1(0x55, 0x12, PREVIOUS)),
  'has the hash function sha2-512': link(cidV1(0x71, 0x13, concat(PREVIOUS, PREVIOUS))),
  'has the hash function sha3-256': link(cidV1(0x71, 0x16, PREVIOUS)),
  'has a digest of 31 bytes': link(cidV1(0x71, 0x12, PREVIOUS.subarray(1))),
  'has a byte behind its CID': link(concat(documentCid(PREVIOUS), filled(1))),
  'has the tag 43': concat(fromHex('d82b'), bytes(concat(filled(1), documentCid(PREVIOUS)))),
  'has no tag': bytes(concat(filled(1), documentCid(PREVIOUS))),
  'has no zero byte before its CID': concat(fromHex('d82a'), bytes(documentCid(PREVIOUS))),
  'is text': text('bafyreigh2akiscaildc'),
  'is false': fromHex('f4'),
}

const NOT_UINTS: Record<string, Bytes> = {
  'is negative': fromHex('20'),
  'is 2^53': uint(PAST_SAFE),
  'is 2^64 - 1': uint(2n ** 64n - 1n),
  'is the half-precision float 2.0': fromHex('f94000'),
  'is the double 2.0': fromHex('fb4000000000000000'),
  'is text': text('2'),
  'is null': NULL,
}

function badElements(code: string, element: keyof typeof ELEMENT, contents: Record<string, Bytes>): Vector[] {
  return Object.entries(contents).map(([what, content]) => [code, `${element} ${what}`, broken(element, content)])
}

type Vector = [code: string, name: string, block: Bytes]

/** Digests whose order by bytes is the opposite of the order of their ids as ASCII text. */
const asText = [fromHex('00'.repeat(32)), fromHex(`fe${'00'.repeat(31)}`)]

const shape: Vector[] = [
  ['bad-shape', 'no bytes', filled(0)],
  ['bad-shape', 'a map', fromHex('a0')],
  ['bad-shape', 'text', text('document')],
  ['bad-shape', 'an empty array', fromHex('80')],
  ['bad-shape', 'twelve elements: no signature', concat(fromHex('8c'), ...elementsOf(full))],
  ['bad-shape', 'fourteen elements', concat(signed(elementsOf(full), BOB, fromHex('8e')), NULL)],
  ...elementsOf(full).map((_, count): Vector => [
    'bad-shape',
    `ends before element ${count}`,
    concat(fromHex('8d'), ...elementsOf(full).slice(0, count)),
  ]),
  ['bad-shape', 'ends before the signature', concat(fromHex('8d'), ...elementsOf(full))],
  [
    'bad-shape',
    'ends among the parents',
    concat(fromHex('8d'), ...elementsOf(full).slice(0, ELEMENT.parents), fromHex('82'), link(documentCid(PREVIOUS))),
  ],
]

/** Cut inside an element of more than one byte. */
const cuts: Vector[] = Object.entries(ELEMENT).flatMap(([name, index]): Vector[] => {
  const element = elementsOf(full)[index] ?? filled(0)
  const start = concat(fromHex('8d'), ...elementsOf(full).slice(0, index))
  return element.length < 2 ? [] : [['bad-cbor', `ends inside ${name}`, concat(start, element.subarray(0, -1))]]
})

const notCanonical: Vector[] = [
  ['bad-cbor', 'array header in two bytes', signed(elementsOf(full), BOB, longHead(4, 24, 13, 1))],
  ['bad-cbor', 'indefinite array', concat(signed(elementsOf(full), BOB, fromHex('9f')), fromHex('ff'))],
  ['bad-cbor', 'array of 2^64 - 1 elements', fromHex('9bffffffffffffffff')],
  ['bad-cbor', 'a break code alone', fromHex('ff')],
  ['bad-cbor', 'version in two bytes', broken('version', longHead(0, 24, 1, 1))],
  ['bad-cbor', 'seq in nine bytes', broken('seq', longHead(0, 27, 300, 8))],
  ['bad-cbor', 'clock in five bytes', broken('clock', longHead(0, 26, 301, 4))],
  ['bad-cbor', 'time 23 in two bytes', broken('time', longHead(0, 24, 23, 1))],
  ['bad-cbor', 'epoch 255 in three bytes', broken('epoch', longHead(0, 25, 255, 2))],
  ['bad-cbor', 'length of author in three bytes', broken('author', concat(longHead(2, 25, 32, 2), BOB.publicKey))],
  ['bad-cbor', 'length of kind in two bytes', broken('kind', concat(longHead(3, 24, 7, 1), utf8('message')))],
  ['bad-cbor', 'length of body in five bytes', broken('body', concat(longHead(2, 26, 5, 4), utf8('hello')))],
  ['bad-cbor', 'length of body is 2^32', broken('body', longHead(2, 27, 2n ** 32n, 8))],
  ['bad-cbor', 'length of body is 2^64 - 1', broken('body', longHead(2, 27, 2n ** 64n - 1n, 8))],
  ['bad-cbor', 'length of parents in two bytes', broken('parents', longHead(4, 24, 0, 1))],
  [
    'bad-cbor',
    'tag 42 in three bytes',
    broken('room', concat(longHead(6, 25, 42, 2), link(documentCid(PREVIOUS)).subarray(2))),
  ],
  [
    'bad-cbor',
    'length of a CID in three bytes',
    broken('previous', concat(fromHex('d82a590025'), filled(1), documentCid(PREVIOUS))),
  ],
  [
    'bad-cbor',
    'indefinite list of parents',
    broken('parents', concat(fromHex('9f'), link(documentCid(PREVIOUS)), fromHex('ff'))),
  ],
  ['bad-cbor', 'indefinite list of links', broken('links', fromHex('9fff'))],
  ['bad-cbor', 'body in chunks', broken('body', concat(fromHex('5f'), bytes(utf8('hello')), fromHex('ff')))],
  ['bad-cbor', 'kind in chunks', broken('kind', concat(fromHex('7f'), text('message'), fromHex('ff')))],
  ['bad-cbor', 'room is undefined', broken('room', fromHex('f7'))],
  ['bad-cbor', 'a reserved head', broken('seq', fromHex('1c'))],
  ['bad-cbor', 'ends inside the signature', signature(concat(fromHex('5840'), filled(63)))],
  ['bad-cbor', 'length of the signature in three bytes', signature(concat(longHead(2, 25, 64, 2), filled(64)))],
]

const identifiers: Vector[] = [
  ...badElements('bad-room', 'room', OTHER_CIDS),
  ...badElements('bad-previous', 'previous', OTHER_CIDS),
  ...Object.entries(OTHER_CIDS).map(([what, cid]): Vector => [
    'bad-parents',
    `a parent ${what}`,
    broken('parents', list([cid])),
  ]),
  ['bad-previous', 'previous is null at seq 300', drafted({ previous: null })],
  ['bad-previous', 'previous is there at seq 0', drafted({ seq: 0 })],
  ['bad-parents', 'parents in falling order', drafted({ parents: sortedDigests(2, 'two').toReversed() })],
  ['bad-parents', 'parents in the order of their ids as ASCII text', drafted({ parents: asText.toReversed() })],
  ['bad-parents', 'a parent twice', drafted({ parents: [PREVIOUS, PREVIOUS], previous: digestOf('another') })],
  ['bad-parents', 'previous among the parents', drafted({ parents: [PREVIOUS] })],
  ['bad-parents', 'one parent too many', drafted({ parents: sortedDigests(257, 'many') })],
  ['bad-parents', 'a list that says it has 2^32 - 1 parents', broken('parents', head(4, 2n ** 32n - 1n))],
  ['bad-parents', 'no ancestors, and no root', blockOf(message({ parents: [] }))],
  ['bad-parents', 'parents are a map', broken('parents', fromHex('a0'))],
]

const numbers: Vector[] = [
  ...badElements('bad-version', 'version', { 'is 0': uint(0), 'is 2': uint(2), ...NOT_UINTS }),
  ...badElements('bad-seq', 'seq', NOT_UINTS),
  ...badElements('bad-clock', 'clock', {
    'is 0': uint(0),
    'is 1 in a document that is no root': uint(1),
    ...NOT_UINTS,
  }),
  ...badElements('bad-time', 'time', NOT_UINTS),
  ...badElements('bad-epoch', 'epoch', NOT_UINTS),
  ['bad-clock', 'clock of a root is 0', blockOf(root({ clock: 0 }))],
]

const names: Vector[] = badElements('bad-kind', 'kind', {
  'is empty': text(''),
  'has 65 characters': text('k'.repeat(65)),
  'has a capital': text('Message'),
  'starts with a digit': text('1message'),
  'has a space': text('my message'),
  'ends with a line feed': text('message\n'),
  'has a letter beyond ASCII': text('grüße'),
  'starts with a byte order mark': text('\ufeffmessage'),
  'is not UTF-8': text(fromHex('6d65ff')),
  'ends inside a UTF-8 sequence': text(fromHex('6d65c3')),
  'is bytes': bytes(utf8('message')),
  'is null': NULL,
})

const rawCid = cidV1(0x55, 0x12, digestOf('raw'))
const oneLink = (cid: Bytes): Bytes => list([link(cid)])
const links: Vector[] = badElements('bad-links', 'links', {
  'are one too many': list(Array.from({ length: 257 }, () => link(rawCid))),
  'have a CID of 128 bytes': oneLink(cidV1(0x55, 0x00, filled(124, 0x61))),
  'have an empty CID': oneLink(filled(0)),
  'have a CID that ends early': oneLink(rawCid.subarray(0, -1)),
  'have a byte behind a CID': oneLink(concat(rawCid, filled(1))),
  'have a CID of version 2': oneLink(concat(fromHex('02'), rawCid.subarray(1))),
  'have a CIDv0 with a digest of 5 bytes': oneLink(fromHex('12050102030405')),
  'have a CIDv0 with another hash function': oneLink(concat(fromHex('1320'), PREVIOUS)),
  'have a codec that is not a shortest varint': oneLink(concat(fromHex('01d5001220'), PREVIOUS)),
  'have a codec past 2^53': oneLink(concat(fromHex('01ffffffffffffffff7f1220'), PREVIOUS)),
  'have no zero byte before a CID': list([concat(fromHex('d82a'), bytes(rawCid))]),
  'have the tag 43': list([concat(fromHex('d82b'), bytes(concat(filled(1), rawCid)))]),
  'have a CID as text': list([text('bafkreigh2akiscaildc')]),
  'have a list in the list': list([list([link(rawCid)])]),
  'are nested 10,000 deep': filled(10_000, 0x81),
  'are null': NULL,
})

const rest: Vector[] = [
  ...badElements('bad-author', 'author', {
    'has 31 bytes': bytes(BOB.publicKey.subarray(1)),
    'has 33 bytes': bytes(concat(BOB.publicKey, filled(1))),
    'has none': bytes(filled(0)),
    'is text': text('a'.repeat(32)),
  }),
  ...badElements('bad-body', 'body', {
    'is text': text('hello'),
    'is null': NULL,
    'is a map': fromHex('a0'),
    'is nested 10,000 deep': filled(10_000, 0x81),
  }),
  ['bad-signature', 'signature has 63 bytes', signature(bytes(filled(63)))],
  ['bad-signature', 'signature has 65 bytes', signature(bytes(filled(65)))],
  ['bad-signature', 'signature is null', signature(NULL)],
  ['bad-signature', 'signature is text', signature(text('s'.repeat(64)))],
  ['bad-root', 'a root with seq 1', blockOf(root({ seq: 1, previous: PREVIOUS }))],
  ['bad-root', 'a root with a parent', blockOf(root({ parents: [PREVIOUS] }))],
  ['bad-root', 'a root with clock 2', blockOf(root({ clock: 2 }))],
  ['trailing-bytes', 'a byte follows', concat(blockOf(full), filled(1))],
  ['trailing-bytes', 'the document follows once more', concat(blockOf(full), blockOf(full))],
  ['too-large', 'one byte more than allowed: 65537', blockOf(withBlockSize(message(), 65_537))],
]

/** protocols/document/vectors/invalid.json */
export const invalidDocuments = [
  ...shape,
  ...cuts,
  ...notCanonical,
  ...identifiers,
  ...numbers,
  ...names,
  ...links,
  ...rest,
].map(([error, name, block]) => ({ name, error, block: hex(block) }))
