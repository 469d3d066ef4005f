/** Ensure-map records to frames and back. Reading is bounded and throws on what is no frame. */
import { BLOCK_ID_BYTES, blockIdOfBytes, bytesOfBlockId } from '../wire/block-ids.ts'
import { checkForm } from '../wire/form.ts'
import { decodeTopic, encodeTopic, wireBytes } from '../wire/id-codec.ts'
import type { BlockId } from '../wire/ids.ts'
import { packRuns } from '../wire/pack.ts'
import { MAX_BLOCK_BYTES, MAX_FRAME_RECORD_BYTES, MAX_IDS } from './constants.ts'
import { EnsureMapFrame, EnsureMapFrameForm, type Block, type Have, type Want } from './messages.ts'
import type { EnsureMapRecord, IdsRecord } from './records.ts'

/** Header bytes of an id in its record, and of a record with its topic. */
const HEADER_BYTES = 2
const RECORD_BYTES = 56

/** Packs records into frames, in order. */
export function encodeFrames(records: readonly EnsureMapRecord[]): Uint8Array[] {
  const limits = { maxSize: MAX_FRAME_RECORD_BYTES, maxItems: MAX_IDS }
  return packRuns(records, sizeBytesOf, limits).map(encodeFrame)
}

function sizeBytesOf(record: EnsureMapRecord): number {
  if (record.type === 'received') return RECORD_BYTES
  if (record.type === 'block') return RECORD_BYTES + BLOCK_ID_BYTES + record.data.length
  return RECORD_BYTES + record.ids.length * (BLOCK_ID_BYTES + HEADER_BYTES)
}

function encodeFrame(records: readonly EnsureMapRecord[]): Uint8Array {
  const frame: EnsureMapFrame = { wants: [], haves: [], dontHaves: [], blocks: [] }
  for (const record of records) {
    if (record.type === 'received') {
      frame.receivedBytes = record.sizeBytes
      continue
    }
    const topic = encodeTopic(record.topic)
    switch (record.type) {
      case 'want':
        frame.wants.push({
          ...{ topic, ids: encodeBlockIds(record.ids), cancel: false, priority: record.priority },
          ...(record.afterClock !== undefined && { afterClock: record.afterClock }),
        })
        break
      case 'cancel':
        frame.wants.push({ topic, ids: encodeBlockIds(record.ids), cancel: true, priority: 0 })
        break
      case 'have':
        frame.haves.push({ topic, ids: encodeBlockIds(record.ids) })
        break
      case 'dont-have':
        frame.dontHaves.push({ topic, ids: encodeBlockIds(record.ids) })
        break
      case 'block':
        frame.blocks.push({ topic, id: wireBytes(bytesOfBlockId(record.id)), data: wireBytes(record.data) })
        break
    }
  }
  return EnsureMapFrame.encode(frame)
}

/** Reads a frame; throws on malformed bytes, ids of another kind, too large blocks or too many elements. Unknown fields are skipped. */
export function decodeFrame(bytes: Uint8Array): EnsureMapRecord[] {
  checkForm(bytes, EnsureMapFrameForm)
  const frame = EnsureMapFrame.decode(bytes)
  return [
    ...frame.wants.map(decodeWant),
    ...frame.haves.map((record) => decodeIdsRecord('have', record)),
    ...frame.dontHaves.map((record) => decodeIdsRecord('dont-have', record)),
    ...frame.blocks.map(decodeBlock),
    ...(frame.receivedBytes === undefined ? [] : [{ type: 'received', sizeBytes: frame.receivedBytes } as const]),
  ]
}

function decodeWant({ topic, ids, cancel, priority, afterClock }: Want): EnsureMapRecord {
  if (cancel) return decodeIdsRecord('cancel', { topic, ids })
  return {
    ...{ type: 'want', topic: decodeTopic(topic), ids: decodeBlockIds(ids), priority },
    ...(afterClock !== undefined && { afterClock }),
  }
}

function decodeIdsRecord(type: IdsRecord['type'], { topic, ids }: Have): IdsRecord {
  return { type, topic: decodeTopic(topic), ids: decodeBlockIds(ids) }
}

function decodeBlock({ topic, id, data }: Block): EnsureMapRecord {
  if (data.length > MAX_BLOCK_BYTES) throw new RangeError(`a block has at most ${MAX_BLOCK_BYTES} bytes`)
  return { type: 'block', topic: decodeTopic(topic), id: decodeBlockId(id), data }
}

function encodeBlockIds(ids: readonly BlockId[]): Uint8Array<ArrayBuffer>[] {
  return ids.map((id) => wireBytes(bytesOfBlockId(id)))
}

function decodeBlockIds(ids: readonly Uint8Array[]): BlockId[] {
  return ids.map(decodeBlockId)
}

function decodeBlockId(bytes: Uint8Array): BlockId {
  const id = blockIdOfBytes(bytes)
  if (id === undefined) throw new RangeError('the id of a block is a CIDv1 of raw, dag-pb or dag-cbor with sha2-256')
  return id
}
