/** Encodes room-state records as frames and back. Decoding is bounded and throws on malformed frames. */
import { MAX_DOCUMENT_BYTES, SIGNATURE_BYTES } from '../document/constants.ts'
import { checkForm } from '../wire/form.ts'
import { bytesOfHeadsDigest, headsDigestOfBytes } from '../wire/heads-digest.ts'
import { decodeIds, decodeTopic, encodeIds, encodeTopic, wireBytes } from '../wire/id-codec.ts'
import { digestOfDocumentId } from '../wire/ids.ts'
import { packRuns } from '../wire/pack.ts'
import { PUBLIC_KEY_BYTES } from '../wire/peer-ids.ts'
import {
  MAX_NOTICES_PER_FRAME,
  MAX_PEER_RECORD_BYTES,
  MAX_RECORDS_PER_FRAME,
  MAX_SUGGESTIONS_PER_FRAME,
  TARGET_FRAME_BYTES,
} from './constants.ts'
import { RoomStateFrame, RoomStateFrameForm } from './messages.ts'
import type { RoomStateRecord } from './records.ts'

/** Size of a digest with its header; topics, integers, proofs and digests of heads fit the record's own share. */
const ID_BYTES = 34
const RECORD_BYTES = 176

const NOTHING = new Uint8Array(0)

/**
 * Packs records into frames. Records of one type keep their order, and so do goodbyes and metadata: a frame
 * contains its metadata first, so metadata that follows a goodbye goes into the next frame. What is limited otherwise has
 * frames of its own.
 */
export function encodeFrames(records: readonly RoomStateRecord[]): Uint8Array[] {
  const suggestions = records.filter(({ type }) => type === 'suggestion')
  const notices = records.filter(({ type }) => type === 'removal' || type === 'invited')
  const apart = new Set([...suggestions, ...notices])
  const others = records.filter((record) => !apart.has(record))
  const packed = (part: readonly RoomStateRecord[], maxItems: number): RoomStateRecord[][] =>
    packRuns(part, sizeBytesOf, { maxSize: TARGET_FRAME_BYTES, maxItems })
  return [
    ...comings(others).flatMap((part) => packed(part, MAX_RECORDS_PER_FRAME)),
    ...packed(suggestions, MAX_SUGGESTIONS_PER_FRAME),
    ...packed(notices, MAX_NOTICES_PER_FRAME),
  ].map(encodeFrame)
}

/** Splits records so that no metadata follows a goodbye. */
function comings(records: readonly RoomStateRecord[]): RoomStateRecord[][] {
  const parts: RoomStateRecord[][] = [[]]
  let saidGoodbye = false
  for (const record of records) {
    if (record.type === 'metadata' && saidGoodbye) parts.push([])
    saidGoodbye = record.type === 'goodbye' || (saidGoodbye && record.type !== 'metadata')
    parts.at(-1)?.push(record)
  }
  return parts
}

function sizeBytesOf(record: RoomStateRecord): number {
  if (record.type === 'metadata') return RECORD_BYTES + ID_BYTES * record.frontier.length
  if (record.type === 'suggestion') return RECORD_BYTES + record.peerRecord.length
  return record.type === 'removal' ? RECORD_BYTES + record.block.length : RECORD_BYTES
}

