/** What the frame vectors of all protocols have in common: records and their bytes, and invalid bytes. */
import { bytesField, concat, digestOf, filled, fromHex, hex, utf8, varint, varintField, type Bytes } from './bytes.ts'
import { ROOM } from './document.ts'
import { topicOf } from './wire.ts'

export const TOPIC = topicOf(ROOM)
export const OTHER_TOPIC = topicOf(digestOf('another room'))
export const MAX_INTEGER = Number.MAX_SAFE_INTEGER

/** Digests of documents that do not exist. */
export const digests = (count: number): Bytes[] =>
  Array.from({ length: count }, (_, index) => digestOf(`document ${index}`))

/** A record and its bytes in a frame. */
export interface Sample {
  record: Record<string, unknown>
  field: Bytes
}

/** proto3 omits zero values. */
export const number = (field: number, value: number): Bytes => (value === 0 ? filled(0) : varintField(field, value))

/** A frame that is both read and written like this. */
export const frameOf = (name: string, ...samples: Sample[]) => ({
  name,
  records: samples.map(({ record }) => record),
  frame: hex(concat(...samples.map(({ field }) => field))),
})

/** A frame that is read but never written like this. */
export const lenient = (name: string, frame: Bytes, ...samples: Sample[]) => ({
  name,
  records: samples.map(({ record }) => record),
  frame: hex(frame),
})

/** A frame that is refused. */
export const refused = (name: string, ...parts: Bytes[]) => ({ name, frame: hex(concat(...parts)) })

/** Fields that the first version does not have: one of each wire type, with numbers far from those in use. */
export const UNKNOWN: Record<string, Bytes> = {
  'a number': varintField(100, 300),
  'the largest number, in the field with the largest number': concat(varint(2 ** 32 - 8), varint(2n ** 64n - 1n)),
  bytes: bytesField(100, utf8('from a later version')),
  'eight bytes': concat(varint((100 << 3) | 1), filled(8, 0xff)),
  'four bytes': concat(varint((100 << 3) | 5), filled(4, 0xff)),
}

/** A varint in one byte more than it needs. */
export const longVarint = (value: number): Bytes => {
  const shortest = varint(value)
  const last = shortest.at(-1) ?? 0
  return concat(shortest.subarray(0, -1), Uint8Array.of(last | 0x80, 0))
}

const ofType = (field: number, wireType: number): Bytes => varint((field << 3) | wireType)

/** A field of each wire type, whatever it has by the specification. */
const WIRE_TYPES: Record<string, (field: number) => Bytes> = {
  'a number': (field) => varintField(field, 1),
  'eight bytes': (field) => concat(ofType(field, 1), filled(8)),
  bytes: (field) => bytesField(field, varint(1)),
  'four bytes': (field) => concat(ofType(field, 5), filled(4)),
  'a group': (field) => concat(ofType(field, 3), ofType(field, 4)),
}

/** Where the type of a field is not the one it has: the field as each of the others. */
export const otherTypes = (what: string, field: number, type: string, around: (content: Bytes) => Bytes) =>
  Object.entries(WIRE_TYPES)
    .filter(([other]) => other !== type)
    .map(([other, content]) => refused(`${what} as ${other}`, around(content(field))))

/**
 * Frames that decoders of protobuf read in one way or another, and that nobody writes. `field`: the number of a record
 * whose first field is its topic.
 */
export const unusual = (field: number) => {
  const record = bytesField(1, TOPIC)
  const prefixed = bytesField(field, record)
  return [
    refused('a tag in more bytes than it needs', longVarint((field << 3) | 2), prefixed.subarray(1)),
    refused('the length of a record in more bytes than it needs', ofType(field, 2), longVarint(record.length), record),
    refused('a tag in a record in more bytes than it needs', bytesField(field, longVarint(10), record.subarray(1))),
    refused(
      'a length in a record in more bytes than it needs',
      bytesField(field, ofType(1, 2), longVarint(TOPIC.length), TOPIC),
    ),
    refused('a tag of an unknown field in more bytes than it needs', prefixed, longVarint((100 << 3) | 0), varint(1)),
    refused('an unknown number in more bytes than it needs', prefixed, ofType(100, 0), longVarint(1)),
    refused('the length of unknown bytes in more bytes than it needs', prefixed, ofType(100, 2), longVarint(0)),
    refused('an unknown group', prefixed, ofType(100, 3), ofType(100, 4)),
    refused('an unknown group with a field', prefixed, ofType(100, 3), varintField(1, 1), ofType(100, 4)),
    refused('an unknown group in a record', bytesField(field, record, ofType(100, 3), ofType(100, 4))),
    ...otherTypes('a record', field, 'bytes', (content) => concat(prefixed, content)),
    ...otherTypes('a topic', 1, 'bytes', (content) => bytesField(field, record, content)),
  ]
}

/** Truncations and nonsense that no protocol accepts. */
export const nonsense = (sample: Sample) => [
  refused('ends inside the record', sample.field.subarray(0, -1)),
  refused('ends after a field number', fromHex('0a')),
  refused('a record longer than the frame', fromHex('0aff7f')),
  refused('wire type 6', fromHex('a606')),
  refused('wire type 7', fromHex('a706')),
  refused('a group that does not end', fromHex('a306')),
  refused('the end of a group that did not begin', fromHex('a406')),
  ...Object.entries(WIRE_TYPES).map(([type, content]) => refused(`field 0 as ${type}`, sample.field, content(0))),
  refused('field 2^29, one more than there can be', sample.field, varint(2n ** 32n), varint(1)),
  refused('a tag of 11 bytes', sample.field, filled(10, 0x80), varint(1)),
  refused('an unknown number of 11 bytes', sample.field, ofType(100, 0), filled(10, 0x80), varint(1)),
  refused('an unknown number of 65 bits', sample.field, ofType(100, 0), filled(9, 0xff), varint(2)),
  refused('unknown bytes longer than the frame', sample.field, ofType(100, 2), varint(2 ** 31)),
  refused('eight unknown bytes, of which one is missing', sample.field, ofType(100, 1), filled(7)),
]
