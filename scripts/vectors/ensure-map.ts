/** Frames of the ensure map and the records they hold. */
import { base32 } from 'multiformats/bases/base32'
import {
  bytesField,
  cidV1,
  concat,
  digestOf,
  filled,
  fromHex,
  hex,
  sha256,
  utf8,
  varint,
  varintField,
  type Bytes,
} from './bytes.ts'
import { blockOf, message, root } from './document.ts'
import {
  frameOf,
  lenient,
  MAX_INTEGER,
  longVarint,
  nonsense,
  number,
  OTHER_TOPIC,
  otherTypes,
  refused,
  TOPIC,
  UNKNOWN,
  unusual,
  type Sample,
} from './frames.ts'

export const RAW = 0x55
export const DAG_PB = 0x70
export const DAG_CBOR = 0x71
export const SHA2_256 = 0x12

const MAX_PRIORITY = 2 ** 32 - 1

/** The binary id of a block. */
export const idOf = (codec: number, block: Bytes): Bytes => cidV1(codec, SHA2_256, sha256(block))
export const textOf = (cid: Bytes): string => base32.encode(cid)

const CODECS = [RAW, DAG_PB, DAG_CBOR]
/** Ids of blocks that do not exist, of each codec in turn. */
const ids = (count: number): Bytes[] =>
  Array.from({ length: count }, (_, index) => cidV1(CODECS[index % 3] ?? RAW, SHA2_256, digestOf(`block ${index}`)))

interface WantOptions {
  priority?: number
  afterClock?: number
  topic?: Bytes
}

const idFields = (cids: Bytes[]): Bytes[] => cids.map((cid) => bytesField(2, cid))

function want(cids: Bytes[], { priority = 0, afterClock, topic = TOPIC }: WantOptions = {}): Sample {
  const more = afterClock === undefined ? {} : { afterClock }
  const record = { type: 'want', topic: hex(topic), ids: cids.map(textOf), priority, ...more }
  const clock = afterClock === undefined ? filled(0) : varintField(5, afterClock)
  return { record, field: bytesField(1, bytesField(1, topic), ...idFields(cids), number(4, priority), clock) }
}

const cancel = (cids: Bytes[], topic = TOPIC): Sample => ({
  record: { type: 'cancel', topic: hex(topic), ids: cids.map(textOf) },
  field: bytesField(1, bytesField(1, topic), ...idFields(cids), varintField(3, 1)),
})

const FIELDS = { have: 2, 'dont-have': 3 }
const told = (type: keyof typeof FIELDS, cids: Bytes[], topic = TOPIC): Sample => ({
  record: { type, topic: hex(topic), ids: cids.map(textOf) },
  field: bytesField(FIELDS[type], bytesField(1, topic), ...idFields(cids)),
})

const block = (id: Bytes, data: Bytes, topic = TOPIC): Sample => ({
  record: { type: 'block', topic: hex(topic), id: textOf(id), data: hex(data) },
  field: bytesField(4, bytesField(1, topic), bytesField(2, id), data.length === 0 ? filled(0) : bytesField(3, data)),
})

const received = (sizeBytes: number): Sample => ({
  record: { type: 'received', sizeBytes },
  field: varintField(5, sizeBytes),
})

const rawBlock = (data: Bytes, topic = TOPIC): Sample => block(idOf(RAW, data), data, topic)

const topic = bytesField(1, TOPIC)
const document = blockOf(message())
const [one = filled(0)] = ids(1)

/** Ids that are not valid block ids. */
const FOREIGN: Record<string, Bytes> = {
  'of 35 bytes': one.subarray(0, 35),
  'of 37 bytes': concat(one, filled(1)),
  'that is empty': filled(0),
  'that is a digest alone': digestOf('block 0'),
  'that is a CIDv0': concat(fromHex('1220'), digestOf('block 0')),
  'of version 2': concat(fromHex('02'), one.subarray(1)),
  'of codec identity': cidV1(0x00, SHA2_256, digestOf('block 0')),
  'of codec dag-json': concat(fromHex('01a9021220'), digestOf('block 0')),
  'with hash function sha2-512': cidV1(RAW, 0x13, concat(digestOf('block 0'), digestOf('block 1'))),
  'with hash function sha3-256': cidV1(RAW, 0x16, digestOf('block 0')),
  'with hash function identity': cidV1(RAW, 0x00, digestOf('block 0')),
  'with a digest of 20 bytes': cidV1(RAW, SHA2_256, filled(20)),
  'with a digest shorter than it says': concat(fromHex('01551220'), filled(31)),
  'with a varint longer than needed': concat(fromHex('0155920020'), digestOf('block 0').subarray(1)),
  'in text': utf8(textOf(one)),
}

