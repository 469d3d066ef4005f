/** What nodes send each other, encoded and decoded as on the wire. */
import { decodeFrame as decodeBatchSync, encodeFrames as encodeBatchSync } from '../../protocols/batch-sync/codec.ts'
import type { BatchSyncRecord } from '../../protocols/batch-sync/index.ts'
import { DocumentError } from '../../protocols/document/errors.ts'
import { decodeFrame as decodeEnsureMap, encodeFrames as encodeEnsureMap } from '../../protocols/ensure-map/codec.ts'
import type { EnsureMapRecord } from '../../protocols/ensure-map/index.ts'
import { decodeFrame as decodeRoomState, encodeFrames as encodeRoomState } from '../../protocols/room-state/codec.ts'
import { codecOf } from '../../protocols/wire/block-ids.ts'
import type { NodeInput, ProtocolName } from '../room/node-ports.ts'
import type { SendBatch } from '../runtime/runner.ts'
import type { SharedReader } from './shared-reader.ts'
import type { SimulatedNode } from './simulated-node.ts'
import { bytesByRecord, type Arrival, type TrafficSizes, type WireRecord } from './traffic.ts'

/** What one node sends another at once, as it comes out of the codec at the other end. */
export interface Frame {
  input: Extract<NodeInput, { type: ProtocolName }>
  records: readonly WireRecord[]
  sizeBytes: number
  sizes: () => TrafficSizes
}

/**
 * The frames of what a node sends. Blocks share the memory of those that were sent, as thousands of
 * nodes keep the same ones, and each would keep the frames they came in; documents note how they came.
 */
export function framesOf(from: SimulatedNode, batch: SendBatch, sentMs: number, reader: SharedReader): Frame[] {
  const arrival = { from, sentMs }
  switch (batch.protocol) {
    case 'room-state':
      return encodeRoomState(batch.records).map((frame) => {
        const records = decodeRoomState(frame)
        return {
          input: { type: 'room-state', input: { type: 'records', from: from.peer, records } },
          ...{ records, sizeBytes: frame.length, sizes: () => bytesByRecord(records, frame.length, encodeRoomState) },
        }
      })
    case 'batch-sync': {
      const sent = batch.records.flatMap((record) => (record.type === 'message' ? record.blocks : []))
      return encodeBatchSync(batch.records).map((frame) => {
        const records = arrivingMessages(decodeBatchSync(frame), sent, { ...arrival, record: 'message' }, reader)
        return {
          input: { type: 'batch-sync', input: { type: 'records', from: from.peer, records } },
          ...{ records, sizeBytes: frame.length, sizes: () => bytesByRecord(records, frame.length, encodeBatchSync) },
        }
      })
    }
    case 'ensure-map': {
      const sent = batch.records.flatMap((record) => (record.type === 'block' ? [record.data] : []))
      return encodeEnsureMap(batch.records).map((frame) => {
        const records = arrivingBlocks(decodeEnsureMap(frame), sent, { ...arrival, record: 'block' }, reader)
        return {
          input: { type: 'ensure-map', input: { type: 'records', from: from.peer, records } },
          ...{ records, sizeBytes: frame.length, sizes: () => bytesByRecord(records, frame.length, encodeEnsureMap) },
        }
      })
    }
  }
}

function arrivingMessages(
  records: BatchSyncRecord[],
  sent: readonly Uint8Array[],
  arrival: Arrival,
  reader: SharedReader,
): BatchSyncRecord[] {
  const asSent = sharing(sent)
  return records.map((record) => {
    if (record.type !== 'message') return record
    return { ...record, blocks: record.blocks.map((block) => reader.arriving(asSent(block), arrival)) }
  })
}

function arrivingBlocks(
  records: EnsureMapRecord[],
  sent: readonly Uint8Array[],
  arrival: Arrival,
  reader: SharedReader,
): EnsureMapRecord[] {
  const asSent = sharing(sent)
  return records.map((record) => {
    if (record.type !== 'block') return record
    const data = asSent(record.data)
    return { ...record, data: codecOf(record.id) === 'dag-cbor' ? arrivingDocument(data, arrival, reader) : data }
  })
}

/** Not every block of dag-cbor is a document. */
function arrivingDocument(block: Uint8Array, arrival: Arrival, reader: SharedReader): Uint8Array {
  try {
    return reader.arriving(block, arrival)
  } catch (error) {
    if (error instanceof DocumentError) return block
    throw error
  }
}

/** Gives the block that was sent for each that came of it, in the order of sending. */
function sharing(sent: readonly Uint8Array[]): (block: Uint8Array) => Uint8Array {
  let next = 0
  return (block) => {
    while (next < sent.length && Buffer.compare(sent[next] ?? block, block) !== 0) next++
    return sent[next] ?? block
  }
}
