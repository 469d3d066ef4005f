/** Encodes batch-sync records as frames and back. Decoding is bounded and throws on malformed frames. */
import { MAX_DOCUMENT_BYTES } from '../document/constants.ts'
import { checkForm } from '../wire/form.ts'
import { decodeIds, decodeTopic, encodeIds, encodeTopic, wireBytes } from '../wire/id-codec.ts'
import { packRuns } from '../wire/pack.ts'
import { BATCH_SYNC_VERSIONS, MAX_IDS, MAX_MESSAGE_BYTES } from './constants.ts'
import { BatchSyncFrame, BatchSyncFrameForm, type Message, type Offer } from './messages.ts'
import { decodeHeaderRequest, decodeHeaders, encodeHeaderRequest, encodeHeaders, headerBytes } from './headers-codec.ts'
import { packIn, packOf, PACK_VERSION, unpack } from './packs.ts'
import { decodeRanges, encodeRanges, rangesBytes } from './ranges-codec.ts'
import type { BatchSyncRecord, IdsRecord } from './records.ts'

/** Header bytes of a block or digest in its record, and of a record with its topic. */
const HEADER_BYTES = 4
const RECORD_BYTES = 44

const NEWEST_VERSION = Math.max(...BATCH_SYNC_VERSIONS)

/** Packs records into frames, in order. `version`: that of the peer. */
export function encodeFrames(records: readonly BatchSyncRecord[], version = NEWEST_VERSION): Uint8Array[] {
  const limits = { maxSize: MAX_MESSAGE_BYTES, maxItems: MAX_IDS }
  return packRuns(records, sizeBytesOf, limits).map((some) => {
    const frame = encodeFrame(some)
    const pack = version >= PACK_VERSION && isPacked(some) ? packOf(frame) : undefined
    return pack === undefined ? frame : BatchSyncFrame.encode({ ...emptyFrame(), pack: wireBytes(pack) })
  })
}

/** Of documents. Those of several rooms stay apart: the size of a pack must not tell one room about another. */
function isPacked(records: readonly BatchSyncRecord[]): boolean {
  const [first] = records
  return records.some(({ type }) => type === 'message') && records.every(({ topic }) => topic === first?.topic)
}

function sizeBytesOf(record: BatchSyncRecord): number {
  switch (record.type) {
    case 'message':
      return record.blocks.reduce((sum, block) => sum + block.length + HEADER_BYTES, RECORD_BYTES)
    case 'ranges':
      return RECORD_BYTES + rangesBytes(record)
    case 'header-request':
    case 'headers':
      return headerBytes(record)
    default:
      return RECORD_BYTES + record.ids.length * (32 + HEADER_BYTES)
  }
}

function emptyFrame(): BatchSyncFrame {
  return {
    ...{ messages: [], acks: [], offers: [], requests: [], ranges: [], defers: [], headerRequests: [], headers: [] },
    pack: new Uint8Array(0),
  }
}

function encodeFrame(records: readonly BatchSyncRecord[]): Uint8Array {
  const frame = emptyFrame()
  for (const record of records) {
    const topic = encodeTopic(record.topic)
    switch (record.type) {
      case 'message':
        frame.messages.push({ topic, blocks: record.blocks.map(wireBytes) })
        break
      case 'ack':
        frame.acks.push({ topic, ids: encodeIds(record.ids), hadBefore: record.hadBefore === true })
        break
      case 'offer':
        frame.offers.push({ topic, ids: encodeIds(record.ids) })
        break
      case 'request':
        frame.requests.push({ topic, ids: encodeIds(record.ids) })
        break
      case 'defer':
        frame.defers.push({ topic, ids: encodeIds(record.ids), afterMs: record.afterMs })
        break
      case 'ranges':
        frame.ranges.push(encodeRanges(record))
        break
      case 'header-request':
        frame.headerRequests.push(encodeHeaderRequest(record))
        break
      case 'headers':
        frame.headers.push(encodeHeaders(record))
        break
    }
  }
  return BatchSyncFrame.encode(frame)
}

/**
 * Decodes a frame; throws on malformed bytes, wrong lengths, blocks that are too large, too many elements, or a pack that
 * is too large or not alone. Skips unknown fields.
 */
export function decodeFrame(bytes: Uint8Array): BatchSyncRecord[] {
  const pack = packIn(bytes)
  const content = pack === undefined ? bytes : unpack(pack)
  checkForm(content, BatchSyncFrameForm)
  const frame = BatchSyncFrame.decode(content)
  if (frame.pack.length > 0) throw new RangeError('a pack stands alone in its frame')
  return [
    ...frame.messages.map(decodeMessage),
    ...frame.acks.map(({ topic, ids, hadBefore }): BatchSyncRecord => ({
      type: 'ack',
      topic: decodeTopic(topic),
      ids: decodeIds(ids),
      ...(hadBefore && { hadBefore }),
    })),
    ...frame.offers.map((record) => decodeIdsRecord('offer', record)),
    ...frame.requests.map((record) => decodeIdsRecord('request', record)),
    ...frame.ranges.map(decodeRanges),
    ...frame.defers.map(({ topic, ids, afterMs }): BatchSyncRecord => ({
      type: 'defer',
      topic: decodeTopic(topic),
      ids: decodeIds(ids),
      afterMs,
    })),
    ...frame.headerRequests.map(decodeHeaderRequest),
    ...frame.headers.map(decodeHeaders),
  ]
}

function decodeMessage({ topic, blocks }: Message): BatchSyncRecord {
  for (const block of blocks) {
    if (block.length > MAX_DOCUMENT_BYTES)
      throw new RangeError(`a document must have at most ${MAX_DOCUMENT_BYTES} bytes`)
  }
  return { type: 'message', topic: decodeTopic(topic), blocks }
}

function decodeIdsRecord(type: IdsRecord['type'], { topic, ids }: Offer): IdsRecord {
  return { type, topic: decodeTopic(topic), ids: decodeIds(ids) }
}
