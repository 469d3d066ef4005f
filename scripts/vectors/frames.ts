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
  bytes: bytesField(100, utf8('from a later version')),
  'eight bytes': concat(varint((100 << 3) | 1), filled(8, 0xff)),
  'four bytes': concat(varint((100 << 3) | 5), filled(4, 0xff)),
}

/** Truncations and nonsense that no protocol accepts. */
export const nonsense = (sample: Sample) => [
  refused('ends inside the record', sample.field.subarray(0, -1)),
  refused('ends after a field number', fromHex('0a')),
  refused('a record longer than the frame', fromHex('0aff7f')),
  refused('wire type 6', fromHex('a606')),
  refused('wire type 7', fromHex('a706')),
  refused('a group that does not end', fromHex('a306')),
]
