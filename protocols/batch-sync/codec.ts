/** Batch-sync records to frames and back. Reading is bounded and throws on what is no frame. */
import { MAX_DOCUMENT_BYTES } from '../document/constants.ts'
import { decodeIds, decodeTopic, encodeIds, encodeTopic, wireBytes } from '../wire/id-codec.ts'
import { packRuns } from '../wire/pack.ts'
import { MAX_IDS, MAX_MESSAGE_BYTES } from './constants.ts'
import { BatchSyncFrame } from './messages.ts'
import type { BatchSyncRecord } from './records.ts'

/** Header bytes of a block or digest in its record, and of a record with its topic. */
const HEADER_BYTES = 4
const RECORD_BYTES = 40

/** Packs records into frames, in order. */
export function encodeFrames(records: readonly BatchSyncRecord[]): Uint8Array[] {
  const limits = { maxBytes: MAX_MESSAGE_BYTES, maxItems: MAX_IDS }
  return packRuns(records, sizeBytesOf, limits).map(encodeFrame)
}

function sizeBytesOf(record: BatchSyncRecord): number {
  if (record.type !== 'message') return RECORD_BYTES + record.ids.length * (32 + HEADER_BYTES)
  return record.blocks.reduce((sum, block) => sum + block.length + HEADER_BYTES, RECORD_BYTES)
}

function encodeFrame(records: readonly BatchSyncRecord[]): Uint8Array {
  const frame: BatchSyncFrame = { messages: [], acks: [], locators: [] }
  for (const record of records) {
    const topic = encodeTopic(record.topic)
    switch (record.type) {
      case 'message':
        frame.messages.push({ topic, blocks: record.blocks.map(wireBytes) })
        break
      case 'ack':
        frame.acks.push({ topic, ids: encodeIds(record.ids) })
        break
      case 'locator':
        frame.locators.push({ topic, ids: encodeIds(record.ids) })
        break
    }
  }
  return BatchSyncFrame.encode(frame)
}

/** Reads a frame; throws on malformed bytes, wrong lengths, too large blocks or too many elements. Unknown fields are skipped. */
export function decodeFrame(bytes: Uint8Array): BatchSyncRecord[] {
  const frame = BatchSyncFrame.decode(bytes)
  for (const block of frame.messages.flatMap((message) => message.blocks)) {
    if (block.length > MAX_DOCUMENT_BYTES) throw new RangeError(`a document has at most ${MAX_DOCUMENT_BYTES} bytes`)
  }
  return [
    ...frame.messages.map(({ topic, blocks }): BatchSyncRecord => ({
      type: 'message',
      topic: decodeTopic(topic),
      blocks,
    })),
    ...frame.acks.map(({ topic, ids }): BatchSyncRecord => ({
      type: 'ack',
      topic: decodeTopic(topic),
      ids: decodeIds(ids),
    })),
    ...frame.locators.map(({ topic, ids }): BatchSyncRecord => ({
      type: 'locator',
      topic: decodeTopic(topic),
      ids: decodeIds(ids),
    })),
  ]
}
