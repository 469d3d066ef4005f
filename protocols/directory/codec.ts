/** Encodes records of directories as frames and back. Decoding is bounded and throws on malformed frames. */
import { checkForm } from '../wire/form.ts'
import { decodeTopic, encodeTopic, wireBytes } from '../wire/id-codec.ts'
import { MAX_LENGTHS, MAX_PLACE_BYTES } from './constants.ts'
import type { Place } from './key.ts'
import { DirectoryFrame, DirectoryFrameForm } from './messages.ts'
import { CHILDREN_BYTES, DIGEST_BYTES, type NodeHead } from './prefix-node.ts'
import { packRecord, unpackRecord, type SignedRecord } from './record.ts'
import type { DirectoryRecordOnWire, LookRecord, NodeSeen, PutRecord, SeenRecord, TakenRecord } from './records.ts'

const NOTHING = new Uint8Array(0)

/** A frame for each record. */
export function encodeFrames(records: readonly DirectoryRecordOnWire[]): Uint8Array[] {
  return records.map((record) => DirectoryFrame.encode(frameOf(record)))
}

function frameOf(record: DirectoryRecordOnWire): DirectoryFrame {
  const { serial } = record
  switch (record.type) {
    case 'look': {
      const { topic, path, within, first, last, limit, maxBytes } = record
      return { look: { serial, topic: encodeTopic(topic), path: bytesOf(path), within, first, last, limit, maxBytes } }
    }
    case 'seen': {
      const nodes = record.nodes.map(({ length, ...head }) => ({ length, ...headFields(head) }))
      return { seen: { serial, nodes, records: packed(record.records), more: record.hasMore } }
    }
    case 'put': {
      const { topic, prefix, records, head } = record
      const { bound, children } = head === undefined ? { bound: NOTHING, children: NOTHING } : headFields(head)
      const place = { topic: encodeTopic(topic), prefix: bytesOf(prefix) }
      return {
        put: { serial, ...place, records: packed(records), bound: wireBytes(bound), children: wireBytes(children) },
      }
    }
    case 'taken': {
      const { kept, refused, head, digest = '' } = record
      return { taken: { serial, kept, refused, ...headFields(head), digest: Buffer.from(digest, 'hex') } }
    }
  }
}

function headFields({ bound, children }: NodeHead): {
  bound: Uint8Array<ArrayBuffer>
  children: Uint8Array<ArrayBuffer>
} {
  return { bound: bound === undefined ? wireBytes(NOTHING) : bytesOf(bound), children: wireBytes(children) }
}

function packed(records: readonly SignedRecord[]): Uint8Array<ArrayBuffer>[] {
  return records.map((record) => wireBytes(packRecord(record)))
}

/** Decodes a frame; throws on malformed bytes, wrong lengths or too many elements. Skips unknown fields. */
export function decodeFrame(bytes: Uint8Array): DirectoryRecordOnWire[] {
  checkForm(bytes, DirectoryFrameForm)
  const { look, seen, put, taken } = DirectoryFrame.decode(bytes)
  return [
    ...(look === undefined ? [] : [lookOf(look)]),
    ...(seen === undefined ? [] : [seenOf(seen)]),
    ...(put === undefined ? [] : [putOf(put)]),
    ...(taken === undefined ? [] : [takenOf(taken)]),
  ]
}

function lookOf({ topic, path, ...look }: NonNullable<DirectoryFrame['look']>): LookRecord {
  const { within, first, last } = look
  const place = placeOf(path)
  const isOnPath = within <= place.length && first <= last && last <= place.length && last - first < MAX_LENGTHS
  if (place.length === 0 || within === 0 || !isOnPath) throw new RangeError('a search for nothing, or beside its path')
  return { type: 'look', ...look, topic: decodeTopic(topic), path: place }
}

function seenOf({ serial, nodes, records, more }: NonNullable<DirectoryFrame['seen']>): SeenRecord {
  const told = nodes.map(({ length, ...head }): NodeSeen => ({ length, ...headOf(head) }))
  return { type: 'seen', serial, nodes: told, records: records.map(unpackRecord), hasMore: more }
}

function putOf({ serial, topic, prefix, records, ...head }: NonNullable<DirectoryFrame['put']>): PutRecord {
  const isOfHolder = head.children.length > 0
  return {
    ...{ type: 'put', serial, topic: decodeTopic(topic), prefix: placeOf(prefix), records: records.map(unpackRecord) },
    ...(isOfHolder && { head: headOf(head) }),
  }
}

function takenOf({ serial, kept, refused, digest, ...head }: NonNullable<DirectoryFrame['taken']>): TakenRecord {
  if (digest.length > 0 && digest.length !== DIGEST_BYTES) throw new RangeError('a digest has another length')
  const told = digest.length > 0 && { digest: Buffer.from(digest).toString('hex') }
  return { type: 'taken', serial, kept, refused, head: headOf(head), ...told }
}

function headOf({ bound, children }: { bound: Uint8Array; children: Uint8Array }): NodeHead {
  if (children.length !== CHILDREN_BYTES) throw new RangeError('the children of a node have another length')
  return { bound: bound.length === 0 ? undefined : placeOf(bound), children }
}

function placeOf(bytes: Uint8Array): Place {
  if (bytes.length > MAX_PLACE_BYTES) throw new RangeError(`a place has at most ${MAX_PLACE_BYTES} bytes`)
  return Buffer.from(bytes).toString('latin1')
}

function bytesOf(place: Place): Uint8Array<ArrayBuffer> {
  return Buffer.from(place, 'latin1')
}
