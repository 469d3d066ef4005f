/** What an observer of a simulated network sees, and the size of each record type. */
import type { BatchSyncRecord } from '../../protocols/batch-sync/index.ts'
import type { Document } from '../../protocols/document/document.ts'
import type { EnsureMapRecord } from '../../protocols/ensure-map/index.ts'
import type { DirectoryRecordOnWire } from '../../protocols/directory/index.ts'
import type { NearbyRecord } from '../../protocols/nearby/index.ts'
import type { NetworkRecord } from '../../protocols/network/index.ts'
import type { RoomStateRecord } from '../../protocols/room-state/index.ts'
import type { SimulatedNode } from './simulated-node.ts'

export type WireRecord =
  BatchSyncRecord | EnsureMapRecord | RoomStateRecord | NearbyRecord | NetworkRecord | DirectoryRecordOnWire
/** Gossip is not a record of a Kith protocol. */
export type RecordType = WireRecord['type'] | 'gossip'

/** Bytes by record type. */
export type TrafficSizes = ReadonlyMap<RecordType, number>

/** How the first copy of a document reached a node's room. */
export interface Arrival {
  from: SimulatedNode
  sentMs: number
  record: RecordType
}

/** Receives every event as it happens. */
export interface NetworkObserver {
  /** A node sent a frame with these records and this many bytes per record type. */
  sent(sizes: TrafficSizes, records: readonly WireRecord[]): void
  /** A frame with these records arrived. */
  received(node: SimulatedNode, records: readonly WireRecord[]): void
  /** A document reached a node's app; without an arrival, the node wrote it. */
  delivered(node: SimulatedNode, document: Document, arrival: Arrival | undefined): void
  linkedUp(a: SimulatedNode, b: SimulatedNode): void
  started(node: SimulatedNode): void
  stopped(node: SimulatedNode): void
}

/** The bytes of a frame by record type: a frame is its records' encodings, by `encode`, one after another. */
export function bytesByRecord<Record extends WireRecord>(
  records: readonly Record[],
  sizeBytes: number,
  encode: (records: readonly Record[]) => Uint8Array[],
): TrafficSizes {
  const first = records[0]?.type
  if (first === undefined) return new Map()
  if (records.every(({ type }) => type === first)) return new Map([[first, sizeBytes]])
  const types = [...new Set(records.map(({ type }) => type))].sort()
  // The largest type is not encoded again: it is the remainder.
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
