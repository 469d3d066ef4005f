/** What nodes send each other, encoded and decoded as on the wire. */
import { DocumentError } from '../../protocols/document/errors.ts'
import { codecOf } from '../../protocols/wire/block-ids.ts'
import type { ProtocolInput } from '../machine/io.ts'
import type { SendBatch } from '../runtime/send-batches.ts'
import { codecFor } from './protocols.ts'
import type { SharedReader } from './shared-reader.ts'
import type { SimulatedNode } from './simulated-node.ts'
import { bytesByRecord, type Arrival, type TrafficSizes, type WireRecord } from './traffic.ts'

/** One send of a node, decoded at the other end. */
export interface Frame {
  protocol: string
  input: ProtocolInput
  records: readonly WireRecord[]
  sizeBytes: number
  sizes: () => TrafficSizes
}

/**
 * The frames for what a node sends. Decoded blocks share the memory of the sent ones: thousands of
 * nodes keep the same blocks, and each would keep the frames they came in. Documents note how they came.
 */
export function framesOf(from: SimulatedNode, batch: SendBatch, sentMs: number, reader: SharedReader): Frame[] {
  const { protocol } = batch
  const codec = codecFor(protocol)
  const asSent = sharing((batch.records as WireRecord[]).flatMap(blocksIn))
  return codec.encodeFrames(batch.records as WireRecord[]).map((frame) => {
    const records = codec.decodeFrame(frame).map((record) => arriving(record, asSent, { from, sentMs }, reader))
    return {
      protocol,
      input: { type: 'records', from: from.peer, records },
      ...{
        records,
        sizeBytes: frame.length,
        sizes: () => bytesByRecord(records, frame.length, (some) => codec.encodeFrames(some)),
      },
    }
  })
}

function blocksIn(record: WireRecord): readonly Uint8Array[] {
  if (record.type === 'message') return record.blocks
  return record.type === 'block' ? [record.data] : []
}

function arriving(
  record: WireRecord,
  asSent: (block: Uint8Array) => Uint8Array,
  by: Pick<Arrival, 'from' | 'sentMs'>,
  reader: SharedReader,
): WireRecord {
  if (record.type === 'message') {
    const arrival: Arrival = { ...by, record: 'message' }
    return { ...record, blocks: record.blocks.map((block) => reader.arriving(asSent(block), arrival)) }
  }
  if (record.type !== 'block') return record
  const data = asSent(record.data)
  const isDocument = codecOf(record.id) === 'dag-cbor'
  return { ...record, data: isDocument ? arrivingDocument(data, { ...by, record: 'block' }, reader) : data }
}

/** Not every dag-cbor block is a document. */
function arrivingDocument(block: Uint8Array, arrival: Arrival, reader: SharedReader): Uint8Array {
  try {
    return reader.arriving(block, arrival)
  } catch (error) {
    if (error instanceof DocumentError) return block
    throw error
  }
}

/** Maps each decoded block to the sent one, in the order of sending. */
function sharing(sent: readonly Uint8Array[]): (block: Uint8Array) => Uint8Array {
  let next = 0
  return (block) => {
    while (next < sent.length && Buffer.compare(sent[next] ?? block, block) !== 0) next++
    return sent[next] ?? block
  }
}