function encodeFrame(records: readonly RoomStateRecord[]): Uint8Array {
  const frame: RoomStateFrame = {
    ...{ metadata: [], metadataAcks: [], goodbyes: [], goodbyeAcks: [], suggestions: [] },
    ...{ removals: [], invited: [] },
  }
  for (const record of records) {
    const topic = encodeTopic(record.topic)
    switch (record.type) {
      case 'metadata':
        frame.metadata.push({
          topic,
          serial: record.serial,
          proof: wireBytes(record.proof),
          frontier: encodeIds(record.frontier),
          clock: record.clock,
          documents: record.documents ?? 0,
          refusesDocuments: record.refusesDocuments,
          newestFirst: record.isNewestFirst,
          headsDigest: record.headsDigest === undefined ? NOTHING : bytesOfHeadsDigest(record.headsDigest),
          checkpoint: record.checkpoint === undefined ? NOTHING : wireBytes(digestOfDocumentId(record.checkpoint)),
          historyFrom: record.historyFrom ?? 0,
          base: record.base === undefined ? NOTHING : wireBytes(digestOfDocumentId(record.base)),
        })
        break
      case 'metadata-ack':
        frame.metadataAcks.push({ topic, serial: record.serial, unknown: record.unknown })
        break
      case 'goodbye':
        frame.goodbyes.push({ topic })
        break
      case 'goodbye-ack':
        frame.goodbyeAcks.push({ topic })
        break
      case 'suggestion':
        frame.suggestions.push({ topic, peerRecord: wireBytes(record.peerRecord) })
        break
      case 'removal':
        frame.removals.push({ topic, block: wireBytes(record.block) })
        break
      case 'invited':
        frame.invited.push({ topic, key: wireBytes(record.key), proof: wireBytes(record.proof) })
        break
    }
  }
  return RoomStateFrame.encode(frame)
}

/** Decodes a frame; throws on malformed bytes, wrong lengths or too many elements. Skips unknown fields. */
export function decodeFrame(bytes: Uint8Array): RoomStateRecord[] {
  checkForm(bytes, RoomStateFrameForm)
  const frame = RoomStateFrame.decode(bytes)
  return [
    ...frame.metadata.map((metadata): RoomStateRecord => ({
      type: 'metadata',
      topic: decodeTopic(metadata.topic),
      serial: metadata.serial,
      proof: metadata.proof,
      frontier: decodeIds(metadata.frontier),
      clock: metadata.clock,
      documents: metadata.documents === 0 ? undefined : metadata.documents,
      refusesDocuments: metadata.refusesDocuments,
      isNewestFirst: metadata.newestFirst,
      headsDigest: metadata.headsDigest.length === 0 ? undefined : headsDigestOfBytes(metadata.headsDigest),
      checkpoint: metadata.checkpoint.length === 0 ? undefined : decodeIds([metadata.checkpoint])[0],
      historyFrom: metadata.historyFrom === 0 ? undefined : metadata.historyFrom,
      base: metadata.base.length === 0 ? undefined : decodeIds([metadata.base])[0],
    })),
    ...frame.metadataAcks.map((ack): RoomStateRecord => ({
      type: 'metadata-ack',
      topic: decodeTopic(ack.topic),
      serial: ack.serial,
      unknown: ack.unknown,
    })),
    ...frame.goodbyes.map((goodbye): RoomStateRecord => ({ type: 'goodbye', topic: decodeTopic(goodbye.topic) })),
    ...frame.goodbyeAcks.map((ack): RoomStateRecord => ({ type: 'goodbye-ack', topic: decodeTopic(ack.topic) })),
    ...frame.suggestions.map((suggestion): RoomStateRecord => {
      if (suggestion.peerRecord.length > MAX_PEER_RECORD_BYTES) {
        throw new RangeError(`a peer record must have at most ${MAX_PEER_RECORD_BYTES} bytes`)
      }
      return { type: 'suggestion', topic: decodeTopic(suggestion.topic), peerRecord: suggestion.peerRecord }
    }),
    ...frame.removals.map(({ topic, block }): RoomStateRecord => {
      if (block.length > MAX_DOCUMENT_BYTES) throw new RangeError(`a block has at most ${MAX_DOCUMENT_BYTES} bytes`)
      return { type: 'removal', topic: decodeTopic(topic), block }
    }),
    ...frame.invited.map(({ topic, key, proof }): RoomStateRecord => {
      if (key.length !== PUBLIC_KEY_BYTES || proof.length !== SIGNATURE_BYTES) {
        throw new RangeError('the key of an invite or its signature has another length')
      }
      return { type: 'invited', topic: decodeTopic(topic), key, proof }
    }),
  ]
}
