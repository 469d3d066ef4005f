/** Frames of batch-sync and the records they hold. */
import {
  bytesField,
  concat,
  digestOf,
  documentId,
  filled,
  hex,
  utf8,
  varint,
  varintField,
  type Bytes,
} from './bytes.ts'
import { ALICE, BOB, blockOf, message, root } from './document.ts'
import {
  digests,
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
import { zstandard, zstandardWithWindow } from './zstandard.ts'
import { rangeField, rangesHead, rangesRecord, rangesSample, SALT, START, type Content, type Range } from './ranges.ts'

const packField = (...pack: Bytes[]): Bytes => bytesField(9, ...pack)

const FIELDS = { message: 1, ack: 2, offer: 3, request: 4 }

function batch(type: keyof typeof FIELDS, items: Bytes[], topic = TOPIC): Sample {
  const content = type === 'message' ? { blocks: items.map(hex) } : { ids: items.map(documentId) }
  const record = { type, topic: hex(topic), ...content }
  return { record, field: bytesField(FIELDS[type], bytesField(1, topic), ...items.map((item) => bytesField(2, item))) }
}

function hadBefore(ids: Bytes[]): Sample {
  const record = { type: 'ack', topic: hex(TOPIC), ids: ids.map(documentId), hadBefore: true }
  const items = ids.map((id) => bytesField(2, id))
  return { record, field: bytesField(FIELDS.ack, bytesField(1, TOPIC), ...items, number(3, 1)) }
}

function defer(ids: Bytes[], afterMs: number, topic = TOPIC): Sample {
  const record = { type: 'defer', topic: hex(topic), ids: ids.map(documentId), afterMs }
  const items = ids.map((id) => bytesField(2, id))
  return { record, field: bytesField(6, bytesField(1, topic), ...items, number(3, afterMs)) }
}

const BASE = digestOf('a checkpoint')

function headerRequest(
  { base, after, ids = [] }: { base?: Bytes; after?: { clock: number; id: Bytes }; ids?: Bytes[] },
  about = TOPIC,
): Sample {
  const record = {
    ...{ type: 'header-request', topic: hex(about), ids: ids.map(documentId) },
    ...(base && { base: documentId(base) }),
    ...(after && { after: { clock: after.clock, id: documentId(after.id) } }),
  }
  const fields = [
    ...(base ? [bytesField(2, base)] : []),
    ...(after ? [number(3, after.clock), bytesField(4, after.id)] : []),
    ...ids.map((each) => bytesField(5, each)),
  ]
  return { record, field: bytesField(7, bytesField(1, about), ...fields) }
}

interface VectorHeader {
  id: Bytes
  clock: number
  author: typeof ALICE
  seq: number
}

function headers(list: VectorHeader[], { base, isLast = true }: { base?: Bytes; isLast?: boolean }): Sample {
  const authors = [...new Set(list.map(({ author }) => author))]
  const record = {
    ...{ type: 'headers', topic: hex(TOPIC), ...(base && { base: documentId(base) }), isLast },
    headers: list.map(({ id: each, clock, author, seq }) => ({
      id: documentId(each),
      clock,
      author: author.peer,
      seq,
    })),
  }
  const field = bytesField(
    8,
    ...[bytesField(1, TOPIC), ...(base ? [bytesField(2, base)] : [])],
    ...authors.map(({ publicKey }) => bytesField(3, publicKey)),
    ...list.map(({ id: each, clock, author, seq }) =>
      bytesField(4, bytesField(1, each), number(2, clock), number(3, authors.indexOf(author)), number(4, seq)),
    ),
    number(5, isLast ? 1 : 0),
  )
  return { record, field }
}

const someHeaders: VectorHeader[] = digests(3).map((each, i) => {
  return { id: each, clock: 2 + i, author: i === 1 ? BOB : ALICE, seq: i === 0 ? 1 : i }
})
const asked = headerRequest({ base: BASE, after: { clock: 4, id: digestOf('document 2') } })
const oneHeader = headers(someHeaders.slice(0, 1), { base: BASE, isLast: false })

const topic = bytesField(1, TOPIC)
const blocks = [blockOf(root()), blockOf(message())]
const largest = filled(65_536, 0x61)

const packed = batch('message', blocks)
const EVEN_BYTES = 3_000
/** Equal bytes, which are the last of the record. */
const even = batch('message', [filled(EVEN_BYTES, 0x61)])
const evenBlocks = [even.field.subarray(0, -EVEN_BYTES), { byte: 0x61, times: EVEN_BYTES }]
const evenFrameBytes = even.field.length

const SKIP: Content = { type: 'skip' }
const fingerprint: Content = { type: 'fingerprint', fingerprint: digestOf('fingerprint').subarray(0, 8) }
const shortIds = (count: number): Bytes[] => digests(count).map((digest) => digest.subarray(0, 8))
/** An id as written in a bound: some bytes, then zeros. */
const id = (...bytes: number[]): Bytes => concat(Uint8Array.from(bytes), filled(32 - bytes.length))
const upTo = (clock: number, digest: Bytes, content: Content = fingerprint): Range => ({
  upper: { clock, digest },
  content,
})
const toTheEnd = (content: Content = fingerprint): Range => ({ upper: null, content })

/** A RANGES record with its ranges given as raw fields. */
const rawRanges = (...fields: Bytes[]): Bytes =>
  bytesField(5, rangesHead(rangesRecord([])), ...fields.map((field) => bytesField(5, field)))
/** A range whose upper bound is an id in the clock where the range begins. */
const idField = (...bytes: number[]): Bytes => bytesField(2, Uint8Array.from(bytes))
const fingerprintField = bytesField(3, digestOf('fingerprint').subarray(0, 8))
const oneRange = rangesRecord([toTheEnd()])

const validRanges = [
  frameOf('the fingerprint of everything', rangesSample(oneRange)),
  frameOf('ranges without any range', rangesSample(rangesRecord([]))),
  frameOf('nothing is held in a range', rangesSample(rangesRecord([toTheEnd({ type: 'held', ids: [] })]))),
  frameOf(
    'held in a range, wanted in another, nothing said in between',
    rangesSample(
      rangesRecord(
        [
          upTo(7, START.digest, { type: 'held', ids: shortIds(3) }),
          upTo(9, id(0x80), SKIP),
          toTheEnd({ type: 'wanted', ids: shortIds(1) }),
        ],
        { lower: { clock: 5, digest: id(0x01, 0x00, 0x02) } },
      ),
    ),
  ),
  frameOf(
    'bounds in one clock: of the id only what is needed',
    rangesSample(
      rangesRecord([upTo(2, id(0x40)), upTo(2, id(0x40, 0x01)), upTo(2, filled(32, 0xff)), upTo(3, id(0x01))]),
    ),
  ),
  frameOf(
    'the largest clock as a bound',
    rangesSample(
      rangesRecord([upTo(MAX_INTEGER, filled(32, 0xff)), toTheEnd()], {
        lower: { clock: MAX_INTEGER, digest: START.digest },
      }),
    ),
  ),
  frameOf(
    'as many ranges as allowed',
    rangesSample(rangesRecord(Array.from({ length: 512 }, (_, index) => upTo(index + 1, START.digest, SKIP)))),
  ),
]

const lenientRanges = [
  lenient(
    'zero bytes at the end of a bound',
    bytesField(
      5,
      rangesHead(oneRange),
      bytesField(4, filled(32)),
      bytesField(5, idField(0x40, 0, 0), fingerprintField),
    ),
    rangesSample(rangesRecord([upTo(0, id(0x40))])),
  ),
  lenient(
    'zeros and empty ids written out',
    bytesField(
      5,
      rangesHead(oneRange),
      varintField(3, 0),
      bytesField(4),
      bytesField(5, varintField(1, 0), bytesField(2), fingerprintField),
    ),
    rangesSample(oneRange),
  ),
  lenient(
    'the fields of a range in another order',
    rawRanges(concat(fingerprintField, idField(0x40), varintField(1, 3))),
    rangesSample(rangesRecord([upTo(3, id(0x40))])),
  ),
  lenient(
    'a fingerprint beside held and wanted: the fingerprint counts',
    rawRanges(concat(fingerprintField, bytesField(4), bytesField(5))),
    rangesSample(oneRange),
  ),
  lenient(
    'held beside wanted: held counts',
    rawRanges(concat(bytesField(5, filled(8)), bytesField(4))),
    rangesSample(rangesRecord([toTheEnd({ type: 'held', ids: [] })])),
  ),
  ...Object.entries(UNKNOWN).map(([what, field]) =>
    lenient(`unknown field of a range: ${what}`, rawRanges(concat(field, fingerprintField)), rangesSample(oneRange)),
  ),
]

const ranged = (salt: Bytes, ...fields: Bytes[]): Bytes => bytesField(5, topic, bytesField(2, salt), ...fields)

const invalidRanges = [
  refused('ranges without a topic', bytesField(5, bytesField(2, SALT))),
  refused('ranges without a salt', bytesField(5, topic)),
  refused('a salt of 15 bytes', ranged(SALT.subarray(1))),
  refused('a salt of 17 bytes', ranged(concat(SALT, filled(1)))),
  refused('the id of the first bound has 33 bytes', ranged(SALT, bytesField(4, filled(33, 1)))),
  refused('the id of an upper bound has 33 bytes', rawRanges(bytesField(2, filled(33, 1)))),
  refused('a range that ends where it begins', rawRanges(idField(0x40), idField(0x40))),
  refused('a range that ends before it begins', rawRanges(idField(0x40), idField(0x3f, 0xff))),
  refused('a range from the start to the start', rawRanges(idField(0x00))),
  refused('a range after one to the end', rawRanges(fingerprintField, varintField(1, 1))),
  refused('a range to the end after one to the end', rawRanges(fingerprintField, fingerprintField)),
  refused('a fingerprint of 7 bytes', rawRanges(bytesField(3, filled(7)))),
  refused('a fingerprint of 9 bytes', rawRanges(bytesField(3, filled(9)))),
  refused('an empty fingerprint', rawRanges(bytesField(3))),
  refused('held: half a short id', rawRanges(bytesField(4, filled(12)))),
  refused('wanted: one byte too many', rawRanges(bytesField(5, filled(9)))),
  refused('the clock of the first bound is 2^53', ranged(SALT, varintField(3, 2n ** 53n))),
  refused('the difference of clocks is 2^64 - 1', rawRanges(varintField(1, 2n ** 64n - 1n))),
  refused(
    'the clock of an upper bound is 2^53',
    ranged(SALT, varintField(3, MAX_INTEGER), bytesField(5, varintField(1, 1))),
  ),
  refused('one range too many', rawRanges(...Array.from({ length: 513 }, () => varintField(1, 1)))),
  refused('a range that ends inside a field', rawRanges(fingerprintField.subarray(0, -1))),
  refused('a range without its end', bytesField(5, rangesHead(oneRange), rangeField(0, toTheEnd()).subarray(0, -1))),
]

/** protocols/batch-sync/vectors/frames.json */
export const batchSyncFrames = {
  valid: [
    frameOf('a document', batch('message', blocks.slice(0, 1))),
    frameOf('documents', batch('message', blocks)),
    frameOf('a message without documents', batch('message', [])),
    frameOf('blocks that are no documents: which the room refuses', batch('message', [filled(0), utf8('x')])),
    frameOf('acknowledgement', batch('ack', digests(3))),
    frameOf('an empty acknowledgement', batch('ack', [])),
    frameOf('acknowledgement of what the sender had before', hadBefore(digests(2))),
    frameOf('both kinds', batch('ack', digests(1)), hadBefore(digests(2))),
    frameOf('offer', batch('offer', digests(3))),
    frameOf('an empty offer', batch('offer', [])),
    frameOf('request', batch('request', digests(2))),
    frameOf('an empty request', batch('request', [])),
    frameOf('documents are put off', defer(digests(2), 1_000)),
    frameOf('documents are put off for no time', defer(digests(1), 0)),
    frameOf('nothing is put off, for as long as can be', defer([], MAX_INTEGER)),
    ...validRanges,
    frameOf('headers before a base are asked for, from the start', headerRequest({ base: BASE })),
    frameOf('and those after a position', asked),
    frameOf('headers of some documents are asked for', headerRequest({ ids: digests(2) })),
    frameOf('headers, with more to come', oneHeader),
    frameOf('headers of several authors', headers(someHeaders, { base: BASE })),
    frameOf('the sender does not have that base', headers([], {})),
    frameOf('documents of two rooms', batch('message', blocks), batch('message', [utf8('y')], OTHER_TOPIC)),
    frameOf(
      'one of each',
      batch('message', blocks),
      batch('ack', digests(1)),
      batch('offer', digests(2), OTHER_TOPIC),
      batch('request', digests(1), OTHER_TOPIC),
      rangesSample(oneRange),
      defer(digests(1), 60_000),
      asked,
      oneHeader,
    ),
  ],
  lenient: [
    lenient('no bytes: no records', filled(0)),
    ...Object.entries(UNKNOWN).map(([what, field]) =>
      lenient(
        `unknown field of the frame: ${what}`,
        concat(field, batch('ack', digests(1)).field),
        batch('ack', digests(1)),
      ),
    ),
    ...Object.entries(UNKNOWN).map(([what, field]) =>
      lenient(
        `unknown field of a record: ${what}`,
        bytesField(2, topic, field, bytesField(2, digestOf('document 0'))),
        batch('ack', digests(1)),
      ),
    ),
    lenient(
      'a record type of a later version',
      concat(bytesField(10, topic), batch('ack', []).field),
      batch('ack', []),
    ),
    lenient('a topic twice: the last counts', bytesField(2, bytesField(1, OTHER_TOPIC), topic), batch('ack', [])),
    lenient('a time twice: the last counts', bytesField(6, topic, varintField(3, 7), varintField(3, 5)), defer([], 5)),
    lenient(
      'a topic behind the ids',
      bytesField(2, bytesField(2, digestOf('document 0')), topic),
      batch('ack', digests(1)),
    ),
    lenient(
      'a time before the ids, and zero written out',
      bytesField(6, varintField(3, 0), bytesField(2, digestOf('document 0')), topic),
      defer(digests(1), 0),
    ),
    lenient(
      'records in another order: read by type',
      concat(defer([], 1).field, batch('request', []).field, batch('offer', []).field, batch('message', blocks).field),
      batch('message', blocks),
      batch('offer', []),
      batch('request', []),
      defer([], 1),
    ),
    lenient('a pack', packField(zstandard([packed.field])), packed),
    lenient(
      'a pack with other records',
      packField(zstandard([packed.field, batch('ack', digests(1)).field])),
      packed,
      batch('ack', digests(1)),
    ),
    lenient('a pack of equal bytes', packField(zstandard(evenBlocks)), even),
    lenient('a pack with a window of 1 MiB', packField(zstandardWithWindow(evenBlocks, 1, evenFrameBytes)), even),
    lenient('a pack of no records', packField(zstandard([filled(0)]))),
    ...lenientRanges,
  ],
  unusual: [
    ...unusual(2),
    refused('a time in more bytes than it needs', bytesField(6, topic, varint(3 << 3), longVarint(1_000))),
    ...otherTypes('a time', 3, 'a number', (content) => bytesField(6, topic, content)),
    ...otherTypes('ids', 2, 'bytes', (content) => bytesField(2, topic, content)),
  ],
  invalid: [
    ...nonsense(batch('message', blocks)),
    refused('a message without a topic', bytesField(1, bytesField(2, utf8('x')))),
    refused('a pack that is nothing of Zstandard', packField(packed.field)),
    refused('a pack that ends early', packField(zstandard([packed.field]).subarray(0, -1))),
    refused('a pack that says no size', packField(zstandardWithWindow(evenBlocks, 1, undefined))),
    refused('a pack that says less than it has', packField(zstandard(evenBlocks, evenFrameBytes - 1))),
    refused('a pack that says more than it has', packField(zstandard(evenBlocks, evenFrameBytes + 1))),
    refused('a pack of a thousand times its size', packField(zstandard([{ byte: 0, times: 30_000 }]))),
    refused('a pack of what is no frame', packField(zstandard([packed.field.subarray(0, -1)]))),
    refused('a pack in a pack', packField(zstandard([packField(zstandard([packed.field]))]))),
    refused('a pack beside another record', packField(zstandard([packed.field])), batch('ack', []).field),
    refused('a pack behind another record', batch('ack', []).field, packField(zstandard([packed.field]))),
    refused('two packs', packField(zstandard([packed.field])), packField(zstandard([packed.field]))),
    refused('an offer without a topic', bytesField(3, bytesField(2, digestOf('document 0')))),
    refused('a topic of 31 bytes', batch('ack', [], TOPIC.subarray(1)).field),
    refused('a topic of 33 bytes', batch('request', [], concat(TOPIC, filled(1))).field),
    refused('a topic of 31 bytes in a deferral', defer([], 1, TOPIC.subarray(1)).field),
    refused('an id of 31 bytes', bytesField(2, topic, bytesField(2, filled(31)))),
    refused('an id of 33 bytes', bytesField(3, topic, bytesField(2, filled(33)))),
    refused('an empty id', bytesField(4, topic, bytesField(2))),
    refused('a deferred id of 8 bytes', bytesField(6, topic, bytesField(2, filled(8)))),
    refused('a base of 31 bytes', bytesField(7, topic, bytesField(2, filled(31)))),
    refused('a position with an id of 33 bytes', bytesField(7, topic, bytesField(4, filled(33)))),
    refused('an empty id of a document whose header is asked for', bytesField(7, topic, bytesField(5))),
    refused('an author of 31 bytes', bytesField(8, topic, bytesField(3, filled(31)))),
    refused(
      'a header by an author that is not named',
      bytesField(8, topic, bytesField(4, bytesField(1, BASE), varintField(3, 1))),
    ),
    refused('a header without an id', bytesField(8, topic, bytesField(3, ALICE.publicKey), bytesField(4))),
    refused(
      'one header too many',
      bytesField(8, topic, ...Array.from({ length: 1_025 }, () => bytesField(4, bytesField(1, BASE)))),
    ),
    refused('a time of 2^53', bytesField(6, topic, varintField(3, 2n ** 53n))),
    refused('a block one byte too large', batch('message', [concat(largest, filled(1))]).field),
    refused(
      'one block too many',
      batch(
        'message',
        Array.from({ length: 1_537 }, () => filled(0)),
      ).field,
    ),
    ...invalidRanges,
  ],
}
