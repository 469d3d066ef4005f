/** What is seen of a simulated network: the interface of those who watch it, and the size of each kind of record. */
import { encodeFrames as encodeBatchSync } from '../../protocols/batch-sync/codec.ts'
import type { BatchSyncRecord } from '../../protocols/batch-sync/index.ts'
import type { Document } from '../../protocols/document/document.ts'
import { encodeFrames as encodeRoomState } from '../../protocols/room-state/codec.ts'
import type { RoomStateRecord } from '../../protocols/room-state/index.ts'
import type { SimulatedNode } from './simulated-node.ts'

export type WireRecord = BatchSyncRecord | RoomStateRecord
export type RecordType = WireRecord['type']

/** How the first copy of a document that became part of a node's room came there. */
export interface Arrival {
  from: SimulatedNode
  sentMs: number
  record: RecordType
}

/** Is told what happens, as it happens. */
export interface NetworkObserver {
  /** A node sent a frame with these records, of so many bytes for each kind of them. */
  sent(bytesByRecord: ReadonlyMap<RecordType, number>, records: readonly WireRecord[]): void
  /** A document reached a node's app; without an arrival the node wrote it. */
  delivered(node: SimulatedNode, document: Document, arrival: Arrival | undefined): void
  linkedUp(a: SimulatedNode, b: SimulatedNode): void
  started(node: SimulatedNode): void
  stopped(node: SimulatedNode): void
}

/** The bytes of a frame by kind of record: a frame is its records' encodings one after another. */
export function bytesByRecord(records: readonly WireRecord[], sizeBytes: number): Map<RecordType, number> {
  const types = [...new Set(records.map(({ type }) => type))].sort()
  const [first] = types
  if (first === undefined || types.length === 1) return new Map(first === undefined ? [] : [[first, sizeBytes]])
  // What is large is not encoded a second time: it is the rest.
  const largest = types.includes('message') ? 'message' : first
  const sizes = new Map<RecordType, number>()
  let rest = sizeBytes
  for (const type of types) {
    if (type === largest) continue
    const typeBytes = encodedBytes(records.filter((record) => record.type === type))
    sizes.set(type, typeBytes)
    rest -= typeBytes
  }
  return sizes.set(largest, rest)
}

function encodedBytes(records: readonly WireRecord[]): number {
  const batchSync = records.filter(isBatchSync)
  const roomState = records.filter((record) => !isBatchSync(record))
  return [...encodeBatchSync(batchSync), ...encodeRoomState(roomState)].reduce((sum, { length }) => sum + length, 0)
}

const BATCH_SYNC_TYPES: ReadonlySet<string> = new Set<BatchSyncRecord['type']>([
  'message',
  'ack',
  'offer',
  'request',
  'ranges',
  'defer',
])

function isBatchSync(record: WireRecord): record is BatchSyncRecord {
  return BATCH_SYNC_TYPES.has(record.type)
}
