/** Frames of room-state and batch-sync beside the records they hold. */
import {
  bytesField,
  concat,
  digestOf,
  documentId,
  filled,
  fromHex,
  hex,
  utf8,
  varint,
  varintField,
  type Bytes,
} from './bytes.ts'
import { ALICE, BOB, blockOf, message, ROOM, root } from './document.ts'
import { proofOf, topicOf } from './wire.ts'

const TOPIC = topicOf(ROOM)
const OTHER_TOPIC = topicOf(digestOf('another room'))
const PROOF = proofOf(ROOM, ALICE.peer, BOB.peer)
const MAX_INTEGER = Number.MAX_SAFE_INTEGER
const digests = (count: number): Bytes[] => Array.from({ length: count }, (_, index) => digestOf(`document ${index}`))

/** A record beside its bytes in a frame. */
interface Sample {
  record: Record<string, unknown>
  field: Bytes
}

/** proto3 leaves out what is zero. */
const number = (field: number, value: number): Bytes => (value === 0 ? filled(0) : varintField(field, value))

function metadata(serial: number, frontier: Bytes[], clock: number, topic = TOPIC, proof = PROOF): Sample {
  const ids = frontier.map((digest) => bytesField(4, digest))
  const record = {
    type: 'metadata',
    topic: hex(topic),
    serial,
    proof: hex(proof),
    frontier: frontier.map(documentId),
    clock,
  }
  const content = [bytesField(1, topic), number(2, serial), bytesField(3, proof), ...ids, number(5, clock)]
  return { record, field: bytesField(1, ...content) }
}

function metadataAck(serial: number, unknown: boolean, topic = TOPIC): Sample {
  const record = { type: 'metadata-ack', topic: hex(topic), serial, unknown }
  return { record, field: bytesField(2, bytesField(1, topic), number(2, serial), number(3, unknown ? 1 : 0)) }
}

const goodbye = (topic = TOPIC): Sample => ({
  record: { type: 'goodbye', topic: hex(topic) },
  field: bytesField(3, bytesField(1, topic)),
})

const goodbyeAck = (topic = TOPIC): Sample => ({
  record: { type: 'goodbye-ack', topic: hex(topic) },
  field: bytesField(4, bytesField(1, topic)),
})

function suggestion(peerRecord: Bytes, topic = TOPIC): Sample {
  const record = { type: 'suggestion', topic: hex(topic), peerRecord: hex(peerRecord) }
  return { record, field: bytesField(5, bytesField(1, topic), bytesField(2, peerRecord)) }
}

function batch(type: 'message' | 'ack' | 'locator', items: Bytes[], topic = TOPIC): Sample {
  const field = { message: 1, ack: 2, locator: 3 }[type]
  const content = type === 'message' ? { blocks: items.map(hex) } : { ids: items.map(documentId) }
  const record = { type, topic: hex(topic), ...content }
  return { record, field: bytesField(field, bytesField(1, topic), ...items.map((item) => bytesField(2, item))) }
}

const frameOf = (name: string, ...samples: Sample[]) => ({
  name,
  records: samples.map(({ record }) => record),
  frame: hex(concat(...samples.map(({ field }) => field))),
})

/** A frame that is read but not written so. */
const lenient = (name: string, frame: Bytes, ...samples: Sample[]) => ({
  name,
  records: samples.map(({ record }) => record),
  frame: hex(frame),
})

const refused = (name: string, ...parts: Bytes[]) => ({ name, frame: hex(concat(...parts)) })

/** Fields that the first version has not: each wire type, at a number far from those in use. */
const UNKNOWN: Record<string, Bytes> = {
  'a number': varintField(100, 300),
  bytes: bytesField(100, utf8('from a later version')),
  'eight bytes': concat(varint((100 << 3) | 1), filled(8, 0xff)),
  'four bytes': concat(varint((100 << 3) | 5), filled(4, 0xff)),
}

/** Cuts and nonsense that no frame of either protocol may be. */
const nonsense = (sample: Sample) => [
  refused('ends inside the record', sample.field.subarray(0, -1)),
  refused('ends after a field number', fromHex('0a')),
  refused('a record longer than the frame', fromHex('0aff7f')),
  refused('wire type 6', fromHex('a606')),
  refused('wire type 7', fromHex('a706')),
  refused('a group that does not end', fromHex('a306')),
]

const { proof, topic } = { proof: bytesField(3, PROOF), topic: bytesField(1, TOPIC) }