/** protocols/ensure-map/vectors/frames.json */
export const ensureMapFrames = {
  valid: [
    frameOf('a block is asked for', want(ids(1))),
    frameOf('blocks of each codec are asked for, before others', want(ids(3), { priority: 1 })),
    frameOf(
      'a document is asked for, and its ancestors are welcome',
      want([idOf(DAG_CBOR, document)], { priority: 2, afterClock: 40 }),
    ),
    frameOf('a document is asked for by somebody who has nothing', want([idOf(DAG_CBOR, document)], { afterClock: 0 })),
    frameOf('the largest integers', want(ids(1), { priority: MAX_PRIORITY, afterClock: MAX_INTEGER })),
    frameOf('as many ids as allowed', want(ids(1_024))),
    frameOf('nothing is asked for', want([])),
    frameOf('blocks are not wanted any more', cancel(ids(2))),
    frameOf('asked for and not wanted any more', want(ids(1)), cancel(ids(1))),
    frameOf('not wanted any more and asked for', cancel(ids(1)), want(ids(1))),
    frameOf('blocks are here now', told('have', ids(2))),
    frameOf('no block is here now', told('have', [])),
    frameOf('blocks are not here', told('dont-have', ids(2))),
    frameOf('none is not here', told('dont-have', [])),
    frameOf('a block', rawBlock(utf8('hello'))),
    frameOf('an empty block', rawBlock(filled(0))),
    frameOf('a document', block(idOf(DAG_CBOR, document), document)),
    frameOf('a block that is not what its id says: for the receiver to refuse', block(one, utf8('something else'))),
    frameOf('bytes were received', received(300)),
    frameOf('no byte was received', received(0)),
    frameOf('as many bytes as can be were received', received(MAX_INTEGER)),
    frameOf('blocks of two rooms', rawBlock(utf8('x')), rawBlock(utf8('y'), OTHER_TOPIC)),
    frameOf(
      'one of each',
      want(ids(2), { priority: 1 }),
      cancel(ids(1), OTHER_TOPIC),
      told('have', ids(1)),
      told('dont-have', ids(2), OTHER_TOPIC),
      rawBlock(utf8('hello')),
      block(idOf(DAG_CBOR, blockOf(root())), blockOf(root())),
      received(524_288),
    ),
  ],
  lenient: [
    lenient('no bytes: no records', filled(0)),
    ...Object.entries(UNKNOWN).map(([what, field]) =>
      lenient(`unknown field of the frame: ${what}`, concat(field, want(ids(1)).field), want(ids(1))),
    ),
    ...Object.entries(UNKNOWN).map(([what, field]) =>
      lenient(
        `unknown field of a record: ${what}`,
        bytesField(2, topic, field, ...idFields(ids(1))),
        told('have', ids(1)),
      ),
    ),
    lenient('a record type of a later version', concat(bytesField(6, topic), received(1).field), received(1)),
    lenient(
      'fields in another order',
      bytesField(1, varintField(5, 7), varintField(4, 1), ...idFields(ids(1)), topic),
      want(ids(1), { priority: 1, afterClock: 7 }),
    ),
    lenient(
      'zeros written out',
      bytesField(1, topic, ...idFields(ids(1)), varintField(3, 0), varintField(4, 0)),
      want(ids(1)),
    ),
    lenient(
      'what is not wanted any more has neither priority nor ancestors',
      bytesField(1, topic, ...idFields(ids(1)), varintField(3, 1), varintField(4, 2), varintField(5, 7)),
      cancel(ids(1)),
    ),
    lenient(
      'an empty block written out',
      bytesField(4, topic, bytesField(2, idOf(RAW, filled(0))), bytesField(3)),
      rawBlock(filled(0)),
    ),
    lenient('a report twice: the last counts', concat(received(7).field, received(5).field), received(5)),
    lenient(
      'records in another order: read by type',
      concat(received(9).field, rawBlock(utf8('x')).field, told('dont-have', ids(1)).field, want(ids(2)).field),
      want(ids(2)),
      told('dont-have', ids(1)),
      rawBlock(utf8('x')),
      received(9),
    ),
  ],
  unusual: [
    ...unusual(2),
    refused('a report in more bytes than it needs', varint(5 << 3), longVarint(300)),
    refused('a cancel that is 2', bytesField(1, topic, varintField(3, 2))),
    refused('a priority of 2^32', bytesField(1, topic, varintField(4, 2 ** 32))),
    ...otherTypes('a report', 5, 'a number', (content) => content),
    ...otherTypes('a priority', 4, 'a number', (content) => bytesField(1, topic, content)),
  ],
  invalid: [
    ...nonsense(want(ids(1))),
    refused('a want without a topic', bytesField(1, ...idFields(ids(1)))),
    refused('a block without a topic', bytesField(4, bytesField(2, one), bytesField(3, utf8('x')))),
    refused('a block without an id', bytesField(4, topic, bytesField(3, utf8('x')))),
    refused('a topic of 31 bytes', want([], { topic: TOPIC.subarray(1) }).field),
    refused('a topic of 33 bytes', told('have', [], concat(TOPIC, filled(1))).field),
    refused('a topic of 31 bytes where nothing is wanted any more', cancel([], TOPIC.subarray(1)).field),
    ...Object.entries(FOREIGN).map(([what, id]) => refused(`an id ${what}`, bytesField(1, topic, bytesField(2, id)))),
    refused('a foreign id of a block that is here now', bytesField(2, topic, bytesField(2, digestOf('block 0')))),
    refused('a foreign id of a block that is not here', bytesField(3, topic, bytesField(2, digestOf('block 0')))),
    refused('a block with a foreign id', bytesField(4, topic, bytesField(2, digestOf('x')), bytesField(3, utf8('x')))),
    refused('one id too many', want(ids(1_025)).field),
    refused('a clock of 2^53', bytesField(1, topic, varintField(5, 2n ** 53n))),
    refused('2^53 bytes received', varintField(5, 2n ** 53n)),
    refused('2^64 - 1 bytes received', varintField(5, 2n ** 64n - 1n)),
  ],
}
