/** What the vectors of all protocols' frames are made of: records beside their bytes, and bytes that are no frame. */
import { bytesField, concat, digestOf, filled, fromHex, hex, utf8, varint, varintField, type Bytes } from './bytes.ts'
import { ROOM } from './document.ts'
import { topicOf } from './wire.ts'

export const TOPIC = topicOf(ROOM)
export const OTHER_TOPIC = topicOf(digestOf('another room'))
export const MAX_INTEGER = Number.MAX_SAFE_INTEGER

/** Digests of documents that are nowhere. */
export const digests = (count: number): Bytes[] =>
  Array.from({ length: count }, (_, index) => digestOf(`document ${index}`))

/** A record beside its bytes in a frame. */
export interface Sample {
  record: Record<string, unknown>
  field: Bytes
}

/** proto3 leaves out what is zero. */
export const number = (field: number, value: number): Bytes => (value === 0 ? filled(0) : varintField(field, value))

/** A frame that is read and written so. */
export const frameOf = (name: string, ...samples: Sample[]) => ({
  name,
  records: samples.map(({ record }) => record),
  frame: hex(concat(...samples.map(({ field }) => field))),
})

/** A frame that is read but not written so. */
export const lenient = (name: string, frame: Bytes, ...samples: Sample[]) => ({
  name,
  records: samples.map(({ record }) => record),
  frame: hex(frame),
})

/** A frame that is not read. */
export const refused = (name: string, ...parts: Bytes[]) => ({ name, frame: hex(concat(...parts)) })

/** Fields that the first version has not: each wire type, at a number far from those in use. */
export const UNKNOWN: Record<string, Bytes> = {
  'a number': varintField(100, 300),
  bytes: bytesField(100, utf8('from a later version')),
  'eight bytes': concat(varint((100 << 3) | 1), filled(8, 0xff)),
  'four bytes': concat(varint((100 << 3) | 5), filled(4, 0xff)),
}

/** Cuts and nonsense that no frame of any protocol may be. */
export const nonsense = (sample: Sample) => [
  refused('ends inside the record', sample.field.subarray(0, -1)),
  refused('ends after a field number', fromHex('0a')),
  refused('a record longer than the frame', fromHex('0aff7f')),
  refused('wire type 6', fromHex('a606')),
  refused('wire type 7', fromHex('a706')),
  refused('a group that does not end', fromHex('a306')),
]