/** protocols/room-state/vectors/frames.json */
export const roomStateFrames = {
  valid: [
    frameOf('metadata', metadata(1, digests(1), 7)),
    frameOf('metadata of a room that is empty here', metadata(1, [], 0)),
    frameOf('metadata with the largest integers', metadata(MAX_INTEGER, digests(2), MAX_INTEGER)),
    frameOf('metadata with as many ids as allowed', metadata(3, digests(256), 300)),
    frameOf('metadata of two rooms', metadata(1, digests(1), 7), metadata(9, digests(3), 20, OTHER_TOPIC)),
    frameOf('acknowledgement', metadataAck(1, false)),
    frameOf('acknowledgement by somebody who does not know the room', metadataAck(300, true)),
    frameOf('goodbye', goodbye()),
    frameOf('goodbye acknowledged', goodbyeAck()),
    frameOf('suggestion', suggestion(utf8('a signed peer record in its envelope'))),
    frameOf('suggestion of the greatest length', suggestion(filled(4_096, 0x61))),
    frameOf(
      'one of each',
      metadata(2, digests(2), 8),
      metadataAck(1, false, OTHER_TOPIC),
      goodbye(OTHER_TOPIC),
      goodbyeAck(OTHER_TOPIC),
      suggestion(utf8('record')),
    ),
  ],
  lenient: [
    lenient('no bytes: no records', filled(0)),
    ...Object.entries(UNKNOWN).map(([what, field]) =>
      lenient(`unknown field of the frame: ${what}`, concat(field, goodbye().field), goodbye()),
    ),
    ...Object.entries(UNKNOWN).map(([what, field]) =>
      lenient(`unknown field of a record: ${what}`, bytesField(3, field, topic), goodbye()),
    ),
    lenient('a record type of a later version', concat(bytesField(6, topic), goodbye().field), goodbye()),
    lenient(
      'fields in another order',
      bytesField(1, varintField(5, 7), proof, varintField(2, 1), topic),
      metadata(1, [], 7),
    ),
    lenient('zero written out', bytesField(2, topic, varintField(2, 0), varintField(3, 0)), metadataAck(0, false)),
    lenient('a field twice: the last counts', bytesField(3, bytesField(1, OTHER_TOPIC), topic), goodbye()),
    lenient(
      'a proof of another length: no proof',
      metadata(1, [], 0, TOPIC, filled(31)).field,
      metadata(1, [], 0, TOPIC, filled(31)),
    ),
    lenient(
      'records in another order: read by type',
      concat(goodbye(OTHER_TOPIC).field, metadata(1, [], 0).field),
      metadata(1, [], 0),
      goodbye(OTHER_TOPIC),
    ),
  ],
  invalid: [
    ...nonsense(metadata(1, digests(1), 7)),
    refused('metadata without a topic', bytesField(1, varintField(2, 1), proof)),
    refused('a topic of 31 bytes', goodbye(TOPIC.subarray(1)).field),
    refused('a topic of 33 bytes', goodbyeAck(concat(TOPIC, filled(1))).field),
    refused('an acknowledgement with an empty topic', metadataAck(1, false, filled(0)).field),
    refused('a digest of 31 bytes', bytesField(1, topic, proof, bytesField(4, filled(31)))),
    refused('a digest of 33 bytes', bytesField(1, topic, proof, bytesField(4, filled(33)))),
    refused('one id too many', bytesField(1, topic, proof, ...digests(257).map((digest) => bytesField(4, digest)))),
    refused('one suggestion too many', ...Array.from({ length: 65 }, () => suggestion(utf8('r')).field)),
    refused('a peer record one byte too long', suggestion(filled(4_097)).field),
    refused('a serial of 2^53', bytesField(2, topic, varintField(2, 2n ** 53n))),
    refused('a clock of 2^64 - 1', bytesField(1, topic, proof, varintField(5, 2n ** 64n - 1n))),
  ],
}

const blocks = [blockOf(root()), blockOf(message())]
const largest = filled(65_536, 0x61)

/** protocols/batch-sync/vectors/frames.json */
export const batchSyncFrames = {
  valid: [
    frameOf('a document', batch('message', blocks.slice(0, 1))),
    frameOf('documents', batch('message', blocks)),
    frameOf('a message without documents', batch('message', [])),
    frameOf('blocks that are no documents: for the room to judge', batch('message', [filled(0), utf8('x')])),
    frameOf('acknowledgement', batch('ack', digests(3))),
    frameOf('an empty acknowledgement', batch('ack', [])),
    frameOf('locator', batch('locator', digests(12))),
    frameOf('locator of somebody who has nothing', batch('locator', [])),
    frameOf('locator with as many ids as allowed', batch('locator', digests(64))),
    frameOf('documents of two rooms', batch('message', blocks), batch('message', [utf8('y')], OTHER_TOPIC)),
    frameOf(
      'one of each',
      batch('message', blocks),
      batch('ack', digests(1)),
      batch('locator', digests(2), OTHER_TOPIC),
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
    lenient('a record type of a later version', concat(bytesField(4, topic), batch('ack', []).field), batch('ack', [])),
    lenient(
      'a topic behind the ids',
      bytesField(2, bytesField(2, digestOf('document 0')), topic),
      batch('ack', digests(1)),
    ),
    lenient(
      'records in another order: read by type',
      concat(batch('locator', []).field, batch('message', blocks).field),
      batch('message', blocks),
      batch('locator', []),
    ),
  ],
  invalid: [
    ...nonsense(batch('message', blocks)),
    refused('a message without a topic', bytesField(1, bytesField(2, utf8('x')))),
    refused('a topic of 31 bytes', batch('ack', [], TOPIC.subarray(1)).field),
    refused('a topic of 33 bytes', batch('locator', [], concat(TOPIC, filled(1))).field),
    refused('an id of 31 bytes', bytesField(2, topic, bytesField(2, filled(31)))),
    refused('an id of 33 bytes', bytesField(3, topic, bytesField(2, filled(33)))),
    refused('an empty id', bytesField(2, topic, bytesField(2))),
    refused('a block one byte too large', batch('message', [concat(largest, filled(1))]).field),
    refused(
      'one block too many',
      batch(
        'message',
        Array.from({ length: 1_537 }, () => filled(0)),
      ).field,
    ),
    refused('one id too many in a locator', batch('locator', digests(65)).field),
  ],
}
