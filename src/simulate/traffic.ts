/** What is seen of a simulated network: the interface of those who watch it, and the size of each kind of record. */
import type { BatchSyncRecord } from '../../protocols/batch-sync/index.ts'
import type { Document } from '../../protocols/document/document.ts'
import type { EnsureMapRecord } from '../../protocols/ensure-map/index.ts'
import type { RoomStateRecord } from '../../protocols/room-state/index.ts'
import type { SimulatedNode } from './simulated-node.ts'

export type WireRecord = BatchSyncRecord | EnsureMapRecord | RoomStateRecord
/** Gossip is no record of a protocol of Kith. */
export type RecordType = WireRecord['type'] | 'gossip'

/** Bytes by kind of record. */
export type TrafficSizes = ReadonlyMap<RecordType, number>

/** How the first copy of a document that became part of a node's room came there. */
export interface Arrival {
  from: SimulatedNode
  sentMs: number
  record: RecordType
}

/** Is told what happens, as it happens. */
export interface NetworkObserver {
  /** A node sent a frame with these records, of so many bytes for each kind of them. */
  sent(sizes: TrafficSizes, records: readonly WireRecord[]): void
  /** A frame with these records arrived. */
  received(node: SimulatedNode, records: readonly WireRecord[]): void
  /** A document reached a node's app; without an arrival the node wrote it. */
  delivered(node: SimulatedNode, document: Document, arrival: Arrival | undefined): void
  linkedUp(a: SimulatedNode, b: SimulatedNode): void
  started(node: SimulatedNode): void
  stopped(node: SimulatedNode): void
}

/** The bytes of a frame by kind of record: a frame is its records' encodings, by `encode`, one after another. */
export function bytesByRecord<Record extends WireRecord>(
  records: readonly Record[],
  sizeBytes: number,
  encode: (records: readonly Record[]) => Uint8Array[],
): TrafficSizes {
  const first = records[0]?.type
  if (first === undefined) return new Map()
  if (records.every(({ type }) => type === first)) return new Map([[first, sizeBytes]])
  const types = [...new Set(records.map(({ type }) => type))].sort()
  // What is large is not encoded a second time: it is the rest.
  const largest = types.find((type) => type === 'message' || type === 'block') ?? first
  const sizes = new Map<RecordType, number>()
  let rest = sizeBytes
  for (const type of types) {
    if (type === largest) continue
    const frames = encode(records.filter((record) => record.type === type))
    const typeBytes = frames.reduce((sum, { length }) => sum + length, 0)
    sizes.set(type, typeBytes)
    rest -= typeBytes
  }
  return sizes.set(largest, rest)
}
